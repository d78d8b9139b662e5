import NumericalMethods
import RealModule
import SystemInterface

extension DeepLinear {
  /// The lines of constant M₁ and the critical gain where the gain is an axis; the end of rich learning where u₀ or the
  /// imbalance c of the layers is one.
  public func transitionLines(in plane: [AxisOutline], at parameters: GivenParameters) -> [TransitionLineOutline] {
    guard let axis = lineAxis(parameters, plane), plane.count <= 2, plane.contains(where: { $0.name == axis }) else {
      return []
    }
    let count = places(plane, across: axis).count
    switch parameters.option {
    case "signalPropagation":
      return Self.gainLines.map { TransitionLineOutline(name: $0.name, title: $0.title, vertexCount: count) }
    default:
      // An inflection of u(t) is known for two layers.
      let isKnown =
        parameters["numWeightLayers"]?.integer == 2 && parameters["initialization"] == .word("decoupled")
        && !parameters.isExplicit("initialLayerStrengths")
        && !plane.contains { ["numWeightLayers", "initialization", "initialLayerStrengths"].contains($0.name) }
      let isBalanced = axis != Self.imbalance && !parameters.isExplicit(Self.imbalance)
      let title = isBalanced ? "rich to lazy, u0 = s/2" : "rich to lazy"
      return isKnown ? [TransitionLineOutline(name: "lazy", title: title, vertexCount: count)] : []
    }
  }

  /// The place of a line along its axis, at one of the places of the other axis.
  ///
  /// - Throws: `SolverError` where a solver did not converge; `InputProblems` for a place that is not a valid point.
  public func transitionVertex(
    _ place: Int, of line: String, in plane: [AxisOutline], at parameters: GivenParameters
  ) throws -> [Double]? {
    guard let axis = lineAxis(parameters, plane) else { return nil }
    let place = places(plane, across: axis)[place]
    let given = parameters.removing([axis]).replacing(place.values)
    let point = try point(given, for: .theory)
    let value: Double?
    switch point {
    case .signalPropagation(let point):
      let range = plane.first { $0.name == axis }?.coordinates ?? []
      value = try gain(of: line, at: point, between: range.min() ?? 1, and: range.max() ?? 1)
    case .modeDynamics(let point):
      let s = point.singularValues[0]
      value =
        axis == Self.imbalance
        ? RichLearning.largestImbalance(strength: given["initialModeStrength"]?.number ?? 0, singularValue: s)
        : RichLearning.strengthOfInflection(imbalance: given[Self.imbalance]?.number ?? 0, singularValue: s)
    default: value = nil
    }
    return value.map { value in plane.map { $0.name == axis ? value : place.coordinate } }
  }

  private static let gainLines: [(name: String, title: String, logarithm: Double?)] = [
    ("critical", "critical gain", nil), ("vanishing", "M1 = 0.001", Double.log(1e-3)), ("isometric", "M1 = 1", 0),
    ("exploding", "M1 = 1000", Double.log(1e3)),
  ]

  private static let imbalance = "layerImbalance"

  /// The parameter whose value a line gives. In the plane of c and u₀ that is c, of which every u₀ has one.
  private func lineAxis(_ parameters: GivenParameters, _ plane: [AxisOutline]) -> String? {
    switch parameters.option {
    case "signalPropagation": "gain"
    case "modeDynamics": plane.contains { $0.name == Self.imbalance } ? Self.imbalance : "initialModeStrength"
    default: nil
    }
  }

  /// Places along the other axis (or the only one, where the axis of the line is alone).
  private func places(
    _ plane: [AxisOutline], across axis: String
  ) -> [(coordinate: Double, values: [String: ParameterValue])] {
    guard let other = plane.first(where: { $0.name != axis }) else { return [(0, [:])] }
    let isInteger = Self.parameters.first { $0.name == other.name }?.isWholeNumber ?? false
    return other.places(count: 61).map { ($0, [other.name: isInteger ? .integer(Int($0)) : .real($0)]) }
  }

  /// The gain at which ln M₁, which rises with it, passes the value of the line; by bisection, since with the default q₁ it
  /// jumps at g = 1.
  private func gain(
    of line: String, at point: SignalPropagationPoint, between lower: Double, and upper: Double
  ) throws -> Double? {
    guard let target = Self.gainLines.first(where: { $0.name == line })?.logarithm else {
      return lower <= 1 && upper >= 1 ? 1 : nil
    }
    let excess = { (gain: Double) throws -> Double in
      var moved = point
      moved.gain = gain
      return try SignalPropagation(gain: gain).propagation(
        from: inputVariance(moved), depth: point.depth, ensemble: point.ensemble
      ).logMeanSquare - target
    }
    var (below, above) = (lower, upper)
    guard try excess(below) < 0, try excess(above) >= 0 else { return nil }
    while above - below > 1e-10 * above {
      let middle = 0.5 * (below + above)
      if try excess(middle) < 0 { below = middle } else { above = middle }
    }
    return 0.5 * (below + above)
  }
}
