import Cluster
import Foundation
import NumericalMethods
import SystemInterface

/// Computes one task, saving a long simulation on the way; on one rank, or on a group of ranks that share its parts.
struct TaskExecution {
  let task: PlanTask
  let plan: RunPlan
  let checkpoints: CheckpointStore
  /// Time between two checkpoints of a simulation.
  let checkpointInterval: Duration
  let stop: StopCondition
  /// All ranks; its rank 0 answers the others while it computes.
  let communicator: Communicator
  /// The ranks that share this task; `nil` for this rank alone.
  var group: Communicator?

  /// The record of the finished task, or `nil` when it was told to stop and has saved its state; in a group, on every rank.
  ///
  /// A computation that fails gives a record of its failure, so that the rest of a run goes on.
  /// - Throws: `StorageError` where a checkpoint cannot be written.
  func record() throws -> TaskRecord? {
    guard case .sample(let point, let number) = task.work else { return TaskRecord(computing: task, of: plan) }
    let start = ContinuousClock.now
    do {
      let anew = {
        try plan.specification.system.simulation(
          at: plan.parameters(ofSample: number, at: point), seed: plan.specification.seed, sample: number)
      }
      var (simulation, earlier) = try resumed(anew)
      guard try advance(&simulation, &earlier, since: start) else { return nil }
      let seconds = earlier.seconds + (ContinuousClock.now - start) / .seconds(1)
      return TaskRecord(task: task.id, outcome: .sample(try simulation.result().checkedFinite()), seconds: seconds)
    } catch let failure as CheckpointFailure {
      throw failure.cause
    } catch let failure as MPIError {
      throw failure
    } catch {
      return TaskRecord(task: task.id, failure: error, seconds: (ContinuousClock.now - start) / .seconds(1))
    }
  }

  /// What was done before this start.
  private struct Earlier {
    var generation = 0
    var seconds = 0.0
  }

  /// A checkpoint that could not be written or read is no failure of the computation.
  private struct CheckpointFailure: Error {
    let cause: any Error
  }

  /// The simulation as it was saved; from the start where there is no checkpoint, or one that it cannot go on from.
  private func resumed(
    _ anew: () throws -> any SampleSimulation
  ) throws -> (simulation: any SampleSimulation, earlier: Earlier) {
    var simulation = try anew()
    let saved: (state: Data, generation: Int, seconds: Double)?
    do {
      saved = try savedState()
    } catch {
      throw CheckpointFailure(cause: error)
    }
    guard let saved else { return (simulation, Earlier()) }
    do {
      try simulation.restore(saved.state)
    } catch {
      return (try anew(), Earlier(generation: saved.generation))
    }
    return (simulation, Earlier(generation: saved.generation, seconds: saved.seconds))
  }

  /// The newest checkpoint; a group goes on from the one that its first rank reads, so that all have the same.
  private func savedState() throws -> (state: Data, generation: Int, seconds: Double)? {
    guard let group else { return try checkpoints.load(task: task.id) }
    struct Saved: Codable {
      var state: Data
      var generation: Int
      var seconds: Double
    }
    let saved = try group.onRoot { () -> Saved? in
      try checkpoints.load(task: task.id).map { Saved(state: $0.state, generation: $0.generation, seconds: $0.seconds) }
    }
    return saved.map { ($0.state, $0.generation, $0.seconds) }
  }

  /// Goes on to the end; false when it had to stop and has saved.
  private func advance(
    _ simulation: inout any SampleSimulation, _ earlier: inout Earlier, since start: ContinuousClock.Instant
  ) throws -> Bool {
    if let group, var divisible = simulation as? any DivisibleSimulation {
      defer { simulation = divisible }
      return try SharedSimulation(group: group, checkpointInterval: checkpointInterval, stop: stop).advance(&divisible)
      {
        try save($0, &earlier, since: start)
      }
    }
    var saving = SavingSchedule(interval: checkpointInterval, start: start), lastProgress = start
    while !simulation.isFinished {
      try simulation.advance()
      let now = ContinuousClock.now
      // Where one-sided operations need the target's help, ranks that ask for work wait for this.
      if communicator.isRoot, now - lastProgress > .milliseconds(20) {
        try communicator.makeProgress()
        lastProgress = now
      }
      let mustStop = stop.reason != nil
      guard mustStop || saving.isDue(at: now), !simulation.isFinished else { continue }
      try save(simulation, &earlier, since: start)
      if mustStop { return false }
      saving.saved(begun: now)
    }
    return true
  }

  private func save(
    _ simulation: any SampleSimulation, _ earlier: inout Earlier, since start: ContinuousClock.Instant
  ) throws {
    earlier.generation += 1
    guard group?.isRoot ?? true, let state = try simulation.encodedState() else { return }
    let seconds = earlier.seconds + (ContinuousClock.now - start) / .seconds(1)
    do {
      try checkpoints.save(state, task: task.id, generation: earlier.generation, seconds: seconds)
    } catch {
      throw CheckpointFailure(cause: error)
    }
  }
}

/// When to save next: after the interval, but late enough that saving takes no more than a twentieth of the time.
struct SavingSchedule {
  private let interval: Duration
  private var next: ContinuousClock.Instant

  init(interval: Duration, start: ContinuousClock.Instant) {
    self.interval = interval
    next = start + interval
  }

  /// Whether it is time.
  func isDue(at now: ContinuousClock.Instant) -> Bool { now >= next }

  /// Takes note of a save that began at `begun` and has just ended.
  mutating func saved(begun: ContinuousClock.Instant) {
    let now = ContinuousClock.now
    // An interval of zero asks for every step, as tests do.
    next = now + (interval == .zero ? interval : max(interval, (now - begun) * 19))
  }
}
