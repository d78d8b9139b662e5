import Statistics

/// Whether a point looks equilibrated, from the evidence of all its disorder samples.
///
/// Drift and start difference are means over independent samples, tested by Student's t at a two-sided level of 0.001
/// each; moreover both must be large enough to matter. At a point in equilibrium `drifting` and `startDependent`
/// therefore come up with a probability of at most 0.001 each, 0.002 together (for Gaussian means, that is for drifts of
/// symmetric law: heavier tails make Student's test more cautious), and much more rarely where errors are below 0.005.
/// Chains disagree when the R-hat of the median sample exceeds 1.5: for two chains of 16 independent measurements, the
/// least that give evidence, one sample does so with probability 6e-5, the median of several far more rarely.
/// The converse does not hold: chains that are all stuck in the state they started from neither drift nor disagree.
public struct EquilibrationVerdict: Sendable, Codable, Equatable {
  /// The verdict in one word.
  public enum State: String, Sendable, Codable, CaseIterable {
    /// Nothing speaks against equilibrium.
    case equilibrated
    /// The order parameter still moves: its drift is significant, larger than its error and than 0.005.
    case drifting
    /// Chains from another start end elsewhere: the energy difference is significant and larger than 0.005.
    case startDependent
    /// In the median sample chains, or halves of chains, differ: R-hat > 1.5. They live in different states or relax more slowly
    /// than was measured; the scatter over samples contains that, but the mean is not a thermal one.
    case chainsDisagree
    /// Too few samples to tell: fewer than four, and their chains agree.
    case undecided
  }

  /// The verdict in one word; of several complaints the first in the order drift, start, chains.
  public let state: State
  /// Median over samples of the split R-hat.
  public let medianSplitRHat: Double
  /// Median over samples of the distance between independent sets of chains, in standard errors.
  public let medianSetDisagreement: Double?
  /// Drift of the order parameter over samples.
  public let drift: Estimate?
  /// Start difference over those samples that have one.
  public let startDifference: Estimate?

  /// Two-sided level of each test.
  public static let significanceLevel = 1e-3
  /// Drifts of the order parameter and start differences up to this size are not held against a point.
  public static let tolerance = 0.005
  /// Chains disagree when the median R-hat exceeds this.
  public static let largestRHat = 1.5
  /// Independent sets of chains disagree when the median of their distance exceeds this many standard errors: one sample in
  /// 16 000 where errors are right, 1 % of single samples where they are too small by a third.
  public static let largestSetDisagreement = 4.0
  /// Fewer samples cannot be tested at that level.
  public static let leastSamples = 4

  /// The verdict on one point.
  ///
  /// - Parameters:
  ///   - evidence: of the samples that have any.
  ///   - standardError: of the mean order parameter over samples; `nil` where unknown.
  /// - Returns: `nil` without evidence, as at zero temperature: there is nothing to equilibrate.
  public init?(of evidence: [EquilibrationEvidence], standardError: Double?) {
    guard !evidence.isEmpty else { return nil }
    medianSplitRHat = Self.median(evidence.map(\.splitRHat)) ?? 1
    medianSetDisagreement = Self.median(evidence.compactMap(\.setDisagreement))
    drift = Estimate(of: evidence.map(\.drift))
    let differences = evidence.compactMap(\.startDifference)
    startDifference = Estimate(of: differences)
    if Self.isSignificant(drift, beyond: max(Self.tolerance, standardError ?? 0)) {
      state = .drifting
    } else if 2 * differences.count >= evidence.count, Self.isSignificant(startDifference, beyond: Self.tolerance) {
      state = .startDependent
    } else if medianSplitRHat > Self.largestRHat || medianSetDisagreement ?? 0 > Self.largestSetDisagreement {
      state = .chainsDisagree
    } else {
      state = evidence.count < Self.leastSamples ? .undecided : .equilibrated
    }
  }

  private static func median(_ values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted(), middle = values.count / 2
    return values.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }

  private static func isSignificant(_ estimate: Estimate?, beyond tolerance: Double) -> Bool {
    guard let estimate, let error = estimate.standardError, estimate.samples >= leastSamples,
      abs(estimate.mean) > tolerance
    else { return false }
    if error == 0 { return true }
    let law = StudentDistribution(degreesOfFreedom: Double(estimate.samples - 1))
    return law.twoSidedProbability(estimate.mean / error) < significanceLevel
  }
}
