/// Tasks sorted into classes of one kind and similar estimated cost, for a `WorkQueue`.
///
/// Costs of different kinds need no common unit. Within a kind the time for each unit of cost may drift with the cost,
/// so every octave of cost is a class of its own.
public struct WorkClasses: Sendable, Equatable {
  /// What the tasks of a class have in common.
  public struct Key: Hashable, Comparable, Sendable {
    /// Kind of the tasks.
    public let kind: String
    /// Costs lie from 2 to the power `octave` up to its double; the least integer stands for cost 0.
    public let octave: Int

    /// By kind, then by octave.
    public static func < (left: Key, right: Key) -> Bool { (left.kind, left.octave) < (right.kind, right.octave) }
  }

  /// The classes, ascending.
  public let keys: [Key]
  /// Numbers of the tasks, `[class][place]`, costs descending, equal costs in the given order.
  public let tasks: [[Int]]

  /// Sorts tasks, given by kind and estimated cost ≥ 0.
  public init(_ given: [(kind: String, cost: Double)]) {
    let members = Dictionary(grouping: given.indices) { number in
      let cost = given[number].cost
      return Key(kind: given[number].kind, octave: cost > 0 ? Int(cost.exponent) : Int.min)
    }
    keys = members.keys.sorted()
    tasks = keys.map { (members[$0] ?? []).sorted { (given[$0].cost, $1) > (given[$1].cost, $0) } }
  }
}
