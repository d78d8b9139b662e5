import Foundation
import NumericalMethods
import SystemInterface

/// One chain on its way: equilibration, then a measurement after every sweep.
///
/// Holds time series of the overlaps and thermal means. Noiseless dynamics ends at the first sweep without a flip; that
/// state is then the only measurement. Parallel noiseless dynamics may end in a cycle of two states, both of them measured.
struct Trajectory: ~Copyable {
  /// What one chain showed.
  struct Record: Sendable, Codable {
    /// m after each measured sweep.
    var magnetizations: [Double] = []
    /// u after each measured sweep.
    var classOverlaps: [Double] = []
    /// H after each measured sweep, not shifted.
    var energies: [Double] = []
    /// Σ over the measured sweeps of a block of s_i, [block][site]; the blocks are equally long stretches of the measurement.
    var blockSpinSums: [[Int32]]
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
  private var parallel: ParallelDynamics?
  private let equilibrationSweeps: Int
  private let measurementSweeps: Int
  private var isAtRest = false

  init(
    on disorder: DisorderSample, from start: [Int8], rule: UpdateRule, updates: UpdateOrder = .sequential,
    equilibrationSweeps: Int, measurementSweeps: Int, random: RandomStream
  ) {
    chain = SpinChain(on: disorder, from: start, rule: rule)
    self.random = random
    self.rule = rule
    parallel = updates == .parallel ? ParallelDynamics() : nil
    self.equilibrationSweeps = equilibrationSweeps
    self.measurementSweeps = measurementSweeps
    let blocks = min(Self.largestBlockCount, measurementSweeps)
    record = Record(
      blockSpinSums: [[Int32]](repeating: [Int32](repeating: 0, count: start.count), count: blocks),
      minimalMagnetization: chain.magnetization())
  }

  /// Blocks of the measurement, as many as it has sweeps at most.
  static let largestBlockCount = 16

  /// Whether all sweeps are done.
  var isFinished: Bool { isAtRest || record.sweepCount == equilibrationSweeps + measurementSweeps }

  /// States in the cycle where parallel noiseless dynamics ended: 1 or 2, 0 if it still moves; `nil` for sequential updates.
  var cycleLength: Int? { parallel?.cycleLength }

  /// One sweep, or one step of all spins at once, and its measurement.
  mutating func sweep() {
    let flips = update()
    record.sweepCount += 1
    record.flipCount += flips
    record.minimalMagnetization = min(record.minimalMagnetization, chain.magnetization())
    if case .zeroTemperature = rule {
      isAtRest = flips == 0 || cycleLength == 2
      if isFinished { measure() }
      if cycleLength == 2 {
        // The other state of the cycle; no number decides this step.
        _ = update()
        measure()
      }
    } else if record.sweepCount > equilibrationSweeps {
      measure()
    }
  }

  private mutating func update() -> Int {
    if parallel == nil { return chain.sweep(using: &random) }
    return parallel!.step(&chain, rule: rule, using: &random)
  }

  private mutating func measure() {
    let block = min(
      record.magnetizations.count * record.blockSpinSums.count / measurementSweeps, record.blockSpinSums.count - 1)
    record.magnetizations.append(chain.magnetization())
    record.classOverlaps.append(chain.classOverlap())
    record.energies.append(chain.energy())
    let spins = chain.spins
    record.blockSpinSums[block].withUnsafeMutableBufferPointer { sums in
      for i in 0..<spins.count { sums[i] += Int32(spins[i]) }
    }
  }

  /// All that is needed to go on with the same bits on the same disorder.
  struct State: Codable {
    fileprivate var record: Record
    fileprivate var spins: [Int8]
    fileprivate var order: [Int32]
    fileprivate var random: RandomStream
    fileprivate var isAtRest: Bool
    fileprivate var parallel: ParallelDynamics?
  }

  /// The state after the last sweep.
  var state: State {
    State(
      record: record, spins: Array(chain.spins), order: chain.siteOrder, random: random, isAtRest: isAtRest,
      parallel: parallel)
  }

  /// Goes on from `state`.
  ///
  /// - Throws: a state of another size.
  mutating func restore(_ state: State) throws {
    let N = chain.disorder.spinCount
    guard state.spins.count == N, state.order.count == N else {
      throw StateMismatch(expected: N, found: state.spins.count)
    }
    chain = SpinChain(on: chain.disorder, from: state.spins, rule: rule, siteOrder: state.order)
    record = state.record
    random = state.random
    isAtRest = state.isAtRest
    parallel = state.parallel
  }
}

/// A saved state that does not belong to the simulation.
struct StateMismatch: Error, CustomStringConvertible {
  let expected: Int
  let found: Int
  var description: String { "the saved state has \(found) spins, the simulation \(expected)" }
}
