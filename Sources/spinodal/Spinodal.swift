import ArgumentParser
import Cluster
import Foundation
import PhaseDiagrams
import SystemInterface

/// A command that computes on one rank; under a launcher the others end at once.
protocol SingleRankCommand: ParsableCommand {}

/// The command line.
@main
struct Spinodal: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "spinodal",
    abstract: "Phase diagrams of learning machines: theory and Monte Carlo laid over each other, with error bars.",
    discussion: """
      Alone it runs as one process; under mpirun or srun the same command gives the same numbers, faster.
      Exit status: 0 done, 2 wrong request, 3 a computation failed or did not converge, 4 input or output failed, \
      130/143 interrupted after saving.
      """,
    version: ProgramVersion.current,
    subcommands: [
      SystemsCommand.self, TheoryCommand.self, SimulateCommand.self, RunCommand.self, StatusCommand.self,
      MergeCommand.self, PlanCommand.self, VerifyCommand.self, DoctorCommand.self,
      BenchCommand.self,
    ])

  static func main() {
    do {
      var command = try parseAsRoot()
      // Under a launcher one rank is enough for what needs no other.
      if command is any SingleRankCommand, (Communicator.launchedRank ?? 0) != 0 { return }
      try command.run()
    } catch {
      finish(error)
    }
  }

  /// Ends the program after an error: one clear line on standard error and the documented exit status.
  private static func finish(_ error: any Error) -> Never {
    if let code = error as? ExitCode { Foundation.exit(code.rawValue) }
    let isParserError = !(error is SharedFailure || error is InputProblems)
    if isParserError, exitCode(for: error) == .success {
      // Help and version are answers, not errors.
      Console.output(message(for: error))
      Foundation.exit(0)
    }
    if isParserError, exitCode(for: error) == .validationFailure {
      Console.errorOnce("spinodal: \(message(for: error)) (see 'spinodal --help')")
      Foundation.exit(2)
    }
    let failure = SharedFailure(error)
    // What all ranks throw alike is said once; a rank that fails alone says so itself.
    let isShared = error is SharedFailure || error is InputProblems
    for line in failure.message.split(separator: "\n") {
      if isShared { Console.errorOnce("spinodal: \(line)") } else { Console.error("spinodal: \(line)") }
    }
    Foundation.exit(failure.status)
  }
}
