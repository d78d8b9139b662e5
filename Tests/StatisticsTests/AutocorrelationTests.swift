import NumericalMethods
import StatisticalTesting
import Testing

@testable import Statistics

@Suite struct AutocorrelationTests {
  @Test("The function by FFT is its direct sum", arguments: [2, 3, 50, 257])
  func directSum(count: Int) {
    let series = autoregressiveSeries(0.7, count: count, repetition: count).map { $0 + 3 }
    let mean = series.reduce(0, +) / Double(count)
    let covariances = (0..<count).map { lag in
      (0..<count - lag).reduce(0) { $0 + (series[$1] - mean) * (series[$1 + lag] - mean) }
    }
    let function = Autocorrelation.function(of: series)
    #expect(function.count == count && function[0] == 1)
    for lag in 0..<count { #expect(abs(function[lag] - covariances[lag] / covariances[0]) < 1e-12) }
  }

  @Test("Constant, empty and undefined series")
  func degenerate() {
    // The mean of equal numbers is off by rounding here: the test must not be whether the variance is 0.
    let constant = [Double](repeating: 0.1, count: 10)
    #expect(Autocorrelation.function(of: constant) == [1] + [Double](repeating: 0, count: 9))
    #expect(Autocorrelation.function(of: []).isEmpty)
    for series in [constant, [], [2], [1, .nan, 2], [1, .infinity, 3]] {
      #expect(Autocorrelation.integratedTime(of: series) == nil)
      #expect(Autocorrelation.standardError(of: series) == nil)
    }
  }

  @Test("An alternating series has the least time allowed")
  func alternating() {
    let series = (0..<100).map { $0 % 2 == 0 ? 1.0 : -1 }
    #expect(Autocorrelation.integratedTime(of: series) == 0.5)
  }

  @Test("The time follows its definition from the function")
  func definition() throws {
    let series = autoregressiveSeries(0.8, count: 999, repetition: 5)
    let function = Autocorrelation.function(of: series)
    var time = 0.5
    var lag = 0
    repeat {
      lag += 1
      time += function[lag]
    } while Double(lag) < 5 * time
    #expect(abs(try #require(Autocorrelation.integratedTime(of: series)) - time) < 1e-12)
  }

  /// τ is known to √(2(2W + 1)/n) with W ≈ 5τ, plus the e⁻⁵ that the window cuts off.
  @Test("Long autoregressive series have τ = (1 + ρ)/(2(1 − ρ))", arguments: [0.0, 0.5, 0.9, -0.4])
  func longSeries(correlation: Double) throws {
    let count = 100_000
    let exact = (1 + correlation) / (2 * (1 - correlation))
    let time = try #require(
      Autocorrelation.integratedTime(of: autoregressiveSeries(correlation, count: count, repetition: 6)))
    if correlation >= 0 {
      let error = exact * (2 * (10 * exact + 1) / Double(count)).squareRoot()
      #expect(abs(time - exact) < 6 * error + 0.01 * exact)
      #expect(abs(time / exact - 1) < 0.07)
    } else {
      #expect(time == 0.5)
    }
  }

  /// A factor 2 missing in τ would lower the coverage to 52 %, 11 binomial σ below; ignoring correlations to 26 %.
  @Test("The one-sigma interval covers the true mean in 68 % of repetitions", arguments: [0.0, 0.8])
  func coverage(correlation: Double) {
    var hits = 0
    let repetitions = 1000
    for repetition in 0..<repetitions {
      let series = autoregressiveSeries(correlation, count: 800, repetition: 1000 + repetition)
      let mean = series.reduce(0, +) / Double(series.count)
      if abs(mean) <= Autocorrelation.standardError(of: series) ?? 0 { hits += 1 }
    }
    expectCoverage(hits, of: repetitions, "autoregressive series, correlation \(correlation)")
  }
}
