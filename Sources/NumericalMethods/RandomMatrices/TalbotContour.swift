import ComplexModule
import RealModule

/// Inverse Laplace transforms on a modified Talbot contour.
///
/// f(t) = 2 Re Σ_k weights_k F(nodes_k), for F real on the real axis and analytic off the negative one; contour and its
/// parameters from Weideman, SIAM J. Numer. Anal. 44, 2342 (2006), n = 28 nodes of which the upper half is kept. The error
/// is about 1e-12 of the largest value of f up to t; more nodes lose digits to rounding.
public struct TalbotContour: Sendable {
  /// Nodes of the upper half plane, from the positive real axis on around the negative one.
  public let nodes: [Complex<Double>]
  /// e^{zt} z′ over the number of nodes, times −i.
  public let weights: [Complex<Double>]

  /// The contour for `time` > 0.
  public init(time: Double) {
    nodes = Self.unit.nodes.map { $0.over(time) }
    weights = Self.unit.weights.map { $0.over(time) }
  }

  /// Number of nodes in the upper half plane.
  public static let count = 14

  private static let unit: (nodes: [Complex<Double>], weights: [Complex<Double>]) = {
    let n = Double(2 * count)
    var nodes: [Complex<Double>] = [], weights: [Complex<Double>] = []
    for k in 0..<count {
      let theta = Double(2 * k + 1) * Double.pi / n
      let sine = Double.sin(0.6407 * theta), cotangent = Double.cos(0.6407 * theta) / sine
      let z = Complex(n * (0.5017 * theta * cotangent - 0.6122), n * 0.2645 * theta)
      let slope = Complex(n * (0.5017 * cotangent - 0.5017 * 0.6407 * theta / (sine * sine)), n * 0.2645)
      nodes.append(z)
      weights.append(Complex(0, -1 / n) * Complex.exp(z) * slope)
    }
    return (nodes, weights)
  }()

  /// f at the contour's time from the values of F at its nodes.
  public func inverse(_ values: [Complex<Double>]) -> Double {
    precondition(values.count == nodes.count, "\(values.count) values for a contour of \(nodes.count) nodes")
    return 2 * zip(weights, values).reduce(0) { $0 + ($1.0 * $1.1).real }
  }

  /// f at the contour's time.
  public func inverse(_ transform: (Complex<Double>) throws -> Complex<Double>) rethrows -> Double {
    inverse(try nodes.map(transform))
  }
}

extension Complex<Double> {
  /// Both parts divided by a real number.
  func over(_ divisor: Double) -> Complex { Complex(real / divisor, imaginary / divisor) }
}
