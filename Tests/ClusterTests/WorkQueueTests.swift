import Foundation
import Testing

@testable import Cluster

/// Every task is handed out exactly once, whatever the number of ranks and tasks.
@Suite(.timeLimit(.minutes(6))) struct WorkQueueTests {
  /// The cases of `cluster-probe`.
  private static let cases: [[Int]] = [[], [0, 0], [1], [0, 2, 0], [3, 1, 5], [400, 1, 60, 0, 39], [2000]]

  private static func names(_ number: Int) -> [String] {
    cases[number].enumerated().flatMap { index, count in (0..<count).map { "\(number) \(index) \($0)" } }
  }

  @Test(arguments: cases.indices) func aloneEveryTaskComesOnce(number: Int) throws {
    let counts = Self.cases[number]
    let classes = counts.map { count in (0..<count).map { Double(count - $0) } }
    var queue = try WorkQueue(classes: classes, on: Communicator.start())
    var claims: [String] = []
    while let (index, place) = try queue.next() {
      claims.append("\(number) \(index) \(place)")
      queue.report(class: index, cost: classes[index][place], seconds: 0.5)
      #expect(queue.claimed == claims.count - 1 || queue.claimed == claims.count)
    }
    #expect(claims.sorted() == Self.names(number).sorted())
    #expect(queue.claimed == counts.reduce(0, +))
    #expect(try queue.next() == nil)
    try queue.close()
  }

  @Test func withheldWorkIsNotHandedOut() throws {
    var queue = try WorkQueue(classes: [[2, 1], [5, 4, 3]], on: Communicator.start())
    #expect(try queue.next() != nil)
    try queue.withholdAll()
    #expect(try queue.next() == nil)
    #expect(queue.claimed == 5)
    try queue.withholdAll()
    #expect(try queue.next() == nil)
    try queue.close()
  }

  @Test(.enabled(if: MultiRankProbe.launcher != nil, "mpirun is not installed"), arguments: [1, 2, 3, 5])
  func ranksTogetherGetEveryTaskOnce(ranks: Int) async throws {
    let result = try await MultiRankProbe.run("work-queue", ranks: ranks)
    #expect(result.status == 0, "\(result.errors)")
    for number in Self.cases.indices {
      let claims = result.lines.filter { $0.hasPrefix("\(number) ") }
      #expect(claims.sorted() == Self.names(number).sorted(), "case \(number)")
    }
    let withheld = result.lines.filter { $0.hasPrefix("withheld ") }
    #expect(Set(withheld).count == withheld.count)
    #expect(withheld.count >= 3 && withheld.count < 5000)
  }
}

/// The decision that ranks make with what they know.
@Suite struct WorkTableTests {
  @Test func withoutMeasurementsTheDearestTaskComesFirst() throws {
    var table = WorkTable(classes: [[3, 2], [10, 9], [], [6]])
    // The head of every class first, then what is left.
    var order: [Int] = []
    while let number = table.mostUrgentClass() {
      order.append(number)
      #expect(table.claim(from: number) != nil)
    }
    #expect(order == [1, 3, 0, 1, 0])
    #expect(table.claimedCount == 5)
    #expect(table.claim(from: 0) == nil)
  }

  @Test func measuredRatesOverruleEstimates() throws {
    var table = WorkTable(classes: [[8, 8, 8], [1, 1, 1], [4, 4, 4]])
    for number in 0..<3 { #expect(table.claim(from: number) == 0) }
    // A task of class 1 takes 40 s against an estimate of 1, one of class 0 takes 2 s against 8; class 2 is unknown and
    // has the mean rate (40 + 2)/(1 + 8), which makes 18.7 s.
    table.learn(0, cost: 8, seconds: 2)
    table.learn(1, cost: 1, seconds: 40)
    #expect(table.mostUrgentClass() == 1)
    _ = table.claim(from: 1)
    _ = table.claim(from: 1)
    #expect(table.mostUrgentClass() == 2)
    table.learn(2, cost: 4, seconds: 1)
    #expect(table.mostUrgentClass() == 0)
  }

  @Test func earlierRatesNeedNoTrial() throws {
    var table = WorkTable(classes: [[8, 8], [1, 1], [4, 4]], rates: [0.25, 40, nil])
    // Only class 2 is unknown.
    #expect(table.mostUrgentClass() == 2)
    _ = table.claim(from: 2)
    // 2 s, 40 s, and 4 at the mean of both rates, 80.5 s.
    #expect(table.mostUrgentClass() == 2)
    table.learn(2, cost: 4, seconds: 1)
    #expect(table.mostUrgentClass() == 1)
    #expect(table.rate(of: 0) == 0.25)
    let learned = try #require(table.rate(of: 2))
    #expect(abs(learned - 0.25) < 1e-9)
    // What is measured now counts more than what was known.
    table.learn(1, cost: 1, seconds: 1e-3)
    #expect(table.mostUrgentClass() == 0)
  }

  @Test func degenerateCostsAndTimesAreHarmless() throws {
    var table = WorkTable(classes: [[0, 0], [1e300, 1e-300], [.leastNonzeroMagnitude]])
    table.learn(0, cost: 0, seconds: 5)
    table.learn(1, cost: 1e300, seconds: -1)
    table.learn(1, cost: .infinity, seconds: .infinity)
    var count = 0
    while let number = table.mostUrgentClass(), count < 10 {
      #expect(table.claim(from: number) != nil)
      count += 1
    }
    #expect(count == 5)
    var unknown = WorkTable(classes: [[.leastNonzeroMagnitude, 0], [0]], rates: [.nan, .infinity])
    unknown.learn(0, cost: .leastNonzeroMagnitude, seconds: 1)
    count = 0
    while let number = unknown.mostUrgentClass(), count < 10 {
      _ = unknown.claim(from: number)
      count += 1
    }
    #expect(count == 3)
    let empty = WorkTable(classes: [])
    #expect(empty.mostUrgentClass() == nil)
    #expect(empty.claimedCount == 0)
  }
}

@Suite struct WorkClassesTests {
  @Test func kindsAndOctavesAreKeptApart() {
    let classes = WorkClasses([
      ("sample", 5), ("theory", 5), ("sample", 7.5), ("sample", 5), ("sample", 8), ("sample", 0), ("theory", 4),
    ])
    #expect(classes.tasks == [[5], [2, 0, 3], [4], [1, 6]])
    #expect(classes.keys.map(\.kind) == ["sample", "sample", "sample", "theory"])
    #expect(classes.keys.map(\.octave) == [.min, 2, 3, 2])
    #expect(WorkClasses([]).tasks.isEmpty)
  }
}
