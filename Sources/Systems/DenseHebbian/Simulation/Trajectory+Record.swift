import Statistics
import SystemInterface

extension Trajectory.Record {
  private var measurementCount: Double { Double(magnetizations.count) }

  /// <m>.
  var magnetization: Double { magnetizations.reduce(0, +) / measurementCount }

  /// <|m|>.
  var absoluteMagnetization: Double { magnetizations.reduce(0) { $0 + abs($1) } / measurementCount }

  /// <u>.
  var classOverlap: Double { classOverlaps.reduce(0, +) / measurementCount }

  /// <|u|>.
  var absoluteClassOverlap: Double { classOverlaps.reduce(0) { $0 + abs($1) } / measurementCount }

  /// <H>, not shifted.
  var energy: Double { energies.reduce(0, +) / measurementCount }

  /// <m^2> and <m^4>.
  var magnetizationMoments: OrderParameterMoments {
    var moments = OrderParameterMoments(second: 0, fourth: 0)
    for m in magnetizations {
      moments.second += m * m
      moments.fourth += m * m * m * m
    }
    moments.second /= measurementCount
    moments.fourth /= measurementCount
    return moments
  }

  /// <s_i>.
  var spinMeans: [Double] { spinSums().map { Double($0) / measurementCount } }

  /// Flips over attempts.
  var acceptanceRate: Double { Double(flipCount) / (Double(sweepCount) * Double(blockSpinSums[0].count)) }

  /// q = (1/N) Σ_i <s_i>_A <s_i>_B of two replicas.
  static func replicaOverlap(_ first: Self, _ second: Self) -> Double {
    let sum = zip(first.spinSums(), second.spinSums()).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    return sum / (Double(first.blockSpinSums[0].count) * first.measurementCount * second.measurementCount)
  }

  /// Thermal standard error of `replicaOverlap`, by the jackknife over blocks of the measurement.
  ///
  /// Leaving out the same block of both chains gives error² = ((B − 1)/B) Σ_b (q_b − q̄)². Of 16, 8 and 4 blocks the most
  /// are taken that are each at least ten autocorrelation times long; 4 where none are, with an error then too small.
  /// - Parameter autocorrelationTime: the longest integrated time of the watched series, in sweeps.
  /// - Returns: `nil` for measurements of fewer than 16 sweeps.
  static func thermalErrorOfReplicaOverlap(
    _ first: Self, _ second: Self, autocorrelationTime: Double
  ) -> Double? {
    let stored = Trajectory.largestBlockCount, count = first.measurementCount
    guard first.blockSpinSums.count == stored, second.magnetizations.count == first.magnetizations.count else {
      return nil
    }
    let blocks = [16, 8].first { count / Double($0) >= 10 * autocorrelationTime } ?? 4
    let (firstTotal, secondTotal) = (first.spinSums(), second.spinSums())
    let partial = (0..<blocks).map { block -> Double in
      let range = block * stored / blocks..<(block + 1) * stored / blocks
      let (firstPart, secondPart) = (first.spinSums(of: range), second.spinSums(of: range))
      var sum = 0.0
      for i in firstTotal.indices {
        sum += Double(firstTotal[i] - firstPart[i]) * Double(secondTotal[i] - secondPart[i])
      }
      let left = count - Double(first.sweeps(of: range))
      return sum / (Double(firstTotal.count) * left * left)
    }
    return Estimate(of: partial)?.standardError.map { $0 * Double(blocks - 1) }
  }

  /// Σ over measured sweeps of s_i, of some blocks or of all.
  private func spinSums(of blocks: Range<Int>? = nil) -> [Int] {
    var sums = [Int](repeating: 0, count: blockSpinSums[0].count)
    for block in blocks ?? blockSpinSums.indices {
      for i in sums.indices { sums[i] += Int(blockSpinSums[block][i]) }
    }
    return sums
  }

  /// Number of measured sweeps in these blocks: those t with ⌊t B/n⌋ in the range.
  private func sweeps(of blocks: Range<Int>) -> Int {
    let n = magnetizations.count, B = blockSpinSums.count
    let start = { (block: Int) in (block * n + B - 1) / B }
    return start(blocks.upperBound) - start(blocks.lowerBound)
  }
}
