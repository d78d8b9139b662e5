import NumericalMethods
import Testing

@testable import studies

/// Makespans that can be told by hand, and what must hold for every policy.
@Suite struct SchedulerSimulationTests {
  private typealias Simulation = SchedulerSimulation

  /// Tasks of one kind that are estimated right.
  private func tasks(_ seconds: [Double]) -> [Simulation.Task] {
    seconds.map { Simulation.Task(kind: "sample", cost: $0, seconds: $0) }
  }

  @Test func oneRankComputesEverything() {
    let simulation = Simulation(tasks: tasks([3, 1, 2]), ranks: 1)
    for policy in SchedulerPolicy.allCases where policy != .masterWorker {
      #expect(simulation.makespan(of: policy) == 6, "\(policy)")
      #expect(simulation.efficiency(of: policy) == 1, "\(policy)")
    }
    #expect(simulation.efficiency(of: .masterWorker) == 0)
  }

  @Test func smallExamplesByHand() {
    let ascending = Simulation(tasks: tasks([1, 2, 3, 4]), ranks: 2)
    #expect(ascending.makespan(of: .staticBlocks) == 7)
    #expect(ascending.makespan(of: .staticCyclic) == 6)
    // 1 | 2, then 3 after 1 and 4 after 2.
    #expect(ascending.makespan(of: .counterInFileOrder) == 6)
    // 4 | 3, then 2 after 3 and 1 after 4.
    #expect(ascending.makespan(of: .counterByEstimate) == 5)
    #expect(ascending.makespan(of: .masterWorker) == 10)
    #expect(ascending.bound == 1)
    let lastIsLong = Simulation(tasks: tasks([1, 1, 1, 3]), ranks: 2)
    #expect(lastIsLong.makespan(of: .counterInFileOrder) == 4)
    #expect(lastIsLong.makespan(of: .counterByEstimate) == 3)
    let oneIsTooLong = Simulation(tasks: tasks([1, 1, 10]), ranks: 3)
    #expect(oneIsTooLong.bound == 0.4)
    #expect(oneIsTooLong.efficiency(of: .learnedClasses) == 0.4)
  }

  @Test func roundsWaitForTheLastRank() {
    // Rounds {4, 1} and {1, 4}: on two ranks 4 seconds each instead of 5 altogether.
    let simulation = Simulation(tasks: tasks([4, 1, 1, 4]), ranks: 2, rounds: 2)
    #expect(simulation.makespan(of: .counterByEstimate) == 8)
    #expect(Simulation(tasks: tasks([4, 1, 1, 4]), ranks: 2).makespan(of: .counterByEstimate) == 5)
  }

  @Test func operationsTakeTheirTime() {
    var simulation = Simulation(tasks: tasks([1, 1, 1]), ranks: 1, window: .init(roundTrip: 0.25, service: 0.125))
    // Three claims and one that finds nothing.
    #expect(simulation.makespan(of: .counterInFileOrder) == 3 + 4 * 0.375)
    // Reading and adding for each, and one reading at the end.
    #expect(simulation.makespan(of: .learnedClasses) == 3 + 7 * 0.375)
    // Two ranks ask at once: the second waits while the first is served.
    simulation = Simulation(tasks: tasks([1, 1]), ranks: 2, window: .init(roundTrip: 0, service: 0.125))
    #expect(simulation.makespan(of: .counterInFileOrder) == 0.25 + 1 + 0.125)
    simulation.message = .init(roundTrip: 0.5, service: 0)
    #expect(simulation.makespan(of: .masterWorker) == 2 + 3 * 0.5)
  }

