import ArgumentParser
import Systems

/// Pattern updates per second of whole sweeps: random numbers, fields, acceptance, flips, measurement.
struct SweepStudy: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweeps", abstract: "Attempted flips times columns per second of the dense Hebbian network.")

  @Argument(help: "Parameters of the network, name=value.")
  var parameters: [String] = []

  @Option(help: "Seconds of one repetition, about.")
  var seconds = 1.0

  @Option(help: "Repetitions.")
  var repetitions = 1

  @Option(help: "Seed of the random numbers.")
  var seed: UInt64 = 1

  func validate() throws {
    guard seconds > 0, repetitions >= 1 else { throw ValidationError("seconds and repetitions must be positive") }
  }

  /// One line a repetition: pattern updates per second, fraction of attempts that flip, m.
  func run() throws {
    let words = parameters.map { word -> (name: String, value: RawValue, origin: InputOrigin?) in
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      return (parts[0], .untyped(parts.count > 1 ? parts[1] : ""), nil)
    }
    let given = try GivenParameters(words, of: AnySystem(DenseHebbian()).description)
    var measurement = try SweepMeasurement(given, seed: seed)
    for _ in 0..<20 { _ = measurement.sweep() }
    let clock = ContinuousClock()
    for _ in 0..<repetitions {
      var sweeps = 0, flips = 0
      let start = clock.now
      while clock.now - start < .seconds(seconds) {
        flips += measurement.sweep()
        sweeps += 1
      }
      let attempts = Double(sweeps * measurement.spinCount)
      let elapsed = (clock.now - start) / .seconds(1)
      print(attempts * Double(measurement.columnCount) / elapsed, Double(flips) / attempts, measurement.magnetization)
    }
  }
}
