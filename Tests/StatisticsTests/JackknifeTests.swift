import NumericalMethods
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
