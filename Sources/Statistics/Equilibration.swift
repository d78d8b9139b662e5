/// Whether chains look stationary, from their time series alone.
///
/// No such test proves equilibrium: a chain that is stuck looks stationary. Compare chains from different starts.
public enum Equilibration {
  /// The value that ``splitRHat(_:)`` does not exceed, as for chains that stand still in different places.
  public static let largestRHat = 1e3

  /// Split R-hat: the scatter of all half chains together over that within them.
  ///
  /// R̂ = √[((n − 1)/n W + B/n)/W], W the mean variance within the half chains of n values each, B/n the variance of their
  /// means (Gelman et al., *Bayesian Data Analysis*, 3rd ed., section 11.4). Near 1 for stationary chains that
  /// agree; about 1 + τ/n for correlated ones, beyond 1.1 where halves or chains differ by half their width.
  /// - Parameter chains: `[chain][time]`, at least one, equally long, at least four values each; of an odd number the
  ///   one in the middle is left out.
  /// - Returns: 1 if all values are equal; ``largestRHat`` at most, which chains constant at different values, and
  ///   values that are not finite, are given.
  public static func splitRHat(_ chains: [[Double]]) -> Double {
    precondition(!chains.isEmpty, "R-hat needs a chain")
    let length = chains[0].count
    precondition(length >= 4, "R-hat needs four values of each chain, got \(length)")
    precondition(chains.allSatisfy { $0.count == length }, "the chains of R-hat must be equally long")
    let half = length / 2
    let halves = chains.flatMap { chain in
      [chain.prefix(half), chain.suffix(half)].map { part in
        var moments = RunningMoments()
        for value in part { moments.add(value) }
        return moments
      }
    }
    var (within, between) = (RunningMoments(), RunningMoments())
    for moments in halves {
      within.add(moments.variance ?? 0)
      between.add(moments.mean)
    }
    guard let scatter = between.variance, scatter.isFinite, within.mean.isFinite else { return largestRHat }
    // The running mean of equal values is exactly that value, so that nothing scatters by rounding.
    if scatter == 0 { return 1 }
    let n = Double(half)
    return min(largestRHat, ((n - 1) / n + scatter / within.mean).squareRoot())
  }

  /// Where the series should begin for the least estimated error of its mean: the MSER rule.
  ///
  /// The d that minimises Σ_{i≥d} (xᵢ − x̄_d)²/(n − d)², x̄_d the mean from d on (White, Simulation 69, 323 (1997)), over the
  /// means of batches of five values (MSER-5; White, Cobb & Spratt, Proc. Winter Simulation Conf. 2000, 755). At most half of
  /// the series is given up: a result near that says that the series is not stationary over its second half either.
  /// - Parameter batch: values averaged before; 1 for the plain rule. Series of fewer than four batches are not cut.
  /// - Returns: the number of values to drop, a multiple of `batch`; the smallest among equals.
  public static func truncation(of series: [Double], batch: Int = 5) -> Int {
    precondition(batch >= 1, "a batch holds at least one value, got \(batch)")
    let count = series.count / batch
    guard count >= 4 else { return 0 }
    let means = (0..<count).map { index in
      series[index * batch..<(index + 1) * batch].reduce(0, +) / Double(batch)
    }
    var tail = RunningMoments()
    var best = (start: 0, value: Double.infinity)
    for start in stride(from: count - 1, through: 0, by: -1) {
      tail.add(means[start])
      guard 2 * start <= count, let variance = tail.variance else { continue }
      let length = Double(count - start)
      let value = variance * (length - 1) / (length * length)
      if value <= best.value { best = (start, value) }
    }
    return best.start * batch
  }
}
