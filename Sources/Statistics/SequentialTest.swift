/// Is a mean above or below 0? Asked again and again while samples come in, with one stated rate of error for all looks.
///
/// Look k = 1, 2, … spends δ_k = 6δ/(π²k²) of the rate δ; these add up to δ however long one goes on. A look decides by
/// the two-sided test of Student with n − 1 degrees of freedom at level δ_k. The probability of ever deciding for the wrong
/// sign, and of ever deciding at all where the mean is 0, is thus at most δ for independent Gaussian samples.
public enum SequentialTest {
  /// What is known about the sign of a mean.
  public enum Decision: String, Sendable, Codable {
    /// The mean lies above 0.
    case positive
    /// The mean lies below 0.
    case negative
    /// Not yet known.
    case undecided
  }

  /// The decision at one look.
  ///
  /// - Parameters:
  ///   - standardError: of the mean; `nil` where unknown, which decides nothing. An error of 0 (all samples equal, as with
  ///     discrete observables deep in a phase) decides by the sign from three samples on.
  ///   - samples: number n of independent samples behind the mean.
  ///   - look: 1, 2, … in the order of the looks.
  ///   - errorRate: δ, in (0, 1).
  public static func decision(
    mean: Double, standardError: Double?, samples: Int, look: Int, errorRate: Double
  ) -> Decision {
    precondition(look >= 1, "looks are counted from 1, got \(look)")
    precondition(errorRate > 0 && errorRate < 1, "an error rate between 0 and 1 is needed, got \(errorRate)")
    guard let standardError, samples >= 2, mean.isFinite, mean != 0, standardError.isFinite else { return .undecided }
    if standardError == 0 {
      guard samples >= 3 else { return .undecided }
    } else {
      let law = StudentDistribution(degreesOfFreedom: Double(samples - 1))
      let level = errorRate * 6 / (Double.pi * Double.pi * Double(look) * Double(look))
      guard law.twoSidedProbability(mean / standardError) <= level else { return .undecided }
    }
    return mean > 0 ? .positive : .negative
  }
}
