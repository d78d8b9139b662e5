import Foundation
import NumericalMethods
import SystemInterface

/// A deep linear network under full-batch gradient descent on L = ½‖Σ_yx − W_D ⋯ W_1‖², inputs whitened.
///
/// One step costs three matrix products a layer: prefix P_l = W_l P_{l−1}, left factor W_{l+1}ᵀ left, gradient left P_{l−1}ᵀ.
struct LinearNetwork {
  /// W_1 … W_D.
  private(set) var weights: [Matrix]
  /// Σ_yx.
  let correlation: Matrix
  /// P_2 … P_D, P_l = W_l ⋯ W_1.
  private var prefixes: [Matrix]
  /// The products W_{l+1}ᵀ ⋯ W_Dᵀ (Σ_yx − W) for l = 1 … D.
  private var left: [Matrix]

  /// A network that starts at `weights`, W_l being n_l × n_{l−1}.
  init(_ weights: [Matrix], correlation: Matrix) {
    self.weights = weights
    self.correlation = correlation
    let inputs = correlation.columns
    prefixes = weights.dropFirst().map { Matrix(rows: $0.rows, columns: inputs) }
    left = weights.map { Matrix(rows: $0.rows, columns: inputs) }
    propagate()
  }

  /// W = W_D ⋯ W_1.
  var map: Matrix { prefixes.last ?? weights[0] }

  /// ½‖Σ_yx − W‖².
  private(set) var loss = 0.0

  /// Prefixes, residual and loss of the present weights.
  private mutating func propagate() {
    for l in 1..<max(weights.count, 1) {
      prefixes[l - 1].accumulate(1, weights[l], by: l == 1 ? weights[0] : prefixes[l - 2])
    }
    let output = map, last = left.count - 1
    var squares = 0.0
    left[last].withUnsafeMutableElements { residual in
      correlation.elements.withUnsafeBufferPointer { target in
        output.elements.withUnsafeBufferPointer { actual in
          for index in residual.indices {
            let difference = target[index] - actual[index]
            residual[index] = difference
            squares += difference * difference
          }
        }
      }
    }
    loss = 0.5 * squares
  }

  /// One step of gradient descent, all gradients from the same old weights.
  mutating func step(learningRate: Double) {
    for l in stride(from: weights.count - 1, through: 0, by: -1) {
      // The left factor of the layer below needs the old weights of this one.
      if l > 0 { left[l - 1].accumulate(1, weights[l], transposed: true, by: left[l]) }
      switch l {
      case 0: weights[0].add(learningRate, left[0])
      case 1:
        weights[1].accumulate(learningRate, left[1], transposed: false, by: weights[0], transposed: true, keeping: 1)
      default:
        weights[l].accumulate(
          learningRate, left[l], transposed: false, by: prefixes[l - 2], transposed: true, keeping: 1)
      }
    }
    propagate()
  }

  /// W_{l+1}ᵀW_{l+1} − W_lW_lᵀ for l = 1 … D − 1, which gradient flow conserves.
  var conservedMatrices: [Matrix] {
    zip(weights, weights.dropFirst()).map { below, above in
      var difference = above.gram()
      difference.accumulate(-1, below, transposed: false, by: below, transposed: true, keeping: 1)
      return difference
    }
  }
}

extension LinearNetwork {
  /// Weights in bytes, for a file.
  struct SavedWeights: Codable {
    fileprivate var layers: [Data]
  }

  /// The present weights.
  var savedWeights: SavedWeights {
    SavedWeights(layers: weights.map { matrix in matrix.elements.withUnsafeBytes { Data($0) } })
  }

  /// Goes on from saved weights: everything else follows from them, with the same bits.
  ///
  /// - Throws: `SavedNetworkMismatch` for weights of another shape.
  mutating func restore(_ saved: SavedWeights) throws(SavedNetworkMismatch) {
    let restored = zip(weights, saved.layers).compactMap { matrix, bytes -> Matrix? in
      guard bytes.count == matrix.elements.count * MemoryLayout<Double>.stride else { return nil }
      var elements = [Double](repeating: 0, count: matrix.elements.count)
      _ = elements.withUnsafeMutableBytes { bytes.copyBytes(to: $0) }
      return Matrix(rows: matrix.rows, columns: matrix.columns, columnMajor: elements)
    }
    guard restored.count == weights.count, saved.layers.count == weights.count else { throw SavedNetworkMismatch() }
    weights = restored
    propagate()
  }

  /// Multiplications of one step.
  var work: Double {
    let inputs = Double(correlation.columns)
    return 3 * weights.reduce(0) { $0 + Double($1.rows * $1.columns) * inputs }
  }
}

/// A linear network and the singular vectors of its data, along which its modes lie.
struct LinearModes: ModeLearner {
  private var network: LinearNetwork
  private let data: SingularVectors

  static let stableRate = "2/(D s_1^(2-2/D))"

  init(_ network: LinearNetwork, data: SingularVectors) {
    self.network = network
    self.data = data
  }

  var loss: Double { network.loss }
  var modes: (strengths: [Double], residue: Double) { data.modeStrengths(of: network.map) }
  var mapElements: [Double] { network.map.elements }
  var conserved: [Matrix] { network.conservedMatrices }
  func drift(from start: [Matrix]) -> Double { Matrix.largestDistance(network.conservedMatrices, start) }
  var work: Double { network.work }
  mutating func step(learningRate: Double) { network.step(learningRate: learningRate) }
  var savedWeights: LinearNetwork.SavedWeights { network.savedWeights }
  mutating func restore(_ saved: LinearNetwork.SavedWeights) throws(SavedNetworkMismatch) { try network.restore(saved) }
}

/// A saved network that does not belong to the simulation.
struct SavedNetworkMismatch: Error, CustomStringConvertible {
  var description: String { "the saved weights have other shapes than the network" }
}

extension Matrix {
  /// √Σ a_ij².
  var frobeniusNorm: Double { elements.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  /// Largest Frobenius norm of the differences of two lists of matrices.
  static func largestDistance(_ first: [Matrix], _ second: [Matrix]) -> Double {
    zip(first, second).map { pair in
      var difference = pair.0
      difference.add(-1, pair.1)
      return difference.frobeniusNorm
    }.max() ?? 0
  }
}
