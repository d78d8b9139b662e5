import Cluster
import Foundation

extension ClusterProbe {
  /// Numbers of tasks a class: none at all, fewer than ranks, many.
  static let cases: [[Int]] = [[], [0, 0], [1], [0, 2, 0], [3, 1, 5], [400, 1, 60, 0, 39], [2000]]

  /// `CASE CLASS PLACE` for every claim of every rank, then `withheld CLASS PLACE` of a queue that one rank closes early.
  static func probeWorkQueue(on communicator: Communicator) throws {
    for (number, counts) in cases.enumerated() {
      var claims: [String] = []
      try drain(counts, on: communicator) { _, claim in
        claims.append("\(number) \(claim.class) \(claim.place)")
      }
      try printAll(claims, on: communicator)
    }
    var claims: [String] = []
    try drain([5000], on: communicator) { queue, claim in
      claims.append("withheld \(claim.class) \(claim.place)")
      // The last rank has had enough after its third task, the others end by that alone.
      if communicator.rank == communicator.size - 1, claims.count == 3 { try queue.withholdAll() }
    }
    try printAll(claims, on: communicator)
  }

  private static func drain(
    _ counts: [Int], on communicator: Communicator,
    _ body: (inout WorkQueue, (class: Int, place: Int)) throws -> Void
  ) throws {
    let classes = counts.map { count in (0..<count).map { Double(count - $0) } }
    var queue = try WorkQueue(classes: classes, on: communicator)
    while let claim = try queue.next() {
      // Lets the ranks take turns even on one core.
      usleep(UInt32(20 + (claim.place * 7 + communicator.rank * 13) % 40))
      queue.report(class: claim.class, cost: classes[claim.class][claim.place], seconds: 1e-3)
      try body(&queue, claim)
    }
    guard queue.claimed == counts.reduce(0, +) else {
      communicator.abort("\(queue.claimed) tasks are counted as handed out at the end", status: 3)
    }
    try queue.close()
  }
}
