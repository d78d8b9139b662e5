/// How many disorder samples to ask for until a mean is known to a given error.
public enum SamplePlan {
  /// The total number of samples to have after the next round; `nil` when no further round is needed or allowed.
  ///
  /// The target is met when c s/√n ≤ target, where s/√n is the standard error and c the half width of Student's interval
  /// of 68.27 % with n − 1 degrees of freedom, 1.08 for 8 samples: few samples underestimate their scatter often,
  /// and a rule without c would stop just then (Stein, Ann. Math. Stat. 16, 243 (1945), for two rounds; here the rule is
  /// applied after each round, at the price of a small loss of coverage, measured by `studies coverage`). Otherwise
  /// n (c s/√n)²/target² samples are expected to do; the next round takes that number, but at least a tenth more than
  /// there are, and at most four times as many, as the estimate itself is uncertain.
  /// - Parameters:
  ///   - samples: n so far.
  ///   - standardError: of the mean over them; `nil` while unknown, which asks for `minimum`, or for twice as many.
  ///   - target: the error wanted, > 0.
  ///   - minimum: the first round; two at least are needed for an error.
  ///   - maximum: never exceeded.
  public static func total(
    samples: Int, standardError: Double?, target: Double, minimum: Int, maximum: Int
  ) -> Int? {
    precondition(target > 0, "the error wanted must be positive, got \(target)")
    precondition(samples >= 0, "a number of samples cannot be \(samples)")
    guard samples < maximum else { return nil }
    let first = max(minimum, 2)
    if samples < first { return min(first, maximum) }
    guard let standardError, standardError.isFinite else { return min(2 * samples, maximum) }
    let inflation = StudentDistribution(degreesOfFreedom: Double(samples - 1))
      .halfWidth(confidence: StudentDistribution.oneSigma)
    let ratio = inflation * standardError / target
    if ratio <= 1 { return nil }
    let expected = (Double(samples) * ratio * ratio).rounded(.up)
    let least = samples + (samples + 9) / 10
    let wanted = expected < 4 * Double(samples) ? max(least, Int(expected)) : 4 * samples
    return min(wanted, maximum)
  }

  /// The number of samples to add in the next round, ``total(samples:standardError:target:minimum:maximum:)`` less those
  /// that are there; `nil` when no further round is needed or allowed.
  public static func additional(
    samples: Int, standardError: Double?, target: Double, minimum: Int, maximum: Int
  ) -> Int? {
    total(samples: samples, standardError: standardError, target: target, minimum: minimum, maximum: maximum)
      .map { $0 - samples }
  }
}
