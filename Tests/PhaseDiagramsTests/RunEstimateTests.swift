import Foundation
import Testing

@testable import PhaseDiagrams

/// What `plan` says of a run before it is started.
@Suite struct RunEstimateTests {
  private func estimate(_ text: String, budget: Duration) throws -> RunEstimate {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("run.toml")
      try Data(text.utf8).write(to: file)
      let run = try DiagramRun(runFile: file, registry: ToyRuns.registry)
      let estimate = RunEstimate(of: run, budget: budget)
      // Nothing but the run file is there: an estimate leaves no results.
      #expect(try contents(of: folder).keys.sorted() == ["run.toml"])
      return estimate
    }
  }

  @Test func countsComeFromThePlan() throws {
    let text = ToyRuns.text(axes: "field = { values = [-1, 0, 2] }\nsize = { values = [2, 3] }", samples: 60)
    let estimate = try estimate(text, budget: .zero)
    #expect(estimate.system == "toy")
    #expect(estimate.points == 6)
    #expect(estimate.samplesPerPoint == 60)
    #expect(estimate.tasks == 6 + 3 + 360)
    // Without a budget one task of each kind is timed.
    #expect(estimate.timedTasks == 3)
    #expect(estimate.coreSeconds > 0 && estimate.longestTaskSeconds > 0)
    #expect(estimate.longestTaskSeconds <= estimate.coreSeconds)
    #expect(estimate.warnings.isEmpty && estimate.memoryPerRank == 0)
    #expect(throws: Never.self) { try JSONEncoder().encode(estimate) }
  }

  @Test func theoryAloneHasNoSamples() throws {
    let estimate = try estimate(ToyRuns.text(model: "theoryOnly", samples: nil), budget: .zero)
    #expect(estimate.points == 3 && estimate.samplesPerPoint == 0 && estimate.tasks == 3)
    #expect(estimate.timedTasks == 1)
  }

  /// Fields 3 and 8 fail: their time counts all the same, and the others are estimated.
  @Test func failingTasksAreNoObstacle() throws {
    let estimate = try estimate(ToyRuns.text(axes: "field = { values = [3, 8] }", samples: 2), budget: .seconds(1))
    #expect(estimate.tasks == 2 + 3 + 4)
    #expect(estimate.coreSeconds.isFinite && estimate.coreSeconds > 0)
  }

  /// Samples of costs 5, 20 and 80: the time of a unit of cost is one number for all of them.
  @Test func timeIsExtrapolatedByCost() throws {
    let text = ToyRuns.text(model: "simulationOnly", axes: "size = { values = [5, 20, 80] }", samples: 1000)
    let estimate = try estimate(text, budget: .milliseconds(200))
    #expect(estimate.tasks == 3000)
    #expect((1...11).contains(estimate.timedTasks))
    // The longest task is 80 of (5 + 20 + 80) × 1000 units of work.
    let share = estimate.longestTaskSeconds / estimate.coreSeconds
    #expect(abs(share - 80.0 / 105_000) < 1e-12)
  }

  /// No task is timed twice: the number of timed tasks is at most that of all tasks.
  @Test func noMoreTasksAreTimedThanThereAre() throws {
    let estimate = try estimate(ToyRuns.text(axes: "field = { values = [0] }", samples: 1), budget: .seconds(1))
    #expect(estimate.tasks == 1 + 3 + 1)
    #expect(estimate.timedTasks <= estimate.tasks)
  }
}
