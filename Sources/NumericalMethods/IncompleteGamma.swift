import RealModule

/// The regularized incomplete gamma function.
public enum IncompleteGamma {
  /// Q(a, x) = ∫ₓ^∞ t^{a−1} e^{−t} dt / Γ(a), relative error about 1e-13 for a up to 1e6.
  ///
  /// Power series 8.7.1 below a + 1, continued fraction 8.9.2 above (NIST Handbook of Mathematical Functions, 2010); about
  /// √a terms for x ≈ a.
  /// - Parameters:
  ///   - a: positive and finite.
  ///   - x: not negative.
  public static func upperRegularized(_ a: Double, _ x: Double) -> Double {
    precondition(a > 0 && a.isFinite && x >= 0, "an incomplete gamma function of a = \(a), x = \(x)")
    if x == 0 { return 1 }
    if x == .infinity { return 0 }
    return x < a + 1 ? 1 - weight(a, x) * series(a, x) : weight(a, x) * continuedFraction(a, x)
  }

  /// x^a e^{−x}/Γ(a).
  private static func weight(_ a: Double, _ x: Double) -> Double {
    guard a >= 15 else { return Double.exp(a * Double.log(x) - x - Double.logGamma(a)) }
    let distance = (x - a) / a
    // a ln(x/a) - (x - a): near x = a both terms are far smaller than a ln x and x.
    let exponent = a * (distance > -0.5 ? Double.log(onePlus: distance) - distance : Double.log(x / a) - distance)
    return (a / (2 * Double.pi)).squareRoot() * Double.exp(exponent - stirlingCorrection(a))
  }

  /// Σ_k x^k/(a (a + 1) … (a + k)).
  private static func series(_ a: Double, _ x: Double) -> Double {
    var (term, sum, denominator) = (1 / a, 1 / a, a)
    repeat {
      denominator += 1
      term *= x / denominator
      sum += term
    } while term > 1e-17 * sum
    return sum
  }

  private static func continuedFraction(_ a: Double, _ x: Double) -> Double {
    var b = x + 1 - a
    var c = Double.infinity
    var d = 1 / b
    var value = d
    for index in 1...10_000_000 {
      let k = Double(index)
      let coefficient = -k * (k - a)
      b += 2
      // For x > a + 1 the denominators stay positive: no division by zero to guard against.
      d = 1 / (coefficient * d + b)
      c = b + coefficient / c
      value *= d * c
      if abs(d * c - 1) < 1e-16 { break }
    }
    return value
  }
}
