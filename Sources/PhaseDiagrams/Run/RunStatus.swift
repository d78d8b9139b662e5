import Cluster
import Foundation
import SystemInterface

/// How far the run in a folder is; reads only what is finished, so it works while the run goes on.
public struct RunStatus: Encodable, Sendable {
  /// The system.
  public let system: String
  /// Points of the diagram.
  public let points: Int
  /// Points of which every task is finished.
  public let finishedPoints: Int
  /// Tasks of the plan.
  public let tasks: Int
  /// Tasks with a result, failures included.
  public let finishedTasks: Int
  /// Samples of the plan.
  public let samples: Int
  /// Finished samples.
  public let finishedSamples: Int
  /// Tasks that failed.
  public let failures: [String]
  /// Segments that cannot be trusted; their tasks will be computed again.
  public let damagedSegments: [String]
  /// Estimated seconds to the end on the ranks of the last start; `nil` when nothing is finished yet.
  public let secondsLeft: Double?
  /// Ranks of the last start.
  public let ranks: Int
  /// Number of the round of the run, from 1: results may have asked for further points and samples.
  public let round: Int
  /// Whether the results of this round may ask for more.
  public let mayGrow: Bool

  /// Reads the status of the run in `folder`.
  ///
  /// - Throws: `SharedFailure` where there is no run, or a file cannot be read.
  public init(of folder: URL, registry: SystemRegistry) throws {
    do {
      let folder = RunFolder(folder)
      let run = try DiagramRun(resuming: folder, registry: registry), contents = try folder.records()
      let plan = try NextRound.plan(reachedFrom: run.plan, by: contents.records)
      self = try RunStatus(plan, contents, ranks: folder.manifest()?.ranks ?? 1)
    } catch {
      throw SharedFailure(error)
    }
  }

  private init(_ plan: RunPlan, _ contents: RecordStore.Contents, ranks: Int) throws {
    var failures: [String] = []
    var unfinishedPoints: Set<Int> = []
    var finishedSamples = 0, finishedTasks = 0, samples = 0
    var spent: [String: (seconds: Double, cost: Double)] = [:], missing: [String: Double] = [:]
    for task in plan.tasks {
      let kind = task.kind
      var point: Int?
      switch task.work {
      case .theory(let number), .sample(let number, _): point = number
      case .vertex: break
      }
      if kind == "sample" { samples += 1 }
      guard let data = contents.records[task.id] else {
        missing[kind, default: 0] += task.cost
        if let point { unfinishedPoints.insert(point) }
        continue
      }
      let record = try TaskRecord(decoding: data)
      finishedTasks += 1
      if kind == "sample" { finishedSamples += 1 }
      let sum = spent[kind, default: (0, 0)]
      spent[kind] = (sum.seconds + record.seconds, sum.cost + task.cost)
      if case .failure(_, let message) = record.outcome { failures.append("\(task.id): \(message)") }
    }
    system = plan.specification.system.description.name
    points = plan.points.count
    finishedPoints = plan.points.count - unfinishedPoints.count
    tasks = plan.tasks.count
    self.finishedTasks = finishedTasks
    self.samples = samples
    self.finishedSamples = finishedSamples
    self.failures = failures
    damagedSegments = contents.damaged.map { "\($0.name): \($0.reason)" }
    self.ranks = ranks
    round = plan.extensions.count + 1
    mayGrow = plan.canGrow && finishedTasks < plan.tasks.count
    secondsLeft = Self.secondsLeft(missing: missing, spent: spent).map { $0 / Double(max(1, ranks)) }
  }

  /// Seconds of one processor for the missing work, from the measured time for each unit of cost, kind by kind.
  private static func secondsLeft(
    missing: [String: Double], spent: [String: (seconds: Double, cost: Double)]
  ) -> Double? {
    if missing.isEmpty { return 0 }
    var total = 0.0
    for kind in missing.keys.sorted() {
      guard let rate = spent[kind], rate.cost > 0, let cost = missing[kind] else { return nil }
      total += cost * rate.seconds / rate.cost
    }
    return total
  }
}
