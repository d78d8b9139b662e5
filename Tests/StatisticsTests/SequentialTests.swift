import NumericalMethods
import Testing

@testable import Statistics

@Suite struct SequentialTests {
  @Test("A look decides where Student's test at its share of the error rate does")
  func oneLook() {
    let decision = { (t: Double, look: Int) in
      SequentialTest.decision(mean: t * 0.1, standardError: 0.1, samples: 8, look: look, errorRate: 0.05)
    }
    for look in [1, 2, 7] {
      let level = 0.05 * 6 / (Double.pi * Double.pi * Double(look * look))
      let critical = StudentDistribution(degreesOfFreedom: 7).halfWidth(confidence: 1 - level)
      #expect(decision(1.0001 * critical, look) == .positive)
      #expect(decision(-1.0001 * critical, look) == .negative)
      #expect(decision(0.9999 * critical, look) == .undecided)
    }
  }

  @Test("No error bar, an error of zero, a mean of zero")
  func degenerate() {
    let decision = { (mean: Double, error: Double?, samples: Int) in
      SequentialTest.decision(mean: mean, standardError: error, samples: samples, look: 1, errorRate: 0.05)
    }
    #expect(decision(5, nil, 1) == .undecided)
    #expect(decision(5, 0, 2) == .undecided)
    #expect(decision(5, 0, 3) == .positive)
    #expect(decision(-5, 0, 3) == .negative)
    #expect(decision(0, 0, 100) == .undecided)
    #expect(decision(0, 1, 100) == .undecided)
    #expect(decision(.nan, 1, 100) == .undecided)
    #expect(decision(5, .nan, 100) == .undecided)
  }

  /// Sequences looked at after 4, 8, … 256 samples; how many decide for each sign.
  static func decisions(mean: Double, sequences: Int) -> (positive: Int, negative: Int) {
    var counts = (positive: 0, negative: 0)
    for sequence in 0..<sequences {
      var stream = RandomStream(StreamKey(seed: 31, system: 0, point: UInt64(sequence), purpose: .data))
      var moments = RunningMoments()
      looks: for look in 1...7 {
        while moments.count < 2 << look { moments.add(mean + stream.normal()) }
        switch SequentialTest.decision(
          mean: moments.mean, standardError: moments.standardError, samples: moments.count, look: look,
          errorRate: 0.05)
        {
        case .undecided: continue
        case .positive: counts.positive += 1
        case .negative: counts.negative += 1
        }
        break looks
      }
    }
    return counts
  }

  /// A test at the full level at every look would decide in 17 % of the sequences, 25 binomial errors above.
  @Test("All looks together decide wrongly at most at the stated rate")
  func errorRate() {
    let sequences = 4000
    let counts = Self.decisions(mean: 0, sequences: sequences)
    let rate = Double(counts.positive + counts.negative) / Double(sequences)
    #expect(rate < 0.05 + 4 * (0.05 * 0.95 / Double(sequences)).squareRoot(), "\(rate)")
    // Nor is the rate wasted: the test spends most of what it may.
    #expect(rate > 0.02, "\(rate)")
  }

  @Test("A mean of half a standard deviation is found, with its sign")
  func power() {
    let counts = Self.decisions(mean: -0.5, sequences: 500)
    #expect(counts.negative >= 495 && counts.positive <= 5, "\(counts)")
  }
}
