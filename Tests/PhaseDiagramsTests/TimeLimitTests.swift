import Cluster
import Foundation
import SystemInterface
import Testing

@testable import PhaseDiagrams

/// Runs and tasks that end before their work is done, in the middle of a sample: they go on with the same bits.
@Suite struct TimeLimitTests {
  private let text = ToyRuns.text(model: "stepwise", parameters: "size = 40", samples: 3)
  private let communicator: Communicator

  init() throws { communicator = try Communicator.start() }

  /// The state in which a task stops, and what it saved.
  private func execution(_ task: PlanTask, _ plan: RunPlan, in folder: URL, timeLimit: Duration?) -> TaskExecution {
    TaskExecution(
      task: task, plan: plan, checkpoints: CheckpointStore(folder: folder), checkpointInterval: .seconds(60),
      stop: StopCondition(timeLimit: timeLimit), communicator: communicator)
  }

  @Test func stepsGiveTheSampleInOnePiece() throws {
    let plan = try ToyRuns.plan(text)
    let sample = try #require(plan.tasks.last)
    try withTemporaryFolder { folder in
      let record = try #require(try execution(sample, plan, in: folder, timeLimit: nil).record())
      #expect(record.task == sample.id)
      #expect(record.outcome == TaskRecord(computing: sample, of: plan).outcome)
      // Shorter than the interval between checkpoints: nothing was saved.
      #expect(try contents(of: folder).isEmpty)
    }
  }

  /// A task that must stop after each single step saves each of them, and ends with the bits of an undisturbed one.
  @Test func taskStoppedAfterEveryStepGivesTheSameBits() throws {
    let plan = try ToyRuns.plan(text)
    let sample = try #require(plan.tasks.last)
    let expected = TaskRecord(computing: sample, of: plan).outcome
    try withTemporaryFolder { folder in
      let store = CheckpointStore(folder: folder)
      for step in 1..<40 {
        #expect(try execution(sample, plan, in: folder, timeLimit: .zero).record() == nil)
        let saved = try #require(try store.load(task: sample.id))
        #expect(saved.generation == step)
        #expect(try JSONDecoder().decode(ToySimulation.State.self, from: saved.state).steps == step)
      }
      // The last step ends the task although the time is over, and time spent before counts.
      let before = try #require(try store.load(task: sample.id)?.seconds)
      let record = try #require(try execution(sample, plan, in: folder, timeLimit: .zero).record())
      #expect(record.outcome == expected)
      #expect(before >= 0.039 && record.seconds >= before + 0.001)
    }
  }

  @Test func damagedCheckpointFallsBackAndTheBitsStay() throws {
    let plan = try ToyRuns.plan(text)
    let sample = try #require(plan.tasks.last)
    try withTemporaryFolder { folder in
      for _ in 0..<5 { _ = try execution(sample, plan, in: folder, timeLimit: .zero).record() }
      try ToyRuns.damage(try CheckpointFiles(of: sample.id, in: folder).file(generation: 5))
      #expect(try CheckpointStore(folder: folder).load(task: sample.id)?.generation == 4)
      let record = try #require(try execution(sample, plan, in: folder, timeLimit: nil).record())
      #expect(record.outcome == TaskRecord(computing: sample, of: plan).outcome)
    }
  }

  @Test func savingTakesATwentiethOfTheTimeAtMost() {
    let start = ContinuousClock.now
    var schedule = SavingSchedule(interval: .milliseconds(1), start: start)
    #expect(!schedule.isDue(at: start) && schedule.isDue(at: start + .milliseconds(1)))
    // A save of a second: the next one is due 19 seconds after its end.
    schedule.saved(begun: ContinuousClock.now - .seconds(1))
    #expect(!schedule.isDue(at: .now + .seconds(18)) && schedule.isDue(at: .now + .seconds(21)))
  }

  @Test func checkpointsAreSavedOnTheWay() throws {
    let plan = try ToyRuns.plan(text)
    let sample = try #require(plan.tasks.last)
    try withTemporaryFolder { folder in
      let store = CheckpointStore(folder: folder)
      let execution = TaskExecution(
        task: sample, plan: plan, checkpoints: store, checkpointInterval: .zero, stop: StopCondition(timeLimit: nil),
        communicator: communicator)
      let record = try #require(try execution.record())
      #expect(record.outcome == TaskRecord(computing: sample, of: plan).outcome)
      // A kill now, before the record is committed, loses one step.
      #expect(try store.load(task: sample.id)?.generation == 39)
    }
  }

