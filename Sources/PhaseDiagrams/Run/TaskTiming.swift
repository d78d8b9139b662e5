import Foundation
import SystemInterface

/// What a finished task was estimated to cost and how long it took.
public struct TaskTiming: Sendable {
  /// `theory`, `vertex` or `sample`: tasks of one kind have comparable costs.
  public let kind: String
  /// Estimated work in arbitrary units.
  public let cost: Double
  /// Wall time on one rank.
  public let seconds: Double
}

/// The part of a record that every version of the program has written.
private struct WallTime: Decodable {
  let seconds: Double
}

extension DiagramRun {
  /// Timings of the finished tasks of the run in `folder`, in the order of its plan.
  ///
  /// - Throws: `SharedFailure` where there is no run, or a file cannot be read.
  public static func timings(in folder: URL, registry: SystemRegistry) throws -> [TaskTiming] {
    do {
      let folder = RunFolder(folder)
      let plan = try DiagramRun(resuming: folder, registry: registry).plan
      let records = try folder.records().records
      return try plan.tasks.compactMap { task in
        guard let data = records[task.id] else { return nil }
        return TaskTiming(
          kind: task.kind, cost: task.cost, seconds: try JSONDecoder().decode(WallTime.self, from: data).seconds)
      }
    } catch {
      throw SharedFailure(error)
    }
  }
}
