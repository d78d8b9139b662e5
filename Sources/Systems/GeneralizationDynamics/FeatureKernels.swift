import NumericalMethods
import RealModule
import SystemInterface

/// Weights of a two-layer student and its teacher, and the Gaussian averages over their hidden units.
struct FeatureKernels {
  /// W, shape d × M: a column is a unit.
  let hidden: Matrix
  /// W̃, d × M_t.
  let teacher: Matrix
  /// ã.
  let readout: [Double]
  let activation: Activation

  /// E f(u·x) f(v·x) between all columns of u and v.
  static func kernel(_ activation: Activation, _ u: Matrix, _ v: Matrix) -> Matrix {
    var products = Matrix.multiply(u, transposed: true, by: v)
    let squaresOfU = squares(u), squaresOfV = squares(v)
    products.withUnsafeMutableElements { elements in
      for j in squaresOfV.indices {
        for i in squaresOfU.indices {
          let place = i + j * squaresOfU.count
          elements[place] = activation.kernel(
            product: elements[place], square1: squaresOfU[i], square2: squaresOfV[j])
        }
      }
    }
    return products
  }

  private static func squares(_ matrix: Matrix) -> [Double] {
    (0..<matrix.columns).map { matrix.column($0).reduce(0) { $0 + $1 * $1 } }
  }

  /// Φ = K(W, W), M × M.
  var studentKernel: Matrix { Self.kernel(activation, hidden, hidden) }

  /// b = K(W, W̃) ã.
  var overlaps: [Double] { Self.kernel(activation, hidden, teacher) * readout }

  /// y₂ = ãᵀ K(W̃, W̃) ã.
  var teacherPower: Double {
    zip(readout, Self.kernel(activation, teacher, teacher) * readout).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// f(Wx) for the columns x of `inputs`: shape P × units, a column is a unit.
  static func outputs(_ activation: Activation, inputs: Matrix, weights: Matrix) -> Matrix {
    var fields = Matrix.multiply(inputs, transposed: true, by: weights)
    fields.withUnsafeMutableElements { activation.apply(to: $0) }
    return fields
  }
}

extension RandomFeatures {
  /// The weights: W_ji = √(2/d) sin(0.7548776662466927 j²i + 1.324717957244746 j + shift), shift 0 for W and 0.5 for W̃,
  /// ã_k = c √(2/M_t) cos 1.7k, all indices from 1; or Gaussian ones of variance 1/d and c²/M_t.
  func kernels() -> FeatureKernels {
    let d = inputDimension
    switch weights {
    case .deterministic:
      let scale = (2 / Double(d)).squareRoot()
      func matrix(_ count: Int, shift: Double) -> Matrix {
        Matrix(rows: d, columns: count) { row, column in
          let i = Double(row + 1), j = Double(column + 1)
          return scale * Double.sin(0.7548776662466927 * j * j * i + 1.324717957244746 * j + shift)
        }
      }
      let readoutScale = teacherScale * (2 / Double(numTeacherUnits)).squareRoot()
      return FeatureKernels(
        hidden: matrix(hiddenWidth, shift: 0), teacher: matrix(numTeacherUnits, shift: 0.5),
        readout: (1...numTeacherUnits).map { readoutScale * Double.cos(1.7 * Double($0)) }, activation: activation)
    case .gaussian(let seed):
      func gaussian(_ rows: Int, _ columns: Int, scale: Double, replica: UInt16) -> Matrix {
        var random = RandomStream(
          StreamKey(
            seed: seed, system: GeneralizationDynamics().description.streamNumber, point: 0, replica: replica,
            purpose: .disorder))
        return Matrix(rows: rows, columns: columns) { _, _ in scale * random.normal() }
      }
      let scale = 1 / Double(d).squareRoot()
      return FeatureKernels(
        hidden: gaussian(d, hiddenWidth, scale: scale, replica: 0),
        teacher: gaussian(d, numTeacherUnits, scale: scale, replica: 1),
        readout: gaussian(
          numTeacherUnits, 1, scale: teacherScale / Double(numTeacherUnits).squareRoot(), replica: 2
        ).elements, activation: activation)
    }
  }
}
