import Foundation
import SystemInterface

/// What a run would cost: counted from its plan, timed on a few of its tasks.
public struct RunEstimate: Encodable, Sendable {
  /// The system.
  public let system: String
  /// Points of the diagram.
  public let points: Int
  /// Samples a point; 0 for theory only.
  public let samplesPerPoint: Int
  /// All tasks.
  public let tasks: Int
  /// Peak memory of a rank in bytes, results of the tasks only.
  public let memoryPerRank: Double
  /// Estimated processor time of the whole run.
  public let coreSeconds: Double
  /// Estimated time of the longest task: no number of ranks makes the run shorter.
  public let longestTaskSeconds: Double
  /// Tasks that were timed.
  public let timedTasks: Int
  /// Warnings about the parameters.
  public let warnings: [String]

  /// Times tasks of every kind for about `budget` and extrapolates by their estimated work.
  ///
  /// A task that fails counts with the time it took to fail.
  public init(of run: DiagramRun, budget: Duration = .seconds(10)) {
    let plan = run.plan
    var kinds: [String: [PlanTask]] = [:]
    for task in plan.tasks { kinds[task.kind, default: []].append(task) }
    var total = 0.0, longest = 0.0, timed = 0
    for kind in kinds.keys.sorted() {
      let tasks = (kinds[kind] ?? []).sorted { ($0.cost, $0.id) < ($1.cost, $1.id) }
      let calibration = Calibration(tasks, plan, budget: budget / kinds.count)
      total += tasks.reduce(0) { $0 + $1.cost } * calibration.secondsPerCost
      longest = max(longest, (tasks.last?.cost ?? 0) * calibration.secondsPerCost)
      timed += calibration.timedTasks
    }
    system = plan.specification.system.description.name
    points = plan.points.count
    samplesPerPoint = plan.specification.samples ?? 0
    self.tasks = plan.tasks.count
    memoryPerRank = run.memory
    coreSeconds = total
    longestTaskSeconds = longest
    timedTasks = timed
    warnings = run.warnings
  }

  /// Time for each unit of estimated work, from tasks spread over the range of costs.
  private struct Calibration {
    var secondsPerCost = 0.0
    var timedTasks = 0

    /// `tasks` ascend in cost. The first is the median; the others approach both ends while the budget lasts.
    init(_ tasks: [PlanTask], _ plan: RunPlan, budget: Duration) {
      let start = ContinuousClock.now
      var seconds = 0.0, cost = 0.0, timed: Set<Int> = []
      for fraction in [0.5, 0.1, 0.9, 0.3, 0.7, 0.0, 1.0, 0.2, 0.8, 0.4, 0.6] {
        guard timedTasks == 0 || ContinuousClock.now - start < budget else { break }
        let place = Int(fraction * Double(tasks.count - 1)), task = tasks[place]
        guard timed.insert(place).inserted else { continue }
        seconds += TaskRecord(computing: task, of: plan).seconds
        cost += task.cost
        timedTasks += 1
      }
      secondsPerCost = seconds / cost
    }
  }
}
