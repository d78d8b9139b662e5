import Cluster
import Foundation
import SystemInterface

@testable import PhaseDiagrams

/// Runs of the system with known boundaries, grown in memory or executed in a folder.
enum EdgeRuns {
  static let registry = SystemRegistry([EdgeSystem()])

  /// The text of a run file.
  static func text(
    shape: String = "circle", seed: Int = 3, parameters: String = "", axes: String = plane(5),
    simulation: String? = nil, levels: Int? = 3, follow: String? = nil
  ) -> String {
    var text = """
      system = "edge"
      seed = \(seed)
      [parameters]
      shape = "\(shape)"
      \(parameters)
      [axes]
      \(axes)

      """
    if let simulation { text += "[simulation]\n\(simulation)\n" }
    if let levels { text += "[refinement]\nlevels = \(levels)\n" }
    if let follow { text += "follow = \"\(follow)\"\n" }
    return text
  }

  /// The unit square with this many points along each axis.
  static func plane(_ points: Int) -> String {
    "x = { from = 0, to = 1, points = \(points) }\ny = { from = 0, to = 1, points = \(points) }"
  }

  static func plan(_ text: String, registry: SystemRegistry = registry) throws -> RunPlan {
    try RunPlan(RunSpecification(text: text, file: "run.toml", overrides: [], registry: registry))
  }

  /// Goes through all rounds; `each` sees every complete plan and its records.
  static func grow(
    _ text: String, registry: SystemRegistry = registry, each: (PhaseDiagram) -> Void = { _ in }
  ) throws -> (diagram: PhaseDiagram, records: [String: Data]) {
    var plan = try plan(text, registry: registry), records: [String: Data] = [:]
    let decoded = DecodedOutcomes()
    while true {
      for task in plan.tasks where records[task.id] == nil {
        records[task.id] = TaskRecord(computing: task, of: plan).encoded()
      }
      let diagram = try PhaseDiagram(reducing: records, of: plan, decoded: decoded)
      each(diagram)
      guard let growth = PlanGrowth(diagram).next() else { return (diagram, records) }
      try plan.extend(by: growth)
    }
  }

  static func problems(_ text: String) -> [String] {
    ToyRuns.problems(text, registry: registry)
  }

  /// Writes the run file and executes it alone in `folder`.
  @discardableResult
  static func execute(
    _ text: String, in folder: URL, timeLimit: Duration? = nil, checkpointInterval: Duration = .seconds(60),
    progress: (DiagramRun.Progress) -> Void = { _ in }
  ) throws -> DiagramRun.Outcome {
    try withTemporaryFolder { place in
      let file = place.appendingPathComponent("run.toml")
      try Data(text.utf8).write(to: file)
      var options = DiagramRun.Options()
      options.timeLimit = timeLimit
      options.checkpointInterval = checkpointInterval
      return try DiagramRun(runFile: file, registry: registry).execute(
        in: folder, on: Communicator.start(), options: options, progress: progress)
    }
  }
}
