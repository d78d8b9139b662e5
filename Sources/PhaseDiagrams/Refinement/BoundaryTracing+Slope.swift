extension BoundaryTracing {
  /// Differences that exceed their error by this factor are taken as they are.
  static let significance = 4.0

  /// The change of a margin over an edge by the plane through the points around it; `nil` where it cannot be told.
  ///
  /// Where noise exceeds the change over an edge, an edge counts as crossed because its points deviate apart: their
  /// difference is that of the noise, and the error of a crossing that was computed with it would be far too small. The
  /// box around the edge is doubled until the slope is significant, up to the size of a cell of the grid.
  func change(of margin: String, over crossing: Crossing) -> Double? {
    let (first, second) = (crossing.first, crossing.second)
    guard let axis = first.indices.first(where: { first[$0] != second[$0] }) else { return nil }
    let length = abs(second[axis] - first[axis])
    let start = first[axis] < second[axis] ? first : second
    let other = lattices.indices.first { $0 != axis && lattices[$0].isContinuous }
    var reach = 1, found: Double?
    repeat {
      reach *= 2
      let fit = PlaneFit(points(around: start, axis, other, length, reach, margin))
      guard let fit else { continue }
      // Without significance at the end, as much as cannot be excluded.
      found = max(abs(fit.slope), fit.error)
      if abs(fit.slope) > Self.significance * fit.error { break }
    } while reach * length < lattices[axis].stride
    return found
  }

  private func points(
    around start: [Int], _ axis: Int, _ other: Int?, _ length: Int, _ reach: Int, _ margin: String
  ) -> [PlaneFit.Value] {
    (-reach...reach + 1).flatMap { along in
      (other == nil ? 0...0 : -reach...reach).compactMap { across in
        var place = start
        place[axis] += along * length
        if let other { place[other] += across * length }
        guard let estimate = label(place)?.margins.first(where: { $0.name == margin }) else { return nil }
        return PlaneFit.Value(
          along: Double(along), across: Double(across), value: estimate.value, error: estimate.standardError ?? 0)
      }
    }
  }
}

/// A plane through values at places by least squares: its slope along the first direction.
struct PlaneFit {
  /// A value with its error.
  struct Value {
    let along: Double
    let across: Double
    let value: Double
    let error: Double
  }

  /// Change of the value over one unit along.
  let slope: Double
  /// Its standard error, from the mean square of the errors of the values.
  let error: Double

  /// `nil` where the places do not span the plane, or the line where all have the same place across.
  init?(_ values: [Value]) {
    guard let origin = values.first else { return nil }
    let isLine = values.allSatisfy { $0.across == origin.across }
    guard values.count > (isLine ? 2 : 3) else { return nil }
    let n = Double(values.count)
    let mean = { (part: (Value) -> Double) in values.reduce(0) { $0 + part($1) } / n }
    let (centreAlong, centreAcross) = (mean(\.along), mean(\.across))
    let product = { (one: (Value) -> Double, two: (Value) -> Double) in values.reduce(0) { $0 + one($1) * two($1) } }
    let along = { (value: Value) in value.along - centreAlong }
    let across = { (value: Value) in value.across - centreAcross }
    // For values on a line the second direction drops out of the normal equations.
    let (uu, uv, vv) = (product(along, along), product(along, across), isLine ? 1 : product(across, across))
    let determinant = uu * vv - uv * uv
    guard determinant > 1e-9 * uu * vv else { return nil }
    slope = (vv * product(along, \.value) - uv * product(across, \.value)) / determinant
    error = (mean { $0.error * $0.error } * vv / determinant).squareRoot()
  }
}
