import Cluster
import Foundation
import NumericalMethods
import SystemInterface

/// Checks what a run has stored: every segment and checkpoint against its checksum, records against the plan, and on
/// request recomputed tasks against their records, bit for bit.
public struct RunVerification: Encodable, Sendable {
  /// Segments that were read.
  public private(set) var segments = 0
  /// Records in them.
  public private(set) var records = 0
  /// Records of tasks that the run file no longer asks for.
  public private(set) var foreignRecords = 0
  /// Tasks without a record.
  public private(set) var missingRecords = 0
  /// Damaged segments and checkpoints with the reason; all are left out and computed again by the next run.
  public private(set) var damaged: [String] = []
  /// Names of recomputed tasks.
  public private(set) var audited: [String] = []
  /// Recomputed tasks that gave something else than their record.
  public private(set) var mismatches: [String] = []

  /// Whether nothing is damaged and nothing differs.
  public var isSound: Bool { damaged.isEmpty && mismatches.isEmpty }

  /// Verifies the run in `folder`, and recomputes `audit` of its tasks, drawn at random.
  ///
  /// - Throws: `SharedFailure` where there is no run, or a file cannot be read.
  public init(of folder: URL, audit: Int, registry: SystemRegistry) throws {
    do {
      let folder = RunFolder(folder)
      let run = try DiagramRun(resuming: folder, registry: registry)
      let plan = try NextRound.plan(reachedFrom: run.plan, by: folder.records().records)
      try check(folder, plan)
      try recompute(audit, folder, plan)
    } catch {
      throw SharedFailure(error)
    }
  }

  private mutating func check(_ folder: RunFolder, _ plan: RunPlan) throws {
    let contents = try folder.records()
    segments = contents.segmentCount
    records = contents.records.count
    damaged = contents.damaged.map { "segments/\($0.name): \($0.reason)" }
    for (id, data) in contents.records.sorted(by: { $0.key < $1.key }) {
      guard let record = try? TaskRecord(decoding: data), record.task == id else {
        damaged.append("record '\(id)': its content is not a record of this task")
        continue
      }
    }
    let planned = Set(plan.tasks.map(\.id))
    foreignRecords = contents.records.keys.count { !planned.contains($0) }
    missingRecords = plan.tasks.count { contents.records[$0.id] == nil }
    damaged += try CheckpointStore(folder: folder.checkpoints).damaged().map { "checkpoints/\($0)" }
  }

  /// Compares outcomes as stored text: equal bits have equal shortest decimals.
  private mutating func recompute(_ count: Int, _ folder: RunFolder, _ plan: RunPlan) throws {
    guard count > 0 else { return }
    let records = try folder.records().records
    var finished = plan.tasks.filter { records[$0.id] != nil }
    var random = RandomStream(
      StreamKey(seed: UInt64.random(in: 0...UInt64.max), system: 0, point: 0, purpose: .bootstrap))
    finished.shuffle(using: &random)
    for task in finished.prefix(count) {
      guard let data = records[task.id] else { continue }
      // A record that is none was reported above.
      guard let stored = try? TaskRecord(decoding: data) else { continue }
      audited.append(task.id)
      let again = try TaskRecord(decoding: TaskRecord(computing: task, of: plan).encoded())
      if stored.outcome != again.outcome { mismatches.append(task.id) }
    }
  }
}
