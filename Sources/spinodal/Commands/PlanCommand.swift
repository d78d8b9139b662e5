import ArgumentParser
import Foundation
import NumericalMethods
import PhaseDiagrams
import Systems

/// `spinodal plan FILE.toml`.
struct PlanCommand: SingleRankCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Check a run file completely and print what the run would cost, from a short calibration.")

  @Argument(help: "The run file (TOML).")
  var file: String

  @Option(name: .customLong("set"), help: "Replace a key of the run file, as key=value; may be given several times.")
  var overrides: [String] = []

  @Flag(help: "Print a Slurm script for the run instead.")
  var sbatch = false

  @Option(help: "Ranks of the run, for the estimated time and the Slurm script.")
  var ranks = 16

  @OptionGroup var slurm: SlurmOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    guard ranks >= 1 else { throw ValidationError("--ranks: given \(ranks), allowed: an integer >= 1") }
    try slurm.check()
    let run = try DiagramRun(runFile: URL(fileURLWithPath: file), overrides: overrides, registry: .standard)
    LinearAlgebraThreads.set(1)
    let estimate = RunEstimate(of: run)
    let wallTime = max(estimate.coreSeconds / Double(ranks), estimate.longestTaskSeconds)
    if sbatch {
      let script = SlurmScript(
        file: file, overrides: overrides, ranks: ranks, memoryPerRank: estimate.memoryPerRank, wallTime: wallTime,
        options: slurm)
      Console.output(script.text)
      return
    }
    guard common.format == .text else { return try Console.json(estimate) }
    for warning in estimate.warnings { Console.error("spinodal: warning: \(warning)") }
    let rows = [
      ["points", "\(estimate.points)"], ["samples a point", "\(estimate.samplesPerPoint)"],
      ["tasks", "\(estimate.tasks)"],
      ["memory a rank", String(format: "%.2f GiB", estimate.memoryPerRank / 0x1p30) + " and the program"],
      ["processor time", String(format: "%.3f core-hours", estimate.coreSeconds / 3600)],
      ["longest task", ProgressReporter.text(seconds: estimate.longestTaskSeconds)],
      ["time on \(ranks) ranks", "about " + ProgressReporter.text(seconds: wallTime)],
      ["calibrated on", "\(estimate.timedTasks) tasks of this machine"],
    ]
    for line in TextTable.aligned(rows) { Console.output(line) }
  }
}
