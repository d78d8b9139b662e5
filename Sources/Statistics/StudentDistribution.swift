import NumericalMethods
import RealModule

/// Student's distribution of (mean − truth)/standardError over few independent Gaussian samples.
///
/// Tails are incomplete beta functions, P(T > t) = ½ I_x(ν/2, ½) with x = ν/(ν + t²) (Abramowitz & Stegun, 26.7.1), and keep
/// their relative accuracy of about 1e-12 however small they are.
public struct StudentDistribution: Sendable, Equatable {
  /// ν > 0, not necessarily whole; n − 1 for the mean of n samples.
  public let degreesOfFreedom: Double

  /// The distribution with these degrees of freedom.
  ///
  /// - Precondition: positive and finite.
  public init(degreesOfFreedom: Double) {
    precondition(
      degreesOfFreedom > 0 && degreesOfFreedom.isFinite,
      "Student's distribution needs positive degrees of freedom, got \(degreesOfFreedom)")
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// The probability of a value below `t`.
  public func cumulative(_ t: Double) -> Double { t <= 0 ? upperTail(-t) : 1 - upperTail(t) }

  /// The probability of a value at least as far from 0 as `t`, on either side.
  public func twoSidedProbability(_ t: Double) -> Double { 2 * upperTail(abs(t)) }

  /// The t below which a value lies with that probability.
  ///
  /// - Precondition: 0 < `probability` < 1.
  public func quantile(_ probability: Double) -> Double {
    precondition(
      probability > 0 && probability < 1, "a quantile of Student's distribution at probability \(probability)")
    if probability == 0.5 { return 0 }
    return probability < 0.5 ? -upperQuantile(probability) : upperQuantile(1 - probability)
  }

  /// The half width, in standard errors, of the interval that holds the truth with probability `confidence`.
  ///
  /// With ``oneSigma`` it tells by how much a standard error from few samples is too small: 1.08 for 8 samples, 1.02 for 32.
  public func halfWidth(confidence: Double) -> Double {
    precondition(confidence > 0 && confidence < 1, "a confidence between 0 and 1 is needed, got \(confidence)")
    return upperQuantile((1 - confidence) / 2)
  }

  /// The probability within one standard deviation of a Gaussian mean.
  public static let oneSigma = 0.6826894921370859
  /// The probability within two standard deviations of a Gaussian mean.
  public static let twoSigma = 0.9544997361036416

  /// P(T > t), t ≥ 0.
  private func upperTail(_ t: Double) -> Double {
    if t == .infinity { return 0 }
    // Squares overflow beyond 1e154 only: there the ratio is what matters.
    let ratio = t / degreesOfFreedom.squareRoot()
    let square = ratio * ratio
    let x = 1 / (1 + square)
    let complement = square.isFinite ? square / (1 + square) : 1
    return 0.5 * IncompleteBeta.regularized(x, complement: complement, degreesOfFreedom / 2, 0.5)
  }

  private func logDensity(_ t: Double) -> Double {
    let (a, ratio) = (degreesOfFreedom / 2, t / degreesOfFreedom.squareRoot())
    let normalization = Double.log(degreesOfFreedom) / 2 + IncompleteBeta.logarithmOfBeta(a, 0.5)
    return -(a + 0.5) * Double.log(onePlus: ratio * ratio) - normalization
  }

  /// The t ≥ 0 with P(T > t) = `tail`, by Newton's method within a bracket.
  private func upperQuantile(_ tail: Double) -> Double {
    if tail >= 0.5 { return 0 }
    var (lower, upper) = (0.0, 1.0)
    while upperTail(upper) > tail, upper < 1e150 {
      lower = upper
      upper *= 2
    }
    var t = 0.5 * (lower + upper)
    for _ in 0..<200 {
      let difference = upperTail(t) - tail
      if difference == 0 { break }
      if difference > 0 { lower = t } else { upper = t }
      var next = t + difference * Double.exp(-logDensity(t))
      if !(next > lower && next < upper) { next = 0.5 * (lower + upper) }
      let step = abs(next - t)
      t = next
      if step <= 4 * t.ulp { break }
    }
    return t
  }
}
