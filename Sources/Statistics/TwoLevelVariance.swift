/// The scatter between disorder samples, told apart into disorder and thermal noise.
///
/// A sample's mean over its chain is xᵢ = (truth of sample i) + thermal noise. The scatter of the xᵢ estimates
/// σ_d² + σ_t², the mean square of the thermal standard errors σ_t² (one-way random-effects model; Searle, Casella &
/// McCulloch, *Variance Components*, 1992, chapter 3). More sweeps lower σ_t² alone, more samples lower both.
public struct TwoLevelVariance: Sendable, Codable, Equatable {
  /// The number n of disorder samples.
  public let samples: Int
  /// σ_t²: mean square of the thermal standard errors of the samples.
  public let thermalVariance: Double
  /// σ_d²: scatter between samples without the thermal part. Unbiased, except that values below 0 are replaced by 0.
  public let disorderVariance: Double
  /// The part of the mean's standard error that only more samples lower.
  public let disorderError: Double
  /// The part of the mean's standard error that more sweeps lower too; with the other part, squares add up to the total.
  public let thermalError: Double

  /// The standard error of the mean over samples, √(disorderError² + thermalError²).
  public var standardError: Double { (disorderError * disorderError + thermalError * thermalError).squareRoot() }

  /// From the mean of each sample and its thermal standard error, both `[sample]`.
  ///
  /// - Returns: `nil` for fewer than two samples, or values that are not finite.
  public init?(means: [Double], thermalErrors: [Double]) {
    precondition(means.count == thermalErrors.count, "\(means.count) means and \(thermalErrors.count) errors")
    guard let estimate = Estimate(of: means), let error = estimate.standardError,
      let thermal = Estimate(of: thermalErrors.map { $0 * $0 })
    else { return nil }
    let n = Double(means.count)
    samples = means.count
    thermalVariance = thermal.mean
    disorderVariance = max(0, error * error * n - thermal.mean)
    // The total is the observed scatter: where thermal noise alone would exceed it, all of it counts as thermal.
    thermalError = min(error, (thermal.mean / n).squareRoot())
    disorderError = max(0, error * error - thermalError * thermalError).squareRoot()
  }

  /// The sweeps per sample that give the smallest error for a given amount of work.
  ///
  /// With c = overhead + S the cost of a sample and σ_d² + σ₁²/S its variance, σ₁² = σ_t² · current, variance times cost is
  /// smallest at S = √(overhead σ₁²/σ_d²). The optimum is flat: a factor 2 in S costs little.
  /// - Parameters:
  ///   - current: measured sweeps of the samples at hand, ≥ 1.
  ///   - overhead: cost of a sample without measurement (preparation, equilibration), in sweeps, ≥ 0.
  /// - Returns: at least 1. Infinity where no disorder scatter is seen (any number of sweeps is then as good as more
  ///   samples, and saves overhead); `current` where nothing scatters at all.
  public func optimalSweeps(current: Int, overhead: Double) -> Double {
    precondition(current >= 1, "the samples need at least one sweep, got \(current)")
    precondition(overhead >= 0, "an overhead cannot be negative, got \(overhead)")
    if thermalVariance == 0, disorderVariance == 0 { return Double(current) }
    if thermalVariance == 0 || overhead == 0 { return 1 }
    return max(1, (overhead * thermalVariance * Double(current) / disorderVariance).squareRoot())
  }
}
