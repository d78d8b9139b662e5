import NumericalMethods
import SystemInterface
import Testing

@testable import PhaseDiagrams

/// Jumps and continuous transitions, and which margins decide about a phase.
@Suite struct TransitionOrderTests {
  @Test func jumpsAndContinuousChangesAreTold() {
    var jump = TransitionOrder(), linear = TransitionOrder(), root = TransitionOrder(), between = TransitionOrder()
    for number in 0..<6 {
      let size = 1 + 0.1 * Double(number)
      jump.add(difference: -size, overTwiceTheLength: 1.02 * size)
      linear.add(difference: 0.5 * size, overTwiceTheLength: size)
      root.add(difference: 0.71 * size, overTwiceTheLength: size)
      between.add(difference: number.isMultiple(of: 2) ? 0.6 : 1.1, overTwiceTheLength: 1)
    }
    #expect(jump.kind == .firstOrder && linear.kind == .continuous && root.kind == .continuous)
    #expect(between.kind == nil, "within two errors of the border")
    #expect((between.ratio?.error ?? 0) > 0.05)
  }

  @Test func fewEdgesTellNothing() {
    var order = TransitionOrder()
    for _ in 0..<2 { order.add(difference: 1, overTwiceTheLength: 1) }
    #expect(order.kind == nil && order.ratio == nil)
    order.add(difference: 0, overTwiceTheLength: 0)
    #expect(order.ratio?.value == 1)
    var flat = TransitionOrder()
    for _ in 0..<5 { flat.add(difference: 0, overTwiceTheLength: 0) }
    #expect(flat.kind == nil)
  }

  /// The circle's order parameter jumps, the line's rises from 0.
  @Test func diagramsTellTheKindOfTheirBoundaries() throws {
    let kinds = try ["circle", "line"].map { shape in
      RefinedDiagram(try EdgeRuns.grow(EdgeRuns.text(shape: shape, levels: 3)).diagram).boundaries.map(\.kind)
    }
    #expect(kinds == [[.firstOrder], [.continuous]])
    // On a plain grid there is nothing to compare.
    let plain = try EdgeRuns.grow(EdgeRuns.text(levels: nil)).diagram
    #expect(RefinedDiagram(plain).boundaries.map(\.kind) == [nil])
  }

  // MARK: - Margins

  private let phases = ["retrieval", "metastable-retrieval", "spin-glass", "paramagnet"]

  private func label(_ phase: String, _ retrieval: Double, _ freezing: Double) -> PointLabel {
    PointLabel(
      phase: phase,
      margins: [
        MarginEstimate(name: "retrieval", positivePhases: ["retrieval"], value: retrieval, standardError: 0.1),
        MarginEstimate(
          name: "freezing", positivePhases: ["retrieval", "spin-glass"], value: freezing, standardError: 0.1),
      ], samples: 4)
  }

  /// Near its spinodal a small system that is not retrieved may look like a paramagnet: the overlap decides all the same.
  @Test func everyMarginThatCouldChangeThePhaseDecides() {
    let names = { (label: PointLabel) in label.decisiveMargins(among: self.phases).map(\.name) }
    #expect(names(label("retrieval", 0.1, 0.1)) == ["retrieval"])
    #expect(names(label("retrieval", 0.1, -0.1)) == ["retrieval"])
    #expect(names(label("spin-glass", -0.1, 0.1)) == ["retrieval", "freezing"])
    #expect(names(label("paramagnet", -0.01, -0.1)) == ["retrieval", "freezing"])
  }

  @Test func boundaryLiesWhereTheMarginBetweenItsPhasesVanishes() {
    let retrieval = label("retrieval", 0.3, 0.2), glass = label("spin-glass", -0.1, 0.1)
    let para = label("paramagnet", -0.2, -0.3)
    #expect(retrieval.margin(toward: glass)?.own.value == 0.3)
    #expect(para.margin(toward: retrieval)?.own.value == -0.2)
    #expect(glass.margin(toward: para)?.other.value == -0.3)
    #expect(glass.margin(toward: label("spin-glass", -0.1, 0.2)) == nil)
  }

  @Test func jackknifeErrorOfALinearMarginIsThatOfTheMean() throws {
    let text = EdgeRuns.text(
      shape: "line", parameters: "scatter = 0.1", axes: "y = { values = [0.5, 0.6] }", simulation: "samples = 6",
      levels: nil)
    for point in try EdgeRuns.grow(text).diagram.points {
      let summary = try #require(point.simulation)
      let margin = try #require(summary.margins.first)
      #expect(abs(margin.value - (summary.means["margin"]?.scalarMean ?? 0)) < 1e-15)
      let error = try #require(summary.means["margin"]?.scalarError)
      #expect(abs((margin.standardError ?? 0) - error) < 1e-12)
    }
  }
}
