import NumericalMethods
import RealModule
import SystemInterface

/// Two layers of small random weights, entries N(0, σ²): modes that start from the part orthogonal to the earlier ones.
///
/// With C = ½(W₁V + W₂ᵀU) = QR, modes in descending order of s, mode k follows the balanced law with u₀_k = R_kk²: a learned
/// mode freezes the hidden directions it uses. Over starts 2R_kk²/σ² is χ² with n_k = N_h − k + 1 degrees of freedom.
/// Leading order in σ.
struct SmallRandomStart: Sendable {
  /// σ.
  let scale: Double
  /// N_h.
  let hiddenWidth: Int

  /// E ln R_kk² = ln σ² + ψ(n_k/2), k from 1.
  func meanLogStrength(mode k: Int) -> Double {
    2 * Double.log(scale) + Digamma.value(Double(hiddenWidth - k + 1) / 2)
  }

  /// The mean over starts of the time to f s: (1/2s)[ln(f/(1 − f)) + ln s − E ln R_kk²].
  func meanLearningTime(mode k: Int, singularValue s: Double, fraction f: Double) -> Double {
    (Double.log(f / (1 - f)) + Double.log(s) - meanLogStrength(mode: k)) / (2 * s)
  }

  /// R_kk² of one start.
  ///
  /// - Parameters: `first` = W₁ (N_h × N_i), `second` = W₂ (N_o × N_h), singular vectors in columns, descending s.
  static func strengths(first: Matrix, second: Matrix, data: SingularVectors) throws -> [Double] {
    var overlap = first * data.right
    overlap.accumulate(0.5, second, transposed: true, by: data.left, keeping: 0.5)
    let triangular = try overlap.qrDecomposition().triangular
    return (0..<triangular.rows).map { triangular[$0, $0] * triangular[$0, $0] }
  }
}
