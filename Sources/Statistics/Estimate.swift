/// A mean over independent samples with its standard error.
public struct Estimate: Sendable, Codable, Equatable {
  /// The mean.
  public let mean: Double
  /// √(Σ (x − mean)²/(n (n − 1))); `nil` for a single sample, whose error is unknown and not 0.
  public let standardError: Double?
  /// The number n of samples.
  public let samples: Int

  /// An estimate that is no plain mean, such as a ratio of means with its jackknife error.
  public init(mean: Double, standardError: Double?, samples: Int) {
    self.mean = mean
    self.standardError = standardError
    self.samples = samples
  }

  /// Mean and standard error of one value from each independent disorder sample.
  ///
  /// Sums run in index order, first the mean, then the squared deviations, so that the bits depend on the values and
  /// their order alone: pass them by sample index, never by rank or by arrival.
  /// - Returns: `nil` without values, or when a value (or the sum) is not finite: there is no number to trust.
  public init?(of values: [Double]) {
    guard !values.isEmpty else { return nil }
    let count = Double(values.count)
    // Relative to the first value, equal values have exactly their value as mean and no error.
    let origin = values[0]
    var sum = 0.0
    for value in values {
      sum += value - origin
    }
    let mean = origin + sum / count
    var squares = 0.0
    for value in values {
      squares += (value - mean) * (value - mean)
    }
    guard mean.isFinite, squares.isFinite else { return nil }
    self.mean = mean
    standardError = values.count < 2 ? nil : (squares / (count * (count - 1))).squareRoot()
    samples = values.count
  }
}
