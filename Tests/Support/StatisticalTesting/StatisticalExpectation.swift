import Testing

/// Asserts |mean − exact| ≤ 6 σ; two-sided false-alarm rate 2.0e-9 for a Gaussian mean.
public func expectAgrees(
  _ mean: Double, standardError: Double, exact: Double, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(standardError > 0, "\(what): no error bar", sourceLocation: sourceLocation)
  let z = (mean - exact) / standardError
  #expect(abs(z) <= 6, "\(what): \(mean) ± \(standardError), exact \(exact), z = \(z)", sourceLocation: sourceLocation)
}

/// Asserts |z| ≤ 6 for the mean of a correlated series, its error taken from the means of `bins` blocks.
///
/// Student's law with 99 degrees of freedom puts 3e-8 beyond six errors, provided that a block is much longer than the
/// autocorrelation time.
public func expectSeriesAgrees(
  _ series: [Double], bins: Int = 100, exact: Double, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  let length = series.count / bins
  let means = (0..<bins).map { bin in
    series[bin * length..<(bin + 1) * length].reduce(0, +) / Double(length)
  }
  let mean = means.reduce(0, +) / Double(bins)
  let squares = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  expectAgrees(
    mean, standardError: (squares / Double(bins * (bins - 1))).squareRoot(), exact: exact, what,
    sourceLocation: sourceLocation)
}

/// Asserts that a one-sigma interval covered the truth as often as a Gaussian one should, 68.27 %, within 6 binomial σ.
public func expectCoverage(
  _ hits: Int, of repetitions: Int, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  let coverage = 0.6826894921370859
  let error = (coverage * (1 - coverage) / Double(repetitions)).squareRoot()
  expectAgrees(
    Double(hits) / Double(repetitions), standardError: error, exact: coverage, what, sourceLocation: sourceLocation)
}

/// Asserts |value − exact| ≤ tolerance · max(1, |exact|).
public func expectClose(
  _ value: Double, _ exact: Double, _ tolerance: Double, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let error = abs(value - exact) / max(1, abs(exact))
  #expect(error <= tolerance, "\(what): \(value), expected \(exact)", sourceLocation: sourceLocation)
}

/// Asserts that `value` rounds to the number as printed, such as `0.0588155` or `2.771832e-5`.
///
/// Allows 0.51 units of the last digit: the printed number was itself rounded.
public func expectDigits(
  _ value: Double?, _ printed: String, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  let parts = printed.split(separator: "e")
  let decimals = parts[0].split(separator: ".").dropFirst().first?.count ?? 0
  let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
  var unit = 1.0
  for _ in 0..<(decimals - exponent) { unit /= 10 }
  guard let value, let exact = Double(printed) else {
    Issue.record("\(what): no value, expected \(printed)", sourceLocation: sourceLocation)
    return
  }
  #expect(
    abs(value - exact) <= 0.51 * unit, "\(what): \(value), expected \(printed)", sourceLocation: sourceLocation)
}

/// Asserts that counts agree with equal probabilities: (χ² − k)/√(2k) ≤ 6 with k degrees of freedom.
///
/// The χ² distribution is skewed: for k = 255 the false-alarm rate is about 1e-7, for k = 20 about 1e-5.
public func expectUniform(_ counts: [Int], _ what: String, sourceLocation: SourceLocation = #_sourceLocation) {
  let expected = Double(counts.reduce(0, +)) / Double(counts.count)
  let square = counts.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
  let freedom = Double(counts.count - 1)
  let z = (square - freedom) / (2 * freedom).squareRoot()
  #expect(abs(z) <= 6, "\(what): chi-squared \(square) for \(freedom) degrees", sourceLocation: sourceLocation)
}

/// Asserts that an interval covered the truth in a fraction `nominal` of the repetitions within 4 binomial σ.
///
/// An exact interval would miss that for one seed in 16000; the seeds are fixed. With 1000 repetitions it tells an
/// error bar that is 11 % off at one sigma.
public func expectCoverage(
  _ hits: Int, of repetitions: Int, nominal: Double, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  let coverage = Double(hits) / Double(repetitions)
  let error = (nominal * (1 - nominal) / Double(repetitions)).squareRoot()
  #expect(
    abs(coverage - nominal) <= 4 * error, "\(what): \(coverage), nominal \(nominal) ± \(error)",
    sourceLocation: sourceLocation)
}
