import NumericalMethods
import StatisticalTesting
import Testing

@testable import Statistics

@Suite struct TwoLevelVarianceTests {
  @Test("Parts by hand: means 1…4 of variance 5/3, thermal errors 1/2")
  func byHand() throws {
    let parts = try #require(TwoLevelVariance(means: [1, 2, 3, 4], thermalErrors: [0.5, 0.5, 0.5, 0.5]))
    #expect(parts.samples == 4 && parts.thermalVariance == 0.25)
    #expect(abs(parts.disorderVariance - (5.0 / 3 - 0.25)) < 1e-14)
    #expect(parts.thermalError == 0.25)
    #expect(abs(parts.standardError - (5.0 / 12).squareRoot()) < 1e-15)
    // 100 sweeps: thermal variance of one sweep 25.
    let exact = (60 * 25 / (5.0 / 3 - 0.25)).squareRoot()
    #expect(abs(parts.optimalSweeps(current: 100, overhead: 60) - exact) < 1e-10)
  }

  @Test("The optimum of sweeps is the minimum of variance times cost")
  func optimum() throws {
    let parts = try #require(TwoLevelVariance(means: [1, 2, 3, 4], thermalErrors: [0.6, 0.4, 0.5, 0.8]))
    let work = { (sweeps: Double) in
      (parts.disorderVariance + parts.thermalVariance * 30 / sweeps) * (80 + sweeps)
    }
    let best = parts.optimalSweeps(current: 30, overhead: 80)
    #expect(work(best) < work(1.02 * best) && work(best) < work(0.98 * best))
  }

  @Test("Thermal noise above the scatter, no noise, no scatter, one sample")
  func degenerate() throws {
    let noisy = try #require(TwoLevelVariance(means: [1, 2], thermalErrors: [3, 3]))
    #expect(noisy.disorderVariance == 0 && noisy.disorderError == 0 && noisy.thermalError == 0.5)
    #expect(noisy.optimalSweeps(current: 10, overhead: 5) == .infinity)
    #expect(noisy.optimalSweeps(current: 10, overhead: 0) == 1)
    let frozen = try #require(TwoLevelVariance(means: [1, 2], thermalErrors: [0, 0]))
    #expect(frozen.disorderVariance == 0.5 && frozen.thermalError == 0 && frozen.disorderError == 0.5)
    #expect(frozen.optimalSweeps(current: 10, overhead: 5) == 1)
    let equal = try #require(TwoLevelVariance(means: [2, 2], thermalErrors: [0, 0]))
    #expect(equal.standardError == 0 && equal.optimalSweeps(current: 10, overhead: 5) == 10)
    #expect(TwoLevelVariance(means: [1], thermalErrors: [0]) == nil)
    #expect(TwoLevelVariance(means: [1, .nan], thermalErrors: [0, 0]) == nil)
  }

  /// Without the subtraction of the thermal part the disorder variance would come out 1.25: 40σ off.
  @Test("The disorder variance is unbiased")
  func unbiased() throws {
    var stream = RandomStream(StreamKey(seed: 12, system: 0, point: 0, purpose: .data))
    let variances = try (0..<2000).map { _ in
      let means = (0..<16).map { _ in stream.normal() + 0.5 * stream.normal() }
      return try #require(TwoLevelVariance(means: means, thermalErrors: [Double](repeating: 0.5, count: 16)))
        .disorderVariance
    }
    let estimate = try #require(Estimate(of: variances))
    expectAgrees(
      estimate.mean, standardError: try #require(estimate.standardError), exact: 1, "disorder variance")
  }
}
