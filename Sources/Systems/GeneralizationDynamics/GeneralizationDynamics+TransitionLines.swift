import RealModule
import SystemInterface

extension GeneralizationDynamics {
  /// α = 1 ∓ 1/S₀, S₀ = (σ_w² + σ₀²)/σ_ε²: between the lines training to completion is worse than not training.
  ///
  /// Known for the isotropic model without weight decay where α is an axis and N, P follow from it.
  public func transitionLines(in plane: [AxisOutline], at parameters: GivenParameters) -> [TransitionLineOutline] {
    let names = plane.map(\.name)
    guard parameters.option == "isotropicLinear", names.contains("loadRatio"), names.count <= 2,
      !names.contains("weightDecay"), (parameters["weightDecay"]?.number ?? 0) == 0
    else { return [] }
    let count = places(plane).count
    return [
      TransitionLineOutline(name: "harmfulBelow", title: "E_g(∞) = E_g(0), α = 1 - 1/S0", vertexCount: count),
      TransitionLineOutline(name: "harmfulAbove", title: "E_g(∞) = E_g(0), α = 1 + 1/S0", vertexCount: count),
    ]
  }

  /// α of a line at one of the places along the other axis; `nil` where the lower line has left α > 0.
  ///
  /// - Throws: `InputProblems` for a place that is not a valid point.
  public func transitionVertex(
    _ place: Int, of line: String, in plane: [AxisOutline], at parameters: GivenParameters
  ) throws -> [Double]? {
    let coordinate = places(plane)[place], other = plane.first { $0.name != "loadRatio" }
    var values: [String: ParameterValue] = [:]
    if let other {
      let isWhole = Self.parameters.first { $0.name == other.name }?.isWholeNumber ?? false
      values[other.name] = isWhole ? .integer(Int(coordinate)) : .real(coordinate)
    }
    let point = try point(parameters.removing(["loadRatio", "ridge"]).replacing(values), for: .theory)
    guard case .isotropicLinear(let model) = point, model.variances.initialPower > 0 else { return nil }
    let distance = model.variances.noise / model.variances.initialPower
    let load = line == "harmfulBelow" ? 1 - distance : 1 + distance
    guard load > 0 else { return nil }
    return plane.map { $0.name == "loadRatio" ? load : coordinate }
  }

  private func places(_ plane: [AxisOutline]) -> [Double] {
    plane.first { $0.name != "loadRatio" }?.places(count: 61) ?? [0]
  }
}
