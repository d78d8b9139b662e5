import Testing

@testable import Cluster

/// Groups of ranks, alone and under `mpirun`.
@Suite(.timeLimit(.minutes(6))) struct CommunicatorGroupTests {
  @Test func aloneThereIsOneGroup() throws {
    let group = try Communicator.start().divided(intoGroupsOf: 4)
    #expect(group.rank == 0 && group.size == 1 && group.groupIndex == 0 && group.groupCount == 1)
    #expect(try group.allGather([1, 2]) == [[1, 2]])
    try group.release()
  }

  @Test func ranksAreCountedHostByHost() {
    #expect(Communicator.placesHostByHost(["a", "b", "a", "b", "c"]) == [0, 2, 1, 3, 4])
    #expect(Communicator.placesHostByHost(["b", "b", "a"]) == [0, 1, 2])
    #expect(Communicator.placesHostByHost([]).isEmpty)
  }

  @Test(.enabled(if: MultiRankProbe.launcher != nil, "mpirun is not installed"), arguments: [1, 2, 3, 5])
  func collectivesStayInTheirGroup(ranks: Int) async throws {
    let result = try await MultiRankProbe.run("groups", ranks: ranks)
    #expect(result.status == 0, "\(result.errors)")
    let parts = (0..<ranks).map { [UInt8](repeating: UInt8($0), count: $0) }
    var expected = [String](repeating: "all \(parts)", count: ranks)
    for size in [1, 2, 3, 10] {
      for rank in 0..<ranks {
        let index = rank / size
        let members = Array((index * size)..<min((index + 1) * size, ranks)), place = rank - index * size
        let numbers = [size, rank, index, (ranks + size - 1) / size, place, members.count]
        let gathered = place == 0 ? members.indices.map { [UInt8](repeating: UInt8(members[$0]), count: $0) } : []
        let pair = members.dropFirst(place / 2 * 2).prefix(2).map { [UInt8($0)] }
        expected.append(
          "\(numbers) sum \(members.reduce(0, +)) maximum \(members[members.count - 1]) first \(members[0]) "
            + "gathered \(gathered) all \(members.map { [UInt8($0)] }) claims 3 pair \(Array(pair))")
      }
    }
    #expect(result.lines == expected)
  }

  @Test(.enabled(if: MultiRankProbe.launcher != nil, "mpirun is not installed"))
  func abortInAGroupEndsTheWholeJob() async throws {
    let result = try await MultiRankProbe.run("abort-in-group", ranks: 3)
    #expect(result.status == 4)
    #expect(result.errors.contains("rank 2 of 3 on \(HostInformation.current.name): lost in a group\n"))
  }
}
