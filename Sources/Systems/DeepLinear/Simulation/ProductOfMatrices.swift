import NumericalMethods
import RealModule
import SystemInterface

/// A product W_D ⋯ W_1 = Q R_D ⋯ R_1 kept in orthogonal and triangular factors, so that small singular values survive.
///
/// W_l Q_{l−1} = Q_l R_l; Σ_l ln (R_l)_ii grow as the Lyapunov exponents.
struct ProductOfMatrices {
  /// Σ_l ln (R_l)_ii.
  private(set) var logarithms: [Double]
  private var orthogonal: Matrix
  private var triangular: Matrix

  init(width: Int) throws {
    logarithms = [Double](repeating: 0, count: width)
    orthogonal = .identity(width)
    triangular = .identity(width)
  }

  /// Multiplies a factor from the left.
  mutating func multiply(by factor: Matrix) throws(LinearAlgebraError) {
    let step = try (factor * orthogonal).qrDecomposition()
    orthogonal = step.orthogonal
    triangular = step.triangular * triangular
    for i in logarithms.indices { logarithms[i] += Double.log(step.triangular[i, i]) }
  }

  /// The singular values in descending order.
  ///
  /// Rows of the triangular factor are graded like the singular values. Where these spread over more than eight decades, a
  /// bidiagonalisation would lose the small ones; one-sided Jacobi on the transpose keeps their digits.
  func singularValues() throws(LinearAlgebraError) -> [Double] {
    let spread = (logarithms.max() ?? 0) - (logarithms.min() ?? 0)
    return spread < 8 * Double.log(10)
      ? try triangular.singularValues() : try triangular.transposed().singularValuesByJacobi()
  }
}