  /// Tasks that cannot be saved are finished or not begun.
  @Test func undividedTasksAreFinished() throws {
    let plan = try ToyRuns.plan(ToyRuns.text())
    try withTemporaryFolder { folder in
      for task in plan.tasks {
        let record = try execution(task, plan, in: folder, timeLimit: .zero).record()
        #expect(record?.outcome == TaskRecord(computing: task, of: plan).outcome)
      }
      #expect(try contents(of: folder).isEmpty)
    }
  }

  // MARK: - Whole runs

  @Test func runWithoutTimeComputesNothingAndSaysWhy() throws {
    try withTemporaryFolder { folder in
      let outcome = try ToyRuns.execute(text, in: folder, timeLimit: .zero)
      #expect(outcome.finishedTasks == 0 && outcome.totalTasks == 3 + 9)
      #expect(outcome.stopped == .timeLimit)
      #expect(outcome.failures.isEmpty)
      let path = RunFolder(folder).diagramFile.path
      #expect(try NetCDFReader(path).integers("simulation_status") == [1, 1, 1])
      #expect(try ToyRuns.execute(text, in: folder).stopped == nil)
      // Nothing is missing now: a limit that has passed does not matter.
      let finished = try ToyRuns.execute(text, in: folder, timeLimit: .zero)
      #expect(finished.finishedTasks == 12 && finished.stopped == nil)
    }
  }

  /// Stopped again and again in the middle of samples of 40 ms, the run ends with the bytes of one in one piece.
  @Test func runStoppedManyTimesGivesTheSameBytes() throws {
    let expected = try withTemporaryFolder { folder in
      try ToyRuns.execute(text, in: folder)
      return try Data(contentsOf: RunFolder(folder).diagramFile)
    }
    try withTemporaryFolder { folder in
      let runFolder = RunFolder(folder)
      var stops = 0, saved = 0, last = -1
      while stops < 200 {
        // Longer and longer, so that a slow disk does not keep the run from its end.
        let limit = Duration.milliseconds(50 + 10 * stops)
        let outcome = try ToyRuns.execute(text, in: folder, timeLimit: limit, checkpointInterval: .milliseconds(10))
        #expect(outcome.failures.isEmpty && outcome.damagedSegments.isEmpty)
        #expect(outcome.finishedTasks >= last)
        last = outcome.finishedTasks
        guard let reason = outcome.stopped else { break }
        #expect(reason == .timeLimit && outcome.finishedTasks < outcome.totalTasks)
        stops += 1
        let checkpoints = (try? contents(of: runFolder.checkpoints)) ?? [:]
        if checkpoints.keys.contains(where: { $0.hasSuffix(".segment") }) { saved += 1 }
      }
      #expect(last == 12)
      #expect(stops >= 1 && saved >= 1)
      #expect(try Data(contentsOf: runFolder.diagramFile) == expected)
      // Finished tasks leave no checkpoints.
      #expect(try contents(of: runFolder.checkpoints).isEmpty)
      #expect(try RunVerification(of: folder, audit: 12, registry: ToyRuns.registry).isSound)
    }
  }

  /// In a process of its own, because signals belong to the whole process.
  @Test func signalEndsTheRunAndIsTold() async {
    await #expect(processExitsWith: .success) {
      alarmAfter(seconds: 120)
      Interrupts.install([SIGTERM])
      kill(getpid(), SIGTERM)
      usleep(100_000)
      try withTemporaryFolder { folder in
        let outcome = try ToyRuns.execute(ToyRuns.text(), in: folder, timeLimit: .zero)
        #expect(outcome.finishedTasks == 0)
        #expect(outcome.stopped == .signal(SIGTERM))
      }
    }
  }

  @Test func reasonsSurviveTheWayBetweenRanks() {
    for reason in [StopReason.timeLimit, .signal(SIGINT), .signal(SIGTERM), .signal(63)] {
      #expect(StopReason(code: reason.code) == reason)
    }
    #expect(StopReason(code: 0) == nil)
    #expect(StopReason.signal(1).code > StopReason.timeLimit.code)
    #expect(StopCondition(timeLimit: nil).reason == nil)
    #expect(StopCondition(timeLimit: .seconds(3600)).reason == nil)
    #expect(StopCondition(timeLimit: .zero).reason == .timeLimit)
  }
}
