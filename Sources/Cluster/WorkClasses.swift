/// Tasks sorted into classes of one kind and similar estimated cost, for a `WorkQueue`.
///
/// Costs of different kinds need no common unit. Within a kind the time for each unit of cost may drift with the cost,
/// so every octave of cost is a class of its own.
public struct WorkClasses: Sendable, Equatable {
  /// Numbers of the tasks, `[class][place]`, costs descending, equal costs in the given order.
  public let tasks: [[Int]]

  /// Sorts tasks, given by kind and estimated cost ≥ 0.
  public init(_ given: [(kind: String, cost: Double)]) {
    struct Key: Hashable, Comparable {
      let kind: String
      let octave: Int
      static func < (left: Key, right: Key) -> Bool { (left.kind, left.octave) < (right.kind, right.octave) }
    }
    let keys = given.map { Key(kind: $0.kind, octave: $0.cost > 0 ? Int($0.cost.exponent) : Int.min) }
    let members = Dictionary(grouping: given.indices) { keys[$0] }
    tasks = members.sorted { $0.key < $1.key }
      .map { $0.value.sorted { (given[$0].cost, $1) > (given[$1].cost, $0) } }
  }
}
