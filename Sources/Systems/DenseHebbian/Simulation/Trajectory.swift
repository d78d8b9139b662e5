import Foundation
import NumericalMethods

/// One chain on its way: equilibration, then a measurement after every sweep.
///
/// Holds time series of the overlaps and thermal means. Noiseless dynamics ends at the first sweep without a flip; that
/// state is then the only measurement.
struct Trajectory: ~Copyable {
  /// What one chain showed.
  struct Record: Sendable, Codable {
    /// m after each measured sweep.
    var magnetizations: [Double] = []
    /// u after each measured sweep.
    var classOverlaps: [Double] = []
    /// Sum of H after each measured sweep.
    var energySum = 0.0
    /// Σ over measured sweeps of s_i.
    var spinSums: [Int]
    /// Smallest m since the start, equilibration included.
    var minimalMagnetization: Double
    /// Sweeps done, equilibration included.
    var sweepCount = 0
    /// Flips since the start.
    var flipCount = 0
  }

  /// What the chain has shown so far.
  private(set) var record: Record
  private var chain: SpinChain
  private var random: RandomStream
  private let rule: UpdateRule
  private let equilibrationSweeps: Int
  private let totalSweeps: Int
  private var isAtRest = false

  init(
    on disorder: DisorderSample, from start: [Int8], rule: UpdateRule, equilibrationSweeps: Int, measurementSweeps: Int,
    random: RandomStream
  ) {
    chain = SpinChain(on: disorder, from: start, rule: rule)
    self.random = random
    self.rule = rule
    self.equilibrationSweeps = equilibrationSweeps
    totalSweeps = equilibrationSweeps + measurementSweeps
    record = Record(spinSums: [Int](repeating: 0, count: start.count), minimalMagnetization: chain.magnetization())
  }

  /// Whether all sweeps are done.
  var isFinished: Bool { isAtRest || record.sweepCount == totalSweeps }

  /// One sweep, and its measurement.
  mutating func sweep() {
    let flips = chain.sweep(using: &random)
    record.sweepCount += 1
    record.flipCount += flips
    record.minimalMagnetization = min(record.minimalMagnetization, chain.magnetization())
    if case .zeroTemperature = rule {
      isAtRest = flips == 0
      if isFinished { measure() }
    } else if record.sweepCount > equilibrationSweeps {
      measure()
    }
  }

  private mutating func measure() {
    record.magnetizations.append(chain.magnetization())
    record.classOverlaps.append(chain.classOverlap())
    record.energySum += chain.energy()
    for i in record.spinSums.indices { record.spinSums[i] += Int(chain.spins[i]) }
  }

  /// All that is needed to go on with the same bits on the same disorder.
  struct State: Codable {
    fileprivate var record: Record
    fileprivate var spins: [Int8]
    fileprivate var order: [Int32]
    fileprivate var random: RandomStream
    fileprivate var isAtRest: Bool
  }

  /// The state after the last sweep.
  var state: State {
    State(
      record: record, spins: Array(chain.spins), order: chain.siteOrder, random: random, isAtRest: isAtRest)
  }

  /// Goes on from `state`.
  ///
  /// - Throws: a state of another size.
  mutating func restore(_ state: State) throws {
    guard state.spins.count == record.spinSums.count, state.order.count == state.spins.count else {
      throw StateMismatch(expected: record.spinSums.count, found: state.spins.count)
    }
    chain = SpinChain(on: chain.disorder, from: state.spins, rule: rule, siteOrder: state.order)
    record = state.record
    random = state.random
    isAtRest = state.isAtRest
  }
}

/// A saved state that does not belong to the simulation.
struct StateMismatch: Error, CustomStringConvertible {
  let expected: Int
  let found: Int
  var description: String { "the saved state has \(found) spins, the simulation \(expected)" }
}

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
  var energy: Double { energySum / measurementCount }

  /// Flips over attempts.
  var acceptanceRate: Double { Double(flipCount) / Double(sweepCount * spinSums.count) }

  /// q = (1/N) Σ_i <s_i>_A <s_i>_B of two replicas.
  static func replicaOverlap(_ first: Self, _ second: Self) -> Double {
    let sum = zip(first.spinSums, second.spinSums).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    return sum / (Double(first.spinSums.count) * first.measurementCount * second.measurementCount)
  }
}
