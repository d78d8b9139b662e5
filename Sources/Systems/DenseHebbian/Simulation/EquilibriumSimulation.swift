import Foundation
import NumericalMethods
import Statistics
import SystemInterface

/// Replicas of one disorder sample: prepare, equilibrate, measure, report.
///
/// Two replicas give the observables. Where a start at the archetype has left retrieval, at T > 0, a third chain from a
/// random start shows whether the state that was reached depends on the start.
final class EquilibriumSimulation: SampleSimulation {
  private let point: DenseHebbianPoint
  private let streams: SampleStreams
  private let disorder: DisorderSample
  private var first: Trajectory
  private var second: Trajectory
  private var randomStart: Trajectory?

  init(_ point: DenseHebbianPoint, _ streams: SampleStreams) {
    self.point = point
    self.streams = streams
    let disorder = DenseHebbian.drawDisorder(point, streams)
    self.disorder = disorder
    first = Self.trajectory(point, disorder, streams, replica: 0, from: point.initialOverlap)
    second = Self.trajectory(point, disorder, streams, replica: 1, from: point.initialOverlap)
  }

  private static func trajectory(
    _ point: DenseHebbianPoint, _ disorder: DisorderSample, _ streams: SampleStreams, replica: Int,
    from overlap: InitialOverlap
  ) -> Trajectory {
    var start = streams.stream(.initialState, replica: replica)
    return Trajectory(
      on: disorder, from: disorder.initialSpins(overlap, using: &start), rule: point.updateRule,
      updates: point.updateOrder, equilibrationSweeps: point.equilibrationSweeps,
      measurementSweeps: point.measurementSweeps, random: streams.stream(.dynamics, replica: replica))
  }

  private var startsAtArchetype: Bool { point.initialOverlap != .random }

  /// Whether the two replicas, both finished, have left retrieval, so that a random start should end where they did.
  private var needsRandomStart: Bool {
    guard startsAtArchetype, point.temperature > 0 else { return false }
    return [first.record, second.record].meanOverReplicas(\.absoluteClassOverlap) < 0.5
  }

  var isFinished: Bool {
    guard first.isFinished, second.isFinished else { return false }
    return randomStart?.isFinished ?? !needsRandomStart
  }

  /// One sweep of each replica; after those, of the chain from a random start.
  func advance() {
    if !first.isFinished || !second.isFinished {
      if !first.isFinished { first.sweep() }
      if !second.isFinished { second.sweep() }
      return
    }
    if randomStart == nil, needsRandomStart { prepareRandomStart() }
    randomStart?.sweep()
  }

  private func prepareRandomStart() {
    randomStart = Self.trajectory(point, disorder, streams, replica: 2, from: .random)
  }

  private struct State: Codable {
    /// The two replicas, and the chain from a random start once it moves.
    var replicas: [Trajectory.State]
  }

  func encodedState() throws -> Data? {
    var replicas = [first.state, second.state]
    if let state = randomStart?.state { replicas.append(state) }
    return try JSONEncoder().encode(State(replicas: replicas))
  }

  func restore(_ state: Data) throws {
    let replicas = try JSONDecoder().decode(State.self, from: state).replicas
    guard replicas.count == 2 || replicas.count == 3 else { throw StateMismatch(expected: 2, found: replicas.count) }
    try first.restore(replicas[0])
    try second.restore(replicas[1])
    randomStart = nil
    if replicas.count == 3 {
      prepareRandomStart()
      try randomStart?.restore(replicas[2])
    }
  }

  func result() throws -> SampleResult {
    let records = [first.record, second.record]
    let shift = disorder.infiniteTemperatureEnergy(skipsCondensed: startsAtArchetype)
    let escape = escapeObservables(records)
    let classOverlap = records.meanOverReplicas { startsAtArchetype ? $0.classOverlap : $0.absoluteClassOverlap }
    var result = SampleResult(
      observables: [
        "magnetization": .scalar(
          records.meanOverReplicas { startsAtArchetype ? $0.magnetization : $0.absoluteMagnetization }),
        "classOverlap": .scalar(classOverlap),
        "exampleMagnetization": .scalar(classOverlap * point.dataset.signal),
        "replicaOverlap": .scalar(Trajectory.Record.replicaOverlap(records[0], records[1])),
        "energy": .scalar((records.meanOverReplicas(\.energy) - shift) / Double(disorder.spinCount)),
        "effectiveLoad": .scalar(point.effectiveLoad),
        "escapedFraction": escape.fraction,
        "retainedMagnetization": escape.retained,
      ], diagnostics: diagnostics(records))
    guard point.temperature > 0 else { return result }
    let series = records.map { SeriesOfReplica($0, spinCount: disorder.spinCount, isSigned: startsAtArchetype) }
    result.thermalErrors = thermalErrors(records, series)
    let moments = records.map(\.magnetizationMoments)
    result.moments["magnetization"] = OrderParameterMoments(
      second: (moments[0].second + moments[1].second) / 2, fourth: (moments[0].fourth + moments[1].fourth) / 2)
    result.equilibration = SeriesOfReplica.evidence(series, startDifference: startDifference(records))
    return result
  }

