import Foundation
import SystemInterface
import Systems
import Testing

@testable import PhaseDiagrams

/// The values that axes of run files cover.
@Suite struct RunFileAxisTests {
  private func axis(_ name: String, _ entry: String, model: String = "theoryOnly") throws -> DiagramAxis {
    try ToyRuns.specification(ToyRuns.text(model: model, axes: "\(name) = \(entry)", samples: nil)).axes[0]
  }

  @Test func linearRangesHitBothEnds() throws {
    let axis = try axis("field", "{ from = 0.1, to = 0.7, points = 7 }")
    #expect(axis.values.count == 7)
    #expect(axis.values.first == .real(0.1))
    #expect(axis.values.last == .real(0.7))
    for (place, value) in axis.coordinates.enumerated() {
      #expect(abs(value - (0.1 + 0.1 * Double(place))) < 1e-15)
    }
    #expect(try self.axis("field", "{ from = -2, to = 2, points = 1 }").values == [.real(-2)])
    #expect(
      try self.axis("field", "{ from = -2, to = 2, points = 3, spacing = \"linear\" }").coordinates == [-2, 0, 2])
  }

  @Test func logarithmicRangesHaveEqualRatios() throws {
    let axis = try axis("field", "{ from = 0.001, to = 10, points = 5, spacing = \"log\" }")
    #expect(axis.spacing == .log)
    #expect(axis.coordinates.first == 0.001)
    #expect(axis.coordinates.last == 10)
    for (lower, upper) in zip(axis.coordinates, axis.coordinates.dropFirst()) {
      #expect(abs(upper / lower - 10) < 1e-13)
    }
  }

  @Test func integersAreRoundedAndMerged() throws {
    let coarse = try axis("size", "{ from = 2, to = 4, points = 4 }")
    #expect(coarse.values == [.integer(2), .integer(3), .integer(4)])
    let log = try axis("size", "{ from = 1, to = 100, points = 5, spacing = \"log\" }")
    #expect(log.values == [.integer(1), .integer(3), .integer(10), .integer(32), .integer(100)])
    #expect(try axis("size", "{ values = [4.0, 2] }").values == [.integer(4), .integer(2)])
  }

  @Test func wordsStandBesideNumbers() throws {
    let text = """
      system = "dense-hebbian"
      parameters = { datasetQuality = 0.5 }
      axes = { examplesPerArchetype = { values = [5, 20, "infinite"] } }
      """
    let axis = try RunSpecification(text: text, file: "run.toml", overrides: [], registry: .standard).axes[0]
    #expect(axis.values == [.integer(5), .integer(20), .word("infinite")])
    #expect(axis.coordinates == [5, 20, .infinity])
    #expect(axis.outline?.coordinates == [5, 20])
    #expect(axis.words == nil)
  }

  @Test func choicesAreCategories() throws {
    let axis = try axis("shape", "{ values = [\"steep\", \"flat\"] }")
    #expect(axis.values == [.word("steep"), .word("flat")])
    #expect(axis.words == ["flat", "steep"])
    #expect(axis.coordinates == [1, 0])
    #expect(axis.outline == nil)
  }

  @Test func listsKeepTheirOrder() throws {
    #expect(try axis("field", "{ values = [3, -1, 2.5] }").coordinates == [3, -1, 2.5])
    #expect(try axis("field", "{ values = [3, -1, 2.5] }").outline?.places(count: 2) == [-1, 3])
  }

  @Test func orderOfTheFileDecidesWhichAxisComesFirst() throws {
    let first = try ToyRuns.specification(
      ToyRuns.text(axes: "size.values = [1]\nfield.values = [1]")
    ).axes.map(\.name)
    let second = try ToyRuns.specification(
      ToyRuns.text(axes: "field = { values = [1] }\nsize = { values = [1] }")
    ).axes.map(\.name)
    #expect(first == ["size", "field"])
    #expect(second == ["field", "size"])
  }

  // Line 7 of the text holds the axis.
  @Test(arguments: [
    ("field = { from = 0, to = 1, points = 3, spacing = \"log\" }", "axes.field.from: given 0", "> 0"),
    ("field = { from = -1.0, to = 1, points = 3, spacing = \"log\" }", "axes.field.from: given -1", "> 0"),
    ("field = { from = 1, to = 0.5, points = 3 }", "axes.field.to: given 0.5", "above from = 1"),
    ("field = { from = 1, to = 1, points = 2 }", "axes.field.to: given 1", "above from = 1"),
    ("field = { from = 0, to = 1, points = 0 }", "axes.field.points: given 0", "an integer in 1"),
    ("field = { from = 0, to = 1, points = 2.5 }", "axes.field.points: given 2.5", "an integer in 1"),
    ("field = { from = 0, to = 1 }", "axes.field: 'points' is missing", "from, to and points, or values"),
    ("field = { from = nan, to = 1, points = 2 }", "axes.field.from: given nan", "a finite number"),
    ("field = { from = 0, to = inf, points = 2 }", "axes.field.to: given inf", "a finite number"),
    ("field = { from = \"0\", to = 1, points = 2 }", "axes.field.from: given \"0\"", "a finite number"),
    ("field = { from = 0, to = 1, points = 2, spacing = \"lin\" }", "axes.field.spacing: given \"lin\"", "linear, log"),
    ("field = { from = 0, to = 1, pionts = 2, points = 2 }", "axes.field.pionts: not a key", "did you mean 'points'?"),
    ("field = { from = 0, to = 11, points = 2 }", "axes.field: given 11", "a number in [-10, 10]"),
    ("field = { values = [1, 2, 1.0] }", "axes.field.values: every value", "only once"),
    ("field = { values = [] }", "axes.field.values: given []", "an array of values"),
    ("field = { values = 3 }", "axes.field.values: given 3", "an array of values"),
    ("field = { values = [1, \"x\"] }", "axes.field.values: given \"x\"", "a number in [-10, 10]"),
    ("field = { values = [1], points = 1 }", "axes.field.points: goes with a range", "values"),
    ("field = [1, 2]", "axes.field: given [1, 2]", "values = […]"),
    ("field = {}", "axes.field: given", "values = […]"),
    ("size = { values = [1.5] }", "axes.size.values: given 1.5", "an integer in 1...100 or 'infinite'"),
    ("size = { from = 0, to = 4, points = 5 }", "axes.size: given 0", "an integer in 1...100 or 'infinite'"),
    ("shape = { values = [\"stepe\"] }", "axes.shape.values: given \"stepe\"", "did you mean 'steep'?"),
    ("shape = { from = 0, to = 1, points = 2 }", "axes.shape: given 0", "one of flat, steep"),
  ]) func wrongAxesAreRefusedWithTheirLine(entry: String, start: String, end: String) {
    let problems = ToyRuns.problems(ToyRuns.text(model: "theoryOnly", axes: entry, samples: nil))
    #expect(problems.count == 1, "\(problems)")
    let problem = problems.first ?? ""
    #expect(problem.hasPrefix("run.toml:7:"), "\(problem)")
    #expect(problem.contains(": \(start)"), "\(problem)")
    #expect(problem.contains(end), "\(problem)")
  }
}
