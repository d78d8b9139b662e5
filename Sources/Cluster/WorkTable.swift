/// What is known about shared work at one moment: how much of each class is handed out and how long its tasks take.
///
/// A class holds tasks whose durations are taken as proportional to their estimated costs; the factor, the rate, is
/// learned from the tasks that are finished. Pure bookkeeping: `WorkQueue` shares the numbers among the ranks.
public struct WorkTable: Sendable {
  /// The numbers that the ranks share, `[class][place, microseconds, cost units]`: the next place to hand out, and sums
  /// over the finished tasks.
  var entries: [Int64]
  /// Estimated costs, `[class][place]`, descending in each class.
  private let costs: [[Double]]
  /// Sum of all costs, which corresponds to 2⁶⁰ cost units: integers can be added atomically, and all together fit.
  private let totalCost: Double

  /// Integers a class has in `entries`.
  static let width = 3

  /// Nothing handed out yet, nothing learned yet.
  ///
  /// - Parameter classes: estimated cost of every task, `[class][place]`, in any unit, descending in each class.
  public init(classes: [[Double]]) {
    for costs in classes {
      precondition(costs.allSatisfy { $0.isFinite && $0 >= 0 }, "costs must be finite and not negative, got \(costs)")
      precondition(zip(costs, costs.dropFirst()).allSatisfy { $0 >= $1 }, "costs must descend, got \(costs)")
    }
    costs = classes
    entries = [Int64](repeating: 0, count: classes.count * Self.width)
    totalCost = classes.joined().reduce(0, +)
  }

  /// Number of classes.
  public var classCount: Int { costs.count }

  /// Number of tasks in a class.
  public func taskCount(of number: Int) -> Int { costs[number].count }

  /// Tasks handed out, those that were withheld included.
  public var claimedCount: Int {
    costs.indices.reduce(0) { $0 + min(costs[$1].count, Int(entries[Self.width * $1])) }
  }

  /// Whether nothing is left in the class.
  public func isExhausted(_ number: Int) -> Bool { entries[Self.width * number] >= costs[number].count }

  /// Estimated cost of a task.
  public func cost(_ place: Int, of number: Int) -> Double { costs[number][place] }

  /// The class from which a free rank should take its next task; nil when nothing is left.
  ///
  /// The class whose next task is estimated to take the longest: long tasks that begin late are what other ranks wait
  /// for at the end (longest processing time first; Graham, SIAM J. Appl. Math. 17, 416 (1969)). A class without a
  /// measurement has the mean rate of all classes, but a class of which nothing was handed out at all comes before the
  /// others: a misjudged class is found out while there is still time to reorder the rest.
  public func mostUrgentClass() -> Int? {
    var urgent: Int?, longest = (isUntouched: false, time: -1.0)
    let meanRate = rate(microseconds: total(of: 1), units: total(of: 2)) ?? 1
    for number in costs.indices where !isExhausted(number) {
      let place = Int(entries[Self.width * number])
      let rate =
        rate(microseconds: entries[Self.width * number + 1], units: entries[Self.width * number + 2]) ?? meanRate
      let head = (isUntouched: place == 0, time: units(costs[number][place]) * rate)
      guard (head.isUntouched ? 1 : 0, head.time) > (longest.isUntouched ? 1 : 0, longest.time) else { continue }
      (urgent, longest) = (number, head)
    }
    return urgent
  }

  private func rate(microseconds: Int64, units: Int64) -> Double? {
    units > 0 ? Double(microseconds) / Double(units) : nil
  }

  private func total(of column: Int) -> Int64 {
    costs.indices.reduce(0) { $0 + entries[Self.width * $1 + column] }
  }

  /// Hands out the next place of a class; nil when the class is exhausted.
  public mutating func claim(from number: Int) -> Int? {
    let place = Int(entries[Self.width * number])
    entries[Self.width * number] += 1
    return place < costs[number].count ? place : nil
  }

  /// Notes that a place, perhaps beyond the last, was handed out by the table that all ranks share.
  public mutating func note(claimed place: Int, from number: Int) {
    entries[Self.width * number] = max(entries[Self.width * number], Int64(place) + 1)
  }

  /// Learns that a task of estimated cost `cost` took `seconds`.
  public mutating func learn(_ number: Int, cost: Double, seconds: Double) {
    for (column, amount) in zip(1..., measurement(cost: cost, seconds: seconds)) {
      entries[Self.width * number + column] += amount
    }
  }

  /// Microseconds and cost units of a finished task; a clock that ran backwards counts as no time.
  func measurement(cost: Double, seconds: Double) -> [Int64] {
    let microseconds = min(max(seconds, 0) * 1e6, 0x1p53)
    return [Int64(microseconds.rounded()), Int64(units(cost).rounded())]
  }

  private func units(_ cost: Double) -> Double { totalCost > 0 ? min(cost / totalCost, 1) * 0x1p60 : 0 }
}
