import ArgumentParser
import Foundation
import NumericalMethods
import PhaseDiagrams

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

  @OptionGroup var common: CommonOptions

  func run() throws {
    guard ranks >= 1 else { throw ValidationError("--ranks: given \(ranks), allowed: an integer >= 1") }
    let run = try DiagramRun(runFile: URL(fileURLWithPath: file), overrides: overrides)
    LinearAlgebraThreads.set(1)
    let estimate = RunEstimate(of: run)
    let wallTime = max(estimate.coreSeconds / Double(ranks), estimate.longestTaskSeconds)
    if sbatch {
      Console.output(
        SlurmScript(file: file, overrides: overrides, ranks: ranks, estimate: estimate, wallTime: wallTime).text)
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

/// A Slurm batch script that runs, saves before the time limit, and puts itself back into the queue until it is done.
struct SlurmScript {
  let file: String
  let overrides: [String]
  let ranks: Int
  let estimate: RunEstimate
  /// Estimated seconds on these ranks.
  let wallTime: Double

  var text: String {
    let name = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
    // Twice the estimate, in whole quarters of an hour: other nodes differ, and an early end costs nothing.
    let minutes = max(15, Int((2 * wallTime / 900).rounded(.up)) * 15)
    let memory = Int((estimate.memoryPerRank / 0x1p20 + 256).rounded(.up))
    let sets = overrides.map { " --set '\($0)'" }.joined()
    return """
      #!/bin/bash
      #SBATCH --job-name=\(name)
      #SBATCH --ntasks=\(ranks)
      #SBATCH --time=\(String(format: "%02d:%02d:00", minutes / 60, minutes % 60))
      #SBATCH --mem-per-cpu=\(memory)M
      #SBATCH --signal=B:USR1@120
      #SBATCH --requeue --open-mode=append

      # Before the time limit Slurm sends USR1 to this shell: the run saves, and the job goes back into the queue.
      mpirun --mca odls_base_sigkill_timeout 60 spinodal run \(file)\(sets) --output results/\(name) &
      run=$!
      trap 'kill -USR1 $run' USR1
      wait $run
      status=$?
      if [ $status -gt 128 ]; then wait $run; status=$?; fi
      if [ $status -eq 138 ]; then scontrol requeue "$SLURM_JOB_ID"; exit 0; fi
      exit $status
      """
  }
}
