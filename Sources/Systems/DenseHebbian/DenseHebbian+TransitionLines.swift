import NumericalMethods

extension DenseHebbian {
  private static let lineTitles = [
    "spinodal": "spinodal (replica symmetric)", "firstOrder": "first order (replica symmetric)",
  ]

  /// Spinodal and first-order load, wherever the load is an axis of equilibrium.
  public func transitionLines(axes: [String], at parameters: GivenParameters) -> [String] {
    guard parameters.option == "equilibrium", axes.contains("storageLoad"), axes.count <= 2 else { return [] }
    let isHighStorage = !parameters.isExplicit("storageExponent") && !axes.contains("storageExponent")
    return isHighStorage ? ["spinodal", "firstOrder"] : []
  }

  /// The load of the transition along the other axis, at 61 places (or once, where the load is the only axis).
  ///
  /// - Throws: `SolverError` where a solver did not converge; `InputProblems` for a place that is not a valid point.
  public func transitionLine(
    _ name: String, axes: [String], ranges: [ClosedRange<Double>], at parameters: GivenParameters
  ) throws -> TransitionLine {
    let loadAxis = axes.firstIndex(of: "storageLoad") ?? 0
    var vertices: [[Double]?] = []
    for place in places(axes: axes, ranges: ranges) {
      let point = try point(parameters.removing(["storageLoad"]).replacing(place.values), for: .theory)
      guard let load = try transitionLoad(name, at: point) else {
        vertices.append(nil)
        continue
      }
      vertices.append(axes.indices.map { $0 == loadAxis ? load : place.coordinate })
    }
    return TransitionLine(name: name, title: Self.lineTitles[name] ?? name, vertices: vertices)
  }

  /// Values of the axis that is not the load: the range in 60 steps, whole numbers for integers.
  private func places(
    axes: [String], ranges: [ClosedRange<Double>]
  ) -> [(coordinate: Double, values: [String: ParameterValue])] {
    guard let other = axes.firstIndex(where: { $0 != "storageLoad" }) else { return [(0, [:])] }
    let range = ranges[other], name = axes[other]
    let isInteger = Self.parameters.first { $0.name == name }?.isWholeNumber ?? false
    var coordinates = (0...60).map { range.lowerBound + (range.upperBound - range.lowerBound) * Double($0) / 60 }
    if isInteger { coordinates = coordinates.map { $0.rounded() } }
    return coordinates.enumerated().filter { $0.offset == 0 || $0.element != coordinates[$0.offset - 1] }.map {
      ($0.element, [name: isInteger ? .integer(Int($0.element)) : .real($0.element)])
    }
  }

  private func transitionLoad(_ name: String, at point: DenseHebbianPoint) throws -> Double? {
    let lines = lines(point)
    let spinodal = lines.spinodal(temperature: point.temperature)
    guard name == "firstOrder" else { return spinodal?.load }
    if case .load(let load) = try lines.firstOrder(temperature: point.temperature, spinodal: spinodal) { return load }
    return nil
  }
}
