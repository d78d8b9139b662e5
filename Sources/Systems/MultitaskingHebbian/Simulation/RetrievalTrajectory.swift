import NumericalMethods
import Statistics
import SystemInterface

/// One chain on its way: equilibration, then a measurement after every sweep (page, section 4).
///
/// At zero temperature it ends where no spin can turn any more; that state is then the only measurement.
final class RetrievalTrajectory {
  /// What the chain showed, sweep by sweep of the measurement.
  struct Record: Codable, Equatable {
    /// m_mu, shape [pattern][sweep].
    var magnetizations: [[Double]]
    /// e.
    var energies: [Double] = []
    /// Sweeps done, equilibration included.
    var sweepCount = 0
    /// Flips, as far as the chain counts them.
    var flipCount = 0
  }

  private let layout: DataLayout
  private let fieldNormalization: Double
  private let chain: any HeatBathChain
  private let temperature: Double
  private let equilibrationSweeps: Int
  private let measurementSweeps: Int
  private var random: RandomStream
  private var isAtRest = false
  /// What the chain has shown so far.
  private(set) var record: Record

  /// A chain of K = `patternCount` patterns on columns of this kind.
  init(
    of chain: any HeatBathChain, patternCount: Int, layout: DataLayout, fieldNormalization: Double,
    temperature: Double, equilibrationSweeps: Int, measurementSweeps: Int, random: RandomStream
  ) {
    self.layout = layout
    self.fieldNormalization = fieldNormalization
    self.chain = chain
    self.temperature = temperature
    self.equilibrationSweeps = equilibrationSweeps
    self.measurementSweeps = measurementSweeps
    self.random = random
    record = Record(magnetizations: [[Double]](repeating: [], count: patternCount))
  }

  /// The cheapest chain on a sample.
  convenience init(
    on sample: MultitaskingSample, from start: [Int8], temperature: Double, equilibrationSweeps: Int,
    measurementSweeps: Int, random: RandomStream
  ) {
    self.init(
      of: sample.chain(from: start, temperature: temperature), patternCount: sample.patterns.patternCount,
      layout: sample.columns.layout, fieldNormalization: sample.fieldNormalization, temperature: temperature,
      equilibrationSweeps: equilibrationSweeps, measurementSweeps: measurementSweeps, random: random)
  }

  /// Whether all sweeps are done.
  var isFinished: Bool { isAtRest || record.sweepCount == equilibrationSweeps + measurementSweeps }

  /// One sweep and its measurement.
  func sweep() {
    let flips = chain.sweep(using: &random)
    record.sweepCount += 1
    record.flipCount += flips
    if temperature == 0 {
      // A sweep of random sites need not ask every spin.
      isAtRest = flips == 0 && chain.isStable()
      if isAtRest {
        record.energies = []
        for mu in record.magnetizations.indices { record.magnetizations[mu] = [] }
        chain.forgetRecords()
        measure()
        return
      }
    }
    if record.sweepCount > equilibrationSweeps { measure() }
  }

  private func measure() {
    let N = Double(layout.neuronCount)
    for (mu, sum) in chain.patternSums().enumerated() { record.magnetizations[mu].append(Double(sum) / N) }
    record.energies.append(layout.energy(squareSum: chain.squareSum(), fieldNormalization: fieldNormalization))
    chain.recordColumns()
  }

  /// Means of S_c over the measurement.
  var meanColumnSums: [Double] { chain.meanColumnSums() }

  /// All that is needed to go on with the same bits on the same sample.
  struct State: Codable {
    fileprivate var record: Record
    fileprivate var chain: ChainState
    fileprivate var random: RandomStream
    fileprivate var isAtRest: Bool
  }

  /// The state after the last sweep.
  var state: State { State(record: record, chain: chain.state, random: random, isAtRest: isAtRest) }

  /// Goes on from `state`.
  ///
  /// - Throws: a state of another size.
  func restore(_ state: State) throws {
    let own = chain.state
    guard state.chain.spins.count == own.spins.count, state.chain.upCounts.count == own.upCounts.count,
      state.chain.recorded.count == own.recorded.count
    else { throw ForeignState() }
    chain.state = state.chain
    record = state.record
    random = state.random
    isAtRest = state.isAtRest
  }
}

/// A saved state of another sample.
struct ForeignState: Error, CustomStringConvertible {
  var description: String { "the saved state belongs to a sample of another size" }
}

extension RetrievalTrajectory.Record {
  private static func mean(_ series: [Double]) -> Double { series.reduce(0, +) / Double(series.count) }

  /// <m_mu>.
  var meanMagnetizations: [Double] { magnetizations.map(Self.mean) }

  /// <m_mu²>.
  var meanSquares: [Double] { magnetizations.map { Self.mean($0.map { $0 * $0 }) } }

  /// <e>.
  var meanEnergy: Double { Self.mean(energies) }

  /// |m|, the length of the vector of magnetizations: blind to the order of patterns and to signs.
  var lengths: [Double] {
    energies.indices.map { t in magnetizations.reduce(0) { $0 + $1[t] * $1[t] }.squareRoot() }
  }

  /// What the chain says about equilibration: |m| and e are watched, |m| is the order parameter.
  ///
  /// - Returns: `nil` for fewer than 16 measurements, whose R-hat is noise.
  func evidence() -> EquilibrationEvidence? {
    let m = lengths, half = m.count / 2
    guard m.count >= 16 else { return nil }
    return EquilibrationEvidence(
      splitRHat: [[m], [energies]].map(Equilibration.splitRHat).max() ?? 1,
      drift: (m.suffix(half).reduce(0, +) - m.prefix(half).reduce(0, +)) / Double(half),
      truncatedFraction: Double(Equilibration.truncation(of: m)) / Double(m.count))
  }
}
