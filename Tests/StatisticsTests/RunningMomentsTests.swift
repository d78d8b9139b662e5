import Foundation
import NumericalMethods
import StatisticalTesting
import Testing

@testable import Statistics

@Suite struct RunningMomentsTests {
  static func accumulate(_ values: some Sequence<Double>) -> RunningMoments {
    var moments = RunningMoments()
    for value in values { moments.add(value) }
    return moments
  }

  @Test("Mean and variance of a known sample, and what too few numbers leave open")
  func known() {
    let moments = Self.accumulate([2, 4, 4, 4, 5, 5, 7, 9])
    #expect(moments.count == 8 && moments.mean == 5)
    #expect(moments.variance == 32.0 / 7)
    #expect(moments.standardError == (32.0 / 56).squareRoot())
    #expect(RunningMoments().variance == nil && RunningMoments().standardError == nil)
    #expect(Self.accumulate([3]).mean == 3 && Self.accumulate([3]).standardError == nil)
  }

  @Test("A large offset does not spoil the variance")
  func offset() {
    let series = autoregressiveSeries(0, count: 1000, repetition: 0)
    let plain = Self.accumulate(series).variance ?? .nan
    let shifted = Self.accumulate(series.map { $0 + 1e9 }).variance ?? .nan
    // The numbers themselves are rounded to 1e-7.
    #expect(abs(shifted / plain - 1) < 1e-7)
  }

  @Test("Merging parts gives the whole, empty parts included", arguments: [0, 1, 2, 500, 999, 1000])
  func merge(split: Int) {
    let series = autoregressiveSeries(0.5, count: 1000, repetition: 1)
    var merged = Self.accumulate(series[..<split])
    merged.merge(Self.accumulate(series[split...]))
    let whole = Self.accumulate(series)
    #expect(merged.count == whole.count)
    #expect(abs(merged.mean - whole.mean) < 1e-14)
    #expect(abs((merged.variance ?? .nan) - (whole.variance ?? .nan)) < 1e-13)
  }

  @Test("Stored moments go on where they were")
  func codable() throws {
    let moments = Self.accumulate([0.1, 0.7, -3])
    #expect(try JSONDecoder().decode(RunningMoments.self, from: JSONEncoder().encode(moments)) == moments)
  }

  @Test("The one-sigma interval of independent numbers covers the true mean in 68 % of repetitions")
  func coverage() {
    var hits = 0
    for repetition in 0..<1000 {
      let moments = Self.accumulate(autoregressiveSeries(0, count: 200, repetition: repetition))
      if abs(moments.mean) <= moments.standardError ?? 0 { hits += 1 }
    }
    expectCoverage(hits, of: 1000, "independent numbers")
  }
}
