import Testing

/// Asserts |mean − exact| ≤ 6 σ; two-sided false-alarm rate 2.0e-9 for a Gaussian mean.
func expectAgrees(
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
func expectSeriesAgrees(
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
func expectCoverage(
  _ hits: Int, of repetitions: Int, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  let coverage = 0.6826894921370859
  let error = (coverage * (1 - coverage) / Double(repetitions)).squareRoot()
  expectAgrees(
    Double(hits) / Double(repetitions), standardError: error, exact: coverage, what, sourceLocation: sourceLocation)
}

/// Asserts |value − exact| ≤ tolerance · max(1, |exact|).
func expectClose(
  _ value: Double, _ exact: Double, _ tolerance: Double, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let error = abs(value - exact) / max(1, abs(exact))
  #expect(error <= tolerance, "\(what): \(value), expected \(exact)", sourceLocation: sourceLocation)
}

/// Asserts that `value` rounds to the number as printed, such as `0.0588155` or `2.771832e-5`.
///
/// Allows 0.51 units of the last digit: the printed number was itself rounded.
func expectDigits(
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
