import ArgumentParser
import Foundation
import PhaseDiagrams
import Systems

/// `studies scheduler DIR`.
struct SchedulerStudy: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scheduler",
    abstract: "Simulate ways to share work among up to 10000 ranks, with the measured task times of a run.")

  @Argument(help: "The folder of a finished run.")
  var folder: String

  @Option(help: "Numbers of ranks.")
  var ranks = "2,8,32,128,512,2048,10000"

  @Option(
    name: .customLong("tasks-per-rank"), help: "Tasks for each rank: the run's tasks are repeated or thinned out.")
  var tasksPerRank = 30

  @Option(help: "Rounds of the second table, with a barrier after each.")
  var rounds = 4

  @Option(name: .customLong("window-latency"), help: "Round trip of a one-sided operation, microseconds.")
  var windowLatency = 5.0

  @Option(name: .customLong("window-service"), help: "Time for which an operation keeps the window busy, microseconds.")
  var windowService = 0.5

  @Option(name: .customLong("message-latency"), help: "Round trip of a message to a master, microseconds.")
  var messageLatency = 10.0

  @Option(name: .customLong("message-service"), help: "Time that a master needs for a request, microseconds.")
  var messageService = 1.0

  @Option(help: "Estimates of a kind of tasks are wrong by a factor, as kind=factor, such as vertex=0.01.")
  var misjudge: [String] = []

  @Option(
    name: .customLong("estimate-power"), help: "Estimates are raised to this power: -1 takes long tasks for short.")
  var estimatePower = 1.0

  func validate() throws {
    guard rankCounts.count == ranks.split(separator: ",").count, rankCounts.allSatisfy({ $0 > 0 }) else {
      throw ValidationError("--ranks takes positive numbers split by commas, such as 2,8,32")
    }
    guard factors.count == misjudge.count, factors.values.allSatisfy({ $0 > 0 }) else {
      throw ValidationError("--misjudge takes kind=factor with a positive factor, each kind once")
    }
    guard tasksPerRank > 0, rounds > 0 else { throw ValidationError("--tasks-per-rank and --rounds are positive") }
  }

  private var rankCounts: [Int] { ranks.split(separator: ",").compactMap { Int($0) } }

  private var factors: [String: Double] {
    misjudge.reduce(into: [:]) { factors, text in
      let parts = text.split(separator: "=")
      if parts.count == 2, let factor = Double(parts[1]) { factors[String(parts[0])] = factor }
    }
  }

  func run() throws {
    let factors = factors
    let measured = try DiagramRun.timings(in: URL(fileURLWithPath: folder), registry: .standard).map {
      SchedulerSimulation.Task(
        kind: $0.kind, cost: pow($0.cost * (factors[$0.kind] ?? 1), estimatePower), seconds: $0.seconds)
    }
    guard !measured.isEmpty else { throw ValidationError("\(folder) holds no finished task") }
    let total = measured.reduce(0) { $0 + $1.seconds }, longest = measured.reduce(0) { max($0, $1.seconds) }
    print(
      """
      \(measured.count) measured tasks of \(text(total, digits: 1)) s together; the longest takes \
      \(text(longest / total * Double(measured.count), digits: 1)) times the mean. \(tasksPerRank) tasks a rank.
      One-sided operation: \(windowLatency) µs there and back, \(windowService) µs at the window; message to a master: \
      \(messageLatency) and \(messageService) µs.
      """)
    if estimatePower != 1 { print("Estimates are raised to the power \(estimatePower).") }
    for (kind, factor) in factors.sorted(by: { $0.key < $1.key }) {
      print("Estimates of the kind '\(kind)' are multiplied by \(factor).")
    }
    for rounds in Set([1, rounds]).sorted() {
      print("\nEfficiency in per cent\(rounds == 1 ? "" : ", \(rounds) rounds with a barrier after each")\n")
      printTable(measured, rounds: rounds)
    }
  }

  private func printTable(_ measured: [SchedulerSimulation.Task], rounds: Int) {
    let simulations = rankCounts.map { ranks in
      SchedulerSimulation(
        tasks: Self.tasks(tasksPerRank * ranks, like: measured), ranks: ranks,
        window: .init(roundTrip: windowLatency * 1e-6, service: windowService * 1e-6),
        message: .init(roundTrip: messageLatency * 1e-6, service: messageService * 1e-6), rounds: rounds)
    }
    print("| policy | " + rankCounts.map { "\($0)" }.joined(separator: " | ") + " |")
    print("| --- |" + rankCounts.map { _ in " ---: |" }.joined())
    for policy in SchedulerPolicy.allCases {
      let cells = simulations.map { text(100 * $0.efficiency(of: policy), digits: 1) }
      print("| \(policy.rawValue) | " + cells.joined(separator: " | ") + " |")
    }
    let bounds = simulations.map { text(100 * $0.bound, digits: 1) }
    print("| any policy without rounds, at most | " + bounds.joined(separator: " | ") + " |")
  }

  /// `count` tasks in the same order: each measured one repeated as more samples would, or evenly thinned out.
  static func tasks(_ count: Int, like measured: [SchedulerSimulation.Task]) -> [SchedulerSimulation.Task] {
    (0..<count).map { measured[$0 * measured.count / count] }
  }

  private func text(_ value: Double, digits: Int) -> String { String(format: "%.\(digits)f", value) }
}
