import ArgumentParser
import Foundation
import SystemInterface

/// `studies oracle`: answers questions about the noisy order parameter, one line each.
struct OracleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "oracle", abstract: "Answer 'load temperature sample' with a noisy order parameter, line by line.")

  @Option(help: "Interaction order, 2 or 4: whose spinodal the boundary is.")
  var order = 4

  @Option(help: "Load over which the step is rounded.")
  var width = OracleDefaults.width

  @Option(help: "Standard deviation between samples.")
  var noise = OracleDefaults.noise

  @Flag(help: "Print the true boundary instead, 'load temperature' a line.")
  var line = false

  func validate() throws {
    guard [2, 4].contains(order) else { throw ValidationError("--order: given \(order), allowed: 2 or 4") }
  }

  func run() throws {
    if line {
      let line = OracleLine(order: order)
      for (load, temperature) in zip(line.loads, line.temperatures) { print(load, temperature) }
      return
    }
    let system = AnySystem(OracleSystem())
    while let question = readLine() {
      let words = question.split(separator: " ")
      guard words.count == 3, let load = Double(words[0]), let temperature = Double(words[1]),
        let sample = Int(words[2])
      else { throw ValidationError("'\(question)': wanted 'load temperature sample'") }
      let values = [
        "order": ParameterValue.integer(order), "width": .real(width), "noise": .real(noise), "load": .real(load),
        "temperature": .real(temperature),
      ]
      let parameters = try GivenParameters([], of: system.description).replacing(values)
      // Another seed than any run of the comparison: its samples are numbered by the one who asks.
      let result = try system.simulate(at: parameters, seed: 0, sample: sample)
      print(result.observables["overlap"]?.scalar ?? .nan)
      fflush(nil)
    }
  }
}

/// The difficulty of the comparison: the step is rounded over a hundredth of the range of the load.
enum OracleDefaults {
  /// Range of the load.
  static let loads = 0.002...0.05
  /// Range of the temperature.
  static let temperatures = 0.05...1.0
  /// Load over which the step is rounded.
  static let width = 0.0005
  /// Standard deviation between samples.
  static let noise = 0.2
}
