import ArgumentParser

/// Measurements of the program's own promises.
@main
struct Studies: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "studies", abstract: "Measure what the program promises.",
    subcommands: [
      CoverageStudy.self, EquilibrationStudy.self, SchedulerStudy.self, ClaimStudy.self, OracleCommand.self,
      RefineCommand.self, SweepStudy.self, MultitaskingStudy.self, LinearAlgebraStudy.self,
    ])
}
