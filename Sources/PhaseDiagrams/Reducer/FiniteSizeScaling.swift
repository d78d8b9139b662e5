import Statistics
import SystemInterface

/// A diagram over sizes: observables extrapolated to infinite size, crossings of curves of different sizes, and limits of
/// phase boundaries.
struct FiniteSizeScaling {
  /// An observable at infinite size, at every value of the other axis.
  struct Limit {
    let observable: String
    /// `nil` where fewer than two sizes have a value with an error.
    let values: [SizeExtrapolation?]
    /// Theory at the largest size.
    let theory: [Double?]
  }

  /// Where the Binder cumulants of two sizes cross.
  struct Crossing {
    let observable: String
    let sizes: (Double, Double)
    let crossing: CurveCrossing
  }

  /// A phase boundary at infinite size.
  struct BoundaryLimit {
    let boundary: String
    let phases: [String]
    let limit: SizeExtrapolation
  }

  /// The axis that stays.
  let control: DiagramAxis
  /// Its place among the axes.
  let controlPlace: Int
  let limits: [Limit]
  let crossings: [Crossing]
  let boundaryLimits: [BoundaryLimit]

  /// The scaling of a diagram; `nil` unless one of two axes is the size, with two finite values at least.
  init?(_ diagram: PhaseDiagram, boundaries: [PhaseBoundary]) {
    let axes = diagram.plan.specification.axes, system = diagram.plan.specification.system.description
    guard axes.count == 2, diagram.plan.specification.sampling != nil,
      let sizePlace = axes.firstIndex(where: { $0.name == system.sizeParameter }),
      axes[sizePlace].coordinates.allSatisfy(\.isFinite), axes[sizePlace].values.count >= 2
    else { return nil }
    controlPlace = 1 - sizePlace
    control = axes[controlPlace]
    let sizes = SizeTable(diagram, sizePlace: sizePlace, controlPlace: controlPlace)
    let declared = system.observables(of: .simulate, under: diagram.plan.specification.parameters.option)
    let scalars = declared.filter(\.dimensions.isEmpty).map(\.name)
    limits = scalars.compactMap(sizes.limit)
    crossings = axes[controlPlace].isOrdered ? scalars.flatMap(sizes.crossings) : []
    boundaryLimits = boundaries.compactMap {
      Self.limit(of: $0, sizes: sizes.sizes, sizePlace: sizePlace, controlPlace: 1 - sizePlace)
    }
  }

  /// A boundary that every size shows once.
  private static func limit(
    of boundary: PhaseBoundary, sizes: [Double], sizePlace: Int, controlPlace: Int
  ) -> BoundaryLimit? {
    let vertices = boundary.pieces.joined().sorted { $0.position[sizePlace] < $1.position[sizePlace] }
    guard boundary.source == .simulation, vertices.map({ $0.position[sizePlace] }) == sizes.sorted() else { return nil }
    return SizeExtrapolation(
      sizes: sizes.sorted(), values: vertices.map { $0.position[controlPlace] },
      errors: vertices.map { abs($0.error[controlPlace]) }
    ).map { BoundaryLimit(boundary: boundary.name, phases: boundary.phases, limit: $0) }
  }

  /// Where a boundary lies at infinite size.
  func limit(of boundary: PhaseBoundary) -> SizeExtrapolation? {
    boundaryLimits.first { $0.boundary == boundary.name }?.limit
  }

  /// Agreement of every extrapolated observable with theory.
  var verdicts: [CutVerdict] {
    limits.compactMap { limit in
      let z = zip(limit.values, limit.theory).compactMap { value, theory -> Double? in
        guard let value, let theory, value.standardError > 1e-12 * max(1, abs(value.value)) else { return nil }
        return (value.value - theory) / value.standardError
      }
      return CutVerdict(limit.observable, cut: "infinite size", deviations: z)
    }
  }
}

/// The points of a diagram by size and value of the other axis.
private struct SizeTable {
  /// Sizes in ascending order.
  let sizes: [Double]
  private let places: [Double]
  /// Summaries [control][size ascending].
  private let table: [[PointSummary?]]

  init(_ diagram: PhaseDiagram, sizePlace: Int, controlPlace: Int) {
    let plan = diagram.plan, axes = plan.specification.axes
    let order = axes[sizePlace].coordinates.indices.sorted {
      axes[sizePlace].coordinates[$0] < axes[sizePlace].coordinates[$1]
    }
    sizes = order.map { axes[sizePlace].coordinates[$0] }
    places = axes[controlPlace].coordinates
    var table = [[PointSummary?]](
      repeating: [PointSummary?](repeating: nil, count: order.count), count: places.count)
    let stride = plan.lattices[controlPlace].stride
    // Points of a refinement lie at places that only some sizes have.
    for (point, summary) in zip(plan.points, diagram.points) where point.index[controlPlace].isMultiple(of: stride) {
      guard let size = order.firstIndex(of: point.index[sizePlace]) else { continue }
      table[point.index[controlPlace] / stride][size] = summary
    }
    self.table = table
  }

  func limit(of observable: String) -> FiniteSizeScaling.Limit? {
    let values = table.map { row -> SizeExtrapolation? in
      let known = row.indices.compactMap { size -> (size: Double, estimate: Estimate, error: Double)? in
        guard case .scalar(let estimate)? = row[size]?.equilibrium?.means[observable],
          let error = estimate.standardError
        else { return nil }
        return (sizes[size], estimate, error)
      }
      return SizeExtrapolation(
        sizes: known.map(\.size), values: known.map(\.estimate.mean), errors: known.map(\.error))
    }
    guard values.contains(where: { $0 != nil }) else { return nil }
    let theory = table.map { $0.last??.theory?.observables[observable]?.scalar }
    return FiniteSizeScaling.Limit(observable: observable, values: values, theory: theory)
  }

  /// Crossings of the Binder cumulants of every two neighbouring sizes.
  func crossings(of observable: String) -> [FiniteSizeScaling.Crossing] {
    (1..<sizes.count).compactMap { larger in
      let known = table.indices.compactMap { control -> (place: Double, difference: Double, error: Double)? in
        guard let first = table[control][larger - 1]?.equilibrium?.binderCumulants[observable],
          let second = table[control][larger]?.equilibrium?.binderCumulants[observable]
        else { return nil }
        let squares = first.standardError * first.standardError + second.standardError * second.standardError
        return (places[control], second.value - first.value, squares.squareRoot())
      }.sorted { $0.place < $1.place }
      return CurveCrossing(
        at: known.map(\.place), differences: known.map(\.difference), errors: known.map(\.error)
      ).map {
        FiniteSizeScaling.Crossing(observable: observable, sizes: (sizes[larger - 1], sizes[larger]), crossing: $0)
      }
    }
  }
}

extension DiagramAxis {
  /// Whether its values have an order in which a curve can cross another.
  fileprivate var isOrdered: Bool { words == nil && coordinates.allSatisfy(\.isFinite) }
}
