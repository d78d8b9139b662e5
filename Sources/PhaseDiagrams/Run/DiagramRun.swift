import Cluster
import Foundation
import Systems

/// A phase diagram from a run file: plan, compute on all ranks, commit, reduce, store. Started again, it continues.
public struct DiagramRun: Sendable {
  /// How far a run is, for a progress line.
  public struct Progress: Sendable {
    /// Tasks finished or in work.
    public var tasks: Int
    /// All tasks.
    public var total: Int
    /// Seconds since the start.
    public var elapsed: Double
    /// Estimated seconds to the end; `nil` before there is a rate.
    public var remaining: Double?
    /// Name of the last task of this rank.
    public var current: String
  }

  /// What a run came to.
  public struct Outcome: Codable, Sendable {
    /// Tasks with a result, failures included.
    public var finishedTasks: Int
    /// All tasks.
    public var totalTasks: Int
    /// Names and messages of failed tasks.
    public var failures: [String]
    /// Segments that were damaged and left out.
    public var damagedSegments: [String]
    /// The diagram.
    public var diagramFile: String
    /// The text table.
    public var summaryFile: String
    /// Simulation against theory, as text.
    public var comparison: [String]
    /// Why the run ended early; `nil` when it went to its end.
    public var stopped: StopReason?
  }

  let specification: RunSpecification
  let plan: RunPlan
  private let runFile: String

  /// Reads and checks a run file.
  ///
  /// - Throws: `InputProblems` with everything that is wrong.
  public init(runFile: URL, overrides: [String] = [], registry: SystemRegistry = .standard) throws {
    specification = try RunSpecification(contentsOf: runFile, overrides: overrides, registry: registry)
    plan = try RunPlan(specification)
    self.runFile = runFile.lastPathComponent
  }

  /// Reads a run file on rank 0 and checks the same text on every rank; collective.
  ///
  /// - Throws: `SharedFailure` or `InputProblems`, the same on every rank.
  public init(
    runFile: URL, overrides: [String] = [], registry: SystemRegistry = .standard, on communicator: Communicator
  ) throws {
    let text = try communicator.onRoot { try RunSpecification.text(of: runFile) }
    specification = try RunSpecification(
      text: text, file: runFile.relativePath, overrides: overrides, registry: registry)
    plan = try RunPlan(specification)
    self.runFile = runFile.lastPathComponent
  }

  /// The run whose results are in `folder`, as its manifest tells.
  ///
  /// - Throws: `InputProblems` where there is none.
  init(resuming folder: RunFolder, registry: SystemRegistry) throws {
    guard let manifest = try folder.manifest() else {
      throw InputProblems([InputProblem(key: "", "\(folder.url.relativePath): holds no run (no manifest.json)")])
    }
    specification = try RunSpecification(
      text: manifest.runFileText, file: manifest.runFile, overrides: manifest.overrides, registry: registry)
    plan = try RunPlan(specification)
    runFile = manifest.runFile
  }

  /// Peak memory of the largest simulation task, in bytes.
  public var memory: Double {
    guard specification.samples != nil else { return 0 }
    return plan.points.reduce(0) { max($0, (try? specification.system.memory(at: $1.parameters)) ?? 0) }
  }

  /// Remarks a user should see before trusting the numbers, each once.
  public var warnings: [String] {
    let verbs = [specification.hasTheory ? Verb.theory : nil, specification.samples == nil ? nil : .simulate]
    var warnings: [String] = []
    for point in plan.points {
      for verb in verbs.compactMap({ $0 }) {
        let found = (try? specification.system.warnings(for: verb, at: point.parameters)) ?? []
        warnings += found.filter { !warnings.contains($0) }
      }
    }
    return warnings
  }

  /// How a run is to be executed; none of it changes a result.
  public struct Options: Sendable {
    /// Remove earlier results first.
    public var fresh = false
    /// Save and end after this time.
    public var timeLimit: Duration?
    /// Time between two checkpoints of one long simulation.
    public var checkpointInterval = Duration.seconds(60)

    /// The defaults.
    public init() {}
  }

  /// Computes what is missing in `folder` on all ranks of `communicator`, then reduces and stores; collective.
  ///
  /// - Throws: `SharedFailure`, the same on every rank.
  public func execute(
    in folder: URL, on communicator: Communicator, options: Options = Options(), progress: (Progress) -> Void = { _ in }
  ) throws -> Outcome {
    let folder = RunFolder(folder), stop = StopCondition(timeLimit: options.timeLimit)
    let start = try communicator.onRoot {
      try folder.open(for: specification, runFile: runFile, ranks: communicator.size, fresh: options.fresh)
      return try startingPoint(folder)
    }
    if !start.pending.isEmpty {
      try compute(start.pending, in: folder, on: communicator, options: options, stop: stop, progress: progress)
    }
    let stopCode = try communicator.maximum([stop.reason?.code ?? 0])[0]
    return try communicator.onRoot {
      // Everybody has committed: thousands of small segments become a few large ones.
      if !start.pending.isEmpty { try RecordStore(folder: folder.segments).compact() }
      var outcome = try Self.reduce(folder, plan)
      outcome.damagedSegments = start.damagedSegments + outcome.damagedSegments
      if outcome.finishedTasks < outcome.totalTasks { outcome.stopped = StopReason(code: stopCode) }
      return outcome
    }
  }

