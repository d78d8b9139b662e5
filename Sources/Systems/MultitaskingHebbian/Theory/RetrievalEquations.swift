import NumericalMethods
import RealModule
import SystemInterface

/// Self-consistency of the overlaps with the data, n = F(n) with F(n) = E[x̂ sign or tanh of the field], at one temperature.
///
/// Iterating F never raises the free energy, a difference of two convex functions of n.
protocol RetrievalEquations {
  /// F(n).
  mutating func image(of n: [Double]) -> [Double]

  /// Γ f at n; `nil` where the iteration ends so soon that it is not needed.
  mutating func scaledFreeEnergy(at n: [Double]) -> Double?

  /// Hs = Γ ∂²f/∂n² of shape K x K: a state is stable where it is positive definite.
  mutating func hessian(at n: [Double]) -> Matrix
}

extension RetrievalEquations {
  /// Not needed.
  mutating func scaledFreeEnergy(at n: [Double]) -> Double? { nil }
}

/// The equations at T > 0: n_mu = E[x̂_mu tanh h], h = Σ_mu n_mu x̂_mu/(T Γ) (page, section 3.1).
struct ThermalEquations: RetrievalEquations {
  /// T Γ.
  let scale: Double
  private var fields: FieldStatistics

  init(_ law: DataLaw, dilution: Double, scale: Double) {
    self.scale = scale
    fields = FieldStatistics(law, dilution: dilution)
  }

  private func argument(_ n: [Double]) -> [Double] { n.map { $0 / scale } }

  mutating func image(of n: [Double]) -> [Double] { fields.exampleOverlaps(argument(n)) }

  /// Hs = 1 - E[x̂ x̂ᵀ sech² h]/(T Γ) (page, section 3.3).
  mutating func hessian(at n: [Double]) -> Matrix { hessian(of: fields.curvature(argument(n)).matrix) }

  func hessian(of moments: Matrix) -> Matrix {
    Matrix(rows: moments.rows, columns: moments.columns) { ($0 == $1 ? 1 : 0) - moments[$0, $1] / scale }
  }

  /// F, m and E ln cosh h.
  mutating func averages(at n: [Double]) -> FieldStatistics.Averages { fields.averages(argument(n)) }

  /// The averages with sech² h.
  mutating func curvature(at n: [Double]) -> FieldStatistics.Curvature { fields.curvature(argument(n)) }

  /// Γ f = Σ n²/2 - T Γ E ln(2 cosh h) (page, section 3.1).
  mutating func scaledFreeEnergy(at n: [Double]) -> Double? {
    0.5 * n.reduce(0) { $0 + $1 * $1 } - scale * (Double.log(2) + fields.averages(argument(n)).logarithm)
  }
}
