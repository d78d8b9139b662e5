/// Errors of functions of means, such as ratios and cumulants, by leaving out one sample at a time.
public enum Jackknife {
  /// f(x̄) and its standard error, where x̄ are the means over samples of several quantities.
  ///
  /// error² = ((n − 1)/n) Σᵢ (fᵢ − f̄)², fᵢ being f of the means without sample i and f̄ their mean (Efron & Stein, Ann. Stat.
  /// 9, 586 (1981)). It includes the correlations between the quantities. Sums run in index order. One call of f for each
  /// sample and one more.
  /// - Parameters:
  ///   - samples: shape `[sample][quantity]`, at least two independent samples. A correlated series must be cut into
  ///     blocks much longer than its autocorrelation time, and the means over blocks passed.
  ///   - correctsBias: false gives f(x̄) as it stands, with the bias of order 1/n that a curved f has; true
  ///     n f(x̄) − (n − 1) f̄, whose bias is of order 1/n² (Quenouille, Biometrika 43, 353 (1956)).
  ///   - statistic: f, from the means of all quantities.
  public static func estimate(
    _ samples: [[Double]], correctsBias: Bool = false, _ statistic: ([Double]) throws -> Double
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
    let whole = try statistic(means), error = standardError(ofLeavingOneOut: partial)
    guard correctsBias else { return (whole, error) }
    return (whole + (n - 1) * (whole - partial.reduce(0, +) / n), error)
  }

  /// The standard error of f from its values without sample i, for every i: ((n − 1)/n) Σᵢ (fᵢ − f̄)² is its square.
  ///
  /// For functions of more than means; sums run in index order.
  public static func standardError(ofLeavingOneOut partial: [Double]) -> Double {
    precondition(partial.count >= 2, "the jackknife needs at least two samples, got \(partial.count)")
    let n = Double(partial.count), centre = partial.reduce(0, +) / n
    let squares = partial.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
    return ((n - 1) / n * squares).squareRoot()
  }

  /// Binder's cumulant U = 1 − [⟨m⁴⟩]/(3 [⟨m²⟩]²) from the thermal moments ⟨m²⟩, ⟨m⁴⟩ of each disorder sample.
  ///
  /// [·] is the mean over samples, taken before the quotient (Binder, Z. Phys. B 43, 119 (1981)); the bias of order 1/n is
  /// corrected.
  /// - Returns: `nil` for fewer than two samples, or where the cumulant is not finite: no order parameter at all.
  public static func binderCumulant(
    secondMoments: [Double], fourthMoments: [Double]
  ) -> (value: Double, standardError: Double)? {
    quotient(fourthMoments, secondMoments) { 1 - $0[0] / (3 * $0[1] * $0[1]) }
  }

  /// [x]/[y], the ratio of two means over the same samples; the bias of order 1/n is corrected.
  ///
  /// - Returns: `nil` for fewer than two samples, or where the ratio is not finite.
  public static func ratio(
    _ numerators: [Double], over denominators: [Double]
  ) -> (value: Double, standardError: Double)? {
    quotient(numerators, denominators) { $0[0] / $0[1] }
  }

  private static func quotient(
    _ first: [Double], _ second: [Double], _ statistic: ([Double]) -> Double
  ) -> (value: Double, standardError: Double)? {
    precondition(first.count == second.count, "\(first.count) and \(second.count) values of the same samples")
    guard first.count >= 2 else { return nil }
    let result = estimate(zip(first, second).map { [$0, $1] }, correctsBias: true, statistic)
    return result.value.isFinite && result.standardError.isFinite ? result : nil
  }
}
