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
  /// Seconds for each unit of cost that were known before, by class.
  private let givenRates: [Double?]

  /// Integers a class has in `entries`.
  static let width = 3

  /// Nothing handed out yet, nothing learned yet.
  ///
  /// - Parameters:
  ///   - classes: estimated cost of every task, `[class][place]`, in any unit, descending in each class.
  ///   - rates: for each class the seconds a unit of cost took in earlier work, nil where that is not known; empty when
  ///     nothing is known.
  public init(classes: [[Double]], rates: [Double?] = []) {
    precondition(rates.isEmpty || rates.count == classes.count, "\(rates.count) rates for \(classes.count) classes")
    for costs in classes {
      precondition(costs.allSatisfy { $0.isFinite && $0 >= 0 }, "costs must be finite and not negative, got \(costs)")
      precondition(zip(costs, costs.dropFirst()).allSatisfy { $0 >= $1 }, "costs must descend, got \(costs)")
    }
    costs = classes
    entries = [Int64](repeating: 0, count: classes.count * Self.width)
    totalCost = classes.joined().reduce(0, +)
    givenRates = rates.isEmpty ? [Double?](repeating: nil, count: classes.count) : rates
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
  /// for at the end (longest processing time first; Graham, SIAM J. Appl. Math. 17, 416 (1969)). A class whose rate is
  /// not known yet has the mean rate, which alone would never prove an estimate wrong: so the first task of such a class
  /// comes before all others, and a misjudged class is found out while there is time to reorder the rest.
  public func mostUrgentClass() -> Int? {
    var urgent: Int?, longest = (isTrial: false, seconds: -1.0)
    let meanRate = meanRate
    for number in costs.indices where !isExhausted(number) {
      let place = Int(entries[Self.width * number]), rate = rate(of: number)
      let head = (isTrial: rate == nil && place == 0, seconds: costs[number][place] * (rate ?? meanRate))
      let isLonger = (head.isTrial ? 1 : 0, head.seconds) > (longest.isTrial ? 1 : 0, longest.seconds)
      // Even where the estimate is not a number, a task that is left is handed out.
      if isLonger || urgent == nil { (urgent, longest) = (number, head) }
    }
    return urgent
  }

  /// Seconds for each unit of cost in a class, as measured, else as given; nil where nothing is known.
  public func rate(of number: Int) -> Double? {
    rate(microseconds: entries[Self.width * number + 1], units: entries[Self.width * number + 2])
      ?? givenRates[number]
  }

  /// The rate over all measured tasks; before the first one the mean of the given rates.
  private var meanRate: Double {
    if let measured = rate(microseconds: total(of: 1), units: total(of: 2)) { return measured }
    let given = givenRates.compactMap { $0 }
    return given.isEmpty ? 1 : given.reduce(0, +) / Double(given.count)
  }

  private func rate(microseconds: Int64, units: Int64) -> Double? {
    units > 0 ? Double(microseconds) * 1e-6 / (Double(units) * 0x1p-60 * totalCost) : nil
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
