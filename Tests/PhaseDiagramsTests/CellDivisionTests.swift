import Foundation
import SystemInterface
import Testing

@testable import PhaseDiagrams

/// Which cells are halved, and that the boundary is followed wherever it goes.
@Suite struct CellDivisionTests {
  /// A division with the points that it has asked for, round by round.
  private struct Refined {
    let lattices: [AxisLattice]
    let label: ([Double]) -> String?
    private(set) var known: Set<[Int]>
    private(set) var division: CellDivision
    private(set) var rounds = 0

    init(axes: String = EdgeRuns.plane(3), levels: Int, label: @escaping ([Double]) -> String?) throws {
      let plan = try EdgeRuns.plan(EdgeRuns.text(axes: axes, levels: levels))
      lattices = plan.lattices
      self.label = label
      known = Set(plan.points.map(\.index))
      division = Self.divide(lattices, known, label)
    }

    static func divide(
      _ lattices: [AxisLattice], _ known: Set<[Int]>, _ label: @escaping ([Double]) -> String?
    ) -> CellDivision {
      CellDivision(of: lattices, isKnown: known.contains) { place in
        [known.contains(place) ? label(zip(lattices, place).map { $0.coordinate(at: $1) }) : nil]
      }
    }

    /// One round; false when nothing is missing any more.
    mutating func advance() -> Bool {
      guard !division.missing.isEmpty else { return false }
      known.formUnion(division.missing)
      division = Self.divide(lattices, known, label)
      rounds += 1
      return true
    }

    func phase(_ place: [Int]) -> String? { label(zip(lattices, place).map { $0.coordinate(at: $1) }) }
    func isCrossed(_ cell: LatticeCell) -> Bool {
      Set(division.outline(of: cell).compactMap(phase)).count > 1
    }
    func isFull(_ cell: LatticeCell) -> Bool {
      lattices.indices.allSatisfy { lattices[$0].middle(of: cell.low[$0], cell.high[$0]) == nil }
    }
    func size(_ cell: LatticeCell) -> Int { zip(cell.low, cell.high).map { $1 - $0 }.max() ?? 0 }
  }

  private static let labels: [String: @Sendable ([Double]) -> String?] = [
    "line": { 0.31 + 0.4 * $0[0] - $0[1] >= 0 ? "in" : "out" },
    "circle": { hypot($0[0] - 0.5, $0[1] - 0.5) <= 0.35 ? "in" : "out" },
    "arc": { hypot($0[0], $0[1]) <= 0.77 ? "in" : "out" },
    "spike": { $0[1] < 0.45 + 0.15 * exp(-100 * ($0[0] - 0.25) * ($0[0] - 0.25)) ? "in" : "out" },
    "triple": { $0[1] >= 0.62 ? "in" : $0[0] <= 0.47 ? "out" : "beyond" },
    "stripe": { abs($0[0] - 0.5) < 0.06 ? "in" : "out" },
  ]

  @Test(arguments: ["line", "circle", "arc", "spike", "triple", "stripe"])
  func refinementIsClosedAndLocal(_ shape: String) throws {
    let label = try #require(Self.labels[shape])
    var refined = try Refined(levels: 4, label: label)
    while refined.advance() { #expect(refined.rounds < 40) }
    let leaves = refined.division.leaves
    var area = 0
    for cell in leaves {
      // Closure: only the smallest cells have two phases on their outline.
      #expect(!refined.isCrossed(cell) || refined.isFull(cell), "\(cell)")
      let size = refined.size(cell)
      area += size * size
      guard size < 16 else { continue }
      // Locality: what was halved is crossed.
      let low = cell.low.map { $0 - $0 % (2 * size) }
      #expect(refined.isCrossed(LatticeCell(low: low, high: low.map { $0 + 2 * size })), "\(cell)")
    }
    #expect(area == 32 * 32, "the leaves cover the plane once")
    #expect(refined.known.count < 33 * 33 / 3)
    // No place is asked for that is no corner.
    let corners = Set(leaves.flatMap { [$0.low, $0.high, [$0.low[0], $0.high[1]], [$0.high[0], $0.low[1]]] })
    #expect(refined.known.isSubset(of: corners))
  }

  /// The spike leaves the crossed cells through an edge whose ends are alike: the cell beyond has four equal corners.
  @Test func boundaryIsFollowedThroughAnEdge() throws {
    let label = try #require(Self.labels["spike"])
    var refined = try Refined(levels: 4, label: label)
    let beyond = LatticeCell(low: [0, 16], high: [16, 32])
    #expect(!refined.isCrossed(beyond))
    #expect(refined.division.missing.allSatisfy { $0[1] <= 16 })
    _ = refined.advance()
    #expect(refined.isCrossed(beyond), "the middle of the common edge tells")
    while refined.advance() {}
    // (0.25, 0.6) is the tip, at place (8, 19.2).
    let tip = refined.division.leaves.filter { cell in
      cell.low[0] <= 8 && 8 <= cell.high[0] && cell.low[1] <= 19 && 19 < cell.high[1]
    }
    #expect(tip.count == 2 && tip.allSatisfy(refined.isFull))
  }

  /// A place on the common edge counts for the coarse cell on its other side.
  @Test func outlineHoldsTheHangingNodes() throws {
    let label = try #require(Self.labels["spike"])
    var refined = try Refined(levels: 4, label: label)
    #expect(refined.division.outline(of: LatticeCell(low: [0, 16], high: [16, 32])).count == 4)
    _ = refined.advance()
    #expect(
      refined.division.outline(of: LatticeCell(low: [0, 16], high: [16, 32])) == [
        [0, 16], [8, 16], [16, 16], [16, 32], [0, 32],
      ])
  }

