import Foundation
import NumericalMethods
import Statistics

/// Replicas of one disorder sample: prepare, equilibrate, measure, report.
final class EquilibriumSimulation: SampleSimulation {
  private let point: DenseHebbianPoint
  private let disorder: DisorderSample
  private var first: Trajectory
  private var second: Trajectory

  init(_ point: DenseHebbianPoint, _ streams: SampleStreams) {
    self.point = point
    let disorder = DenseHebbian.drawDisorder(point, streams)
    self.disorder = disorder
    first = Self.trajectory(point, disorder, streams, replica: 0)
    second = Self.trajectory(point, disorder, streams, replica: 1)
  }

  private static func trajectory(
    _ point: DenseHebbianPoint, _ disorder: DisorderSample, _ streams: SampleStreams, replica: Int
  ) -> Trajectory {
    var start = streams.stream(.initialState, replica: replica)
    return Trajectory(
      on: disorder, from: disorder.initialSpins(point.initialOverlap, using: &start), rule: point.updateRule,
      equilibrationSweeps: point.equilibrationSweeps, measurementSweeps: point.measurementSweeps,
      random: streams.stream(.dynamics, replica: replica))
  }

  var isFinished: Bool { first.isFinished && second.isFinished }

  /// One sweep of each replica.
  func advance() {
    if !first.isFinished { first.sweep() }
    if !second.isFinished { second.sweep() }
  }

  private struct State: Codable {
    var replicas: [Trajectory.State]
  }

  func encodedState() throws -> Data? {
    try JSONEncoder().encode(State(replicas: [first.state, second.state]))
  }

  func restore(_ state: Data) throws {
    let replicas = try JSONDecoder().decode(State.self, from: state).replicas
    guard replicas.count == 2 else { throw StateMismatch(expected: 2, found: replicas.count) }
    try first.restore(replicas[0])
    try second.restore(replicas[1])
  }

  func result() throws -> SampleResult {
    let records = [first.record, second.record]
    let startsAtArchetype = point.initialOverlap != .random
    let shift = disorder.infiniteTemperatureEnergy(skipsCondensed: startsAtArchetype)
    let escape = escapeObservables(records)
    let classOverlap = records.meanOverReplicas { startsAtArchetype ? $0.classOverlap : $0.absoluteClassOverlap }
    return SampleResult(
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
  }

  private func diagnostics(_ records: [Trajectory.Record]) -> [String: Diagnostic] {
    var diagnostics = DenseHebbian().derivedSizes(at: point)
    diagnostics["acceptanceRate"] = .number(records.meanOverReplicas(\.acceptanceRate))
    diagnostics["sweeps"] = .number(records.meanOverReplicas { Double($0.sweepCount) })
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
