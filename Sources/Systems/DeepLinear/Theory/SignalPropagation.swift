import NumericalMethods
import RealModule
import SystemInterface

/// Infinitely wide tanh networks h^{l+1} = g W_l tanh(h^l): length map, and moments of the Jacobian's squared singular values.
///
/// q_{l+1} = g² ⟨tanh²(√q_l z)⟩; M₁ = Π χ_l, χ = g² ⟨tanh′²⟩; m₂/M₁² = 1 + Σ_l (μ₂/μ₁² − 1 − s₁), μ₁ = ⟨tanh′²⟩, μ₂ = ⟨tanh′⁴⟩,
/// s₁ = −1 for Gaussian and 0 for orthogonal weights.
struct SignalPropagation: Sendable {
  /// g.
  let gain: Double

  /// Gaussian averages at one length q.
  struct Averages {
    /// ⟨tanh²⟩.
    var square: Double
    /// ⟨tanh′²⟩.
    var slopeSquare: Double
    /// ⟨tanh′⁴⟩.
    var slopeFourth: Double
  }

  /// Trapezoidal sums in z with step min(0.1, 0.2/√q): the poles of tanh at a distance π/(2√q) leave an error e^{−π²/0.2}.
  ///
  /// Beyond √q |z| = 25, tanh′⁴ is below 1e-42: for large q only the centre counts, with ⟨tanh²⟩ = 1 − ⟨tanh′⟩.
  static func averages(_ q: Double) -> Averages {
    guard q > 0 else { return Averages(square: 0, slopeSquare: 1, slopeFourth: 1) }
    let width = q.squareRoot()
    let step = min(0.1, 0.2 / width), isWide = width > 3
    let limit = isWide ? 25 / width : 9.5
    let count = Int((limit / step).rounded(.up))
    var averages = Averages(square: 0, slopeSquare: 0, slopeFourth: 0)
    var slope = 0.0
    for node in stride(from: count, through: 0, by: -1) {
      let z = Double(node) * step
      let weight = (node == 0 ? 1 : 2) * step * Double.exp(-0.5 * z * z) / (2 * Double.pi).squareRoot()
      let value = Double.tanh(width * z), cosh = Double.cosh(width * z)
      let derivative = 1 / (cosh * cosh)
      averages.square += weight * value * value
      slope += weight * derivative
      averages.slopeSquare += weight * derivative * derivative
      averages.slopeFourth += weight * derivative * derivative * derivative * derivative
    }
    if isWide { averages.square = 1 - slope }
    return averages
  }

  /// q*: 0 for g ≤ 1, else the stable fixed point of the length map.
  func fixedPoint() throws -> Double {
    guard gain > 1 else { return 0 }
    return try RootFinding.brent(in: 1e-3 * (gain - 1)...gain * gain, what: "fixed point of the length map") {
      gain * gain * Self.averages($0).square - $0
    }
  }

  /// χ at the length q.
  func susceptibility(_ q: Double) -> Double { gain * gain * Self.averages(q).slopeSquare }

  /// What the layers do to a signal and to gradients.
  struct Propagation {
    /// q_1 … q_{D+1}.
    var variances: [Double]
    /// ln M₁ of D layers.
    var logMeanSquare: Double
    /// m₂/M₁².
    var secondMomentRatio: Double
  }

  /// The first `depth` layers from the length `start`.
  func propagation(from start: Double, depth: Int, ensemble: WeightEnsemble) -> Propagation {
    var result = Propagation(variances: [start], logMeanSquare: 0, secondMomentRatio: 1)
    var q = start
    for _ in 0..<depth {
      let averages = Self.averages(q)
      result.logMeanSquare += 2 * Double.log(gain) + Double.log(averages.slopeSquare)
      let spread = averages.slopeFourth / averages.slopeSquare / averages.slopeSquare
      result.secondMomentRatio += ensemble == .gaussian ? spread : spread - 1
      q = gain * gain * averages.square
      result.variances.append(q)
    }
    return result
  }
}