  @Test func onlyCrossedCellsAreHalvedInTheFirstRound() throws {
    let label = try #require(Self.labels["stripe"])
    let refined = try Refined(axes: EdgeRuns.plane(5), levels: 1, label: label)
    // The line x = 1/2 of the grid is inside: the cells to its left and right are crossed, and no others.
    #expect(Set(refined.division.missing.map { $0[0] }) == [2, 3, 4, 5, 6])
    #expect(refined.division.missing.count == 2 * 9 + 3 * 4 && refined.division.leaves.count == 16)
  }

  @Test func placesWithoutAPhaseDivideNothing() throws {
    var refined = try Refined(levels: 4) { $0[0] < 0.5 ? "in" : $0[0] > 0.5 ? nil : "in" }
    #expect(refined.division.missing.isEmpty)
    refined = try Refined(levels: 4) { $0[0] < 0.5 ? "in" : $0[0] == 0.5 ? nil : "out" }
    #expect(refined.division.missing.isEmpty)
  }

  /// Where rules that tie parameters refuse a point, its cell stays whole, and the run goes on.
  @Test func refusedPointsLeaveTheirCellsWhole() throws {
    // The grid has x = 0.5 and 0.75: what lies between cannot be had.
    let diagram = try EdgeRuns.grow(EdgeRuns.text(), registry: SystemRegistry([EdgeSystem(refusesStrip: true)])).diagram
    #expect(diagram.isComplete && diagram.failures.isEmpty)
    let places = diagram.plan.points.compactMap { $0.values["x"]?.number }
    #expect(!places.contains { 0.5 < $0 && $0 < 0.75 }, "a cell is halved as a whole or not")
    #expect(places.contains { 0.25 < $0 && $0 < 0.5 } && places.contains { 0.75 < $0 && $0 < 1 })
    let found = RefinedDiagram(diagram).boundaries
    #expect(found.count == 1 && found[0].pieces.count == 1 && found[0].pieces[0].first == found[0].pieces[0].last)
  }

  @Test func integerAxisStopsAtNeighbours() throws {
    let axes = "x = { from = 0, to = 1, points = 3 }\ncount = { values = [0, 5, 10] }"
    let text = EdgeRuns.text(shape: "line", parameters: "y = 0.6", axes: axes, levels: 5)
    let diagram = try EdgeRuns.grow(text).diagram
    let counts = Set(diagram.plan.points.compactMap { $0.values["count"]?.integer })
    #expect(counts.isSubset(of: Set(0...10)) && counts.count >= 10)
    #expect(Set(diagram.plan.points.map(\.label)).count == diagram.plan.points.count)
    for boundary in RefinedDiagram(diagram).boundaries {
      for vertex in boundary.pieces.flatMap({ $0 }) {
        let margin = 0.31 + 0.4 * vertex.position[0] + 0.031 * vertex.position[1] - 0.6
        #expect(abs(margin) <= 0.031, "within one count")
      }
    }
  }
}
