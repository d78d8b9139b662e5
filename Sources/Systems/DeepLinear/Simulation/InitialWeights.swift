import NumericalMethods
import RealModule
import SystemInterface

/// Initial weights of a network.
enum InitialWeights {
  /// W_l = R_l diag(a^{(l)}) R_{l−1}ᵀ with R_0 = V, R_D = U and Haar distributed orthonormal columns R_l between.
  ///
  /// Modes do not interact from such a start. Of more modes than hidden units the first ones are started.
  /// - Parameter strengths: a_1 … a_D, the same for all modes.
  static func decoupled(
    strengths: [Double], hiddenWidth: Int, data: SingularVectors, using random: inout RandomStream
  ) throws(LinearAlgebraError) -> [Matrix] {
    let modes = strengths.count == 1 ? data.left.columns : min(data.left.columns, hiddenWidth)
    var below = data.right.prefixOfColumns(modes)
    var weights: [Matrix] = []
    for (layer, strength) in strengths.enumerated() {
      let isLast = layer == strengths.count - 1
      let above =
        try isLast
        ? data.left.prefixOfColumns(modes) : Matrix.haar(rows: hiddenWidth, columns: modes, using: &random)
      var weight = Matrix(rows: above.rows, columns: below.rows)
      weight.accumulate(strength, above, transposed: false, by: below, transposed: true)
      weights.append(weight)
      below = above
    }
    return weights
  }

  /// Independent Gaussian numbers of standard deviation `scale`: W_1 (N_h × N_i) and W_2 (N_o × N_h).
  static func smallRandom(
    scale: Double, inputs: Int, hidden: Int, outputs: Int, using random: inout RandomStream
  ) -> [Matrix] {
    [
      Matrix.gaussian(rows: hidden, columns: inputs, standardDeviation: scale, using: &random),
      Matrix.gaussian(rows: outputs, columns: hidden, standardDeviation: scale, using: &random),
    ]
  }

  /// One N × N matrix of an ensemble.
  static func square(
    _ ensemble: WeightEnsemble, width: Int, using random: inout RandomStream
  ) throws(LinearAlgebraError) -> Matrix {
    switch ensemble {
    case .gaussian:
      Matrix.gaussian(
        rows: width, columns: width, standardDeviation: 1 / Double(width).squareRoot(), using: &random)
    case .orthogonal: try Matrix.haar(rows: width, columns: width, using: &random)
    }
  }
}

extension Matrix {
  /// The first `count` columns.
  func prefixOfColumns(_ count: Int) -> Matrix {
    Matrix(rows: rows, columns: count, columnMajor: Array(elements[..<(rows * count)]))
  }
}
