import NumericalMethods
import RealModule
import SystemInterface

/// Nodes and weights on 0 < x < 20 for integrals of what distinguishes tanh x from sign x against a smooth function.
///
/// Four panels of 24 Gauss–Legendre nodes: exact to 1e-13 for Gaussians wider than `widestNarrow`; exp(-40) is cut off.
struct FieldCore: Sendable {
  /// x.
  let fields: [Double]
  /// Weights of the rule alone.
  let weights: [Double]
  /// Weights times 1 - tanh x.
  let deficits: [Double]
  /// Weights times 1 - tanh² x.
  let slopes: [Double]
  /// Weights times (1 - tanh² x)².
  let squaredSlopes: [Double]
  /// Weights times ln 2cosh x - x.
  let logarithms: [Double]

  /// Noise up to this standard deviation is left to the trapezoid rule.
  static let widestNarrow = 5.0
  /// End of the core.
  static let end = 20.0
  static let shared = FieldCore()

  private init() {
    let panels = [0.0, 2, 5, 10, Self.end]
    let rules = zip(panels, panels.dropFirst()).map { Quadrature.gaussLegendre(24, from: $0, to: $1) }
    fields = rules.flatMap(\.nodes)
    weights = rules.flatMap(\.weights)
    let decays = fields.map { Double.exp(-2 * $0) }
    deficits = zip(weights, decays).map { $0 * 2 * $1 / (1 + $1) }
    slopes = zip(weights, decays).map { $0 * 4 * $1 / ((1 + $1) * (1 + $1)) }
    squaredSlopes = zip(slopes, weights).map { $0 * $0 / $1 }
    logarithms = zip(weights, decays).map { $0 * Double.log(onePlus: $1) }
  }
}
