import Cluster

/// How well ranks are used when tasks of known durations are distributed by a policy; event-driven, no clock involved.
struct SchedulerSimulation {
  /// One task.
  struct Task {
    var kind: String
    /// Estimated work in arbitrary units.
    var cost: Double
    /// True duration.
    var seconds: Double
  }

  /// What one operation at the place where tasks are handed out takes, in seconds.
  struct OperationCost {
    /// There and back, while nobody else asks.
    var roundTrip: Double
    /// Time for which the place is busy: operations of several ranks follow one another.
    var service: Double
  }

  /// All tasks in the order of the plan.
  var tasks: [Task]
  /// Number of ranks.
  var ranks: Int
  /// An operation on the memory of rank 0.
  var window = OperationCost(roundTrip: 0, service: 0)
  /// A request to a master and its answer.
  var message = OperationCost(roundTrip: 0, service: 0)
  /// Tasks come in this many rounds, every one of which begins when all ranks have ended the one before.
  var rounds = 1

  /// Time spent in tasks over the time that all ranks take together; 1 is perfect.
  func efficiency(of policy: SchedulerPolicy) -> Double {
    total / (Double(ranks) * makespan(of: policy))
  }

  /// The best efficiency that any policy could have without rounds: one task runs on one rank.
  var bound: Double {
    min(1, total / (Double(ranks) * tasks.reduce(0) { max($0, $1.seconds) }))
  }

  private var total: Double { tasks.reduce(0) { $0 + $1.seconds } }

  /// Seconds from the start to the end of the last rank; infinite for a master without workers.
  func makespan(of policy: SchedulerPolicy) -> Double {
    var rates: [WorkClasses.Key: Double] = [:]
    // Round k has every task whose number is k modulo the number of rounds: all of the plane takes part in each.
    return (0..<rounds).reduce(0) { sum, round in
      sum + makespan(of: policy, numbers: Array(stride(from: round, to: tasks.count, by: rounds)), &rates)
    }
  }

  private func makespan(
    of policy: SchedulerPolicy, numbers: [Int], _ rates: inout [WorkClasses.Key: Double]
  ) -> Double {
    switch policy {
    case .staticBlocks:
      return longestShare { rank in numbers[(rank * numbers.count / ranks)..<((rank + 1) * numbers.count / ranks)] }
    case .staticCyclic:
      return longestShare { rank in stride(from: rank, to: numbers.count, by: ranks).map { numbers[$0] }[...] }
    case .masterWorker:
      guard ranks > 1 else { return .infinity }
      var master = CounterSource(order: byEstimate(numbers))
      return serve(&master, on: ranks - 1, each: message)
    case .counterInFileOrder:
      var counter = CounterSource(order: numbers)
      return serve(&counter, on: ranks, each: window)
    case .counterByEstimate:
      var counter = CounterSource(order: byEstimate(numbers))
      return serve(&counter, on: ranks, each: window)
    case .learnedClasses:
      var queue = LearnedSource(numbers: numbers, of: tasks, ranks: ranks, rates: rates)
      defer { rates.merge(queue.rates) { $1 } }
      return serve(&queue, on: ranks, each: window)
    }
  }

  private func byEstimate(_ numbers: [Int]) -> [Int] {
    numbers.sorted { (tasks[$0].cost, $1) > (tasks[$1].cost, $0) }
  }

  private func longestShare(_ share: (Int) -> ArraySlice<Int>) -> Double {
    (0..<ranks).reduce(0) { max($0, share($1).reduce(0) { $0 + tasks[$1].seconds }) }
  }

  /// Ranks ask a source one operation at a time, in the order of the clock, until nothing is left for any of them.
  private func serve(_ source: inout some TaskSource, on ranks: Int, each cost: OperationCost) -> Double {
    var finished = [Int?](repeating: nil, count: ranks)
    var events = EventQueue()
    for rank in 0..<ranks { events.insert(rank, at: 0) }
    var end = 0.0, freeAt = 0.0
    while let (time, rank) = events.removeFirst() {
      freeAt = max(freeAt, time + cost.roundTrip / 2) + cost.service
      let answered = freeAt + cost.roundTrip / 2
      let step = source.serve(rank, finished: finished[rank])
      finished[rank] = nil
      switch step {
      case .again: events.insert(rank, at: answered)
      case .task(let number):
        finished[rank] = number
        events.insert(rank, at: answered + tasks[number].seconds)
      case .nothing: end = max(end, answered)
      }
    }
    return end
  }
}
