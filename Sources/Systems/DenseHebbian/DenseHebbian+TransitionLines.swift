import NumericalMethods
import SystemInterface

extension DenseHebbian {
  /// Spinodal and first-order load, wherever the load is an axis of equilibrium.
  public func transitionLines(in plane: [AxisOutline], at parameters: GivenParameters) -> [TransitionLineOutline] {
    let axes = plane.map(\.name)
    guard parameters.option == "equilibrium", axes.contains("storageLoad"), axes.count <= 2 else { return [] }
    let order = parameters["interactionOrder"]?.number ?? 4
    let isHighStorage = (parameters["storageExponent"]?.number ?? order - 1) == order - 1
    guard isHighStorage, !axes.contains("storageExponent") else { return [] }
    let count = places(plane).count
    let lines = [
      ("spinodal", "spinodal (replica symmetric)"), ("firstOrder", "first order (replica symmetric)"),
      ("firstOrderRSB", "first order (one-step RSB)"),
    ]
    return lines.prefix(isBrokenGlassKnown(axes, parameters) ? 3 : 2).map {
      TransitionLineOutline(name: $0.0, title: $0.1, vertexCount: count)
    }
  }

  /// The load of the transition at one of the places along the other axis (or the only one, where the load is alone).
  ///
  /// - Throws: `SolverError` where a solver did not converge; `InputProblems` for a place that is not a valid point.
  public func transitionVertex(
    _ place: Int, of line: String, in plane: [AxisOutline], at parameters: GivenParameters
  ) throws -> [Double]? {
    let place = places(plane)[place]
    let point = try point(parameters.removing(["storageLoad"]).replacing(place.values), for: .theory)
    guard let load = try transitionLoad(line, at: point) else { return nil }
    return plane.map { $0.name == "storageLoad" ? load : place.coordinate }
  }

  /// Places along the axis that is not the load.
  private func places(_ plane: [AxisOutline]) -> [(coordinate: Double, values: [String: ParameterValue])] {
    guard let other = plane.first(where: { $0.name != "storageLoad" }) else { return [(0, [:])] }
    let isInteger = Self.parameters.first { $0.name == other.name }?.isWholeNumber ?? false
    return other.places(count: 61).map { ($0, [other.name: isInteger ? .integer(Int($0)) : .real($0)]) }
  }

  private func isBrokenGlassKnown(_ axes: [String], _ parameters: GivenParameters) -> Bool {
    guard !axes.contains("interactionOrder"), !axes.contains("interactionForm") else { return true }
    return parameters["interactionOrder"]?.number ?? 0 > 2 && parameters["interactionForm"] == .word("distinctIndices")
  }

  private func transitionLoad(_ name: String, at point: DenseHebbianPoint) throws -> Double? {
    let lines = lines(point)
    let spinodal = lines.spinodal(temperature: point.temperature)
    guard name != "spinodal" else { return spinodal?.load }
    if name == "firstOrderRSB", lines.oneStepGlass == nil { return nil }
    let firstOrder = try lines.firstOrder(
      temperature: point.temperature, spinodal: spinodal, against: name == "firstOrder" ? .replicaSymmetric : .best)
    if case .load(let load) = firstOrder { return load }
    return nil
  }
}
