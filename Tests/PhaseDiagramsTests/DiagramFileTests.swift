import Foundation
import Statistics
import Testing

@testable import PhaseDiagrams

/// What stands in `phase_diagram.nc`: coordinates, means, flags, lines and attributes.
@Suite struct DiagramFileTests {
  private let missing = NetCDFFile.missingValue

  private let plane = ToyRuns.text(
    parameters: "shape = 'flat'", axes: "field = { values = [-1, 3, 4, 5] }\nsize = { from = 2, to = 4, points = 2 }",
    samples: 6)

  @Test func axesAreDimensionsWithCoordinates() throws {
    let file = try DiagramFile(of: plane)
    #expect(file.variables["field"] == ["field"])
    #expect(file.variables["size"] == ["size"])
    #expect(file.variables["level"] == ["field", "size"])
    #expect(try file.doubles("field") == [-1, 3, 4, 5])
    #expect(try file.doubles("size") == [2, 4])
    #expect(try file.text("units", of: "field") == "J")
    #expect(try file.text("units", of: "size") == "1")
    #expect(try !file.text("long_name", of: "field").isEmpty)
    #expect(throws: NetCDFReader.Failure.self) { try file.doubles(attribute: "_FillValue", of: "field") }
  }

  @Test func meansStandBesideErrorsCountsAndTheory() throws {
    let plan = try ToyRuns.plan(plane)
    let estimates = plan.points.map { point in
      Estimate(of: ToyRuns.levels(field: point.values["field"]?.number ?? 0, at: point, seed: 11, samples: 6))
    }
    let file = try DiagramFile(of: plane)
    // Samples of field 5 fail: the last two points have no number.
    let means = estimates[..<6].map { $0?.mean ?? 0 } + [missing, missing]
    let errors = estimates[..<6].map { $0?.standardError ?? 0 } + [missing, missing]
    #expect(try file.doubles("level") == means)
    #expect(try file.doubles("level_error") == errors)
    #expect(try file.integers("level_samples") == [6, 6, 6, 6, 6, 6, 0, 0])
    #expect(try file.doubles("level_theory") == [-1, -1, missing, missing, missing, missing, 5, 5])
    #expect(try file.doubles("gap_theory") == [missing, missing, missing, missing, 1, 1, 1, 1])
    for name in ["level", "level_error", "level_theory"] {
      #expect(try file.doubles(attribute: "_FillValue", of: name) == [missing])
      #expect(try file.text("units", of: name) == "J")
      #expect(try !file.text("long_name", of: name).isEmpty)
    }
  }