  /// What rank 0 finds on disk at the start.
  private struct StartingPoint: Codable {
    /// Numbers of the tasks without a record, the most expensive first, so that no rank starts a long one at the end.
    var pending: [Int]
    /// Segments that were damaged and have been set aside.
    var damagedSegments: [String]
  }

  private func startingPoint(_ folder: RunFolder) throws -> StartingPoint {
    let contents = try folder.recordsSettingDamageAside()
    let pending = plan.tasks.indices.filter { contents.records[plan.tasks[$0].id] == nil }
    return StartingPoint(
      pending: pending.sorted { (plan.tasks[$0].cost, $1) > (plan.tasks[$1].cost, $0) },
      damagedSegments: contents.damaged.map { "\($0.name): \($0.reason)" })
  }

  /// Every rank takes the next task when it is free, and commits what it has every few seconds.
  private func compute(
    _ pending: [Int], in folder: RunFolder, on communicator: Communicator, options: Options, stop: StopCondition,
    progress: (Progress) -> Void
  ) throws {
    var counter = try SharedCounter(on: communicator)
    let checkpoints = CheckpointStore(folder: folder.checkpoints)
    var buffer = RecordBuffer(store: RecordStore(folder: folder.segments), checkpoints: checkpoints)
    let meter = ProgressMeter(costs: pending.map { plan.tasks[$0].cost })
    do {
      while stop.reason == nil {
        let next = try counter.next()
        guard next < pending.count else { break }
        let task = plan.tasks[pending[next]]
        if communicator.isRoot { progress(meter.progress(claimed: next, current: task.id)) }
        let execution = TaskExecution(
          task: task, plan: plan, checkpoints: checkpoints, checkpointInterval: options.checkpointInterval, stop: stop)
        if let record = try execution.record() { try buffer.append(record) }
      }
      // A rank that stops early stops the others after their tasks.
      if stop.reason != nil { try counter.skip(pending.count) }
      try buffer.commit()
    } catch {
      // One rank alone has failed, and the others would wait for it: end them all.
      guard communicator.size > 1 else { throw error }
      communicator.abort("\(error)", status: SharedFailure(error).status)
    }
    try counter.close()
    if communicator.isRoot, stop.reason == nil { progress(meter.progress(claimed: pending.count, current: "reducing")) }
    try communicator.barrier()
  }

  /// Makes the diagram and the summary from the records on disk.
  static func reduce(_ folder: RunFolder, _ plan: RunPlan) throws -> Outcome {
    let contents = try folder.records()
    let diagram = try PhaseDiagram(reducing: contents.records, of: plan)
    try folder.write(diagram)
    return Outcome(
      finishedTasks: diagram.finishedTasks, totalTasks: plan.tasks.count,
      failures: diagram.failures.map { "\($0.task): \($0.message)" },
      damagedSegments: contents.damaged.map { "\($0.name): \($0.reason)" },
      diagramFile: folder.diagramFile.relativePath,
      summaryFile: folder.summaryFile.relativePath, comparison: DiagramTable(diagram: diagram).comparisons)
  }

  /// Reduces what is in `folder` now, while a run goes on or after it.
  ///
  /// - Throws: `SharedFailure`.
  public static func merge(_ folder: URL, registry: SystemRegistry = .standard) throws -> Outcome {
    do {
      let folder = RunFolder(folder)
      return try reduce(folder, DiagramRun(resuming: folder, registry: registry).plan)
    } catch {
      throw SharedFailure(error)
    }
  }
}

/// Finished records of one rank that are not on disk yet.
private struct RecordBuffer {
  let store: RecordStore
  private var records: [(id: String, payload: Data)] = []
  private let start = ContinuousClock.now
  private var lastCommit = ContinuousClock.now
  private let checkpoints: CheckpointStore

  init(store: RecordStore, checkpoints: CheckpointStore) {
    self.store = store
    self.checkpoints = checkpoints
  }

  /// Keeps a record, and commits all when enough time or records have gathered.
  mutating func append(_ record: TaskRecord) throws {
    records.append((record.task, record.encoded()))
    if records.count >= 256 || ContinuousClock.now - lastCommit > interval { try commit() }
  }

  /// One second at first, a minute in long runs: a cluster's file system must not be flooded with small files.
  private var interval: Duration { min(.seconds(60), max(.seconds(1), (ContinuousClock.now - start) / 50)) }

  mutating func commit() throws {
    _ = try store.commit(records)
    // Only a committed record makes the checkpoints of its task superfluous.
    for record in records { try checkpoints.remove(task: record.id) }
    records.removeAll()
    lastCommit = .now
  }
}

/// Estimates the time left from the work claimed so far.
private struct ProgressMeter {
  private let cumulativeCosts: [Double]
  private let start = ContinuousClock.now

  init(costs: [Double]) {
    var sum = 0.0
    cumulativeCosts =
      [0]
      + costs.map { cost in
        sum += cost
        return sum
      }
  }

  func progress(claimed: Int, current: String) -> DiagramRun.Progress {
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    let done = cumulativeCosts[claimed], total = cumulativeCosts[cumulativeCosts.count - 1]
    return DiagramRun.Progress(
      tasks: claimed, total: cumulativeCosts.count - 1, elapsed: elapsed,
      remaining: done > 0 ? elapsed * (total - done) / done : nil, current: current)
  }
}
