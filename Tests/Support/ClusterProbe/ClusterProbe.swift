import Cluster
import Foundation

/// What the tests of `Cluster` run under `mpirun`: one probe a start, its findings as lines on standard output.
@main
enum ClusterProbe {
  static func main() throws {
    let communicator = try Communicator.start()
    switch CommandLine.arguments.dropFirst().first {
    case "work-queue": try probeWorkQueue(on: communicator)
    case "groups": try probeGroups(on: communicator)
    case "abort-in-group": try abortInGroup(on: communicator)
    default: communicator.abort("there is no such probe", status: 2)
    }
    try communicator.finish()
  }

  /// Prints on rank 0 what every rank has to say, in rank order.
  static func printAll(_ lines: [String], on communicator: Communicator) throws {
    let text = lines.map { $0 + "\n" }.joined()
    for part in try communicator.gather(Array(text.utf8)) ?? [] {
      print(String(decoding: part, as: UTF8.self), terminator: "")
    }
  }
}
