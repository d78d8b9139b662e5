import Cluster
import Foundation

/// What the records on disk leave to do: the extensions that they ask for, and the tasks without a record.
struct NextRound: Codable {
  /// Extensions of the plan that finished results have brought, in order.
  var extensions: [PlanExtension] = []
  /// Numbers of the tasks of the extended plan without a record.
  var pending: [Int] = []
  /// Segments that were damaged and have been set aside.
  var damagedSegments: [String] = []

  /// Goes on from `plan` as far as the records in `folder` reach; damaged segments are set aside.
  ///
  /// - Parameter decoded: outcomes that earlier rounds have decoded.
  /// - Throws: `StorageError`, or a record that cannot be decoded.
  init(of plan: RunPlan, in folder: RunFolder, decoded: DecodedOutcomes) throws {
    let contents = try folder.recordsSettingDamageAside()
    damagedSegments = contents.damaged.map { "\($0.name): \($0.reason)" }
    let reached = try Self.plan(reachedFrom: plan, by: contents.records, decoded: decoded)
    extensions = Array(reached.extensions.dropFirst(plan.extensions.count))
    pending = reached.tasks.indices.filter { contents.records[reached.tasks[$0].id] == nil }
  }

  /// The plan that `records` lead to: the same at every start, whatever was interrupted where.
  static func plan(
    reachedFrom start: RunPlan, by records: [String: Data], decoded: DecodedOutcomes = DecodedOutcomes()
  ) throws -> RunPlan {
    var plan = start
    guard plan.canGrow else { return plan }
    while plan.tasks.allSatisfy({ records[$0.id] != nil }) {
      guard let growth = PlanGrowth(try PhaseDiagram(reducing: records, of: plan, decoded: decoded)).next() else {
        break
      }
      try plan.extend(by: growth)
    }
    return plan
  }
}
