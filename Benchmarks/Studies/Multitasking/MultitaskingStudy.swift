import ArgumentParser
import MultitaskingHebbian
import SystemInterface

/// Processor time of sweeps of the multitasking Hebbian network, and of its theory.
struct MultitaskingStudy: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "multitasking",
    abstract: "Processor time of sweeps, or of theory points, of the multitasking Hebbian network.")

  @Option(help: "The chain: plain, classes or auxiliary; or theory.")
  var what = "plain"

  @Option(help: "N.")
  var neuronCount = 5000

  @Option(help: "K.")
  var patternCount = 8

  @Option(help: "d.")
  var dilution = 0.4

  @Option(help: "T.")
  var temperature = 0.05

  @Option(help: "Seconds, about.")
  var seconds = 1.0

  @Option(help: "Seed of the random numbers.")
  var seed: UInt64 = 1

  func validate() throws {
    guard what == "theory" || MultitaskingSweeps.Kind(rawValue: what) != nil else {
      throw ValidationError("what is plain, classes, auxiliary or theory, not \(what)")
    }
    guard seconds > 0, neuronCount >= 2, patternCount >= 1, temperature > 0 else {
      throw ValidationError("seconds, neuronCount, patternCount and temperature must be positive")
    }
  }

  /// Seconds a sweep and an attempted flip, the fraction of attempts that flip, m; or seconds a point of the theory.
  func run() throws {
    guard let kind = MultitaskingSweeps.Kind(rawValue: what) else { return try runTheory() }
    let sweeps = MultitaskingSweeps(
      kind, neuronCount: neuronCount, patternCount: patternCount, dilution: dilution, temperature: temperature,
      seed: seed)
    for _ in 0..<5 { _ = sweeps.sweep() }
    var flips = 0, count = 0
    let perSweep = ProcessorClock.secondsPerCall(forAtLeast: seconds) {
      flips += sweeps.sweep()
      count += 1
    }
    let N = Double(neuronCount)
    print(perSweep, perSweep / N, Double(flips) / (N * Double(count)), sweeps.magnetization)
  }

  private func runTheory() throws {
    let system = AnySystem(MultitaskingHebbian())
    let words = [("patternCount", "\(patternCount)"), ("dilution", "\(dilution)"), ("temperature", "\(temperature)")]
    let given = try GivenParameters(
      words.map { (name: $0.0, value: RawValue.untyped($0.1), origin: InputOrigin?.none) }, of: system.description)
    print(try ProcessorClock.secondsPerCall(forAtLeast: seconds) { _ = try system.theory(at: given) })
  }
}
