import Cluster
import Foundation
import SystemInterface

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
    /// Number of the round, from 1; tasks and times are those of this round.
    public var round: Int
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
    /// Boundaries between phases, by theory and by simulation.
    public var boundaries: [PhaseBoundary]
    /// Points of the diagram, those of refinement included.
    public var points: Int
    /// Points whose chains were not in equilibrium.
    public var unequilibratedPoints: Int
    /// Why the run ended early; `nil` when it went to its end.
    public var stopped: StopReason?
  }

  let specification: RunSpecification
  /// The plan before anything is computed.
  let plan: RunPlan
  private let runFile: String

  private init(
    text: String, file: String, runFile: String, overrides: [String], registry: SystemRegistry
  ) throws {
    specification = try RunSpecification(text: text, file: file, overrides: overrides, registry: registry)
    plan = try RunPlan(specification)
    self.runFile = runFile
  }

  /// Reads and checks a run file.
  ///
  /// - Throws: `InputProblems` with everything that is wrong.
  public init(runFile: URL, overrides: [String] = [], registry: SystemRegistry) throws {
    try self.init(
      text: RunSpecification.text(of: runFile), file: runFile.relativePath, runFile: runFile.lastPathComponent,
      overrides: overrides, registry: registry)
  }

  /// Reads a run file on rank 0 and checks the same text on every rank; collective.
  ///
  /// - Throws: `SharedFailure` or `InputProblems`, the same on every rank.
  public init(
    runFile: URL, overrides: [String] = [], registry: SystemRegistry, on communicator: Communicator
  ) throws {
    let text = try communicator.onRoot { try RunSpecification.text(of: runFile) }
    try self.init(
      text: text, file: runFile.relativePath, runFile: runFile.lastPathComponent, overrides: overrides,
      registry: registry)
  }

  /// The run whose results are in `folder`, as its manifest tells.
  ///
  /// - Throws: `InputProblems` where there is none.
  init(resuming folder: RunFolder, registry: SystemRegistry) throws {
    guard let manifest = try folder.manifest() else {
      throw InputProblems([InputProblem(key: "", "\(folder.url.relativePath): holds no run (no manifest.json)")])
    }
    try self.init(
      text: manifest.runFileText, file: manifest.runFile, runFile: manifest.runFile, overrides: manifest.overrides,
      registry: registry)
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
    /// Ranks that share a sample that can be divided; `nil` for as many as there are too few samples for.
    public var ranksPerSample: Int?

    /// The defaults.
    public init() {}
  }

  /// Computes what is missing in `folder` on all ranks of `communicator`, then reduces and stores; collective.
  ///
  /// Round after round: the results of one may ask for more samples or finer cells in the next, until nothing is missing.
  /// - Throws: `SharedFailure`, the same on every rank.
  public func execute(
    in folder: URL, on communicator: Communicator, options: Options = Options(), progress: (Progress) -> Void = { _ in }
  ) throws -> Outcome {
    let folder = RunFolder(folder), stop = StopCondition(timeLimit: options.timeLimit)
    var plan = plan, damaged: [String] = [], stopCode: Int64 = 0, hasComputed = false
    var rates: [WorkClasses.Key: Double] = [:]
    let decoded = DecodedOutcomes()
    var next = try communicator.onRoot { () -> NextRound in
      try folder.open(for: specification, runFile: runFile, ranks: communicator.size, fresh: options.fresh)
      return try NextRound(of: plan, in: folder, decoded: decoded)
    }
    while true {
      damaged += next.damagedSegments
      for growth in next.extensions { try plan.extend(by: growth) }
      if next.pending.isEmpty || stopCode > 0 { break }
      var round = RoundExecution(plan: plan, folder: folder, options: options, stop: stop, rates: rates)
      try round.execute(next.pending, on: communicator, progress: progress)
      rates = round.rates
      hasComputed = true
      stopCode = try communicator.maximum([stop.reason?.code ?? 0])[0]
      next = try communicator.onRoot { try NextRound(of: plan, in: folder, decoded: decoded) }
    }
    return try communicator.onRoot {
      // Everybody has committed: thousands of small segments become a few large ones.
      if hasComputed { try RecordStore(folder: folder.segments).compact() }
      var outcome = try Self.reduce(folder, plan, decoded)
      outcome.damagedSegments = damaged + outcome.damagedSegments
      if !next.pending.isEmpty { outcome.stopped = StopReason(code: stopCode) }
      return outcome
    }
  }

  /// Makes the diagram and the summary from the records on disk.
  static func reduce(
    _ folder: RunFolder, _ plan: RunPlan, _ decoded: DecodedOutcomes = DecodedOutcomes()
  ) throws -> Outcome {
    let contents = try folder.records()
    let diagram = try PhaseDiagram(reducing: contents.records, of: plan, decoded: decoded)
    let findings = DiagramFindings(diagram)
    try folder.write(diagram, findings)
    return Outcome(
      finishedTasks: diagram.finishedTasks, totalTasks: plan.tasks.count,
      failures: diagram.failures.map { "\($0.task): \($0.message)" },
      damagedSegments: contents.damaged.map { "\($0.name): \($0.reason)" },
      diagramFile: folder.diagramFile.relativePath,
      summaryFile: folder.summaryFile.relativePath,
      comparison: DiagramTable(diagram: diagram, findings: findings).comparisons,
      boundaries: findings.boundaries, points: diagram.points.count,
      unequilibratedPoints: diagram.points.count(where: \.simulationStatus.isUnequilibrated))
  }

  /// The boundaries between phases in the diagram of the run in `folder`, as far as it is.
  ///
  /// - Throws: `SharedFailure` where there is no run, or a file cannot be read.
  public static func boundaries(in folder: URL, registry: SystemRegistry) throws -> [PhaseBoundary] {
    do {
      let folder = RunFolder(folder), records = try folder.records().records
      let plan = try NextRound.plan(reachedFrom: DiagramRun(resuming: folder, registry: registry).plan, by: records)
      return RefinedDiagram(try PhaseDiagram(reducing: records, of: plan)).boundaries
    } catch {
      throw SharedFailure(error)
    }
  }

  /// Reduces what is in `folder` now, while a run goes on or after it.
  ///
  /// - Throws: `SharedFailure`.
  public static func merge(_ folder: URL, registry: SystemRegistry) throws -> Outcome {
    do {
      let folder = RunFolder(folder)
      let run = try DiagramRun(resuming: folder, registry: registry)
      return try reduce(folder, NextRound.plan(reachedFrom: run.plan, by: folder.records().records))
    } catch {
      throw SharedFailure(error)
    }
  }
}
