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

/// Asserts that counts agree with equal probabilities: (χ² − k)/√(2k) ≤ 6 with k degrees of freedom.
///
/// The χ² distribution is skewed: for k = 255 the false-alarm rate is about 1e-7, for k = 20 about 1e-5.
func expectUniform(_ counts: [Int], _ what: String, sourceLocation: SourceLocation = #_sourceLocation) {
  let expected = Double(counts.reduce(0, +)) / Double(counts.count)
  let square = counts.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
  let freedom = Double(counts.count - 1)
  let z = (square - freedom) / (2 * freedom).squareRoot()
  #expect(abs(z) <= 6, "\(what): chi-squared \(square) for \(freedom) degrees", sourceLocation: sourceLocation)
}
