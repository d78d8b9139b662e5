/// A counter that hands out 0, 1, 2, … to whichever rank asks, each number exactly once over all ranks.
///
/// This distributes work of one kind: every rank takes the next number when it is free, and no rank commands the others.
public struct SharedCounter: ~Copyable {
  private var value: SharedIntegers

  /// Makes a counter at 0; collective.
  public init(on communicator: Communicator) throws(MPIError) {
    value = try SharedIntegers(count: 1, on: communicator)
  }

  /// The next number that no rank has had yet.
  public mutating func next() throws(MPIError) -> Int { Int(try value.fetch(adding: 1, to: 0)) }

  /// Withholds the next `count` numbers from every rank, so that all see the work as handed out.
  public mutating func skip(_ count: Int) throws(MPIError) { _ = try value.fetch(adding: Int64(count), to: 0) }

  /// Frees the counter; collective, and therefore explicit: a rank that fails alone must not wait here.
  public consuming func close() throws(MPIError) { try value.close() }
}
