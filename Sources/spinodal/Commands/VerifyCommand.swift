import ArgumentParser
import Foundation
import NumericalMethods
import PhaseDiagrams
import Systems

/// `spinodal verify DIR`.
struct VerifyCommand: SingleRankCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check every stored record and checkpoint against its checksum; with --audit recompute some.")

  @Argument(help: "The folder of a run.")
  var folder: String

  @Option(help: "Recompute this many random tasks serially and compare them bit for bit.")
  var audit = 0

  @OptionGroup var common: CommonOptions

  func run() throws {
    LinearAlgebraThreads.set(1)
    let verification = try RunVerification(of: URL(fileURLWithPath: folder), audit: audit, registry: .standard)
    switch common.format {
    case .json: try Console.json(verification)
    case .text:
      Console.output("\(verification.records) records in \(verification.segments) segments are intact")
      Console.output("\(verification.missingRecords) tasks have no record yet")
      if verification.foreignRecords > 0 {
        Console.output("\(verification.foreignRecords) records are of tasks that the run file no longer asks for")
      }
      if audit > 0 { Console.output("\(verification.audited.count) tasks recomputed") }
    }
    for problem in verification.damaged { Console.error("spinodal: damaged: \(problem)") }
    for task in verification.mismatches { Console.error("spinodal: recomputed with another result: \(task)") }
    if !verification.isSound { throw ExitCode(4) }
  }
}
