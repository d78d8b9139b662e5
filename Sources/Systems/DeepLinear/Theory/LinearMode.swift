import SystemInterface

/// The trajectory u(t) of one mode of a deep linear network under gradient flow.
protocol LinearMode: Sendable {
  /// u at increasing times.
  ///
  /// - Throws: `SolverError` where a solver did not converge.
  func strengths(at times: [Double]) throws -> [Double]

  /// The time at which u rises to `strength`, for u(0) < `strength` < s of a mode that learns.
  ///
  /// - Throws: `SolverError` where a solver did not converge.
  func time(to strength: Double) throws -> Double
}

/// A mode, how it starts, and why it may never be learned.
struct ModeStartState: Sendable {
  /// a_1 … a_D.
  let layerStrengths: [Double]
  /// s > 0.
  let singularValue: Double

  /// u₀ = a_1 ⋯ a_D.
  var strength: Double { layerStrengths.reduce(1, *) }

  /// Whether all layers start equal, up to pairs of signs, which gradient flow does not notice.
  var isBalanced: Bool {
    layerStrengths.allSatisfy { abs($0) == abs(layerStrengths[0]) } && (strength >= 0 || layerStrengths.count == 1)
  }

  /// Why u never reaches s; `nil` where it does.
  ///
  /// u changes sign where the weakest layer does. Where two layers share the smallest modulus and the product is negative,
  /// both reach 0 together: the stable manifold of the saddle (a₀ = −b₀).
  var reasonNotLearned: String? {
    let magnitudes = layerStrengths.map(abs).sorted()
    guard magnitudes.count >= 2, magnitudes[0] == magnitudes[1] else { return nil }
    if magnitudes[0] == 0 { return "never learned: two layers start at 0, a saddle of the loss" }
    let isNegative = !layerStrengths.filter { $0 < 0 }.count.isMultiple(of: 2)
    return isNegative
      ? "never learned: the two weakest layers cancel (a0 = -b0) and the mode ends at the saddle u = 0" : nil
  }

  /// The trajectory by the best method for this start.
  var trajectory: any LinearMode {
    let s = singularValue, u = strength
    if isBalanced, layerStrengths.count == 1 || u == 0 || (u > 0 && u < s) {
      return BalancedMode(depth: layerStrengths.count, singularValue: s, initialStrength: u)
    }
    if layerStrengths.count == 2 {
      let mode = UnequalTwoLayerMode(layerStrengths[0], layerStrengths[1], singularValue: s)
      // Close to balance the closed form loses digits by cancellation.
      if mode.conservedQuantity > 1e-6 * s { return mode }
      if layerStrengths[0] == -layerStrengths[1] { return SaddleMode(singularValue: s, initialStrength: u) }
    }
    return UnequalLayersMode(layerStrengths, singularValue: s)
  }
}
