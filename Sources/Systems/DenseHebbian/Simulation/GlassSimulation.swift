import Foundation
import NumericalMethods
import ReplicaExchange
import SystemInterface

/// Replica exchange on one disorder sample: two independent sets of replicas, A and B, on the same temperatures.
///
/// Part `ladder * n + replica` of the n = `exchangeTemperatures` replicas of each set starts at random spins of its own. One
/// step is a sweep of every replica, the measurement, and an exchange. Overlaps are taken between A and B at the
/// temperature asked for; both sets are tuned to one common ladder, so that their energies can be compared on every rung.
final class GlassSimulation: DivisibleSimulation {
  private let point: DenseHebbianPoint
  private let disorder: DisorderSample
  private let schedule: ExchangeSchedule
  private let rule: ExchangeRule
  private let replicas: [TemperedReplica]
  private var sets: [ReplicaExchange]
  private var record: GlassRecord
  private var sweepCount = 0

  /// The sample of these streams.
  ///
  /// - Throws: `SolverError` where the transition temperature that scales the ladder is not found.
  convenience init(_ point: DenseHebbianPoint, _ streams: SampleStreams) throws {
    try self.init(point, on: DenseHebbian.drawDisorder(point, streams), streams)
  }

  /// A given sample; tests exchange by wrong rules.
  init(
    _ point: DenseHebbianPoint, on disorder: DisorderSample, _ streams: SampleStreams, rule: ExchangeRule = .exact
  ) throws {
    self.point = point
    self.disorder = disorder
    self.rule = rule
    schedule = ExchangeSchedule(
      equilibrationSweeps: point.equilibrationSweeps, measurementSweeps: point.measurementSweeps)
    let ladder = try DenseHebbian().temperatureLadder(point), count = ladder.count
    sets = (0..<2).map { ReplicaExchange(on: ladder, random: streams.stream(.exchange, replica: $0)) }
    replicas = (0..<2 * count).map { part in
      var start = streams.stream(.initialState, replica: part)
      return TemperedReplica(
        on: disorder, from: disorder.initialSpins(.random, using: &start),
        inverseTemperature: ladder.inverseTemperatures[part % count],
        random: streams.stream(.dynamics, replica: part))
    }
    record = GlassRecord(rungCount: count)
  }

  var isFinished: Bool { sweepCount == schedule.sweepCount }

  var partCount: Int { replicas.count }

  private var rungCount: Int { replicas.count / 2 }

  /// Whether the part is measured after the sweep that is being done.
  private func isMeasured(_ part: Int) -> Bool {
    schedule.measures(sweep: sweepCount) && sets[part / rungCount].heldReplica == part % rungCount
  }

  func advance(parts: Range<Int>) {
    for part in parts {
      replicas[part].sweep(
        inverseTemperature: sets[part / rungCount].inverseTemperature(of: part % rungCount))
    }
  }

  func messages(of parts: Range<Int>) -> [[UInt8]] {
    parts.map { replicas[$0].message(isMeasured: isMeasured($0)).bytes }
  }

  func exchange(_ messages: [[UInt8]]) throws {
    guard messages.count == partCount else { throw MessageMismatch(expected: partCount, found: messages.count) }
    let parts = try messages.indices.map {
      try ReplicaMessage(bytes: messages[$0], spinCount: disorder.spinCount, isMeasured: isMeasured($0))
    }
    let energies = (0..<2).map { set in parts[set * rungCount..<(set + 1) * rungCount].map(\.energy) }
    if schedule.measures(sweep: sweepCount) {
      record.measure(energies, of: parts.compactMap(\.measured), on: sets, spinCount: disorder.spinCount)
    }
    for set in sets.indices { sets[set].exchange(energies: energies[set], rule: rule) }
    sweepCount += 1
    if schedule.tunesLadder(after: sweepCount) { sets.retune() }
    if sweepCount == schedule.equilibrationSweeps {
      for set in sets.indices { sets[set].restartStatistics() }
    }
  }

  private struct State: Codable {
    var sweepCount: Int
    var sets: [ReplicaExchange]
    var record: GlassRecord
    var replicas: [TemperedReplica.State]
  }

  // Sorted, so that the same state is the same text.
  private static func encoder() -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return encoder
  }

  func encodedState() throws -> Data? {
    try Self.encoder().encode(
      State(sweepCount: sweepCount, sets: sets, record: record, replicas: replicas.map(\.state)))
  }

  func restore(_ data: Data) throws {
    let state = try JSONDecoder().decode(State.self, from: data)
    guard state.replicas.count == partCount, state.sets.count == 2,
      state.sets.allSatisfy({ $0.ladder.count == rungCount })
    else { throw PartMismatch(expected: partCount, found: state.replicas.count) }
    for (replica, state) in zip(replicas, state.replicas) { try replica.restore(state) }
    (sweepCount, sets, record) = (state.sweepCount, state.sets, state.record)
  }

  func encodedParts(_ parts: Range<Int>) throws -> [Data] {
    try parts.map { try Self.encoder().encode(replicas[$0].state) }
  }

  func adopt(_ states: [Data], from first: Int) throws {
    guard first >= 0, first + states.count <= partCount else {
      throw PartMismatch(expected: partCount, found: first + states.count)
    }
    for (offset, data) in states.enumerated() {
      try replicas[first + offset].restore(JSONDecoder().decode(TemperedReplica.State.self, from: data))
    }
  }

  func result() throws -> SampleResult {
    precondition(isFinished, "\(sweepCount) of \(schedule.sweepCount) sweeps done")
    let shift = disorder.infiniteTemperatureEnergy(skipsCondensed: false)
    var result = record.result(sets, spinCount: disorder.spinCount, energyShift: shift)
    result.diagnostics.merge(DenseHebbian().derivedSizes(at: point)) { $1 }
    return result
  }
}

/// A saved state of another number of parts than the simulation has.
struct PartMismatch: Error, CustomStringConvertible {
  let expected: Int
  let found: Int
  var description: String { "the saved state has \(found) parts, the simulation \(expected)" }
}
