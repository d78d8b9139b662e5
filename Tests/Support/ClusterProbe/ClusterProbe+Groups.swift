import Cluster
import Foundation

extension ClusterProbe {
  /// For groups of 1, 2, 3 and 10 ranks, a line a rank: what every collective method gives there.
  static func probeGroups(on world: Communicator) throws {
    // Lengths 0, 1, 2, …, different on every rank.
    let parts = try world.allGather([UInt8](repeating: UInt8(world.rank), count: world.rank))
    try printAll(["all \(parts)"], on: world)
    for size in [1, 2, 3, 10] {
      let group = try world.divided(intoGroupsOf: size)
      let sum = try group.sum([Int64(world.rank)])[0]
      let maximum = try group.maximum([Int64(world.rank)])[0]
      let first = try group.broadcast([UInt8(world.rank)], from: 0)[0]
      let gathered = try group.gather([UInt8](repeating: UInt8(world.rank), count: group.rank)) ?? []
      let all = try group.allGather([UInt8(world.rank)])
      try group.barrier()
      try group.makeProgress()
      // The counters of different groups must not meet.
      let claims = try claimsTogether(3, on: group)
      // Groups of groups.
      let halves = try group.divided(intoGroupsOf: 2)
      let pair = try halves.allGather([UInt8(world.rank)])
      try halves.release()
      try group.release()
      let numbers = [size, world.rank, group.groupIndex, group.groupCount, group.rank, group.size]
      try printAll(
        [
          "\(numbers) sum \(sum) maximum \(maximum) first \(first) gathered \(gathered) all \(all) "
            + "claims \(claims) pair \(pair)"
        ],
        on: world)
    }
  }

  /// Tasks that all ranks together have got from a queue of `count`.
  private static func claimsTogether(_ count: Int, on group: Communicator) throws -> Int64 {
    var queue = try WorkQueue(classes: [[Double](repeating: 1, count: count)], on: group)
    var claims: Int64 = 0
    while try queue.next() != nil { claims += 1 }
    try queue.close()
    return try group.sum([claims])[0]
  }

  /// One rank of the last group fails while all others wait.
  static func abortInGroup(on world: Communicator) throws {
    let group = try world.divided(intoGroupsOf: 2)
    if group.groupIndex == group.groupCount - 1, group.isRoot { group.abort("lost in a group", status: 4) }
    try group.barrier()
    try world.barrier()
  }
}
