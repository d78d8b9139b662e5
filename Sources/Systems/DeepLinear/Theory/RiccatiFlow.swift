import NumericalMethods
import RealModule
import SystemInterface

/// A zero-balanced start of two layers, W₂ᵀW₂ = W₁W₁ᵀ.
public enum ZeroBalancedStart: Sendable, Equatable {
  /// (W₁)_kk = (W₂)_kk = a, all else 0.
  case eye(Double)
  /// W₁ = a R V₀ᵀ, W₂ = a U₀ Rᵀ with random orthonormal columns, r = min(N_i, N_h, N_o) of them.
  case random(scale: Double, seed: UInt64)

  /// W₁ (N_h × N_i) and W₂ (N_o × N_h).
  ///
  /// - Throws: `LinearAlgebraError`, for which there is no cause but a failing library.
  func weights(inputs: Int, hidden: Int, outputs: Int) throws(LinearAlgebraError) -> (first: Matrix, second: Matrix) {
    switch self {
    case .eye(let a):
      return (
        Matrix(rows: hidden, columns: inputs) { $0 == $1 ? a : 0 },
        Matrix(rows: outputs, columns: hidden) { $0 == $1 ? a : 0 }
      )
    case .random(let scale, let seed):
      let rank = min(inputs, hidden, outputs)
      var random = RandomStream(
        StreamKey(seed: seed, system: DeepLinear.streamNumber, point: 0, purpose: .initialState))
      let hiddenVectors = try Matrix.haar(rows: hidden, columns: rank, using: &random)
      let inputVectors = try Matrix.haar(rows: inputs, columns: rank, using: &random)
      let outputVectors = try Matrix.haar(rows: outputs, columns: rank, using: &random)
      var first = Matrix(rows: hidden, columns: inputs), second = Matrix(rows: outputs, columns: hidden)
      first.accumulate(scale, hiddenVectors, transposed: false, by: inputVectors, transposed: true)
      second.accumulate(scale, outputVectors, transposed: false, by: hiddenVectors, transposed: true)
      return (first, second)
    }
  }
}

/// The exact map W(t) = W₂W₁ of two layers under gradient flow from a zero-balanced start, inputs whitened.
///
/// Q = [W₁ᵀ; W₂], F = [[0, Σᵀ], [Σ, 0]]: d(QQᵀ)/dt = F QQᵀ + QQᵀ F − (QQᵀ)² is solved by
/// QQᵀ(t) = e^{Ft} Q₀ [I + Q₀ᵀ E(t) Q₀]⁻¹ Q₀ᵀ e^{Ft}, E(t) = ∫₀ᵗ e^{2Fx} dx (Fukumizu 1998; Braun et al. 2022). Stepped as a
/// semigroup in the eigenbasis of F, Q ← e^{F dt} Q L⁻ᵀ with L Lᵀ = I + QᵀE(dt)Q: in one go the formula overflows and is
/// ill-conditioned for s₁ t > 15. Each step is exact.
struct RiccatiFlow {
  private let eigenvalues: [Double]
  private let vectors: Matrix
  private let inputs: Int
  private var state: Matrix

  /// Starts at the weights W₁ (N_h × N_i) and W₂ (N_o × N_h).
  init(correlation: Matrix, first: Matrix, second: Matrix) throws(LinearAlgebraError) {
    let (outputs, inputs) = (correlation.rows, correlation.columns)
    let size = inputs + outputs
    let generator = Matrix(rows: size, columns: size) { i, j in
      if i < inputs, j >= inputs { return correlation[j - inputs, i] }
      if i >= inputs, j < inputs { return correlation[i - inputs, j] }
      return 0
    }
    let decomposition = try generator.symmetricEigendecomposition()
    eigenvalues = decomposition.values
    vectors = decomposition.vectors
    self.inputs = inputs
    let start = Matrix(rows: size, columns: first.rows) { i, j in i < inputs ? first[j, i] : second[i - inputs, j] }
    state = Matrix.multiply(vectors, transposed: true, by: start)
  }

  /// Lets a time pass.
  mutating func advance(by time: Double) throws(LinearAlgebraError) {
    guard time > 0, let largest = eigenvalues.last, largest > 0 else { return }
    let steps = max(1, Int((time * largest / 4).rounded(.up)))
    for _ in 0..<steps { try step(time / Double(steps)) }
  }

  private mutating func step(_ dt: Double) throws(LinearAlgebraError) {
    let weights = eigenvalues.map { value -> Double in
      // E(dt) on an eigenvalue; dt where it is zero to rounding.
      let x = 2 * value * dt
      return abs(x) < 1e-300 ? dt : dt * Double.expMinusOne(x) / x
    }
    let scaled = Matrix(rows: state.rows, columns: state.columns) { weights[$0] * state[$0, $1] }
    var gram = Matrix.identity(state.columns)
    gram.accumulate(1, state, transposed: true, by: scaled, keeping: 1)
    let factor = try gram.choleskyFactor()
    let grown = Matrix(rows: state.rows, columns: state.columns) {
      Double.exp(eigenvalues[$0] * dt) * state[$0, $1]
    }
    state = grown.dividedOnRight(byTransposeOfLower: factor)
  }

  /// W = W₂W₁, N_o × N_i.
  var map: Matrix {
    let Q = vectors * state
    let outputs = Q.rows - inputs
    let upper = Matrix(rows: inputs, columns: Q.columns) { Q[$0, $1] }
    let lower = Matrix(rows: outputs, columns: Q.columns) { Q[inputs + $0, $1] }
    return Matrix.multiply(lower, transposed: false, by: upper, transposed: true)
  }
}
