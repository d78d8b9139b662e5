import SystemInterface

/// The geometry of a diagram: which phase each point has by each road, the cells between the points, their boundaries.
struct RefinedDiagram {
  private let diagram: PhaseDiagram
  private let places: [[Int]: Int]
  private let roads: [PhaseBoundary.Source]
  private let division: CellDivision

  init(_ diagram: PhaseDiagram) {
    self.diagram = diagram
    let plan = diagram.plan, specification = plan.specification
    let places = Dictionary(uniqueKeysWithValues: plan.points.enumerated().map { ($1.index, $0) })
    self.places = places
    let refinement = specification.refinement
    var roads: [PhaseBoundary.Source] = []
    if specification.hasTheory { roads.append(.theory) }
    if specification.sampling != nil { roads.append(.simulation) }
    self.roads = roads
    let followed = roads.filter {
      $0 == .theory ? refinement?.followsTheory ?? false : refinement?.followsSimulation ?? false
    }
    division = CellDivision(of: plan.lattices, isKnown: { places[$0] != nil }, isAllowed: plan.allowsPoint) { place in
      followed.map { road in places[place].flatMap { diagram.points[$0].label(by: road)?.phase } }
    }
  }

  /// Places whose points are needed to halve the cells that a followed boundary crosses.
  var missingPlaces: [[Int]] { division.missing }

  /// All boundaries, theory first, pairs of phases in declared order.
  var boundaries: [PhaseBoundary] {
    let names = diagram.plan.specification.system.description.phases.map(\.name)
    return roads.flatMap { road in
      let present = names.filter { name in diagram.points.contains { $0.label(by: road)?.phase == name } }
      return present.indices.flatMap { first in
        present.indices.dropFirst(first + 1).compactMap { boundary([present[first], present[$0]], road) }
      }
    }
  }

  private func boundary(_ phases: [String], _ road: PhaseBoundary.Source) -> PhaseBoundary? {
    let tracing = BoundaryTracing(diagram.plan.lattices, division) { place in
      places[place].flatMap { diagram.points[$0].label(by: road) }
    }
    let pieces = tracing.pieces(between: phases)
    guard !pieces.isEmpty else { return nil }
    let known = diagram.plan.specification.system.transitionKind(between: phases[0], and: phases[1])
    let kind = known ?? kindByData(tracing.crossings(between: phases), road)
    return PhaseBoundary(source: road, phases: phases, pieces: pieces, kind: kind)
  }

  private func kindByData(
    _ crossings: [BoundaryTracing.Crossing], _ road: PhaseBoundary.Source
  ) -> TransitionKind? {
    var order = TransitionOrder()
    for crossing in crossings {
      guard let longer = twiceAsLong(crossing), longer.allSatisfy({ places[$0] != nil }) else { continue }
      let ends = ([crossing.first, crossing.second] + longer).map { orderParameter(at: $0, road) }
      guard let a = ends[0], let b = ends[1], let c = ends[2], let d = ends[3] else { continue }
      order.add(difference: a - b, overTwiceTheLength: c - d)
    }
    return order.kind
  }

  /// The edge of twice the length whose half the crossing is; `nil` for an edge of the grid.
  private func twiceAsLong(_ crossing: BoundaryTracing.Crossing) -> [[Int]]? {
    guard let axis = crossing.first.indices.first(where: { crossing.first[$0] != crossing.second[$0] }) else {
      return nil
    }
    let (low, high) = (
      min(crossing.first[axis], crossing.second[axis]), max(crossing.first[axis], crossing.second[axis])
    )
    let length = high - low
    guard length < diagram.plan.lattices[axis].stride else { return nil }
    let start = low.isMultiple(of: 2 * length) ? low : low - length
    return [start, start + 2 * length].map { end in
      var place = crossing.first
      place[axis] = end
      return place
    }
  }

  private func orderParameter(at place: [Int], _ road: PhaseBoundary.Source) -> Double? {
    let specification = diagram.plan.specification
    guard let point = places[place],
      let name = specification.system.description.option(named: specification.parameters.option)?.orderParameter
    else { return nil }
    switch road {
    case .theory: return diagram.points[point].theory?.observables[name]?.scalar
    case .simulation: return diagram.points[point].simulation?.means[name]?.scalarMean
    }
  }
}

extension PointSummary {
  /// The phase by one road; `nil` where it has none.
  func label(by road: PhaseBoundary.Source) -> PointLabel? {
    switch road {
    case .theory: theory?.phase.map { PointLabel(phase: $0, margins: [], samples: 0) }
    case .simulation:
      simulation.flatMap { simulation in
        simulation.phase.map { PointLabel(phase: $0, margins: simulation.margins, samples: simulation.samples) }
      }
    }
  }
}
