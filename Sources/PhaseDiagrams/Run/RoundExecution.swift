import Cluster
import Foundation

/// Computes the missing tasks of one plan on all ranks.
///
/// Every rank takes the next task when it is free. Samples that can be divided, where they are too few for the ranks, are
/// left to the end and shared by groups of ranks.
struct RoundExecution {
  let plan: RunPlan
  let folder: RunFolder
  let options: DiagramRun.Options
  let stop: StopCondition
  /// Seconds for each unit of cost, as earlier rounds have learned them.
  private(set) var rates: [WorkClasses.Key: Double]

  init(
    plan: RunPlan, folder: RunFolder, options: DiagramRun.Options, stop: StopCondition,
    rates: [WorkClasses.Key: Double] = [:]
  ) {
    self.plan = plan
    self.folder = folder
    self.options = options
    self.stop = stop
    self.rates = rates
  }

  /// Computes the tasks with the numbers `pending`; collective.
  mutating func execute(_ pending: [Int], on communicator: Communicator, progress: (DiagramRun.Progress) -> Void) throws
  {
    let divisible = pending.filter { parts(of: $0) > 1 }
    let groupSize = groupSize(divisible, ranks: communicator.size)
    let shared = groupSize > 1 ? Set(divisible) : []
    let single = pending.filter { !shared.contains($0) }
    let meter = ProgressMeter(
      costs: (single + shared.sorted()).map { plan.tasks[$0].cost }, round: plan.extensions.count + 1)
    if !single.isEmpty {
      try compute(single, from: 0, groupsOf: 1, on: communicator, meter: meter, progress: progress)
    }
    if !shared.isEmpty {
      try compute(
        shared.sorted(), from: single.count, groupsOf: groupSize, on: communicator, meter: meter, progress: progress)
    }
  }

  private func parts(of task: Int) -> Int {
    guard case .sample(let point, _) = plan.tasks[task].work else { return 1 }
    return (try? plan.specification.system.parts(at: plan.points[point].parameters)) ?? 1
  }

  /// Ranks that share a divisible sample: more than one only where there are fewer such samples than ranks.
  private func groupSize(_ divisible: [Int], ranks: Int) -> Int {
    let most = min(ranks, divisible.map(parts).max() ?? 1)
    return max(1, min(most, options.ranksPerSample ?? ranks / max(1, divisible.count)))
  }

  /// Every group of `groupSize` ranks takes the next task when it is free, and commits what it has every few seconds.
  private mutating func compute(
    _ tasks: [Int], from offset: Int, groupsOf groupSize: Int, on communicator: Communicator, meter: ProgressMeter,
    progress: (DiagramRun.Progress) -> Void
  ) throws {
    let group = groupSize > 1 ? try communicator.divided(intoGroupsOf: groupSize) : nil
    let classes = WorkClasses(tasks.map { (plan.tasks[$0].kind, plan.tasks[$0].cost) })
    var queue = try WorkQueue(
      classes: classes.tasks.map { $0.map { plan.tasks[tasks[$0]].cost } }, rates: classes.keys.map { rates[$0] },
      on: communicator)
    let checkpoints = CheckpointStore(folder: folder.checkpoints)
    var buffer = RecordBuffer(store: RecordStore(folder: folder.segments), checkpoints: checkpoints)
    do {
      var isLeader = true
      if let group { isLeader = group.isRoot }
      while true {
        var claim: (class: Int, place: Int)?
        if isLeader, stop.reason == nil { claim = try queue.next() }
        var number = claim.map { tasks[classes.tasks[$0.class][$0.place]] }
        if let group { number = try group.shared(number) }
        guard let number else { break }
        let task = plan.tasks[number]
        if communicator.isRoot { progress(meter.progress(claimed: offset + queue.claimed, current: task.id)) }
        let execution = TaskExecution(
          task: task, plan: plan, checkpoints: checkpoints, checkpointInterval: options.checkpointInterval, stop: stop,
          communicator: communicator, group: group)
        // In a group another rank may be the one that has to stop: nobody takes a further task.
        guard let record = try execution.record() else { break }
        if let claim {
          queue.report(class: claim.class, cost: task.cost, seconds: record.seconds)
          try buffer.append(record)
        }
      }
      // A rank that stops early stops the others after their tasks.
      if stop.reason != nil { try queue.withholdAll() }
      try buffer.commit()
    } catch {
      // One rank alone has failed, and the others would wait for it: end them all.
      guard communicator.size > 1 else { throw error }
      communicator.abort("\(error)", status: SharedFailure(error).status)
    }
    for (key, rate) in zip(classes.keys, queue.rates) { rates[key] = rate ?? rates[key] }
    try queue.close()
    try group?.release()
    if communicator.isRoot, stop.reason == nil {
      progress(meter.progress(claimed: offset + tasks.count, current: "reducing"))
    }
    try communicator.barrier()
  }
}

extension Communicator {
  /// The number that rank 0 of the group passes, on all its ranks; `nil` where that passes none.
  fileprivate func shared(_ number: Int?) throws -> Int? {
    let bytes = withUnsafeBytes(of: Int64(number ?? -1).littleEndian) { Array($0) }
    let received = try broadcast(isRoot ? bytes : [], from: 0)
    let value = received.reversed().reduce(Int64(0)) { $0 << 8 | Int64($1) }
    return value < 0 ? nil : Int(value)
  }
}
