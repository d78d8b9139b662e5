/// A rectangle of the parameter plane (an interval, for one axis) between places of the lattice.
struct LatticeCell: Sendable, Equatable {
  /// Lower corner, a place an axis.
  let low: [Int]
  /// Upper corner.
  let high: [Int]

  /// Whether it extends along two axes.
  var isArea: Bool { zip(low, high).count { $0 != $1 } == 2 }
}

/// The cells of a diagram, halved where a phase boundary crosses them and the points for it are there.
struct CellDivision {
  /// Undivided cells, in the order of the grid, children in the place of their parent.
  private(set) var leaves: [LatticeCell] = []
  /// Places without which cells that are crossed cannot be halved, in lexicographic order.
  private(set) var missing: [[Int]] = []

  private let lattices: [AxisLattice]
  private let isKnown: ([Int]) -> Bool
  private let isAllowed: ([Int]) -> Bool

  /// Divides the grid of `lattices`.
  ///
  /// - Parameters:
  ///   - isKnown: whether the diagram has a point at a place.
  ///   - isAllowed: whether it could have one; a cell that would need others stays as it is.
  ///   - labels: phases at a known place, one a road; `nil` where a road has none.
  init(
    of lattices: [AxisLattice], isKnown: @escaping ([Int]) -> Bool,
    isAllowed: @escaping ([Int]) -> Bool = { _ in true }, labels: ([Int]) -> [String?]
  ) {
    self.lattices = lattices
    self.isKnown = isKnown
    self.isAllowed = isAllowed
    var missing: Set<[Int]> = []
    for cell in Self.gridCells(lattices) { divide(cell, labels, &missing) }
    self.missing = missing.sorted { $0.lexicographicallyPrecedes($1) }
  }

  private static func gridCells(_ lattices: [AxisLattice]) -> [LatticeCell] {
    // Words and sizes stand for themselves: the cells lie in the plane, or on the line, of the other axes.
    let corners = products(
      lattices.map { lattice in
        (0..<lattice.axis.values.count - (lattice.isContinuous ? 1 : 0)).map { $0 << lattice.levels }
      })
    return corners.map { low in
      LatticeCell(low: low, high: zip(low, lattices).map { $0 + ($1.isContinuous ? $1.stride : 0) })
    }
  }

  private mutating func divide(_ cell: LatticeCell, _ labels: ([Int]) -> [String?], _ missing: inout Set<[Int]>) {
    guard isCrossed(cell, labels), let cuts = cuts(of: cell) else {
      leaves.append(cell)
      return
    }
    let unknown = Self.products(cuts).filter { !isKnown($0) }
    guard unknown.isEmpty else {
      if unknown.allSatisfy(isAllowed) { missing.formUnion(unknown) }
      leaves.append(cell)
      return
    }
    for child in Self.products(cuts.map { Array(0..<max(1, $0.count - 1)) }) {
      let low = zip(cuts, child).map { $0[$1] }, high = zip(cuts, child).map { $0[min($1 + 1, $0.count - 1)] }
      divide(LatticeCell(low: low, high: high), labels, &missing)
    }
  }

  /// Whether two points on the outline have different phases by the same road; a finer neighbour's points count as well.
  private func isCrossed(_ cell: LatticeCell, _ labels: ([Int]) -> [String?]) -> Bool {
    let found = outline(of: cell).map(labels)
    let roads = found.first?.count ?? 0
    return (0..<roads).contains { road in Set(found.compactMap { $0[road] }).count > 1 }
  }

  /// Places along each axis between which the children lie; `nil` where no axis can be halved.
  private func cuts(of cell: LatticeCell) -> [[Int]]? {
    let cuts = lattices.indices.map { axis in
      let (low, high) = (cell.low[axis], cell.high[axis])
      if low == high { return [low] }
      return [low] + (lattices[axis].middle(of: low, high).map { [$0] } ?? []) + [high]
    }
    return cuts.contains { $0.count > 2 } ? cuts : nil
  }

  private static func products(_ factors: [[Int]]) -> [[Int]] {
    factors.reduce([[]]) { partial, factor in partial.flatMap { place in factor.map { place + [$0] } } }
  }

  /// Known places on the outline of a cell, once around; from end to end of an interval.
  func outline(of cell: LatticeCell) -> [[Int]] {
    let (low, high) = (cell.low, cell.high)
    guard cell.isArea else { return edge(from: low, to: high) + [high] }
    let corners = [low, [high[0], low[1]], high, [low[0], high[1]]]
    return corners.indices.flatMap { edge(from: corners[$0], to: corners[($0 + 1) % 4]) }
  }

  /// Known places from one end of an edge to just before the other.
  private func edge(from first: [Int], to last: [Int]) -> [[Int]] {
    guard let axis = first.indices.first(where: { first[$0] != last[$0] }) else { return [] }
    let ends = [first[axis], last[axis]].sorted()
    guard let middle = lattices[axis].middle(of: ends[0], ends[1]) else { return [first] }
    var place = first
    place[axis] = middle
    return isKnown(place) ? edge(from: first, to: place) + edge(from: place, to: last) : [first]
  }
}
