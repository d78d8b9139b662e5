import ArgumentParser
import SystemInterface

/// `spinodal theory NAME [key=value …]`.
struct TheoryCommand: SingleRankCommand {
  static let configuration = CommandConfiguration(
    commandName: "theory", abstract: "Solve the theory of a system at one point.")

  @OptionGroup var point: PointArguments
  @OptionGroup var common: CommonOptions

  func run() throws {
    let (system, parameters) = try point.resolved(for: .theory)
    let result = try system.theory(at: parameters)
    let report = PointReport(system, parameters, theory: result)
    switch common.format {
    case .json: try Console.json(report)
    case .text: Console.output(report.text)
    }
  }
}
