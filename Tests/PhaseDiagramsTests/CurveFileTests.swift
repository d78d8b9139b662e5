import Foundation
import Statistics
import SystemInterface
import Systems
import Testing

@testable import PhaseDiagrams

/// Observables over time in `phase_diagram.nc`.
@Suite struct CurveFileTests {
  private let missing = NetCDFFile.missingValue

  @Test func sharedCoordinatesAreStoredOnce() throws {
    let text = ToyRuns.text(axes: "field = { values = [1, 3] }"), point = try ToyRuns.plan(text).points[0]
    let file = try DiagramFile(of: text)
    for name in ["profile", "profile_error", "profile_samples", "profile_theory", "shadow", "shadow_theory"] {
      #expect(file.variables[name] == ["field", "time"])
    }
    #expect(file.variables["time"] == ["time"])
    #expect(try file.doubles("time") == [0, 1, 2, 3])

    let levels = ToyRuns.levels(field: 1, at: point, seed: 11, samples: 4)
    let means = (0..<4).map { time in Estimate(of: levels.map { $0 + Double(time) })?.mean }
    #expect(try file.doubles("profile")[..<4].map(Optional.some) == means)
    #expect(try file.integers("profile_samples") == [4, 4, 4, 4, 4, 4, 4, 4])
    #expect(try file.doubles("shadow")[4...] == [0, -1, -2, -3])
    // One place of the theory curve has no value, and at field 3 theory does not converge.
    #expect(try file.doubles("profile_theory") == [1, 2, missing, 4, missing, missing, missing, missing])
  }

  @Test func errorsOfTheoryWhereItSamples() throws {
    let file = try DiagramFile(of: ToyRuns.text(model: "theoryOnly", axes: "field = { values = [1] }", samples: nil))
    #expect(try file.doubles("profile_theory_error") == [0.25, 0.25, 0.25, 0.25])
    #expect(file.variables["shadow_theory_error"] == nil)
    #expect(file.variables["level_theory_error"] == nil)
  }

  @Test func shorterCurvesArePadded() throws {
    let text = ToyRuns.text(model: "lengths", axes: "size = { values = [1, 3, 2] }", samples: 1)
    let file = try DiagramFile(of: text)
    #expect(file.variables["shadow"] == ["size", "shadow_time"])
    #expect(try file.shape(of: "shadow") == [3, 3])
    #expect(file.variables["shadow_time_values"] == ["size", "shadow_time"])
    #expect(
      try file.doubles("shadow_time_values") == [0, missing, missing, 0, 1, 2, 0, 1, missing])
    #expect(try file.doubles("shadow") == [0, missing, missing, 0, -1, -2, 0, -1, missing])
    #expect(try file.doubles("shadow_theory") == [0, missing, missing, 0, -1, -2, 0, -1, missing])
    #expect(try file.doubles("profile_theory") == [0, missing, missing, 0, 1, missing, 0, 1, missing])
    #expect(try file.integers("shadow_samples") == [1, 0, 0, 1, 1, 1, 1, 1, 0])
  }

  /// Equally long curves over different times must not share a coordinate: each value keeps its own time.
  @Test func differentCoordinatesOfOneNameStayApart() throws {
    let file = try DiagramFile(of: ToyRuns.text(model: "echoes", axes: "field = { values = [1] }", samples: 1))
    let profile = try #require(file.variables["profile"]?.last), echo = try #require(file.variables["echo"]?.last)
    #expect(try file.doubles(profile) == [0, 1, 2, 3])
    #expect(try file.doubles(echo) == ToySystem.echoTimes)
    #expect(try file.doubles("echo") == ToySystem.echoTimes)
  }

  /// Where theory has other times than the simulation, each road's values stand over its own.
  @Test func theoryHasItsOwnCoordinatesWhereTheyDiffer() throws {
    let file = try DiagramFile(of: ToyRuns.text(model: "delays", axes: "field = { values = [1, 2] }", samples: 2))
    for name in ["profile", "profile_error", "profile_samples", "shadow", "shadow_theory"] {
      #expect(file.variables[name] == ["field", "time"])
    }
    #expect(try file.doubles("time") == [0, 1, 2, 3])
    #expect(file.variables["profile_theory"] == ["field", "profile_theory_time"])
    #expect(file.variables["profile_theory_time"] == ["profile_theory_time"])
    #expect(try file.doubles("profile_theory_time") == [0, 2])
    #expect(try file.text("long_name", of: "profile_theory_time") == "time")
    #expect(try file.doubles("profile_theory") == [0, 20, 0, 20])

    // Of equal length, but at other times.
    let echo = try #require(file.variables["echo"]?.last)
    #expect(try file.doubles(echo) == ToySystem.echoTimes)
    #expect(file.variables["echo_error"]?.last == echo)
    #expect(file.variables["echo_theory"] == ["field", "echo_theory_time"])
    #expect(try file.doubles("echo_theory_time") == [0, 1, 5, 7])
    #expect(try file.doubles("echo_theory") == [0, 2, 10, 14, 0, 2, 10, 14])
  }

  /// Equal times of both roads are one coordinate, also where another observable has taken the plain name.
  @Test func bothRoadsShareEqualCoordinates() throws {
    let file = try DiagramFile(of: ToyRuns.text(model: "echoes", axes: "field = { values = [1] }", samples: 1))
    #expect(file.variables["profile_theory"] == file.variables["profile"])
    #expect(file.variables["echo_theory"] == file.variables["echo"])
    let theory = try #require(file.variables["echo_theory"]?.last)
    #expect(try file.doubles(theory) == ToySystem.echoTimes)
    #expect(try file.doubles("echo_theory") == ToySystem.echoTimes)

    // The same where the times depend on the axis.
    let lengths = ToyRuns.text(model: "lengths", axes: "size = { values = [1, 3] }", samples: 1)
    let other = try DiagramFile(of: lengths)
    #expect(other.variables["shadow"] == ["size", "shadow_time"])
    #expect(other.variables["shadow_theory"] == other.variables["shadow"])
  }

  /// A curve may run over another coordinate than the declared one: training steps in place of time.
  @Test func curvesNameTheirOwnCoordinates() throws {
    let text = """
      system = "generalization-dynamics"
      [parameters]
      model = "twoLayerFull"
      numSamples = 5
      step = [0, 3]
      [axes]
      hiddenWidth = { values = [1, 2, 3] }
      [simulation]
      samples = 2
      """
    let plan = try RunPlan(RunSpecification(text: text, file: "run.toml", overrides: [], registry: .standard))
    let file = try DiagramFile(of: PhaseDiagram(reducing: ToyRuns.records(plan), of: plan))
    for name in ["testError", "testError_error", "trainError"] {
      #expect(file.variables[name] == ["hiddenWidth", "step"])
    }
    #expect(try file.doubles("step") == [0, 3])
    #expect(try file.doubles("testError").allSatisfy { $0 > 0 && $0 < 100 })
  }

  @Test func equalDiagramsGiveEqualBytes() throws {
    try withTemporaryFolder { folder in
      let files = ["first.nc", "second.nc"].map { folder.appendingPathComponent($0) }
      for file in files {
        try DiagramWriter(diagram: ToyRuns.diagram(ToyRuns.text(model: "lengths"))).write(to: file.path)
      }
      #expect(try Data(contentsOf: files[0]) == Data(contentsOf: files[1]))
    }
  }
}
