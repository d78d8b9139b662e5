import ArgumentParser
import Cluster
import Foundation
import NumericalMethods
import PhaseDiagrams
import SystemInterface
import Systems

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

  @Option(name: .customLong("time-limit"), help: "Save and end after this time: seconds, MM:SS or HH:MM:SS.")
  var timeLimit: TimeSpan?

  @Option(name: .customLong("checkpoint-interval"), help: "Time between two checkpoints of one long simulation.")
  var checkpointInterval = TimeSpan(seconds: 60)

  @Option(
    help: """
      Ranks that share one sample of a simulation that can be divided, such as a temperature ladder; default: more than one \
      only where there are fewer samples than ranks.
      """)
  var ranksPerSample: Int?

  @OptionGroup var common: CommonOptions

  func run() throws {
    let url = URL(fileURLWithPath: file)
    let folder = URL(fileURLWithPath: output ?? "results/\(url.deletingPathExtension().lastPathComponent)")
    let communicator = try Communicator.start()
    let status: Int32?
    do {
      status = try execute(in: folder, on: communicator)
    } catch let failure where failure is SharedFailure || failure is InputProblems {
      // Every rank has thrown the same: MPI can end in order.
      try? communicator.finish()
      throw failure
    }
    try communicator.finish()
    if let status { throw ExitCode(status) }
  }

  /// Runs, reports, and gives the exit status if it is not 0.
  private func execute(in folder: URL, on communicator: Communicator) throws -> Int32? {
    if let ranksPerSample, ranksPerSample < 1 {
      throw InputProblems([
        InputProblem(key: "--ranks-per-sample", "given \(ranksPerSample), allowed: an integer >= 1")
      ])
    }
    let run = try DiagramRun(
      runFile: URL(fileURLWithPath: file), overrides: overrides, registry: .standard, on: communicator)
    LinearAlgebraThreads.set(1)
    Interrupts.install([SIGINT, SIGTERM, SIGUSR1])
    if communicator.isRoot, !common.quiet {
      let memory = memoryWarning(bytesPerRank: run.memory)
      for warning in run.warnings + [memory].compactMap({ $0 }) { Console.error("spinodal: warning: \(warning)") }
    }
    var options = DiagramRun.Options()
    options.fresh = fresh
    options.timeLimit = timeLimit.map { .seconds($0.seconds) }
    options.ranksPerSample = ranksPerSample
    options.checkpointInterval = .seconds(checkpointInterval.seconds)
    let reporter = ProgressReporter(isQuiet: common.quiet, logger: makeLogger(isQuiet: common.quiet))
    let outcome = try run.execute(in: folder, on: communicator, options: options) { reporter.report($0) }
    reporter.finish()
    if communicator.isRoot { try RunOutcomeReport(outcome).print(as: common.format) }
    return RunOutcomeReport(outcome).exitStatus
  }
}

/// `spinodal merge DIR`.
struct MergeCommand: SingleRankCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Reduce what a run has finished into phase_diagram.nc and a summary table.")

  @Argument(help: "The folder of a run.")
  var folder: String

  @OptionGroup var common: CommonOptions

  func run() throws {
    let report = RunOutcomeReport(try DiagramRun.merge(URL(fileURLWithPath: folder), registry: .standard))
    try report.print(as: common.format)
    if let status = report.exitStatus { throw ExitCode(status) }
  }
}

/// The end of a run, in words or JSON, and as an exit status.
struct RunOutcomeReport {
  private let outcome: DiagramRun.Outcome

  init(_ outcome: DiagramRun.Outcome) { self.outcome = outcome }

  /// 128 + the signal after a signal, 143 after the time limit, 3 when a task failed, `nil` for success.
  var exitStatus: Int32? {
    switch outcome.stopped {
    case .signal(let number): return 128 + number
    case .timeLimit: return 128 + SIGTERM
    case nil: break
    }
    return outcome.failures.isEmpty ? nil : 3
  }

  func print(as format: OutputFormat) throws {
    for segment in outcome.damagedSegments { Console.error("spinodal: damaged segment left out: \(segment)") }
    for failure in outcome.failures.prefix(10) { Console.error("spinodal: \(failure)") }
    if outcome.failures.count > 10 { Console.error("spinodal: … and \(outcome.failures.count - 10) more failed tasks") }
    switch format {
    case .json: try Console.json(outcome)
    case .text:
      let state = outcome.stopped == nil ? "finished" : "finished, interrupted and saved; the same command continues"
      Console.output("\(outcome.finishedTasks) of \(outcome.totalTasks) tasks \(state)")
      if outcome.unequilibratedPoints > 0 {
        Console.output(
          "\(outcome.unequilibratedPoints) of \(outcome.points) points are not equilibrated: hatched in the figures")
      }
      for line in outcome.comparison { Console.output(line) }
      Console.output("diagram  \(outcome.diagramFile)\nsummary  \(outcome.summaryFile)")
    }
  }
}
