import NumericalMethods
import RealModule
import SystemInterface

/// The limiting law of the squared singular values x of a product of D independent N × N Gaussian matrices of variance 1/N.
///
/// Moments are the Fuss–Catalan numbers, the support is [0, (D+1)^{D+1}/D^D], and with 0 < φ < π/(D+1)
/// x = sin^{D+1}((D+1)φ)/(sin φ sin^D(Dφ)), ρ(x) = sin²φ sin^{D−1}(Dφ)/(π sin^D((D+1)φ)); x falls as φ rises.
struct FussCatalan: Sendable {
  /// D ≥ 1.
  let depth: Int

  private var D: Double { Double(depth) }

  /// m_k = binom((D+1)k, k)/(Dk + 1).
  func moment(_ k: Int) -> Double {
    let n = (depth + 1) * k
    let binomial = (0..<k).reduce(1.0) { $0 * Double(n - $1) / Double($1 + 1) }
    return binomial / Double(depth * k + 1)
  }

  /// (D+1)^{D+1}/D^D.
  var edge: Double { (D + 1) * Double.exp(D * Double.log(onePlus: 1 / D)) }

  /// A place of the support, as φ and as θ = π − (D + 1)φ: x rises with θ, and each end has a small number that is exact.
  private struct Place {
    let phi: Double
    let theta: Double
    let depth: Double

    init(theta: Double, depth: Double) {
      self.theta = theta
      self.depth = depth
      phi = (Double.pi - theta) / (depth + 1)
    }

    init(phi: Double, depth: Double) {
      self.phi = phi
      self.depth = depth
      theta = Double.pi - (depth + 1) * phi
    }

    /// sin((D + 1)φ).
    var sine: Double { theta < 1 ? Double.sin(theta) : Double.sin((depth + 1) * phi) }
    /// sin(Dφ) = sin((π + Dθ)/(D + 1)).
    var sineOfDPhi: Double {
      theta < 1 ? Double.sin((Double.pi + depth * theta) / (depth + 1)) : Double.sin(depth * phi)
    }
    private var cosineOfDPhi: Double {
      theta < 1 ? -Double.cos((Double.pi + depth * theta) / (depth + 1)) : Double.cos(depth * phi)
    }

    var logPosition: Double {
      (depth + 1) * Double.log(sine) - Double.log(Double.sin(phi)) - depth * Double.log(sineOfDPhi)
    }

    /// ln ρ(x).
    var logDensity: Double {
      2 * Double.log(Double.sin(phi)) + (depth - 1) * Double.log(sineOfDPhi) - Double.log(Double.pi)
        - depth * Double.log(sine)
    }

    /// ρ dx/dθ, smooth at both ends: ρ x |d ln x/dφ|/(D + 1).
    var weight: Double {
      let slope =
        (depth + 1) * (depth + 1) * Double.cos(theta) / sine + Double.cos(phi) / Double.sin(phi)
        + depth * depth * cosineOfDPhi / sineOfDPhi
      return Double.sin(phi) * sine / (Double.pi * sineOfDPhi) * slope / (depth + 1)
    }
  }

  /// The place of `x` in (0, edge).
  private func place(of x: Double) throws -> Place {
    let middle = Place(theta: 1, depth: D), target = Double.log(x)
    if target < middle.logPosition {
      let theta = try RootFinding.brent(in: 1e-300...1, what: "place of x = \(x)") {
        Place(theta: $0, depth: D).logPosition - target
      }
      return Place(theta: theta, depth: D)
    }
    let phi = try RootFinding.brent(in: 1e-12...middle.phi, what: "place of x = \(x)") {
      Place(phi: $0, depth: D).logPosition - target
    }
    return Place(phi: phi, depth: D)
  }

  private static let rule = Quadrature.gaussLegendre(40, from: 0, to: 1)

  /// The fraction of x below the place θ. The weight varies on the scale π/D near θ = 0: panels double from there.
  private func distribution(below theta: Double) -> Double {
    var (lower, sum) = (0.0, 0.0)
    var upper = Double.pi / D
    while lower < theta {
      let end = min(upper, theta), start = lower
      sum += (end - start) * Self.rule.integrate { Place(theta: start + (end - start) * $0, depth: D).weight }
      (lower, upper) = (end, 2 * upper)
    }
    return sum
  }

  /// The density at `x`.
  ///
  /// - Precondition: 0 < `x` < `edge`.
  func density(_ x: Double) throws -> Double {
    precondition(x > 0 && x < edge, "the density is asked at \(x), outside (0, \(edge))")
    return Double.exp(try place(of: x).logDensity)
  }

  /// The fraction of x below `x`.
  func distribution(_ x: Double) throws -> Double {
    guard x > 0 else { return 0 }
    guard x < edge else { return 1 }
    return distribution(below: try place(of: x).theta)
  }

  /// ln x of the quantile at level `p`.
  ///
  /// - Precondition: 0 < `p` < 1.
  func logQuantile(_ p: Double) throws -> Double {
    let theta = try RootFinding.brent(in: 0...Double.pi, what: "quantile \(p) of squared singular values") {
      $0 == 0 ? -p : $0 == Double.pi ? 1 - p : distribution(below: $0) - p
    }
    return Place(theta: theta, depth: D).logPosition
  }

  /// The exact mean of (1/N) tr (PPᵀ)² of D real Gaussian factors: (m, q) ← ((1 + 1/N) m + q, q + 2m/N²) from (1, 1).
  static func secondMoment(depth: Int, width: Int) -> Double {
    let N = Double(width)
    var (m, q) = (1.0, 1.0)
    for _ in 0..<depth { (m, q) = ((1 + 1 / N) * m + q, q + 2 * m / (N * N)) }
    return m
  }

  /// μ_i = ½[ψ((N − i + 1)/2) + ln(2/N)], i = 1 … N: growth per layer of ln singular values (Newman, Commun. Math. Phys. 103,
  /// 121 (1986)).
  static func lyapunovExponents(width: Int) -> [Double] {
    let N = Double(width)
    return (1...width).map { 0.5 * (Digamma.value((N - Double($0) + 1) / 2) + Double.log(2 / N)) }
  }
}
