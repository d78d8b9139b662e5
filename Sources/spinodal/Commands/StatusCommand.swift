import ArgumentParser
import Foundation
import PhaseDiagrams

/// `spinodal status DIR`.
struct StatusCommand: SingleRankCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "How far a run is: points, samples, failures, time left; works while it runs.")

  @Argument(help: "The folder of a run.")
  var folder: String

  @OptionGroup var common: CommonOptions

  func run() throws {
    let status = try RunStatus(of: URL(fileURLWithPath: folder))
    guard common.format == .text else { return try Console.json(status) }
    Console.output("system   \(status.system)")
    Console.output("points   \(status.finishedPoints) of \(status.points) finished")
    Console.output("samples  \(status.finishedSamples) of \(status.samples)")
    Console.output("tasks    \(status.finishedTasks) of \(status.tasks)")
    Console.output("failures \(status.failures.count)")
    for failure in status.failures.prefix(10) { Console.output("  \(failure)") }
    for segment in status.damagedSegments { Console.output("damaged segment, will be computed again: \(segment)") }
    let left = status.secondsLeft.map { ProgressReporter.text(seconds: $0) } ?? "unknown yet"
    Console.output("time left \(left) on \(status.ranks) rank(s)")
  }
}