  /// Energy per spin of the replicas less that of the chain from a random start, where there is one.
  private func startDifference(_ records: [Trajectory.Record]) -> Double? {
    guard let energy = randomStart?.record.energy else { return nil }
    return (records.meanOverReplicas(\.energy) - energy) / Double(disorder.spinCount)
  }

  private func thermalErrors(_ records: [Trajectory.Record], _ series: [SeriesOfReplica]) -> [String: Double] {
    var errors: [String: Double] = [:]
    errors["magnetization"] = SeriesOfReplica.thermalError(series.map(\.magnetizations))
    errors["classOverlap"] = SeriesOfReplica.thermalError(series.map(\.classOverlaps))
    errors["exampleMagnetization"] = errors["classOverlap"].map { $0 * abs(point.dataset.signal) }
    errors["energy"] = SeriesOfReplica.thermalError(series.map(\.energies))
    let times = series.flatMap { [$0.magnetizations, $0.energies] }
      .compactMap { Autocorrelation.integratedTime(of: $0) }
    errors["replicaOverlap"] = Trajectory.Record.thermalErrorOfReplicaOverlap(
      records[0], records[1], autocorrelationTime: times.max() ?? 0.5)
    return errors
  }

  /// Where parallel updates brought the two replicas.
  private var cycleLengths: [Int]? {
    guard let one = first.cycleLength, let other = second.cycleLength else { return nil }
    return [one, other]
  }

  private func diagnostics(_ records: [Trajectory.Record]) -> [String: Diagnostic] {
    var diagnostics = DenseHebbian().derivedSizes(at: point)
    diagnostics["acceptanceRate"] = .number(records.meanOverReplicas(\.acceptanceRate))
    diagnostics["sweeps"] = .number(records.meanOverReplicas { Double($0.sweepCount) })
    if point.temperature == 0, let lengths = cycleLengths {
      // A sample in which one replica still moves has not ended.
      diagnostics["cycleLength"] = .number(Double(lengths.contains(0) ? 0 : lengths.max() ?? 0))
      diagnostics["twoCycleFraction"] = .number(Double(lengths.filter { $0 == 2 }.count) / Double(lengths.count))
    }
    let times = records.compactMap { Autocorrelation.integratedTime(of: $0.magnetizations) }
    if times.count == records.count {
      diagnostics["autocorrelationTime"] = .number(times.reduce(0, +) / Double(times.count))
    }
    let errors = records.compactMap { Autocorrelation.standardError(of: $0.magnetizations) }
    if errors.count == 2 {
      let variance = errors[0] * errors[0] + errors[1] * errors[1]
      diagnostics["thermalErrorOfMagnetization"] = .number(variance.squareRoot() / 2)
    }
    return diagnostics
  }

  /// A sample has escaped when the magnetization of a replica ever fell below half its theoretical value.
  private func escapeObservables(
    _ records: [Trajectory.Record]
  ) -> (fraction: ObservableValue, retained: ObservableValue) {
    let none = { (reason: String) in (ObservableValue.missing(reason: reason), ObservableValue.missing(reason: reason))
    }
    if point.initialOverlap == .random { return none("a random start has nothing to escape from") }
    let system = DenseHebbian(), theory: ReplicaSymmetricState?
    do {
      theory = try system.lines(point).retrieval(load: system.noiseLoad(point), temperature: point.temperature)
    } catch {
      // The two roads are independent: a simulation does not fail with the theory.
      return none("theory did not converge at this point")
    }
    guard let retrieval = theory, retrieval.magnetization > 1e-7 else {
      return none("theory has no retrieval solution at this point")
    }
    let hasEscaped = records.contains { $0.minimalMagnetization < retrieval.magnetization / 2 }
    return (
      .scalar(hasEscaped ? 1 : 0),
      hasEscaped ? .missing(reason: "the sample escaped") : .scalar(records.meanOverReplicas(\.magnetization))
    )
  }
}

extension [Trajectory.Record] {
  /// Mean of a quantity over the replicas of one sample.
  fileprivate func meanOverReplicas(_ value: (Trajectory.Record) -> Double) -> Double {
    reduce(0) { $0 + value($1) } / Double(count)
  }
}
