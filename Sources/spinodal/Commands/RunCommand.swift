import ArgumentParser
import Cluster
import Foundation
import NumericalMethods
import PhaseDiagrams

/// `spinodal run FILE.toml`.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Compute a phase diagram from a run file. Run again, it continues.")

  @Argument(help: "The run file (TOML).")
  var file: String

  @Option(help: "Folder of the results (default: results/NAME for NAME.toml).")
  var output: String?

  @Option(name: .customLong("set"), help: "Replace a key of the run file, as key=value; may be given several times.")
  var overrides: [String] = []

  @Flag(help: "Remove earlier results of the folder first.")
  var fresh = false

  @OptionGroup var common: CommonOptions

  func run() throws {
    let url = URL(fileURLWithPath: file)
    let run = try DiagramRun(runFile: URL(fileURLWithPath: file, relativeTo: nil), overrides: overrides)
    let folder = URL(fileURLWithPath: output ?? "results/\(url.deletingPathExtension().lastPathComponent)")
    let communicator = try Communicator.start()
    LinearAlgebraThreads.set(1)
    Interrupts.install([SIGINT, SIGTERM])
    let reporter = ProgressReporter(isQuiet: common.quiet, logger: makeLogger(isQuiet: common.quiet))
    if communicator.isRoot, !common.quiet {
      let memory = memoryWarning(bytesPerRank: run.memory)
      for warning in run.warnings + [memory].compactMap({ $0 }) { Console.error("spinodal: warning: \(warning)") }
    }
    let outcome = try run.execute(in: folder, on: communicator, fresh: fresh) { reporter.report($0) }
    reporter.finish()
    if communicator.isRoot { try RunOutcomeReport(outcome).print(as: common.format) }
    try communicator.finish()
    if let status = RunOutcomeReport(outcome).exitStatus { throw ExitCode(status) }
  }
}

/// `spinodal merge DIR`.
struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Reduce what a run has finished into phase_diagram.nc and a summary table.")

  @Argument(help: "The folder of a run.")
  var folder: String

  @OptionGroup var common: CommonOptions

  func run() throws {
    try RunOutcomeReport(DiagramRun.merge(URL(fileURLWithPath: folder))).print(as: common.format)
  }
}

/// The end of a run, in words or JSON, and as an exit status.
struct RunOutcomeReport {
  private let outcome: DiagramRun.Outcome

  init(_ outcome: DiagramRun.Outcome) { self.outcome = outcome }

  /// 130 and 143 after a signal, 3 when a task failed, `nil` for success.
  var exitStatus: Int32? {
    if let signal = outcome.interruptedBy { return 128 + signal }
    return outcome.failures.isEmpty ? nil : 3
  }

  func print(as format: OutputFormat) throws {
    for segment in outcome.damagedSegments { Console.error("spinodal: damaged segment left out: \(segment)") }
    for failure in outcome.failures.prefix(10) { Console.error("spinodal: \(failure)") }
    if outcome.failures.count > 10 { Console.error("spinodal: … and \(outcome.failures.count - 10) more failed tasks") }
    switch format {
    case .json: try Console.json(outcome)
    case .text:
      let state = outcome.interruptedBy == nil ? "finished" : "interrupted, saved; the same command continues"
      Console.output("\(outcome.finishedTasks) of \(outcome.totalTasks) tasks \(state)")
      for line in outcome.comparison { Console.output(line) }
      Console.output("diagram  \(outcome.diagramFile)\nsummary  \(outcome.summaryFile)")
    }
  }
}
