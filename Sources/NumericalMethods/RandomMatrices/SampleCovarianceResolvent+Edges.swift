import RealModule

extension SampleCovarianceResolvent {
  /// The edges of the bulk of S, ascending: two for each interval of positive density. The atom at zero does not count.
  ///
  /// Edges are l = −z(κ) = κ² <Λ/(κ + Λ)²> at the real κ where <Λ²/(κ + Λ)²> = α: one above −Λ_min, one below −Λ_max, none or
  /// two between neighbouring −Λ_j (Silverstein & Choi, J. Multivar. Anal. 54, 295 (1995)).
  /// - Throws: `SolverError` where a root is not found.
  public func bulkEdges() throws -> [Double] {
    let poles = distinctPositiveValues
    guard let smallest = poles.first, let largest = poles.last else { return [] }
    var edges = [try lowestEdge(smallest), try highestEdge(largest)]
    for (left, right) in zip(poles, poles.dropFirst()) {
      edges += try gapEdges(between: left, and: right)
    }
    return edges.sorted()
  }

  /// The lowest and the highest edge.
  ///
  /// - Throws: `SolverError` where a root is not found.
  public func outerEdges() throws -> (lower: Double, upper: Double) {
    let poles = distinctPositiveValues
    guard let smallest = poles.first, let largest = poles.last else { return (0, 0) }
    return (try lowestEdge(smallest), try highestEdge(largest))
  }

  private var distinctPositiveValues: [Double] {
    let sorted = zip(values, weights).filter { $0.0 > 0 && $0.1 > 0 }.map(\.0).sorted()
    var distinct: [Double] = []
    for value in sorted where distinct.last.map({ value > $0 }) ?? true { distinct.append(value) }
    return distinct
  }

  /// <Λ²/(κ + Λ)²> − α, κ given as its distance from −`pole` so that nothing cancels next to it.
  private func condition(_ distance: Double, from pole: Double) -> Double {
    average { value in
      // Directions without variance have no pole at κ = 0.
      guard value > 0 else { return 0 }
      let ratio = value / (distance + (value - pole))
      return ratio * ratio
    } - ratio
  }

  private func edge(_ distance: Double, from pole: Double) -> Double {
    let kappa = distance - pole
    return kappa * kappa
      * average { value in
        guard value > 0 else { return 0 }
        let shifted = distance + (value - pole)
        return value / (shifted * shifted)
      }
  }

  private func lowestEdge(_ smallest: Double) throws -> Double {
    if isCritical { return 0 }
    // Beyond this distance every Λ²/(κ + Λ)² is below what would make the average α.
    let far = Double.log(2 * (average { $0 * $0 } / ratio).squareRoot() + 2 * smallest)
    let near = Double.log(0.5 * smallest * (weight(of: smallest) / ratio).squareRoot())
    let distance = Double.exp(
      try RootFinding.brent(in: near...far, tolerance: 1e-15, what: "lowest edge of the spectrum") {
        condition(Double.exp($0), from: smallest)
      })
    return edge(distance, from: smallest)
  }

  private func highestEdge(_ largest: Double) throws -> Double {
    let far = Double.log(2 * (average { $0 * $0 } / ratio).squareRoot())
    let near = Double.log(0.5 * largest * (weight(of: largest) / ratio).squareRoot())
    let distance = Double.exp(
      try RootFinding.brent(in: near...max(near, far), tolerance: 1e-15, what: "highest edge of the spectrum") {
        condition(-Double.exp($0), from: largest)
      })
    return edge(-distance, from: largest)
  }

  private func gapEdges(between left: Double, and right: Double) throws -> [Double] {
    // The condition is convex between two poles. Distances are those from −left, downwards.
    let width = right - left
    let nearLeft = min(0.25, 0.5 * left * (weight(of: left) / ratio).squareRoot() / width)
    let nearRight = min(0.25, 0.5 * right * (weight(of: right) / ratio).squareRoot() / width)
    guard nearLeft * width > 0, nearRight * width > 0 else { return [] }
    let lowest = Maximization.goldenSection(in: nearLeft...(1 - nearRight), tolerance: 1e-12) {
      -condition(-$0 * width, from: left)
    }
    guard lowest.value > 0 else { return [] }
    return try [nearLeft...lowest.location, lowest.location...(1 - nearRight)].map { bracket in
      let distance = try RootFinding.brent(in: bracket, tolerance: 1e-15, what: "edge of a gap") {
        condition(-$0 * width, from: left)
      }
      return edge(-distance * width, from: left)
    }
  }

  private func weight(of value: Double) -> Double {
    zip(values, weights).reduce(0) { $1.0 == value ? $0 + $1.1 : $0 }
  }
}