  @Test func statusesAreFlags() throws {
    let axes = "field = { values = [-1, 3, 8, 5, 6] }\nsize = { from = 2, to = 4, points = 2 }"
    let file = try DiagramFile(of: ToyRuns.text(axes: axes, samples: 6))
    #expect(file.variables["theory_status"] == ["field", "size"])
    #expect(try file.integers("theory_status") == [0, 0, 2, 2, 3, 3, 0, 0, 0, 0])
    #expect(try file.integers("simulation_status") == [0, 0, 0, 0, 0, 0, 2, 2, 3, 3])
    for name in ["theory_status", "simulation_status"] {
      #expect(try file.integers(attribute: "flag_values", of: name) == [0, 1, 2, 3, 4, 5, 6])
      #expect(
        try file.text("flag_meanings", of: name)
          == "ok pending not_converged failed drifting start_dependent chains_disagree")
    }
  }

  /// Theory that is not finite leaves holes in its observable only: there is a result.
  @Test func theoryThatIsNotFiniteLeavesHoles() throws {
    let file = try DiagramFile(of: plane)
    #expect(try file.integers("theory_status") == [0, 0, 2, 2, 0, 0, 0, 0])
    #expect(try file.doubles("profile_theory")[16..<24].allSatisfy { $0 == missing })
    #expect(try file.doubles("shadow_theory")[16..<20] == [0, -1, -2, -3])
  }

  @Test func diagnosticsAreVariablesOfTheirRoad() throws {
    let file = try DiagramFile(of: plane)
    #expect(try file.doubles("simulation_draws") == [1, 1, 1, 1, 1, 1, missing, missing])
    #expect(try file.doubles("theory_iterations") == [7, 7, missing, missing, 7, 7, 7, 7])
    for (name, title) in [("simulation_draws", "draws (simulation)"), ("theory_iterations", "iterations (theory)")] {
      #expect(file.variables[name] == ["field", "size"])
      #expect(try file.text("role", of: name) == "diagnostic")
      #expect(try file.text("long_name", of: name) == title)
      #expect(try file.text("units", of: name) == "1")
      #expect(try file.doubles(attribute: "_FillValue", of: name) == [missing])
    }
    // Words have no place in the grid, and numbers that are not finite are left out.
    for name in ["simulation_name", "theory_residual"] { #expect(file.variables[name] == nil) }
    let diagnostics = file.variables.keys.filter { (try? file.text("role", of: $0)) == "diagnostic" }
    #expect(diagnostics.sorted() == ["simulation_draws", "theory_iterations"])
    let theory = try DiagramFile(of: ToyRuns.text(model: "theoryOnly", samples: nil))
    #expect(theory.variables["theory_iterations"] == ["field"])
    #expect(theory.variables.keys.allSatisfy { !$0.hasPrefix("simulation_") })
  }

  @Test func phasesAreFlagsWithAFillValue() throws {
    let file = try DiagramFile(of: plane)
    #expect(try file.integers("phase_theory") == [0, 0, -127, -127, 1, 1, 1, 1])
    #expect(try file.integers("phase")[2...] == [1, 1, 1, 1, -127, -127])
    for name in ["phase", "phase_theory"] {
      #expect(try file.integers(attribute: "flag_values", of: name) == [0, 1])
      #expect(try file.text("flag_meanings", of: name) == "down up")
      #expect(try file.integers(attribute: "_FillValue", of: name) == [-127])
    }
    let other = try DiagramFile(of: ToyRuns.text(model: "lengths"))
    #expect(other.variables["phase"] == nil)
    #expect(other.variables["phase_theory"] == nil)
  }

  @Test func linesArePolylinesWithBreaks() throws {
    let file = try DiagramFile(of: plane)
    let dimension = try #require(file.variables["critical_field"])
    #expect(dimension.count == 1)
    #expect(file.variables["critical_size"] == dimension)
    #expect(try file.doubles("critical_field") == [-1, missing, 5])
    #expect(try file.doubles("critical_size") == [2, missing, 4])
    #expect(try file.doubles(attribute: "_FillValue", of: "critical_field") == [missing])
    #expect(try file.text("transition_lines") == "critical")
    let other = try DiagramFile(of: ToyRuns.text(axes: "field = { values = [1, 2] }"))
    #expect(try other.doubles("critical_field") == [1, missing, 2])
    #expect(other.variables["critical_size"] == nil)
  }

  @Test func provenanceIsInTheGlobalAttributes() throws {
    let file = try DiagramFile(of: plane)
    #expect(try file.text("run_file") == plane)
    #expect(try file.text("system") == "toy")
    #expect(try file.text("model") == "shared")
    #expect(try file.text("layout") == "grid")
    #expect(try file.text("axes") == "field size")
    #expect(try file.text("order_parameter") == "level")
    #expect(try file.text("seed") == "11")
    #expect(try file.integers(attribute: "samples") == [6])
    #expect(try file.text("program_version") == ProgramVersion.current)
    #expect(try file.text("library_versions").contains("NetCDF \(ProgramVersion.netCDF)"))
    #expect(try file.text("references") == "A reference")
    let parameters = try #require(
      try JSONSerialization.jsonObject(with: Data(file.text("parameters").utf8)) as? [String: String])
    #expect(parameters == ["model": "shared", "shape": "flat"])
    let symbols = try #require(
      try JSONSerialization.jsonObject(with: Data(file.text("parameter_symbols").utf8)) as? [String: String])
    #expect(symbols["field"] == "h" && symbols["size"] == "N")
  }

  @Test func unfinishedDiagramsSayWhatIsPending() throws {
    let text = ToyRuns.text()
    let file = try DiagramFile(of: text, where: { $0.id == "sample 0 field=0" || $0.id == "theory field=2" })
    #expect(try file.integers("theory_status") == [1, 1, 0])
    #expect(try file.integers("simulation_status") == [1, 1, 1])
    #expect(try file.doubles("level_theory") == [missing, missing, 2])
    #expect(try file.integers("level_samples") == [0, 1, 0])
    #expect(try file.doubles("level_error") == [missing, missing, missing])
    #expect(try file.doubles("critical_field") == [missing, missing, missing])
    let other = try DiagramFile(of: text, where: { _ in false })
    #expect(try other.doubles("level") == [missing, missing, missing])
    #expect(try other.integers("theory_status") == [1, 1, 1])
    #expect(other.variables["profile"] == nil)
  }

  @Test func onlyTheRoadsOfTheRunAreThere() throws {
    let file = try DiagramFile(of: ToyRuns.text(model: "theoryOnly", samples: nil))
    #expect(file.variables["level_theory"] == ["field"])
    #expect(["level", "level_error", "level_samples", "simulation_status"].allSatisfy { file.variables[$0] == nil })
    let other = try DiagramFile(of: ToyRuns.text(model: "simulationOnly"))
    #expect(other.variables["level"] == ["field"])
    #expect(["level_theory", "theory_status"].allSatisfy { other.variables[$0] == nil })
  }

  @Test func wordsAmongNumbersAndCategories() throws {
    let axes = "size = { values = [2, 'infinite'] }\nshape = { values = ['steep', 'flat'] }"
    let file = try DiagramFile(of: ToyRuns.text(model: "theoryOnly", axes: axes, samples: nil))
    #expect(try file.doubles("size") == [2, .infinity])
    #expect(try file.integers("shape") == [1, 0])
    #expect(try file.integers(attribute: "flag_values", of: "shape") == [0, 1])
    #expect(try file.text("flag_meanings", of: "shape") == "flat steep")
  }
}
