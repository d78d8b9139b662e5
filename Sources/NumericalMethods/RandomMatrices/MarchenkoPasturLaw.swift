import RealModule

/// The law of the eigenvalues of S = X Xᵀ for an N × P matrix X of independent entries of variance 1/N, N → ∞ at P/N = α.
///
/// Density √((l₊ − l)(l − l₋))/(2πl) on the bulk [l₋, l₊], l± = (1 ± √α)², of mass min(1, α), and an atom of mass
/// max(0, 1 − α) at zero (Marchenko & Pastur, Math. USSR Sb. 1, 457 (1967)).
public struct MarchenkoPasturLaw: Sendable, Hashable {
  /// α = P/N.
  public let ratio: Double

  /// The law at ratio α.
  ///
  /// - Precondition: α > 0 and finite.
  public init(ratio: Double) {
    precondition(ratio > 0 && ratio.isFinite, "the Marchenko–Pastur law needs a positive ratio, got \(ratio)")
    self.ratio = ratio
  }

  /// l₋, without cancellation near α = 1.
  public var lowerEdge: Double {
    let gap = (1 - ratio) / (1 + ratio.squareRoot())
    return gap * gap
  }

  /// l₊.
  public var upperEdge: Double {
    let sum = 1 + ratio.squareRoot()
    return sum * sum
  }

  /// min(1, α), the mass outside the atom.
  public var bulkMass: Double { min(1, ratio) }

  /// max(0, 1 − α), the mass at zero.
  public var atomAtZero: Double { max(0, 1 - ratio) }

  /// G(γ) = ∫ρ(l)/(l + γ) and −G′(γ) = ∫ρ(l)/(l + γ)², atom included.
  ///
  /// From the quadratic equation γG² − bG − 1 = 0, b = 1 − α − γ.
  /// - Precondition: γ > 0, or γ = 0 with α > 1 (there is no atom, and the bulk stays away from zero).
  public func resolvent(_ gamma: Double) -> (value: Double, square: Double) {
    precondition(gamma > 0 || (gamma == 0 && ratio > 1), "the resolvent of ratio \(ratio) is infinite at \(gamma)")
    let b = 1 - ratio - gamma
    let root = (b * b + 4 * gamma).squareRoot()
    let value = b > 0 ? (b + root) / (2 * gamma) : 2 / (root - b)
    // 2γG − b is the root itself.
    return (value, (value * value + value) / root)
  }

  /// ∫ over the bulk of functions that vary like e^{−l `time`} or more slowly, to rounding.
  ///
  /// - Parameter time: the largest coefficient of l in an exponent, ≥ 0.
  public func bulkRule(time: Double = 0) -> MarchenkoPasturRule {
    let count = MarchenkoPasturRule.chebyshevCount(scale: upperEdge * max(time, 1))
    return count <= MarchenkoPasturRule.largestChebyshevCount
      ? MarchenkoPasturRule(chebyshev: Int(count), law: self) : MarchenkoPasturRule(gradedTo: time, law: self)
  }
}

/// Nodes and weights of an integral over the bulk of a Marchenko–Pastur law.
///
/// With l = l₋ + 4√α sin²(φ/2) the measure is (2α sin²φ/(πl)) dφ, 0 ≤ φ ≤ π: smooth at the edges but for the pole at l = 0.
/// Up to moderate times the nodes are those of Gauss–Chebyshev quadrature of the second kind, and where the pole is near the
/// value at l = 0 is integrated apart (`min(1, α) f(0)`), which makes convergence spectral for every α, the hard edge
/// α = 1 included. For long times Gauss–Legendre panels shrink by halves towards φ = 0: their number grows as log t.
public struct MarchenkoPasturRule: Sendable {
  /// Eigenvalues, ascending.
  public let nodes: [Double]
  /// The weight of each node; they add up to the mass of the bulk unless the pole is near (`isPoleSubtracted`).
  public let weights: [Double]
  /// min(1, α).
  public let bulkMass: Double
  /// Whether the value at zero must be integrated apart.
  public let isPoleSubtracted: Bool

  static let largestChebyshevCount = 300.0

  /// Number of Gauss–Chebyshev nodes that resolve e^{−lt} to rounding, for `scale` = l₊ max(t, 1).
  public static func chebyshevCount(scale: Double) -> Double { (64 + 7 * scale.squareRoot()).rounded(.up) }

  /// Gauss–Chebyshev quadrature of the second kind with `count` nodes.
  public init(chebyshev count: Int, law: MarchenkoPasturLaw) {
    precondition(count >= 1, "a quadrature needs at least one node, got \(count)")
    let spacing = Double.pi / Double(count + 1)
    self.init(law, angles: (1...count).map { (Double($0) * spacing, spacing) })
  }

  /// Gauss–Legendre panels that halve down to the smallest angle that matters at `time`, and to the width of the gap.
  init(gradedTo time: Double, law: MarchenkoPasturLaw) {
    let gap = law.lowerEdge.squareRoot() / law.ratio.squareRoot().squareRoot()
    var smallest = 0.5 / (law.upperEdge * max(time, 1)).squareRoot()
    if gap > 0 { smallest = min(smallest, 0.25 * gap) }
    var boundaries = [Double.pi]
    while let last = boundaries.last, last > smallest { boundaries.append(last / 2) }
    var angles: [(angle: Double, weight: Double)] = []
    var lower = 0.0
    for upper in boundaries.reversed() {
      for (node, weight) in zip(Self.panel.nodes, Self.panel.weights) {
        angles.append((lower + (upper - lower) * node, (upper - lower) * weight))
      }
      lower = upper
    }
    self.init(law, angles: angles, resolvesPole: true)
  }

  private static let panel = Quadrature.gaussLegendre(24, from: 0, to: 1)

  private init(
    _ law: MarchenkoPasturLaw, angles: [(angle: Double, weight: Double)], resolvesPole: Bool = false
  ) {
    let root = law.ratio.squareRoot(), lower = law.lowerEdge
    var nodes: [Double] = [], weights: [Double] = []
    nodes.reserveCapacity(angles.count)
    weights.reserveCapacity(angles.count)
    for (angle, weight) in angles {
      let half = Double.sin(0.5 * angle), cosine = Double.cos(0.5 * angle)
      let l = lower + 4 * root * half * half
      nodes.append(l)
      // 2α sin²φ/(πl) with sin φ = 2 sin(φ/2) cos(φ/2).
      weights.append(weight * 8 * law.ratio * half * half * cosine * cosine / (Double.pi * l))
    }
    self.nodes = nodes
    self.weights = weights
    bulkMass = law.bulkMass
    isPoleSubtracted = !resolvesPole && Double(angles.count) * abs(Double.log(law.ratio)) < 40
  }

  /// ∫ over the bulk of a function whose limit at l = 0 is `valueAtZero`.
  @inlinable
  public func integrate(valueAtZero: Double, _ f: (Double) throws -> Double) rethrows -> Double {
    let shift = isPoleSubtracted ? valueAtZero : 0
    var sum = 0.0
    for index in nodes.indices {
      sum += weights[index] * (try f(nodes[index]) - shift)
    }
    return shift * bulkMass + sum
  }
}