  /// Two kinds whose estimates are wrong against each other: one dozen long tasks look like the shortest.
  @Test func learnedRatesRepairWrongEstimates() {
    var tasks = [Simulation.Task](repeating: .init(kind: "sample", cost: 100, seconds: 1), count: 480)
    tasks += [Simulation.Task](repeating: .init(kind: "vertex", cost: 1, seconds: 40), count: 12)
    let simulation = Simulation(tasks: tasks, ranks: 12)
    // The estimate gives every rank 40 s of samples first and then a long one: 80 s, which is perfect by accident.
    #expect(simulation.makespan(of: .counterByEstimate) == 80)
    let uneven = Simulation(tasks: tasks, ranks: 16)
    #expect(uneven.makespan(of: .counterByEstimate) == 70)
    // 960 s of work on 16 ranks is 60 s.
    #expect(uneven.makespan(of: .learnedClasses) == 60)
  }

  /// The second round knows what the first has learned: its long task begins at once.
  @Test func ratesOutliveARound() {
    // Numbers alternate between the rounds: each has 4 tasks of 1 s that look long, and 1 of 4 s that looks short.
    var tasks = [Simulation.Task](repeating: .init(kind: "sample", cost: 100, seconds: 1), count: 8)
    tasks += [Simulation.Task](repeating: .init(kind: "vertex", cost: 1, seconds: 4), count: 2)
    let simulation = Simulation(tasks: tasks, ranks: 2, rounds: 2)
    #expect(simulation.makespan(of: .counterByEstimate) == 6 + 6)
    // First round: a sample on both ranks, so that the long task begins after 1 s.
    #expect(simulation.makespan(of: .learnedClasses) == 5 + 4)
  }

  @Test func noPolicyBeatsTheBoundsAndAllWorkIsDone() {
    var random = RandomStream(StreamKey(seed: 3, system: 0, point: 0, purpose: .bootstrap))
    for trial in 0..<40 {
      let tasks = (0..<(1 + trial * 7)).map { _ in
        Simulation.Task(
          kind: Bool.random(using: &random) ? "sample" : "vertex", cost: Double.random(in: 0...9, using: &random),
          seconds: Double.random(in: 0.1...2, using: &random))
      }
      let total = tasks.reduce(0) { $0 + $1.seconds }, longest = tasks.reduce(0) { max($0, $1.seconds) }
      let simulation = Simulation(
        tasks: tasks, ranks: 1 + trial % 9, window: .init(roundTrip: 1e-3, service: 1e-4),
        message: .init(roundTrip: 1e-3, service: 1e-4), rounds: 1 + trial % 3)
      for policy in SchedulerPolicy.allCases {
        let makespan = simulation.makespan(of: policy)
        #expect(makespan >= max(longest, total / Double(simulation.ranks)) * (1 - 1e-12), "\(policy), trial \(trial)")
      }
      // No rank is idle while tasks are left, so nobody ends later than the mean, one task and its claims a round
      // (Graham 1969).
      let slack = Double(simulation.rounds) * (longest + 0.01) + 2e-3 * Double(3 * tasks.count)
      for policy in [SchedulerPolicy.counterInFileOrder, .counterByEstimate, .learnedClasses] {
        let makespan = simulation.makespan(of: policy)
        #expect(makespan <= total / Double(simulation.ranks) + slack, "\(policy), trial \(trial)")
      }
    }
  }

  @Test func tasksAreRepeatedOrThinnedOutEvenly() {
    let measured = tasks([1, 2, 3, 4])
    #expect(SchedulerStudy.tasks(2, like: measured).map(\.seconds) == [1, 3])
    #expect(SchedulerStudy.tasks(8, like: measured).map(\.seconds) == [1, 1, 2, 2, 3, 3, 4, 4])
  }
}

/// The heap behind the simulation.
@Suite struct EventQueueTests {
  @Test func eventsComeInTheOrderOfTheirTimes() {
    var random = RandomStream(StreamKey(seed: 4, system: 0, point: 0, purpose: .bootstrap))
    var events = EventQueue()
    let times = (0..<500).map { _ in Double(Int.random(in: 0..<50, using: &random)) }
    for (rank, time) in times.enumerated() { events.insert(rank, at: time) }
    var order: [Int] = []
    while let event = events.removeFirst() { order.append(event.rank) }
    #expect(order == times.indices.sorted { (times[$0], $0) < (times[$1], $1) })
    #expect(events.removeFirst() == nil)
  }
}
