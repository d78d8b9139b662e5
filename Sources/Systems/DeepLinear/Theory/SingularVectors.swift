import NumericalMethods
import SystemInterface

/// Left and right singular vectors of the input-output correlation, in columns, descending s.
struct SingularVectors: Sendable {
  /// U, N_o × r.
  let left: Matrix
  /// V, N_i × r.
  let right: Matrix
  /// Whether both are unit matrices: data in the basis of their own singular vectors.
  private let isCanonical: Bool

  /// Given vectors in columns.
  init(left: Matrix, right: Matrix) {
    self.left = left
    self.right = right
    isCanonical = false
  }

  private init(canonical modes: Int) {
    left = .identity(modes)
    right = .identity(modes)
    isCanonical = true
  }

  /// Unit vectors: an orthogonal change of inputs and outputs, which gradient descent does not notice.
  static func canonical(modes: Int) -> SingularVectors { SingularVectors(canonical: modes) }

  /// Haar distributed vectors for `modes` modes.
  static func random(
    outputs: Int, inputs: Int, modes: Int, using random: inout RandomStream
  ) throws(LinearAlgebraError) -> SingularVectors {
    let left = try Matrix.haar(rows: outputs, columns: modes, using: &random)
    let right = try Matrix.haar(rows: inputs, columns: modes, using: &random)
    return SingularVectors(left: left, right: right)
  }

  /// U diag(s) Vᵀ.
  func correlation(_ singularValues: [Double]) -> Matrix {
    let scaled = Matrix(rows: left.rows, columns: left.columns) { left[$0, $1] * singularValues[$1] }
    return Matrix.multiply(scaled, transposed: false, by: right, transposed: true)
  }

  /// u_k = u_kᵀ W v_k, and the Frobenius norm of UᵀWV off the diagonal.
  func modeStrengths(of map: Matrix) -> (strengths: [Double], residue: Double) {
    let projected = isCanonical ? map : Matrix.multiply(left, transposed: true, by: map * right)
    let strengths = (0..<projected.rows).map { projected[$0, $0] }
    var squares = 0.0
    for j in 0..<projected.columns {
      for i in 0..<projected.rows where i != j { squares += projected[i, j] * projected[i, j] }
    }
    return (strengths, squares.squareRoot())
  }
}
