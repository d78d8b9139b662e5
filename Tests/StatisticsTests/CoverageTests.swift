import NumericalMethods
import StatisticalTesting
import Testing

@testable import Statistics

/// Error bars, as they are printed with results, cover the truth as often as they say: 1000 repetitions each.
@Suite struct CoverageTests {
  static let levels = [StudentDistribution.oneSigma, StudentDistribution.twoSigma]

  /// Coverage of intervals value ± half width of Student's law · error, at one and two sigma.
  static func expectIntervals(
    _ what: String, truth: Double, _ repetition: (Int) throws -> (value: Double, error: Double, degrees: Int)
  ) rethrows {
    var hits = [0, 0]
    for number in 0..<1000 {
      let (value, error, degrees) = try repetition(number)
      let law = StudentDistribution(degreesOfFreedom: Double(degrees))
      for index in 0..<2 where abs(value - truth) <= law.halfWidth(confidence: levels[index]) * error {
        hits[index] += 1
      }
    }
    for index in 0..<2 { expectCoverage(hits[index], of: 1000, nominal: levels[index], what) }
  }

  /// τ = 5 in 2000 values; a missing factor 2 in τ covers 52 % in place of 68 %, 11 binomial errors off.
  @Test("The mean of an autoregressive series, by windowed correlations and by binning")
  func autoregressiveMean() throws {
    let correlation = 9.0 / 11
    let series = { autoregressiveSeries(correlation, count: 2000, repetition: 20_000 + $0) }
    try Self.expectIntervals("window", truth: 0) { number in
      let values = series(number)
      let size = try #require(Autocorrelation.effectiveSampleSize(of: values))
      return (
        values.reduce(0, +) / 2000, try #require(Autocorrelation.standardError(of: values)), Int(size.rounded()) - 1
      )
    }
    try Self.expectIntervals("binning", truth: 0) { number in
      let binning = LogarithmicBinning(series(number))
      let plateau = try #require(binning.plateau)
      return (try #require(binning.mean), plateau.standardError, plateau.bins - 1)
    }
  }

  @Test("The mean of 8 and 16 samples", arguments: [8, 16])
  func fewSamples(count: Int) throws {
    try Self.expectIntervals("\(count) samples", truth: 0) { number in
      let estimate = try #require(Estimate(of: autoregressiveSeries(0, count: count, repetition: 40_000 + number)))
      return (estimate.mean, try #require(estimate.standardError), count - 1)
    }
  }

  /// Each sample holds the moments of 100 numbers, as a chain gives them.
  ///
  /// Means of 20 fourth powers are so skewed that the intervals of the cumulant cover 65 % and 92 % only.
  @Test("Variance and Binder cumulant by jackknife over 32 samples")
  func jackknife() throws {
    let samples = { (number: Int) -> [[Double]] in
      var stream = RandomStream(StreamKey(seed: 6, system: 0, point: UInt64(number), purpose: .data))
      return (0..<32).map { _ in
        var sums = [0.0, 0, 0]
        for _ in 0..<100 {
          let x = stream.normal()
          sums[0] += x / 100
          sums[1] += x * x / 100
          sums[2] += x * x * x * x / 100
        }
        return sums
      }
    }
    Self.expectIntervals("variance", truth: 1) { number in
      let (value, error) = Jackknife.estimate(samples(number), correctsBias: true) { $0[1] - $0[0] * $0[0] }
      return (value, error, 31)
    }
    try Self.expectIntervals("Binder cumulant", truth: 0) { number in
      let moments = samples(number)
      let (value, error) = try #require(
        Jackknife.binderCumulant(secondMoments: moments.map { $0[1] }, fourthMoments: moments.map { $0[2] }))
      return (value, error, 31)
    }
  }
}
