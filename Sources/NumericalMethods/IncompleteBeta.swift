import RealModule

/// The regularized incomplete beta function.
public enum IncompleteBeta {
  /// I_x(a, b) = ∫₀ˣ t^{a−1} (1 − t)^{b−1} dt / B(a, b).
  ///
  /// Continued fraction (9) of DiDonato & Morris, ACM Trans. Math. Softw. 18, 360 (1992), by Lentz' algorithm, for x or, where
  /// that converges faster, for 1 − x: about √max(a, b) terms. The relative error is about 1e-13 as long as one of a and b
  /// is moderate (below a hundred); small values keep their digits.
  /// - Parameters:
  ///   - x: in [0, 1].
  ///   - complement: 1 − x, given separately because it may be far below the rounding of x.
  ///   - a, b: positive and finite.
  public static func regularized(_ x: Double, complement: Double, _ a: Double, _ b: Double) -> Double {
    precondition(a > 0 && b > 0 && a.isFinite && b.isFinite, "an incomplete beta function of a = \(a), b = \(b)")
    precondition(x >= 0 && complement >= 0, "an incomplete beta function at \(x), complement \(complement)")
    if x == 0 { return 0 }
    if complement == 0 { return 1 }
    guard x <= (a + 1) / (a + b + 2) else { return 1 - regularized(below: complement, complement: x, b, a) }
    return regularized(below: x, complement: complement, a, b)
  }

  /// ln B(a, b), without loss of digits where one argument is large and the other is not.
  public static func logarithmOfBeta(_ a: Double, _ b: Double) -> Double {
    let (small, large) = (min(a, b), max(a, b))
    guard large >= 15 else { return Double.logGamma(a) + Double.logGamma(b) - Double.logGamma(a + b) }
    // ln Γ(large) - ln Γ(large + small) by Stirling's series, in which the large terms cancel by algebra.
    let difference =
      -(large - 0.5) * Double.log(onePlus: small / large) - small * Double.log(large + small) + small
      + stirlingCorrection(large) - stirlingCorrection(large + small)
    return Double.logGamma(small) + difference
  }

  private static func regularized(below x: Double, complement: Double, _ a: Double, _ b: Double) -> Double {
    // The logarithm of a number near 1 is taken from its distance to 1.
    let logX = x < 0.5 ? Double.log(x) : Double.log(onePlus: -complement)
    let logComplement = complement < 0.5 ? Double.log(complement) : Double.log(onePlus: -x)
    return Double.exp(a * logX + b * logComplement - logarithmOfBeta(a, b))
      / continuedFraction(x, complement: complement, a, b)
  }

  /// β₀ + α₁/(β₁ + α₂/(β₂ + …)) in the notation of the source.
  private static func continuedFraction(_ x: Double, complement: Double, _ a: Double, _ b: Double) -> Double {
    // Written with 1 − x: for x near 1 and large a the more common form cancels.
    let denominator = { (m: Double) in
      m + m * (b - m) * x / (a + 2 * m - 1)
        + (a + m) * (a * complement - b * x + 1 + m * (1 + complement)) / (a + 2 * m + 1)
    }
    // The second term of β₀ is absent, also for a = 1, where it would read 0/0.
    var value = a * (a * complement - b * x + 1) / (a + 1)
    var c = value
    var d = 0.0
    for index in 1...10_000_000 {
      let m = Double(index), scale = a + 2 * m - 1
      let numerator = (m * (a + m - 1) / scale) * ((a + b + m - 1) / scale) * (b - m) * x * x
      let next = denominator(m)
      d = 1 / (next + numerator * d)
      c = next + numerator / c
      value *= c * d
      if abs(c * d - 1) < 1e-16 { break }
    }
    return value
  }
}
