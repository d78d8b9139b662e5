import Foundation
import Testing

@testable import Statistics

@Suite struct LogarithmicBinningTests {
  @Test("Levels of the series 1…9: the ninth value fills no bin of two")
  func known() throws {
    let binning = LogarithmicBinning((1...8).map(Double.init))
    #expect(binning.count == 8 && binning.mean == 4.5 && binning.levelCount == 3)
    #expect((0...4).map { binning.binCount(level: $0) } == [8, 4, 2, 1, 0])
    #expect((0...3).map { binning.variance(level: $0) } == [6, 20.0 / 3, 8, nil])
    #expect(binning.mean(level: 2) == 4.5 && binning.mean(level: 4) == nil)
    #expect(binning.standardError(level: 0) == 0.75.squareRoot())
    #expect(try abs(#require(binning.standardError(level: 1)) - (5.0 / 3).squareRoot()) < 1e-15)
    #expect(binning.standardError(level: 2) == 2)
    let longer = LogarithmicBinning((1...9).map(Double.init))
    #expect(longer.variance(level: 1) == 20.0 / 3 && longer.mean(level: 1) == 4.5 && longer.mean == 5)
    #expect(try abs(#require(longer.standardError(level: 1)) - (40.0 / 27).squareRoot()) < 1e-15)
  }

  @Test("Nothing is claimed from nothing, from a constant, or from a series shorter than its memory")
  func degenerate() {
    #expect(LogarithmicBinning().mean == nil && LogarithmicBinning().plateau == nil)
    let constant = LogarithmicBinning([Double](repeating: 0.1, count: 64))
    #expect(constant.plateau == nil && constant.autocorrelationTime == nil && constant.standardError(level: 0) == 0)
    let drifting = LogarithmicBinning((0..<256).map(Double.init))
    #expect(drifting.plateau == nil && drifting.effectiveSampleSize == nil)
  }

  @Test("Independent numbers have their plateau at a short bin")
  func independent() throws {
    let binning = LogarithmicBinning(autoregressiveSeries(0, count: 4096, repetition: 3))
    let plateau = try #require(binning.plateau)
    // B³ > 2n is B = 32.
    #expect(plateau.level == 5 && plateau.bins == 128)
    #expect(try abs(#require(binning.autocorrelationTime) - 0.5) < 0.2)
  }

  /// The plateau has some hundred bins here, hence τ to about 15 %; one level too early would lose a third of τ = 20.
  @Test("Plateau, time and effective size of long autoregressive series", arguments: [0.5, 0.9, 0.95122942])
  func longSeries(correlation: Double) throws {
    let count = 1 << 17
    let exact = (1 + correlation) / (2 * (1 - correlation))
    let binning = LogarithmicBinning(autoregressiveSeries(correlation, count: count, repetition: 8))
    let plateau = try #require(binning.plateau)
    let time = try #require(binning.autocorrelationTime)
    #expect(abs(time / exact - 1) < 0.25, "τ = \(time), exact \(exact)")
    #expect(try abs(#require(binning.effectiveSampleSize) * 2 * time / Double(count) - 1) < 1e-12)
    #expect(abs(plateau.standardError / (2 * exact / Double(count)).squareRoot() - 1) < 0.13)
    let windowed = try #require(
      Autocorrelation.integratedTime(of: autoregressiveSeries(correlation, count: count, repetition: 8)))
    #expect(abs(time / windowed - 1) < 0.25)
  }

  @Test("A stored binning goes on with the same bits")
  func codable() throws {
    let series = autoregressiveSeries(0.8, count: 777, repetition: 1)
    var binning = LogarithmicBinning(series[..<345])
    binning = try JSONDecoder().decode(LogarithmicBinning.self, from: JSONEncoder().encode(binning))
    for value in series[345...] { binning.add(value) }
    #expect(binning == LogarithmicBinning(series))
  }

  @Test("The effective sample size is n/(2τ)")
  func effectiveSampleSize() throws {
    let series = autoregressiveSeries(0.8, count: 999, repetition: 5)
    let time = try #require(Autocorrelation.integratedTime(of: series))
    #expect(Autocorrelation.effectiveSampleSize(of: series) == 999 / (2 * time))
    #expect(Autocorrelation.effectiveSampleSize(of: [1, 1]) == nil)
  }
}
