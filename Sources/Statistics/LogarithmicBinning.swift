/// A series binned again and again by two: errors under autocorrelation from O(log n) numbers.
///
/// Level k holds mean and variance of the means over bins of 2ᵏ successive values. The error √(s_k² 2ᵏ/n) that treats bins
/// as independent rises with k and levels off where bins are longer than the autocorrelation time (Flyvbjerg &
/// Petersen, J. Chem. Phys. 91, 461 (1989)).
public struct LogarithmicBinning: Sendable, Codable, Equatable {
  private struct Level: Codable, Equatable {
    var moments = RunningMoments()
    /// The first half of the next level's bin, while the second is missing.
    var pending: Double?
  }

  /// The level whose error is to be trusted.
  public struct Plateau: Sendable, Equatable {
    /// The level k; bins hold 2ᵏ values.
    public let level: Int
    /// The standard error of the mean at that level.
    public let standardError: Double
    /// The number of bins; use Student's law with one degree of freedom less.
    public let bins: Int
  }

  private var levels: [Level] = []

  /// An empty series.
  public init() {}

  /// The binning of a series.
  public init(_ series: some Sequence<Double>) {
    for value in series { add(value) }
  }

  /// The number n of values.
  public var count: Int { levels.first?.moments.count ?? 0 }

  /// The mean over all values; `nil` before the first.
  public var mean: Double? { levels.first?.moments.mean }

  /// How many levels have two bins or more.
  public var levelCount: Int { levels.prefix { $0.moments.count >= 2 }.count }

  /// Adds the next value of the series. O(1) on average.
  public mutating func add(_ value: Double) {
    var binMean = value
    var index = 0
    while true {
      if index == levels.count { levels.append(Level()) }
      levels[index].moments.add(binMean)
      guard let first = levels[index].pending else {
        levels[index].pending = binMean
        return
      }
      levels[index].pending = nil
      binMean = first + (binMean - first) / 2
      index += 1
    }
  }

  /// The number of full bins of 2^`level` values.
  public func binCount(level: Int) -> Int { levels.indices.contains(level) ? levels[level].moments.count : 0 }

  /// The mean over the full bins of a level; `nil` without one.
  public func mean(level: Int) -> Double? { binCount(level: level) > 0 ? levels[level].moments.mean : nil }

  /// The unbiased variance of the bin means of a level; `nil` for fewer than two bins.
  public func variance(level: Int) -> Double? { binCount(level: level) > 1 ? levels[level].moments.variance : nil }

  /// The standard error of the mean, were the bins of that level independent; `nil` for fewer than two bins.
  ///
  /// Values that do not fill a bin count for the length of the series, not for the variance.
  public func standardError(level: Int) -> Double? {
    variance(level: level).map { ($0 * Double(1 << level) / Double(count)).squareRoot() }
  }

  /// The first level at which the error has levelled off; `nil` for a series too short to tell, or constant.
  ///
  /// The level with B³ > 2 n (e_B/e₁)⁴, where bins of B values give the error e_B: there the bias of the squared error,
  /// of relative order τ/B, falls below its statistical error (Lee et al., Phys. Rev. E 83, 066706 (2011), section III).
  /// At least four bins are demanded.
  public var plateau: Plateau? {
    guard let single = standardError(level: 0), single > 0 else { return nil }
    for level in 0..<levelCount where binCount(level: level) >= 4 {
      guard let error = standardError(level: level) else { return nil }
      let (size, ratio) = (Double(1 << level), error * error / (single * single))
      if size * size * size > 2 * Double(count) * ratio * ratio {
        return Plateau(level: level, standardError: error, bins: binCount(level: level))
      }
    }
    return nil
  }

  /// The integrated autocorrelation time τ = ½ (e_plateau/e₁)², at least ½, as in ``Autocorrelation``; `nil` without a
  /// plateau.
  public var autocorrelationTime: Double? {
    guard let single = standardError(level: 0), let plateau else { return nil }
    let ratio = plateau.standardError / single
    return max(0.5, 0.5 * ratio * ratio)
  }

  /// n/(2τ), the number of independent values with the same error of the mean; `nil` without a plateau.
  public var effectiveSampleSize: Double? { autocorrelationTime.map { Double(count) / (2 * $0) } }
}
