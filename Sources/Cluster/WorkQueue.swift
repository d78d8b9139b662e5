/// Work that ranks share without a master, dearest tasks first, by costs that are learned while the work goes on.
///
/// Every rank asks for the next task when it is free. A table in the memory of rank 0 holds for each class of tasks how
/// many were handed out, and how long the finished ones took (`WorkTable`); a rank adds what it has measured, reads the
/// table, decides and claims, in two one-sided exchanges. Every task is handed out exactly once. Which rank computes what
/// depends on the clock, so results must not depend on it.
public struct WorkQueue: ~Copyable {
  private var table: WorkTable
  private var shared: SharedIntegers
  /// Measurements that the next exchange carries along.
  private var unsent: [Int64]

  /// Makes a queue; collective, with the same classes on every rank.
  ///
  /// - Parameters:
  ///   - classes: estimated cost of every task, `[class][place]`, in any unit, descending in each class; classes may be
  ///     empty. `WorkClasses` makes them.
  ///   - rates: what `rates` of an earlier queue told of each class, so that a next round need not learn anew; may
  ///     differ between ranks.
  public init(classes: [[Double]], rates: [Double?] = [], on communicator: Communicator) throws(MPIError) {
    table = WorkTable(classes: classes, rates: rates)
    unsent = [Int64](repeating: 0, count: table.entries.count)
    shared = try SharedIntegers(count: table.entries.count, on: communicator)
  }

  /// A task that no rank has had yet, as the class and the place in it; nil when none is left.
  public mutating func next() throws(MPIError) -> (class: Int, place: Int)? {
    try exchange()
    while let number = table.mostUrgentClass() {
      let place = Int(try shared.fetch(adding: 1, to: number * WorkTable.width))
      table.note(claimed: place, from: number)
      // Others may have emptied the class since the table was read.
      if place < table.taskCount(of: number) { return (number, place) }
    }
    return nil
  }

  /// Reports how long a finished task took; the other ranks see it after the next call of `next()` here.
  public mutating func report(class number: Int, cost: Double, seconds: Double) {
    for (column, amount) in zip(1..., table.measurement(cost: cost, seconds: seconds)) {
      unsent[number * WorkTable.width + column] += amount
    }
  }

  /// Keeps the tasks that are left from every rank, so that all see the work as handed out.
  public mutating func withholdAll() throws(MPIError) {
    for number in 0..<table.classCount { unsent[number * WorkTable.width] += Int64(table.taskCount(of: number)) }
    try exchange()
  }

  /// Tasks handed out to all ranks when this rank last asked, those that were withheld included.
  public var claimed: Int { table.claimedCount }

  /// Seconds for each unit of estimated cost, by class, as far as this rank knew when it last asked.
  public var rates: [Double?] { (0..<table.classCount).map { table.rate(of: $0) } }

  private mutating func exchange() throws(MPIError) {
    table.entries = try shared.values(adding: unsent)
    for index in unsent.indices { unsent[index] = 0 }
  }

  /// Frees the queue; collective, and therefore explicit: a rank that fails alone must not wait here.
  public consuming func close() throws(MPIError) { try shared.close() }
}
