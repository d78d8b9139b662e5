import ArgumentParser
import Cluster
import Foundation

/// `mpirun -n R studies claims`.
struct ClaimStudy: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "claims", abstract: "Measure what it takes to claim a task: alone, and when all ranks ask at once.")

  @Option(help: "Claims of each rank.")
  var claims = 20000

  @Option(help: "Classes of tasks.")
  var classes = 24

  func run() throws {
    let communicator = try Communicator.start()
    // Rank 0 owns the memory: another rank measures the way there.
    let asking = communicator.size - 1
    let alone = try measure(on: communicator) { $0 == asking }
    let together = try measure(on: communicator) { _ in true }
    if communicator.isRoot {
      let throughput = together / Double(communicator.size)
      print(
        """
        | ranks | µs a claim, one rank asks | µs a claim, all ask | µs at the window a claim |
        | ---: | ---: | ---: | ---: |
        | \(communicator.size) | \(text(alone)) | \(text(together)) | \(text(throughput)) |
        """)
    }
    try communicator.finish()
  }

  /// Microseconds a claim takes for those ranks that ask, the slowest of them.
  private func measure(on communicator: Communicator, who asks: (Int) -> Bool) throws -> Double {
    let perClass = claims * communicator.size / classes + 1
    let costs = (0..<classes).map { number in [Double](repeating: pow(2, Double(number)), count: perClass) }
    var queue = try WorkQueue(classes: costs, on: communicator)
    try communicator.barrier()
    let start = ContinuousClock.now
    if asks(communicator.rank) {
      for _ in 0..<claims {
        guard let claim = try queue.next() else { break }
        queue.report(class: claim.class, cost: costs[claim.class][claim.place], seconds: 1e-3)
      }
    }
    let nanoseconds = (ContinuousClock.now - start) / .nanoseconds(1)
    let slowest = try communicator.maximum([Int64(nanoseconds)])[0]
    try queue.close()
    return Double(slowest) / 1000 / Double(claims)
  }

  private func text(_ value: Double) -> String { String(format: "%.2f", value) }
}
