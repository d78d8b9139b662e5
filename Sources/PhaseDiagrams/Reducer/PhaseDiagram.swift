import Foundation
import SystemInterface

/// A phase diagram: theory and simulation at every point of a plan, and the transition lines.
struct PhaseDiagram: Sendable {
  /// The plan it answers.
  let plan: RunPlan
  /// One summary a point, in the order of the plan.
  let points: [PointSummary]
  /// Transition lines as far as their vertices are finished.
  let lines: [TransitionLine]
  /// Tasks with a result, failures included.
  let finishedTasks: Int
  /// Failed tasks and their messages, in the order of the plan.
  let failures: [(task: String, message: String)]

  /// Reduces stored records in the order of the plan, whatever the order in which they were made.
  ///
  /// - Parameter decoded: outcomes that were decoded before, for the plans of one run after each other.
  /// - Throws: a record that cannot be decoded although its checksum is right.
  init(reducing records: [String: Data], of plan: RunPlan, decoded: DecodedOutcomes = DecodedOutcomes()) throws {
    self.plan = plan
    var outcomes: [TaskRecord.Outcome?] = []
    var failures: [(task: String, message: String)] = []
    for task in plan.tasks {
      let outcome = try records[task.id].map { try decoded.outcome(of: task.id, in: $0) }
      outcomes.append(outcome)
      if case .failure(_, let message) = outcome { failures.append((task.id, message)) }
    }
    self.failures = failures
    finishedTasks = outcomes.count { $0 != nil }
    lines = Self.lines(plan, outcomes)
    points = try Self.summaries(plan, outcomes)
  }

  /// Whether every task has a result.
  var isComplete: Bool { finishedTasks == plan.tasks.count }

  private static func lines(_ plan: RunPlan, _ outcomes: [TaskRecord.Outcome?]) -> [TransitionLine] {
    var lines = plan.lines.map { outline in
      TransitionLine(
        name: outline.name, title: outline.title,
        vertices: [[Double]?](repeating: nil, count: outline.vertexCount))
    }
    for case (.vertex(let line, let place), .vertex(let vertex)?) in zip(plan.tasks.map(\.work), outcomes) {
      lines[line].vertices[place] = vertex
    }
    return lines
  }

  private static func summaries(_ plan: RunPlan, _ outcomes: [TaskRecord.Outcome?]) throws -> [PointSummary] {
    var theory = [TaskRecord.Outcome?](repeating: nil, count: plan.points.count)
    var samples = [[TaskRecord.Outcome?]](repeating: [], count: plan.points.count)
    for (task, outcome) in zip(plan.tasks, outcomes) {
      switch task.work {
      case .theory(let point): theory[point] = outcome
      case .sample(let point, _): samples[point].append(outcome)
      case .vertex: break
      }
    }
    return try plan.points.indices.map { try summary(plan, plan.points[$0], theory[$0], samples[$0]) }
  }

  private static func summary(
    _ plan: RunPlan, _ point: PlanPoint, _ theory: TaskRecord.Outcome?, _ samples: [TaskRecord.Outcome?]
  ) throws -> PointSummary {
    var summary = PointSummary(
      theory: nil, theoryStatus: status(of: [theory]), simulation: nil, simulationStatus: status(of: samples),
      failures: [])
    if case .theory(let result) = theory { summary.theory = result }
    let results = samples.compactMap { outcome -> SampleResult? in
      if case .sample(let result) = outcome { result } else { nil }
    }
    // A point of which a sample failed has no trustworthy mean: it stays missing, with its reason.
    if !results.isEmpty, summary.simulationStatus == .ok || summary.simulationStatus == .pending {
      summary.simulation = try SimulationSummary(
        of: results, system: plan.specification.system, at: point.parameters)
      if summary.simulationStatus == .ok, let reason = PointStatus(summary.simulation?.equilibration) {
        summary.simulationStatus = reason
      }
    }
    for case .failure(_, let message) in [theory] + samples { summary.failures.append(message) }
    return summary
  }

  private static func status(of outcomes: [TaskRecord.Outcome?]) -> PointStatus {
    var status = PointStatus.ok
    for outcome in outcomes {
      switch outcome {
      case .none: status = status == .ok ? .pending : status
      case .failure(.notConverged, _): return .notConverged
      case .failure(.failed, _): return .failed
      default: break
      }
    }
    return status
  }
}
