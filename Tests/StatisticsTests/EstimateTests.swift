import Foundation
import Testing

@testable import Statistics

@Suite struct EstimateTests {
  @Test("Mean and standard error over samples")
  func known() {
    let estimate = Estimate(of: [1, 2, 3, 4])
    #expect(estimate?.mean == 2.5 && estimate?.samples == 4)
    #expect(estimate?.standardError == (5.0 / 12).squareRoot())
  }

  @Test("One sample has no error, no sample no estimate, and not-a-number no estimate either")
  func degenerate() {
    #expect(Estimate(of: [7])?.mean == 7)
    #expect(Estimate(of: [7])?.standardError == nil)
    #expect(Estimate(of: [3, 3, 3])?.standardError == 0)
    #expect(Estimate(of: []) == nil)
    #expect(Estimate(of: [1, .nan]) == nil)
    #expect(Estimate(of: [.infinity, 1]) == nil)
    #expect(Estimate(of: [1e308, -1e308, 1e308]) == nil)
    #expect(Estimate(of: [1e308, 0]) == nil)
  }

  @Test("Large equal values do not overflow: deviations are summed, not values")
  func large() {
    let estimate = Estimate(of: [1e308, 1e308])
    #expect(estimate?.mean == 1e308 && estimate?.standardError == 0 && estimate?.samples == 2)
  }

  @Test("The same statistics as the running moments")
  func runningMoments() {
    let series = autoregressiveSeries(0, count: 100, repetition: 4)
    let (estimate, moments) = (Estimate(of: series), RunningMomentsTests.accumulate(series))
    #expect(abs((estimate?.mean ?? .nan) - moments.mean) < 1e-15)
    #expect(abs((estimate?.standardError ?? .nan) - (moments.standardError ?? .nan)) < 1e-15)
  }

  @Test("A missing error survives storage", arguments: [[1.5], [1.5, 2.5]])
  func codable(values: [Double]) throws {
    let estimate = try #require(Estimate(of: values))
    #expect(try JSONDecoder().decode(Estimate.self, from: JSONEncoder().encode(estimate)) == estimate)
  }
}
