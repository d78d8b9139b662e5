import RealModule

/// Finds the lines between phases in the cells of a diagram: crossings on the edges, joined cell by cell into polylines.
///
/// On an edge between points of different phases the crossing lies where the margin between the phases, taken as linear,
/// (in the logarithm of the coordinate, on an axis of equal ratios) is zero; its error has a statistical part and, for what happens between the points, that of a uniform distribution over
/// the edge. Without margins (theory) the crossing is the middle. Where noise exceeds the change of the margin over an edge,
/// the statistical part is the noise over the slope of the margin around it.
struct BoundaryTracing {
  let lattices: [AxisLattice]
  let label: ([Int]) -> PointLabel?
  private let division: CellDivision

  init(_ lattices: [AxisLattice], _ division: CellDivision, label: @escaping ([Int]) -> PointLabel?) {
    self.lattices = lattices
    self.division = division
    self.label = label
  }

  /// An edge that a boundary crosses; `first` has the first of the two phases.
  struct Crossing: Hashable {
    let first: [Int]
    let second: [Int]
  }

  /// Crossings, and pairs of them that are neighbours on the boundary.
  private struct Graph {
    var neighbours: [Node: [Node]] = [:]

    mutating func join(_ one: Node, _ other: Node) {
      neighbours[one, default: []].append(other)
      neighbours[other, default: []].append(one)
    }
  }

  /// A crossing, or the centre of a cell in which three phases meet.
  private struct Node: Hashable {
    let crossing: Crossing
    /// Corners of the cell, for a centre.
    let centreOf: [[Int]]?

    var key: [Int] { (centreOf.map { [1] + $0.flatMap { $0 } } ?? [0]) + crossing.first + crossing.second }
  }

  /// The crossings between two phases, in lexicographic order.
  func crossings(between phases: [String]) -> [Crossing] {
    let nodes = graph(of: phases).neighbours.keys.filter { $0.centreOf == nil }
    return nodes.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.crossing)
  }

  /// The polylines between two phases; single vertices for a diagram of one axis.
  func pieces(between phases: [String]) -> [[PhaseBoundary.Vertex]] {
    let graph = graph(of: phases)
    var rest = Set(graph.neighbours.keys)
    let ordered = rest.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    // Open pieces begin at an end; what is left over then are closed loops.
    let starts = ordered.filter { graph.neighbours[$0]?.count != 2 } + ordered
    return starts.compactMap { start in
      guard rest.remove(start) != nil else { return nil }
      var piece = [start]
      while let next = graph.neighbours[piece[piece.count - 1]]?.first(where: rest.contains) {
        rest.remove(next)
        piece.append(next)
      }
      let isLoop = piece.count > 2 && graph.neighbours[piece[0]]?.contains(piece[piece.count - 1]) ?? false
      return (isLoop ? piece + [start] : piece).map(vertex)
    }
  }

  private func graph(of phases: [String]) -> Graph {
    var graph = Graph()
    for cell in division.leaves {
      let outline = division.outline(of: cell)
      let count = cell.isArea ? outline.count : outline.count - 1
      let crossings = (0..<count).compactMap { crossing(outline[$0], outline[($0 + 1) % outline.count], phases) }
      let nodes = crossings.map { Node(crossing: $0, centreOf: nil) }
      for node in nodes { graph.neighbours[node, default: []] += [] }
      guard cell.isArea else { continue }
      for pair in stride(from: 0, to: nodes.count - 1, by: 2) { graph.join(nodes[pair], nodes[pair + 1]) }
      if !nodes.count.isMultiple(of: 2), let last = nodes.last {
        graph.join(last, Node(crossing: last.crossing, centreOf: [cell.low, cell.high]))
      }
    }
    return graph
  }

  private func crossing(_ one: [Int], _ other: [Int], _ phases: [String]) -> Crossing? {
    let found = [label(one)?.phase, label(other)?.phase]
    if found == phases { return Crossing(first: one, second: other) }
    return found.reversed() == phases ? Crossing(first: other, second: one) : nil
  }

  private func vertex(_ node: Node) -> PhaseBoundary.Vertex {
    var vertex = vertex(node.crossing)
    if let corners = node.centreOf {
      vertex.position = lattices.indices.map { axis in
        lattices[axis].position(from: corners[0][axis], to: corners[1][axis], fraction: 0.5).number
      }
    }
    return vertex
  }

  /// Where on the edge, and one standard error toward its second end.
  private func vertex(_ crossing: Crossing) -> PhaseBoundary.Vertex {
    let (fraction, error) = place(of: crossing)
    let positions = lattices.indices.map {
      lattices[$0].position(from: crossing.first[$0], to: crossing.second[$0], fraction: fraction)
    }
    return PhaseBoundary.Vertex(position: positions.map(\.number), error: positions.map { error * $0.slope })
  }

  /// The place as a fraction of the edge, with its error.
  private func place(of crossing: Crossing) -> (fraction: Double, error: Double) {
    let spread = 1 / Double.sqrt(12)
    guard let one = label(crossing.first), let other = label(crossing.second),
      let margin = one.margin(toward: other)
    else { return (0.5, spread) }
    let (a, b) = (margin.own.value, margin.other.value)
    let (errorA, errorB) = (margin.own.standardError ?? 0, margin.other.standardError ?? 0)
    // x = a/(a - b), so dx = (a db - b da)/(a - b)^2.
    var statistical = Double.hypot(b * errorA, a * errorB) / ((a - b) * (a - b))
    let noise = Double.hypot(errorA, errorB)
    if abs(a - b) < Self.significance * noise, let change = change(of: margin.own.name, over: crossing), change > 0 {
      statistical = max(statistical, noise / Double.sqrt(2) / change)
    }
    // No more than a cell of the grid, in which the boundary lies at any rate.
    let steps = zip(crossing.first, crossing.second).map { abs($0 - $1) }.max() ?? 1
    let stride = lattices.map(\.stride).max() ?? 1
    statistical = min(statistical, Double(stride) / Double(max(1, steps)))
    return (a / (a - b), Double.hypot(statistical, spread))
  }
}
