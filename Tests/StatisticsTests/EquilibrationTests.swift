import Testing

@testable import Statistics

@Suite struct EquilibrationTests {
  @Test("Split R-hat by hand: half chains (1,2) (3,4) (2,3) (4,5)")
  func byHand() {
    let exact = (0.5 + 10.0 / 3).squareRoot()
    #expect(abs(Equilibration.splitRHat([[1, 2, 3, 4], [2, 3, 4, 5]]) - exact) < 1e-15)
    // The value in the middle of an odd chain does not count.
    #expect(abs(Equilibration.splitRHat([[1, 2, 99, 3, 4], [2, 3, -7, 4, 5]]) - exact) < 1e-15)
  }

  @Test("Constant chains: 1 where all agree, large but finite where not")
  func constants() {
    let constant = { [Double](repeating: $0, count: 10) }
    #expect(Equilibration.splitRHat([constant(0.1), constant(0.1)]) == 1)
    #expect(Equilibration.splitRHat([constant(0.1), constant(0.2)]) == Equilibration.largestRHat)
    #expect(Equilibration.splitRHat([constant(0.1), constant(.nan)]) == Equilibration.largestRHat)
    #expect(Equilibration.splitRHat([[0, 0, 0, 1e9, 1e9, 1e9]]) == Equilibration.largestRHat)
  }

  @Test("Stationary chains have R-hat near 1; chains and halves that differ do not")
  func chains() {
    let stationary = (0..<4).map { autoregressiveSeries(0.5, count: 2000, repetition: $0) }
    #expect((0.99..<1.01).contains(Equilibration.splitRHat(stationary)))
    var apart = stationary
    apart[0] = apart[0].map { $0 + 1 }
    #expect(Equilibration.splitRHat(apart) > 1.05)
    let drifting = stationary.map { chain in chain.indices.map { chain[$0] + Double($0) / 1000 } }
    #expect(Equilibration.splitRHat(drifting) > 1.1)
  }

  /// The rule by its definition.
  static func leastError(_ means: [Double]) -> Int {
    let candidates = (0...means.count / 2).map { start -> (Int, Double) in
      let tail = means[start...]
      let mean = tail.reduce(0, +) / Double(tail.count)
      let squares = tail.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return (start, squares / Double(tail.count * tail.count))
    }
    return candidates.min { $0.1 < $1.1 }?.0 ?? 0
  }

  @Test("The truncation is the minimum of its definition", arguments: 0..<20)
  func truncation(repetition: Int) {
    let series = autoregressiveSeries(0.7, count: 203, repetition: repetition).enumerated().map { index, value in
      value + 30 * (1 - min(1, Double(index) / 40))
    }
    #expect(Equilibration.truncation(of: series, batch: 1) == Self.leastError(series))
    let means = (0..<40).map { batch in series[5 * batch..<5 * batch + 5].reduce(0, +) / 5 }
    #expect(Equilibration.truncation(of: series) == 5 * Self.leastError(means))
  }

  @Test("The initial transient goes; what is short or constant stays")
  func transient() {
    let noise = autoregressiveSeries(0, count: 1000, repetition: 9)
    let series = noise.indices.map { noise[$0] + ($0 < 100 ? 20 : 0) }
    #expect((100..<200).contains(Equilibration.truncation(of: series)))
    #expect(Equilibration.truncation(of: [Double](repeating: 0.1, count: 100)) == 0)
    #expect(Equilibration.truncation(of: [9, 9, 9, 1, 1, 1, 1, 1, 1, 1]) == 0)
    #expect(Equilibration.truncation(of: []) == 0)
    // A series that changes to its very end gives up the half it may.
    #expect(Equilibration.truncation(of: (0..<100).map { Double(($0 - 100) * ($0 - 100)) }) == 50)
  }
}
