import RealModule
import SystemInterface

/// A mode of two layers a, b with c = a² − b² ≠ 0 conserved: du/dt = √(c² + 4u²) (s − u), u = ab.
///
/// With a = √c cosh(θ/2), b = √c sinh(θ/2), q = e^θ = (a + b)/(a − b) the flow is a Riccati equation in q with fixed points
/// q₊ = (2s + R)/c, q₋ = −c/(2s + R), R = √(4s² + c²); (q₊ − q)/(q − q₋) decays as e^{−Rt}, and u = (c/4)(q − 1/q).
/// The sign of u₀ does not matter.
struct UnequalTwoLayerMode: LinearMode {
  /// c > 0 for unequal layers.
  let conservedQuantity: Double
  private let singularValue: Double
  private let initialRatio: Double

  /// Layers in any order and of any signs.
  init(_ a: Double, _ b: Double, singularValue: Double) {
    // Swapping the layers or both signs changes nothing: let a > |b|.
    let (large, small) = abs(a) >= abs(b) ? (a, b) : (b, a)
    let (x, y) = large < 0 ? (-large, -small) : (large, small)
    conservedQuantity = (x - y) * (x + y)
    self.singularValue = singularValue
    initialRatio = (x + y) / (x - y)
  }

  /// 1/R is the time scale.
  private var rate: Double {
    (4 * singularValue * singularValue + conservedQuantity * conservedQuantity).squareRoot()
  }
  private var stableRatio: Double { (2 * singularValue + rate) / conservedQuantity }

  /// (q₊ − q)/(q − q₋).
  private func distance(_ q: Double) -> Double { (stableRatio - q) / (q + 1 / stableRatio) }

  func strengths(at times: [Double]) -> [Double] {
    let c = conservedQuantity, upper = stableRatio, start = distance(initialRatio)
    return times.map { t in
      let rho = start * Double.exp(-rate * t)
      let q = (upper - rho / upper) / (1 + rho)
      return c / 4 * (q - 1 / q)
    }
  }

  func time(to u: Double) -> Double {
    let c = conservedQuantity
    let q = (2 * u + (4 * u * u + c * c).squareRoot()) / c
    return Double.log(distance(initialRatio) / distance(q)) / rate
  }
}
