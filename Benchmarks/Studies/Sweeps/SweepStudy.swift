import ArgumentParser
import DenseHebbian
import SystemInterface

/// Pattern updates per second of processor time of whole sweeps: random numbers, fields, acceptance, flips, measurement.
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

  /// One line a repetition: pattern updates per second of processor time, fraction of attempts that flip, m.
  func run() throws {
    let words = parameters.map { word -> (name: String, value: RawValue, origin: InputOrigin?) in
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      return (parts[0], .untyped(parts.count > 1 ? parts[1] : ""), nil)
    }
    let given = try GivenParameters(words, of: AnySystem(DenseHebbian()).description)
    var measurement = try SweepMeasurement(given, seed: seed)
    // Long enough to equilibrate, and for the chain to choose how it keeps its fields.
    _ = ProcessorClock.secondsPerCall(forAtLeast: seconds) { _ = measurement.sweep() }
    for _ in 0..<repetitions {
      var sweeps = 0, flips = 0
      let perSweep = ProcessorClock.secondsPerCall(forAtLeast: seconds) {
        flips += measurement.sweep()
        sweeps += 1
      }
      let attempts = Double(measurement.spinCount)
      print(
        attempts * Double(measurement.columnCount) / perSweep, Double(flips) / (attempts * Double(sweeps)),
        measurement.magnetization)
    }
  }
}
