import Foundation
import SystemInterface
import Testing

@testable import PhaseDiagrams

/// The places that refinement can reach along an axis.
@Suite struct AxisLatticeTests {
  private func lattices(_ axes: String, levels: Int = 3) throws -> [AxisLattice] {
    try EdgeRuns.plan(EdgeRuns.text(axes: axes, levels: levels)).lattices
  }

  private func lattice(_ axis: String, levels: Int = 3) throws -> AxisLattice {
    try #require(try lattices("\(axis)\nx = { from = 0.1, to = 0.9, points = 3 }", levels: levels).first)
  }

  @Test func gridValuesStayExactly() throws {
    let values = [0.1, 0.30000000000000004, 0.7]
    let lattice = try lattice("y = { values = [0.1, 0.30000000000000004, 0.7] }")
    #expect(lattice.stride == 8 && lattice.isContinuous)
    for (number, value) in values.enumerated() {
      #expect(lattice.value(at: 8 * number) == .real(value))
      #expect(lattice.coordinate(at: 8 * number) == value)
    }
    #expect(abs(lattice.coordinate(at: 4) - 0.2) < 1e-15)
    #expect(abs(lattice.coordinate(at: 10) - 0.4) < 1e-15)
    #expect(lattice.middle(of: 0, 8) == 4 && lattice.middle(of: 4, 6) == 5 && lattice.middle(of: 4, 5) == nil)
  }

  @Test func logarithmicAxisIsHalvedInRatios() throws {
    let lattice = try lattice("y = { from = 0.01, to = 1, points = 3, spacing = \"log\" }")
    #expect(abs(lattice.coordinate(at: 4) - 0.01 * 10.0.squareRoot()) < 1e-15)
    let middle = lattice.position(from: 0, to: 8, fraction: 0.5)
    #expect(abs(middle.number - lattice.coordinate(at: 4)) < 1e-15)
    #expect(abs(middle.slope - middle.number * log(10.0)) < 1e-12)
  }

  @Test func fallingValuesAreHalvedToo() throws {
    let lattice = try lattice("y = { values = [0.9, 0.5, 0.1] }")
    #expect(lattice.isContinuous && lattice.levels == 3)
    #expect(abs(lattice.coordinate(at: 12) - 0.3) < 1e-15)
  }

  /// Between 2 and 5 only 3 and 4 lie; no value comes twice.
  @Test func integersAreRoundedAndNeverRepeated() throws {
    let lattice = try lattice("count = { values = [2, 5, 6, 26] }", levels: 4)
    var reached = [0, 16, 32, 48]
    var intervals = [(0, 16), (16, 32), (32, 48)]
    while let (low, high) = intervals.popLast() {
      guard let middle = lattice.middle(of: low, high) else { continue }
      reached.append(middle)
      intervals += [(low, middle), (middle, high)]
    }
    let values = reached.sorted().map { lattice.value(at: $0) }
    #expect(Set(values).count == values.count)
    #expect(values.compactMap(\.integer).count == values.count, "whole numbers")
    #expect(values.compactMap(\.integer) == values.compactMap(\.integer).sorted())
    #expect(values.contains(.integer(3)) || values.contains(.integer(4)))
    #expect(values.compactMap(\.integer).count { $0 > 6 } >= 16)
    #expect(lattice.middle(of: 16, 32) == nil, "nothing lies between 5 and 6")
  }

  @Test(arguments: [
    "colour = { values = [\"red\", \"green\"] }", "size = { values = [10, 20, 40] }", "y = { values = [0.3] }",
  ])
  func wordsSizesAndSingleValuesStandForThemselves(_ axis: String) throws {
    let plan = try EdgeRuns.plan(EdgeRuns.text(axes: "\(axis)\nx = { from = 0, to = 1, points = 3 }"))
    #expect(!plan.lattices[0].isContinuous && plan.lattices[0].levels == 0 && plan.lattices[0].stride == 1)
    #expect(plan.lattices[1].levels == 3)
    // Refined along the other axis, for every value.
    let rounds = try EdgeRuns.grow(
      EdgeRuns.text(axes: "\(axis)\nx = { from = 0, to = 1, points = 3 }", follow: "theory"))
    let refined = rounds.diagram.plan
    let values = refined.lattices[0].axis.values.count
    #expect(refined.points.count > 3 * values)
    #expect(Set(refined.points.map { $0.index[0] }).count == values)
    let pieces = RefinedDiagram(rounds.diagram).boundaries.flatMap(\.pieces)
    #expect(pieces.count == 2 * values && pieces.allSatisfy { $0.count == 1 })
  }

  @Test func levelsCountHalvings() throws {
    let diagram = try EdgeRuns.grow(EdgeRuns.text(levels: 2)).diagram
    for point in diagram.plan.points {
      let smallest = point.index.map { $0 == 0 ? 2 : min(2, $0.trailingZeroBitCount) }.min() ?? 0
      #expect(point.level == 2 - smallest)
    }
    #expect(Set(diagram.plan.points.map(\.level)) == [0, 1, 2])
  }

  // MARK: - Run files

  @Test func unsortedValuesAreRefusedWithRefinement() {
    let axes = "x = { values = [0.1, 0.9, 0.5] }\ny = { from = 0, to = 1, points = 3 }"
    let problems = EdgeRuns.problems(EdgeRuns.text(axes: axes))
    #expect(problems.count == 1)
    #expect(problems[0].contains("axes.x.values") && problems[0].contains("rise, or fall"), "\(problems)")
    #expect(problems[0].contains("run.toml:7"), "\(problems)")
    #expect(EdgeRuns.problems(EdgeRuns.text(axes: axes, levels: nil)).isEmpty, "a plain grid takes any order")
    for fine in ["x = { values = [0.9, 0.5, 0.1] }", "size = { values = [40, 10, 20] }"] {
      #expect(EdgeRuns.problems(EdgeRuns.text(axes: "\(fine)\ny = { from = 0, to = 1, points = 3 }")).isEmpty)
    }
  }

  /// A plain grid over unsorted values has no cells along them.
  @Test func unsortedValuesDrawNoBoundaryAcross() throws {
    let axes = "x = { values = [0.1, 0.9, 0.5] }\ny = { from = 0, to = 1, points = 3 }"
    let diagram = try EdgeRuns.grow(EdgeRuns.text(axes: axes, levels: nil)).diagram
    let vertices = RefinedDiagram(diagram).boundaries.flatMap(\.pieces).flatMap { $0 }
    #expect(vertices.map { $0.position[0] } == [0.5, 0.5])
  }

  @Test func withoutATheoryTheSimulationIsFollowed() throws {
    let text = EdgeRuns.text(shape: "measured", simulation: "samples = 2")
    #expect(EdgeRuns.problems(text).isEmpty)
    #expect(try EdgeRuns.plan(text).specification.refinement?.follow == .simulation)
    #expect(try EdgeRuns.plan(EdgeRuns.text(simulation: "samples = 2")).specification.refinement?.follow == .both)
    #expect(!EdgeRuns.problems(EdgeRuns.text(shape: "measured", simulation: "samples = 2", follow: "both")).isEmpty)
  }

  @Test func nothingToHalveIsRefused() {
    let problems = EdgeRuns.problems(EdgeRuns.text(axes: "size = { values = [10, 20] }"))
    #expect(problems.count == 1 && problems[0].contains("none of the axes"))
  }
}
