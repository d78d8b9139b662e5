/// The quantile of the standard Gaussian distribution, with the same bits on every processor.
///
/// Algorithm AS 241, routine PPND16 (Wichura, Appl. Stat. 37, 477 (1988)): rational approximations with a relative
/// accuracy of about 10⁻¹⁶. The logarithm in the tails is computed here and not by the C library, whose last bit
/// depends on the processor.
public enum NormalDistribution {
  /// Φ⁻¹(`probability`): the z below which a standard Gaussian number lies with that probability.
  ///
  /// - Precondition: 0 < `probability` < 1.
  public static func quantile(_ probability: Double) -> Double {
    precondition(
      probability > 0 && probability < 1, "a Gaussian quantile needs a probability in (0, 1), got \(probability)")
    return probability <= 0.5 ? -upperQuantile(tail: probability) : upperQuantile(tail: 1 - probability)
  }

  // Numerator and denominator share one vector: half the instructions, and the same bits as two scalars.

  /// The z ≥ 0 with 1 − Φ(z) = `tail`, for 0 < `tail` ≤ ½.
  @inlinable
  @inline(__always)
  static func upperQuantile(tail p: Double) -> Double {
    let q = 0.5 - p
    guard q <= 0.425 else { return outerQuantile(tail: p) }
    let r = 0.180625 - q * q
    var fraction = SIMD2(2.5090809287301226727e3, 5.2264952788528545610e3)
    fraction = fraction * r + SIMD2(3.3430575583588128105e4, 2.8729085735721942674e4)
    fraction = fraction * r + SIMD2(6.7265770927008700853e4, 3.9307895800092710610e4)
    fraction = fraction * r + SIMD2(4.5921953931549871457e4, 2.1213794301586595867e4)
    fraction = fraction * r + SIMD2(1.3731693765509461125e4, 5.3941960214247511077e3)
    fraction = fraction * r + SIMD2(1.9715909503065514427e3, 6.8718700749205790830e2)
    fraction = fraction * r + SIMD2(1.3314166789178437745e2, 4.2313330701600911252e1)
    fraction = fraction * r + SIMD2(3.3871328727963666080, 1)
    return q * fraction[0] / fraction[1]
  }

  @usableFromInline
  static func outerQuantile(tail p: Double) -> Double {
    let root = negativeLogarithm(p).squareRoot()
    if root <= 5 {
      let r = root - 1.6
      var fraction = SIMD2(7.74545014278341407640e-4, 1.05075007164441684324e-9)
      fraction = fraction * r + SIMD2(2.27238449892691845833e-2, 5.47593808499534494600e-4)
      fraction = fraction * r + SIMD2(2.41780725177450611770e-1, 1.51986665636164571966e-2)
      fraction = fraction * r + SIMD2(1.27045825245236838258, 1.48103976427480074590e-1)
      fraction = fraction * r + SIMD2(3.64784832476320460504, 6.89767334985100004550e-1)
      fraction = fraction * r + SIMD2(5.76949722146069140550, 1.67638483018380384940)
      fraction = fraction * r + SIMD2(4.63033784615654529590, 2.05319162663775882187)
      fraction = fraction * r + SIMD2(1.42343711074968357734, 1)
      return fraction[0] / fraction[1]
    }
    let r = root - 5
    var fraction = SIMD2(2.01033439929228813265e-7, 2.04426310338993978564e-15)
    fraction = fraction * r + SIMD2(2.71155556874348757815e-5, 1.42151175831644588870e-7)
    fraction = fraction * r + SIMD2(1.24266094738807843860e-3, 1.84631831751005468180e-5)
    fraction = fraction * r + SIMD2(2.65321895265761230930e-2, 7.86869131145613259100e-4)
    fraction = fraction * r + SIMD2(2.96560571828504891230e-1, 1.48753612908506148525e-2)
    fraction = fraction * r + SIMD2(1.78482653991729133580, 1.36929880922735805310e-1)
    fraction = fraction * r + SIMD2(5.46378491116411436990, 5.99832206555887937690e-1)
    fraction = fraction * r + SIMD2(6.65790464350110377720, 1)
    return fraction[0] / fraction[1]
  }

  /// −ln `x` for 0 < x < ½: x = 2ᵉ m with m in [1, 2), and ln m = 2 artanh((m − √2)/(m + √2)) + ½ ln 2.
  static func negativeLogarithm(_ x: Double) -> Double {
    let m = x.significand
    let root = 1.4142135623730951
    let s = (m - root) / (m + root)
    // |s| ≤ 0.172, so that the first term left out, s²⁴/25, is below 2⁻⁶⁴.
    let square = s * s
    var series = 1.0 / 23
    series = series * square + 1.0 / 21
    series = series * square + 1.0 / 19
    series = series * square + 1.0 / 17
    series = series * square + 1.0 / 15
    series = series * square + 1.0 / 13
    series = series * square + 1.0 / 11
    series = series * square + 1.0 / 9
    series = series * square + 1.0 / 7
    series = series * square + 1.0 / 5
    series = series * square + 1.0 / 3
    series = series * square + 1
    return -(Double(x.exponent) + 0.5) * 0.6931471805599453 - 2 * s * series
  }
}
