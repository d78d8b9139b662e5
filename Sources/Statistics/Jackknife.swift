/// Errors of functions of means, such as ratios and cumulants, by leaving out one sample at a time.
public enum Jackknife {
  /// f(x̄) and its standard error, where x̄ are the means over samples of several quantities.
  ///
  /// error² = ((n − 1)/n) Σᵢ (fᵢ − f̄)², fᵢ being f of the means without sample i and f̄ their mean (Efron & Stein, Ann. Stat.
  /// 9, 586 (1981)). It includes the correlations between the quantities. The value is f(x̄) as it stands, with
  /// the bias of order 1/n that a curved f has. Sums run in index order. One call of f for each sample and one more.
  /// - Parameters:
  ///   - samples: shape `[sample][quantity]`, at least two independent samples. A correlated series must be cut into
  ///     blocks much longer than its autocorrelation time, and the means over blocks passed.
  ///   - statistic: f, from the means of all quantities.
  public static func estimate(
    _ samples: [[Double]], _ statistic: ([Double]) throws -> Double
  ) rethrows -> (value: Double, standardError: Double) {
    precondition(samples.count >= 2, "the jackknife needs at least two samples, got \(samples.count)")
    let quantities = samples[0].count
    precondition(
      samples.allSatisfy { $0.count == quantities }, "the samples of a jackknife must hold equally many quantities")
    let n = Double(samples.count)
    var means = [Double](repeating: 0, count: quantities)
    for sample in samples {
      for index in means.indices {
        means[index] += sample[index]
      }
    }
    for index in means.indices {
      means[index] /= n
    }
    // mean without i = mean − (xᵢ − mean)/(n − 1): no difference of large sums.
    let partial = try samples.map { sample in
      try statistic(means.indices.map { means[$0] - (sample[$0] - means[$0]) / (n - 1) })
    }
    let centre = partial.reduce(0, +) / n
    let squares = partial.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
    return (try statistic(means), ((n - 1) / n * squares).squareRoot())
  }
}
