import NumericalMethods

/// What one chain showed: time series of the overlaps after equilibration, and thermal means.
struct Trajectory: Sendable {
  /// m after each measured sweep.
  private(set) var magnetizations: [Double] = []
  /// u after each measured sweep.
  private(set) var classOverlaps: [Double] = []
  /// Sum of H after each measured sweep.
  private var energySum = 0.0
  /// Σ over measured sweeps of s_i.
  private var spinSums: [Int]
  /// Smallest m since the start, equilibration included.
  private(set) var minimalMagnetization: Double
  /// Sweeps done, equilibration included.
  private(set) var sweepCount = 0
  /// Flips over attempts.
  private(set) var acceptanceRate = 0.0

  /// Equilibrates, then measures after every sweep.
  ///
  /// Noiseless dynamics ends at the first sweep without a flip; that state is then the only measurement.
  init(
    on disorder: DisorderSample, from start: [Int8], rule: UpdateRule, equilibrationSweeps: Int, measurementSweeps: Int,
    random: inout RandomStream
  ) {
    var chain = SpinChain(on: disorder, from: start, rule: rule)
    spinSums = [Int](repeating: 0, count: start.count)
    minimalMagnetization = chain.magnetization()
    let total = equilibrationSweeps + measurementSweeps
    while sweepCount < total {
      let flips = chain.sweep(using: &random)
      sweepCount += 1
      minimalMagnetization = min(minimalMagnetization, chain.magnetization())
      if case .zeroTemperature = rule {
        guard flips == 0 || sweepCount == total else { continue }
        measure(&chain)
        break
      }
      if sweepCount > equilibrationSweeps { measure(&chain) }
    }
    acceptanceRate = Double(chain.flipCount) / Double(sweepCount * start.count)
  }

  private mutating func measure(_ chain: inout SpinChain) {
    magnetizations.append(chain.magnetization())
    classOverlaps.append(chain.classOverlap())
    energySum += chain.energy()
    for i in spinSums.indices { spinSums[i] += Int(chain.spins[i]) }
  }

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
  var energy: Double { energySum / measurementCount }

  /// q = (1/N) Σ_i <s_i>_A <s_i>_B of two replicas.
  static func replicaOverlap(_ first: Trajectory, _ second: Trajectory) -> Double {
    let sum = zip(first.spinSums, second.spinSums).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    return sum / (Double(first.spinSums.count) * first.measurementCount * second.measurementCount)
  }
}
