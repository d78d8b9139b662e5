import NumericalMethods
import RealModule
import SystemInterface

/// Items at the leaves of a tree, whose binary features flip with probability ε along every edge.
///
/// Two items whose lowest common ancestor is h levels up have the similarity C = q^h, q = (1 − 2ε)². With
/// S_k = 1 + Σ_{j≤k} (B^j − B^{j−1}) q^j the eigenvalues of C are S_L, once, and for the splits of nodes at height k = L … 1
/// S_{k−1} − B^{k−1} q^k, B^{L−k}(B − 1) times. Broad splits have the larger eigenvalues and are learned first.
public struct HierarchicalData: Sendable {
  /// B.
  public let branching: Int
  /// L.
  public let depth: Int
  /// ε.
  public let flipProbability: Double

  /// One eigenspace: level 0 is the common mode, level j = 1 … L the split of nodes at height L − j + 1.
  public struct Level: Sendable {
    /// λ.
    public let eigenvalue: Double
    /// Number of modes.
    public let multiplicity: Int
    /// s = √(λ/P) for whitened items.
    public let singularValue: Double
  }

  /// P = B^L.
  public var itemCount: Int { (0..<depth).reduce(1) { count, _ in count * branching } }

  /// All eigenspaces, from the common mode to the finest split.
  public var levels: [Level] {
    let q = (1 - 2 * flipProbability) * (1 - 2 * flipProbability), B = Double(branching)
    var sums = [1.0]
    for j in 1...depth { sums.append(sums[j - 1] + (Double.pow(B, j) - Double.pow(B, j - 1)) * Double.pow(q, j)) }
    let P = Double(itemCount)
    let level = { (eigenvalue: Double, multiplicity: Int) in
      Level(eigenvalue: eigenvalue, multiplicity: multiplicity, singularValue: (max(eigenvalue, 0) / P).squareRoot())
    }
    var levels = [level(sums[depth], 1)]
    for k in stride(from: depth, through: 1, by: -1) {
      let multiplicity = (0..<(depth - k)).reduce(branching - 1) { count, _ in count * branching }
      levels.append(level(sums[k - 1] - Double.pow(B, k - 1) * Double.pow(q, k), multiplicity))
    }
    return levels
  }

  /// Features of the items, P × `count`: the root is ±1, every edge flips with probability ε.
  func features(count: Int, using random: inout RandomStream) -> Matrix {
    let P = itemCount
    var values = [Double](repeating: 0, count: P * count)
    for feature in 0..<count {
      var level = [random.sign() > 0 ? 1.0 : -1.0]
      for _ in 0..<depth {
        level = level.flatMap { parent in
          (0..<branching).map { _ in random.uniform() < flipProbability ? -parent : parent }
        }
      }
      values.replaceSubrange(feature * P..<(feature + 1) * P, with: level)
    }
    return Matrix(rows: P, columns: count, columnMajor: values)
  }

  /// Tr(P_level C)/multiplicity of a P × P similarity, for every level.
  ///
  /// The projector on the splits of nodes at height k is that on block means of size B^{k−1} minus that of size B^k.
  func eigenvalues(of similarity: Matrix) -> [Double] {
    // Traces of the projectors on means over blocks of size B^k, k = 0 … L.
    var traces: [Double] = []
    var size = 1
    for _ in 0...depth {
      var sum = 0.0
      for block in stride(from: 0, to: itemCount, by: size) {
        for i in block..<block + size {
          for j in block..<block + size { sum += similarity[i, j] }
        }
      }
      traces.append(sum / Double(size))
      size *= branching
    }
    let levels = levels
    return levels.indices.map { level in
      guard level > 0 else { return traces[depth] }
      let k = depth - level + 1
      return (traces[k - 1] - traces[k]) / Double(levels[level].multiplicity)
    }
  }
}
