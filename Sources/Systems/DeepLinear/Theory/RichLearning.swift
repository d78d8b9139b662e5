import RealModule

/// Two layers a, b of one mode: which starts learn richly, with a point of inflection of u(t), u = ab.
///
/// du/dt = √(c² + 4u²)(s − u) with c = a² − b² conserved, so that d²u/dt² = 0 at u = (s ± √(s² − 2c²))/4: growth accelerates
/// up to the upper root, and from nowhere on if c ≥ s/√2.
enum RichLearning {
  /// The upper root (s + √(s² − 2c²))/4, below which u accelerates; `nil` for |c| ≥ s/√2.
  static func strengthOfInflection(imbalance c: Double, singularValue s: Double) -> Double? {
    guard abs(c) < s / 2.0.squareRoot() else { return nil }
    return (s + (s * s - 2 * c * c).squareRoot()) / 4
  }

  /// The c ≥ 0 at which rich learning from u₀ ≥ 0 ends: s/√2 for u₀ ≤ s/4, 2√(u₀(s − 2u₀)) up to u₀ = s/2, `nil` above.
  static func largestImbalance(strength u0: Double, singularValue s: Double) -> Double? {
    guard u0 <= s / 2 else { return nil }
    return u0 <= s / 4 ? s / 2.0.squareRoot() : 2 * (u0 * (s - 2 * u0)).squareRoot()
  }

  /// The layers a ≥ b ≥ 0 with ab = u₀ and a² − b² = c, for c, u₀ ≥ 0: a² = (c + √(c² + 4u₀²))/2.
  static func layerStrengths(imbalance c: Double, strength u0: Double) -> [Double] {
    // Equal to the last bit where they are meant to be equal.
    if c == 0 { return DeepLinear.equalLayers(u0, depth: 2) }
    let a = ((c + Double.hypot(c, 2 * u0)) / 2).squareRoot()
    return [a, u0 / a]
  }
}
