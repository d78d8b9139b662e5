import Foundation
import NumericalMethods
import SystemInterface

/// The stored result of one task.
struct TaskRecord: Codable, Sendable, Equatable {
  /// What came out.
  enum Outcome: Codable, Sendable, Equatable {
    /// A theory point.
    case theory(TheoryResult)
    /// A disorder sample.
    case sample(SampleResult)
    /// A vertex of a transition line; `nil` where the line does not exist.
    case vertex([Double]?)
    /// No result: a solver that did not converge, or another failure of the computation.
    case failure(kind: FailureKind, message: String)
  }

  /// Why there is no result.
  enum FailureKind: String, Codable, Sendable {
    /// A solver did not converge.
    case notConverged
    /// Anything else, such as a number that is not finite.
    case failed

    /// The kind of an error, also where another rank has thrown it.
    init(_ error: any Error) {
      self = error is SolverError ? .notConverged : (error as? PartFailure)?.kind ?? .failed
    }
  }

  /// Name of the task.
  var task: String
  /// What came out.
  var outcome: Outcome
  /// Wall time of the task: no part of the result.
  var seconds: Double

  /// A record of what a task gave.
  init(task: String, outcome: Outcome, seconds: Double) {
    self.task = task
    self.outcome = outcome
    self.seconds = seconds
  }

  /// A record of why a task gave nothing.
  init(task: String, failure error: any Error, seconds: Double) {
    self.init(task: task, outcome: .failure(kind: FailureKind(error), message: "\(error)"), seconds: seconds)
  }

  /// Computes a task in one piece. A computation that fails gives a record of its failure, so that the rest goes on.
  init(computing task: PlanTask, of plan: RunPlan) {
    let start = ContinuousClock.now
    let result = Result { try Self.outcome(task, plan) }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    switch result {
    case .success(let outcome): self.init(task: task.id, outcome: outcome, seconds: seconds)
    case .failure(let error): self.init(task: task.id, failure: error, seconds: seconds)
    }
  }

  private static func outcome(_ task: PlanTask, _ plan: RunPlan) throws -> Outcome {
    let system = plan.specification.system, axes = plan.specification.axes
    switch task.work {
    case .theory(let point):
      return .theory(try system.theory(at: plan.points[point].parameters))
    case .sample(let point, let number):
      return .sample(
        try system.simulate(
          at: plan.parameters(ofSample: number, at: point), seed: plan.specification.seed, sample: number))
    case .vertex(let line, let place):
      return .vertex(
        try system.transitionVertex(
          place, of: plan.lines[line].name, in: axes.compactMap(\.outline), at: plan.specification.parameters))
    }
  }

  /// One line of JSON; a number that is not finite turns the record into a failure.
  func encoded() -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if let data = try? encoder.encode(self) { return data }
    var failure = self
    failure.outcome = .failure(kind: .failed, message: "the result holds a number that is not finite")
    guard let data = try? encoder.encode(failure) else { preconditionFailure("a failure record always encodes") }
    return data
  }

  /// The record in `data`.
  init(decoding data: Data) throws {
    self = try JSONDecoder().decode(TaskRecord.self, from: data)
  }
}
