import NumericalMethods
import StatisticalTesting
import Testing

@testable import Statistics

@Suite struct JackknifeTests {
  /// Samples (x², x⁴) of a Gaussian x, whose Binder cumulant 1 − ⟨x⁴⟩/(3⟨x²⟩²) is 0, each averaged over 20 numbers.
  static func binderSamples(_ count: Int, repetition: Int) -> [[Double]] {
    var stream = RandomStream(StreamKey(seed: 5, system: 0, point: UInt64(repetition), purpose: .data))
    return (0..<count).map { _ in
      var (second, fourth) = (0.0, 0.0)
      for _ in 0..<20 {
        let square = stream.normal()
        second += square * square
        fourth += square * square * square * square
      }
      return [second / 20, fourth / 20]
    }
  }

  static func binder(_ means: [Double]) -> Double { 1 - means[1] / (3 * means[0] * means[0]) }

  @Test("For a plain mean the jackknife is the standard error")
  func plainMean() throws {
    let series = autoregressiveSeries(0, count: 50, repetition: 0)
    let (value, error) = Jackknife.estimate(series.map { [$0] }) { $0[0] }
    let estimate = try #require(Estimate(of: series))
    #expect(abs(value - estimate.mean) < 1e-15)
    #expect(abs(error / (estimate.standardError ?? .nan) - 1) < 1e-12)
  }

  /// The delta method: variance of the mean of gradient · sample. Both agree up to relative order 1/n.
  @Test("The error of a Binder cumulant and of a ratio is that of the delta method")
  func deltaMethod() throws {
    let samples = Self.binderSamples(2000, repetition: 0)
    let means = (0..<2).map { index in samples.map { $0[index] }.reduce(0, +) / 2000 }
    let (a, b) = (means[0], means[1])
    let cases: [(statistic: ([Double]) -> Double, gradient: [Double])] = [
      (Self.binder, [2 * b / (3 * a * a * a), -1 / (3 * a * a)]),
      ({ $0[1] / $0[0] }, [-b / (a * a), 1 / a]),
    ]
    for (statistic, gradient) in cases {
      let (value, error) = Jackknife.estimate(samples, statistic)
      #expect(value == statistic(means))
      let linear = Estimate(of: samples.map { gradient[0] * $0[0] + gradient[1] * $0[1] })
      #expect(abs(error / (linear?.standardError ?? .nan) - 1) < 0.01)
    }
  }

  @Test("The corrected square of a mean, and the corrected variance, are unbiased identically")
  func biasCorrection() throws {
    let x = [1.0, 4, 2, 9, -3]
    let samples = x.map { [$0, $0 * $0] }
    let variance = try #require(RunningMomentsTests.accumulate(x).variance)
    // n f(x̄) − (n − 1) f̄ turns x̄² into x̄² − s²/n and the variance over n into that over n − 1.
    let square = Jackknife.estimate(samples, correctsBias: true) { $0[0] * $0[0] }
    #expect(abs(square.value - (2.6 * 2.6 - variance / 5)) < 1e-12)
    let corrected = Jackknife.estimate(samples, correctsBias: true) { $0[1] - $0[0] * $0[0] }
    #expect(abs(corrected.value - variance) < 1e-12)
    let plain = Jackknife.estimate(samples) { $0[1] - $0[0] * $0[0] }
    #expect(abs(plain.value - 0.8 * variance) < 1e-12 && plain.standardError == corrected.standardError)
  }

  @Test("Binder's cumulant: 2/3 for |m| = 1, 0 for a Gaussian; ratios; nothing from nothing")
  func binderCumulant() throws {
    let ordered = try #require(Jackknife.binderCumulant(secondMoments: [1, 1, 1], fourthMoments: [1, 1, 1]))
    #expect(abs(ordered.value - 2.0 / 3) < 1e-15 && ordered.standardError < 1e-15)
    let samples = Self.binderSamples(2000, repetition: 7)
    let gaussian = try #require(
      Jackknife.binderCumulant(secondMoments: samples.map { $0[0] }, fourthMoments: samples.map { $0[1] }))
    expectAgrees(gaussian.value, standardError: gaussian.standardError, exact: 0, "Gaussian")
    #expect(gaussian.standardError < 0.02)
    #expect(Jackknife.binderCumulant(secondMoments: [0, 0], fourthMoments: [0, 0]) == nil)
    #expect(Jackknife.binderCumulant(secondMoments: [1], fourthMoments: [1]) == nil)
    let ratio = try #require(Jackknife.ratio([2, 4, 6], over: [1, 2, 3]))
    #expect(abs(ratio.value - 2) < 1e-14 && ratio.standardError < 1e-14)
    #expect(Jackknife.ratio([1, 1], over: [0, 0]) == nil)
  }

  /// The bias of the cumulant is a twentieth of its error or less. A factor 2 wrong in the variance shows as 8 binomial σ.
  @Test("The one-sigma interval of a Binder cumulant covers the truth in 68 % of repetitions")
  func coverage() {
    var hits = 0
    for repetition in 0..<600 {
      let (value, error) = Jackknife.estimate(Self.binderSamples(100, repetition: repetition), Self.binder)
      if abs(value) <= error { hits += 1 }
    }
    expectCoverage(hits, of: 600, "Binder cumulant")
  }
}
