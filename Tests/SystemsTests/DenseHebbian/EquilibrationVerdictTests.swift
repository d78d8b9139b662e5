import NumericalMethods
import Statistics
import Testing

@testable import DenseHebbian
@testable import SystemInterface

/// The verdict as a function of its evidence.
@Suite struct EquilibrationVerdictTests {
  static func evidence(
    drifts: [Double], rHat: Double = 1.01, differences: [Double?]? = nil
  ) -> [EquilibrationEvidence] {
    drifts.indices.map { index in
      EquilibrationEvidence(
        splitRHat: rHat, drift: drifts[index], truncatedFraction: 0, startDifference: differences?[index])
    }
  }

  static func state(
    _ drifts: [Double], rHat: Double = 1.01, differences: [Double?]? = nil, error: Double? = 0.001
  ) -> EquilibrationVerdict.State? {
    EquilibrationVerdict(
      of: evidence(drifts: drifts, rHat: rHat, differences: differences), standardError: error)?.state
  }

  @Test("Nothing to judge, too little to judge")
  func few() {
    #expect(EquilibrationVerdict(of: [], standardError: 1) == nil)
    #expect(Self.state([0.3]) == .undecided)
    #expect(Self.state([0.3], rHat: 1.51) == .chainsDisagree)
    #expect(Self.state([0.3, 0.3, 0.3]) == .undecided)
    #expect(Self.state([0, 0, 0, 0]) == .equilibrated)
    #expect(Self.state([0, 0, 0, 0], rHat: 1.51) == .chainsDisagree)
    // The median counts, not the worst sample.
    let mixed = Self.evidence(drifts: [0, 0, 0], rHat: 1.2) + Self.evidence(drifts: [0, 0], rHat: 9)
    let verdict = EquilibrationVerdict(of: mixed, standardError: nil)
    #expect(verdict?.state == .equilibrated && verdict?.medianSplitRHat == 1.2)
  }

  @Test("Sets of chains disagree when the median of their distances is beyond four errors")
  func sets() {
    var evidence = Self.evidence(drifts: [0, 0, 0, 0])
    for (sample, distance) in [1.0, 4.5, 3.9, 9].enumerated() { evidence[sample].setDisagreement = distance }
    let verdict = EquilibrationVerdict(of: evidence, standardError: nil)
    #expect(verdict?.state == .chainsDisagree && verdict?.medianSetDisagreement == 4.2)
    evidence[1].setDisagreement = 3.5
    #expect(EquilibrationVerdict(of: evidence, standardError: nil)?.state == .equilibrated)
  }

  @Test("A drift counts when it is significant, larger than the error and than the tolerance")
  func drift() {
    let drifts = [-0.020, -0.021, -0.019, -0.020, -0.022, -0.020]
    #expect(Self.state(drifts) == .drifting)
    #expect(Self.state(drifts, error: nil) == .drifting)
    #expect(Self.state(drifts, error: 0.03) == .equilibrated)
    #expect(Self.state(drifts.map { $0 / 5 }) == .equilibrated)
    #expect(Self.state(drifts.map { $0 + 0.016 * ($0 < -0.0199 ? 1 : -1) }) == .equilibrated)
    #expect(Self.state([0.1, 0.1, 0.1, 0.1]) == .drifting)
  }

  @Test("A start difference counts when half of the samples have one")
  func startDifference() {
    let still = [Double](repeating: 0, count: 8),
      all: [Double?] = [-0.02, -0.021, -0.019, -0.02, -0.02, -0.02, -0.02, -0.022]
    #expect(Self.state(still, differences: all) == .startDependent)
    #expect(Self.state(still, differences: all.enumerated().map { $0 < 4 ? $1 : nil }) == .startDependent)
    #expect(Self.state(still, differences: all.enumerated().map { $0 < 3 ? $1 : nil }) == .equilibrated)
    #expect(Self.state(still, differences: all.map { $0.map { $0 / 5 } }) == .equilibrated)
    let verdict = EquilibrationVerdict(
      of: Self.evidence(drifts: still, differences: all), standardError: nil)
    #expect(verdict?.startDifference?.samples == 8 && verdict?.medianSplitRHat == 1.01)
  }

  /// Evidence of `samples` samples with two stationary chains of 300 correlated numbers (τ = 4.5) and a slope.
  static func chains(_ point: Int, samples: Int, slope: Double) -> [EquilibrationEvidence] {
    (0..<samples).compactMap { sample in
      let replicas = (0..<3).map { replica -> SeriesOfReplica in
        var random = RandomStream(
          StreamKey(
            seed: 17, system: 0, point: UInt64(point), sample: UInt32(sample), replica: UInt16(replica), purpose: .data)
        )
        var value = random.normal()
        var record = Trajectory.Record(blockSpinSums: [[0]], minimalMagnetization: 0)
        for time in 0..<300 {
          record.magnetizations.append(value + slope * Double(time) / 150)
          record.energies.append(value)
          value = 0.8 * value + 0.6 * random.normal()
        }
        return SeriesOfReplica(record, spinCount: 1, isSigned: true)
      }
      let mean = { (index: Int) in replicas[index].energies.reduce(0, +) / 300 }
      return SeriesOfReplica.evidence(
        Array(replicas[..<2]), startDifference: (mean(0) + mean(1)) / 2 - mean(2))
    }
  }

  /// Two tests at 0.001 make 8 alarms expected in 4000 points; 19 are four Poisson errors more. A one-sided test, or Gaussian
  /// quantiles for eight samples, would raise 16 and 80.
  @Test("Stationary chains raise alarms at most at the stated rate, and drifting ones are caught")
  func rates() {
    let alarms = (0..<4000).filter { point in
      EquilibrationVerdict(of: Self.chains(point, samples: 8, slope: 0), standardError: nil)?.state != .equilibrated
    }
    #expect((1...19).contains(alarms.count), "\(alarms.count) alarms")
    // The drift of one sample has the standard deviation 0.24, of eight 0.087; Student's threshold is 5.4 of those.
    let caught = (0..<200).filter { point in
      EquilibrationVerdict(of: Self.chains(point, samples: 8, slope: 1), standardError: nil)?.state == .drifting
    }
    #expect(caught.count >= 190, "\(caught.count) of 200")
  }
}
