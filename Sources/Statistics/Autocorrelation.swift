import NumericalMethods

/// Correlations within a stationary time series, and the error of its mean.
///
/// The autocorrelation function is ρ(t) = C(t)/C(0), C(t) = (1/n) Σ_{i<n−t} (xᵢ − x̄)(xᵢ₊ₜ − x̄), with the mean of the series
/// itself and the factor 1/n at every lag (Priestley, *Spectral Analysis and Time Series*, 1981, chapter 5).
public enum Autocorrelation {
  /// ρ(0)…ρ(n − 1) by FFT with zero padding, O(n log n).
  ///
  /// The last bits depend on the processor's vector instructions; ``integratedTime(of:window:)`` does not use it.
  /// - Returns: as many values as the series; ρ(0) = 1. A constant series has no correlation function: 1, 0, 0, … by
  ///   definition, and likewise one with values that are not finite.
  public static func function(of series: [Double]) -> [Double] {
    guard let deviations = deviations(of: series) else {
      return series.indices.map { $0 == 0 ? 1 : 0 }
    }
    let correlation = paddedCorrelation(deviations)
    return correlation.map { $0 / correlation[0] }
  }

  /// Σᵢ xᵢ xᵢ₊ₜ for all lags t.
  private static func paddedCorrelation(_ series: [Double]) -> [Double] {
    let n = series.count
    // At least n zeros, so that the circular correlation is the linear one.
    var length = 1
    while length < 2 * n {
      length *= 2
    }
    do {
      var transform = try RealFourierTransform(count: length)
      return Array(transform.circularCorrelation(series + [Double](repeating: 0, count: length - n))[..<n])
    } catch {
      // FFTW refuses for want of memory only; the sums need none, and are the same function.
      return series.indices.map { laggedProduct(series, lag: $0) }
    }
  }

  /// The integrated autocorrelation time τ = ½ + Σ_{t=1}^{W} ρ(t), in units of the spacing of the series.
  ///
  /// In this convention independent numbers have τ = ½, an exponential decay e^{−t/T} has τ ≈ T, and the variance of the
  /// mean is 2τ σ²/n. W is the smallest lag with W ≥ `window` · τ(W) (Sokal's automatic windowing; Madras & Sokal, J. Stat.
  /// Phys. 50, 109 (1988), appendix C). The truncation lowers τ by about e^{−window}, the statistical error is
  /// τ √(2(2W + 1)/n), and subtracting the series' own mean lowers τ by about (2W + 1) τ/n: trust it for n ≳ 100 τ.
  ///
  /// Lagged products are added in fixed lanes until the window closes, O(n W): unlike an FFT this gives the same bits on
  /// every processor, and stored errors are made from it.
  /// - Returns: at least ½; `nil` for a constant series, fewer than two values, or values that are not finite.
  public static func integratedTime(of series: [Double], window: Double = 5) -> Double? {
    precondition(window > 0, "the window of an autocorrelation time must be positive, got \(window)")
    return deviations(of: series).flatMap { integratedTime(ofDeviations: $0, window: window) }
  }

  /// √(2τ s²/n): the standard error of the mean of a correlated series, s² being its unbiased variance.
  ///
  /// - Returns: `nil` where ``integratedTime(of:window:)`` is `nil`.
  public static func standardError(of series: [Double]) -> Double? {
    guard let deviations = deviations(of: series),
      let time = integratedTime(ofDeviations: deviations, window: 5)
    else { return nil }
    let n = Double(series.count)
    return (2 * time * laggedProduct(deviations, lag: 0) / ((n - 1) * n)).squareRoot()
  }

  /// n/(2τ): the number of independent values whose mean would have the same error.
  ///
  /// - Returns: at most n; `nil` where ``integratedTime(of:window:)`` is `nil`.
  public static func effectiveSampleSize(of series: [Double]) -> Double? {
    integratedTime(of: series).map { Double(series.count) / (2 * $0) }
  }

  /// xᵢ − x̄; `nil` when that has no correlations: a constant series, fewer than two values, or values not finite.
  private static func deviations(of series: [Double]) -> [Double]? {
    // Compared with the first value: the mean of a constant series can be off by rounding.
    guard let first = series.first, series.contains(where: { $0 != first }) else { return nil }
    var sum = 0.0
    for value in series {
      sum += value
    }
    let mean = sum / Double(series.count)
    return mean.isFinite ? series.map { $0 - mean } : nil
  }

  private static func integratedTime(ofDeviations deviations: [Double], window: Double) -> Double? {
    let variance = laggedProduct(deviations, lag: 0)
    guard variance.isFinite, variance > 0 else { return nil }
    var time = 0.5
    for lag in 1..<deviations.count {
      time += laggedProduct(deviations, lag: lag) / variance
      if Double(lag) >= window * time { break }
    }
    return max(0.5, time)
  }

  /// Σᵢ xᵢ xᵢ₊ₜ in eight lanes, added in a fixed order.
  private static func laggedProduct(_ series: [Double], lag: Int) -> Double {
    series.withUnsafeBufferPointer { x in
      let terms = x.count - lag
      let blocks = terms / 8
      var lanes = SIMD8<Double>(repeating: 0)
      for block in 0..<blocks {
        for lane in 0..<8 {
          lanes[lane] += x[8 * block + lane] * x[8 * block + lane + lag]
        }
      }
      let four = lanes.lowHalf + lanes.highHalf
      let two = four.lowHalf + four.highHalf
      var sum = two[0] + two[1]
      for index in 8 * blocks..<terms {
        sum += x[index] * x[index + lag]
      }
      return sum
    }
  }
}
