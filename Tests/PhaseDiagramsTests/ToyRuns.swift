import Cluster
import Foundation
import NumericalMethods
import SystemInterface

@testable import PhaseDiagrams

/// Runs of the toy system, as texts and as plans.
enum ToyRuns {
  static let registry = SystemRegistry([ToySystem()])

  /// The text of a run file.
  static func text(
    model: String = "shared", seed: Int = 11, parameters: String = "", axes: String = "field = { values = [-1, 0, 2] }",
    samples: Int? = 4
  ) -> String {
    var text = """
      system = "toy"
      seed = \(seed)
      [parameters]
      model = "\(model)"
      \(parameters)
      [axes]
      \(axes)

      """
    if let samples { text += "[simulation]\nsamples = \(samples)\n" }
    return text
  }

  static func specification(_ text: String, overrides: [String] = []) throws -> RunSpecification {
    try RunSpecification(text: text, file: "run.toml", overrides: overrides, registry: registry)
  }

  static func plan(_ text: String) throws -> RunPlan { try RunPlan(specification(text)) }

  /// The stored form of every task of a plan, by name.
  static func records(_ plan: RunPlan, where isWanted: (PlanTask) -> Bool = { _ in true }) -> [String: Data] {
    let tasks = plan.tasks.filter(isWanted)
    return Dictionary(
      uniqueKeysWithValues: tasks.map { ($0.id, TaskRecord(computing: $0, of: plan).encoded()) })
  }

  /// The diagram of a run file, of all its tasks or of some.
  static func diagram(_ text: String, where isWanted: (PlanTask) -> Bool = { _ in true }) throws -> PhaseDiagram {
    let plan = try plan(text)
    return try PhaseDiagram(reducing: records(plan, where: isWanted), of: plan)
  }

  /// The levels that the samples of one point must have: Gaussian numbers of the streams of that point.
  static func levels(field: Double, at point: PlanPoint, seed: UInt64, samples: Int) -> [Double] {
    let system = AnySystem(ToySystem())
    return (0..<samples).map { sample in
      let streams = SampleStreams(
        seed: seed, system: 4_000_000_000, point: system.fingerprint(of: point.parameters), sample: UInt32(sample))
      var random = streams.stream(.disorder)
      return field + random.normal()
    }
  }

  /// Writes the run file `text` and executes it alone in `folder`.
  @discardableResult
  static func execute(
    _ text: String, in folder: URL, overrides: [String] = [], fresh: Bool = false, timeLimit: Duration? = nil,
    checkpointInterval: Duration = .seconds(60), progress: (DiagramRun.Progress) -> Void = { _ in }
  ) throws -> DiagramRun.Outcome {
    try withTemporaryFolder { place in
      let file = place.appendingPathComponent("run.toml")
      try Data(text.utf8).write(to: file)
      let run = try DiagramRun(runFile: file, overrides: overrides, registry: registry)
      var options = DiagramRun.Options()
      options.fresh = fresh
      options.timeLimit = timeLimit
      options.checkpointInterval = checkpointInterval
      return try run.execute(in: folder, on: Communicator.start(), options: options, progress: progress)
    }
  }

  /// Makes the folder of a run and commits the records of `tasks`, in parts of `size`, one segment each.
  ///
  /// - Returns: the segments, with their numbers of records.
  @discardableResult
  static func commit(
    _ tasks: some Collection<PlanTask>, of plan: RunPlan, to folder: RunFolder, size: Int, ranks: Int = 1
  ) throws -> [(file: URL, count: Int)] {
    try folder.open(for: plan.specification, runFile: "run.toml", ranks: ranks, fresh: false)
    let tasks = Array(tasks), store = RecordStore(folder: folder.segments)
    return try stride(from: 0, to: tasks.count, by: size).map { start in
      let part = tasks[start..<min(start + size, tasks.count)]
      let records = part.map { (id: $0.id, payload: TaskRecord(computing: $0, of: plan).encoded()) }
      guard let file = try store.commit(records) else { preconditionFailure("a part is not empty") }
      return (file, part.count)
    }
  }

  /// Damages a file as disks and careless copies do.
  static func damage(_ file: URL, _ damage: String = "flipped") throws {
    var bytes = try Data(contentsOf: file)
    switch damage {
    case "flipped": bytes[bytes.count / 2] ^= 1
    case "cut": bytes.removeLast(20)
    default: bytes = Data()
    }
    try bytes.write(to: file)
  }

  /// All problems with a run file, as they are shown to a user.
  static func problems(_ text: String, overrides: [String] = [], registry: SystemRegistry = registry) -> [String] {
    do {
      _ = try RunSpecification(text: text, file: "run.toml", overrides: overrides, registry: registry)
      return []
    } catch {
      return error.problems.map(\.description)
    }
  }
}
