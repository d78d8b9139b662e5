import NumericalMethods
import RealModule
import SystemInterface

/// Y and X of one linear regression in the singular basis of X: what gradient flow does to every mode.
///
/// X = U diag(s) Vᵀ (N × P, thin). In mode i, λ = s²: w_i(t) = w_i(0) e + (1 − e) c_i/s_i, c = Vᵀy.
struct SingularModes {
  /// U, N × k.
  let directions: Matrix
  /// s, descending.
  let singularValues: [Double]
  /// c = Vᵀ y.
  let labels: [Double]
  /// |y|² − |c|², what no weights can fit.
  let unreachable: Double
  /// P.
  let sampleCount: Int

  /// - Throws: `LinearAlgebraError` if the decomposition fails.
  init(inputs: Matrix, labels y: [Double]) throws(LinearAlgebraError) {
    let decomposition = try inputs.singularValueDecomposition()
    directions = decomposition.left
    singularValues = decomposition.values
    labels = decomposition.rightTransposed * y
    unreachable =
      inputs.columns > inputs.rows
      ? max(0, y.reduce(0) { $0 + $1 * $1 } - labels.reduce(0) { $0 + $1 * $1 }) : 0
    sampleCount = inputs.columns
  }

  var eigenvalues: [Double] { singularValues.map { $0 * $0 } }

  /// What is learnt: coefficients of U in w(t) for weights that begin at `start` (in the basis U), with weight decay γ.
  func coefficients(at time: Double, start: [Double], weightDecay: Double = 0) -> [Double] {
    singularValues.indices.map { i in
      let s = singularValues[i], rate = s * s + weightDecay
      let grown = -Double.expMinusOne(-rate * time)
      // (1 − e)/rate tends to t.
      let fit = rate > 0 ? grown / rate : time
      return start[i] * (1 - grown) + s * labels[i] * fit
    }
  }

  /// Coefficients of the ridge estimator; of the pseudoinverse plus what is left of the start at γ = 0.
  func ridge(_ gamma: Double) -> [Double] {
    singularValues.indices.map { i in
      let s = singularValues[i]
      return s > 0 || gamma > 0 ? s * labels[i] / (s * s + gamma) : 0
    }
  }

  /// E_t = (|y|² − |c|² + Σ (c_i − s_i w_i)²)/P.
  func trainError(_ coefficients: [Double]) -> Double {
    var sum = unreachable
    for i in coefficients.indices {
      let residual = labels[i] - singularValues[i] * coefficients[i]
      sum += residual * residual
    }
    return sum / Double(sampleCount)
  }
}

extension RandomStream {
  /// `count` independent Gaussian numbers of standard deviation `scale`.
  mutating func normals(_ count: Int, scale: Double = 1) -> [Double] {
    (0..<count).map { _ in scale * normal() }
  }

  /// A matrix of such numbers, column by column.
  mutating func normalMatrix(rows: Int, columns: Int, scale: Double = 1) -> Matrix {
    Matrix(rows: rows, columns: columns) { _, _ in scale * normal() }
  }
}

/// |x|².
func squaredLength(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 } }

/// x·y.
func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
