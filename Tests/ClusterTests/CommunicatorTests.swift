import CMPI
import Foundation
import Testing

@testable import Cluster

/// The communicator of one process; several ranks are tested under `mpirun`.
@Suite struct CommunicatorTests {
  @Test func aloneThereIsOneRankAndNoCallOfMPI() throws {
    let communicator = try Communicator.start()
    #expect(communicator.rank == 0)
    #expect(communicator.size == 1)
    #expect(communicator.isRoot)
    try communicator.barrier()
    try communicator.makeProgress()
    try communicator.finish()
    var isInitialized: Int32 = 1
    MPI_Initialized(&isInitialized)
    #expect(isInitialized == 0)
  }

  @Test(arguments: [0, 1, 100_000]) func collectivesReturnWhatTheOnlyRankPassed(length: Int) throws {
    let communicator = try Communicator.start()
    let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
    #expect(try communicator.broadcast(bytes, from: 0) == bytes)
    #expect(try communicator.gather(bytes) == [bytes])
    #expect(try communicator.allGather(bytes) == [bytes])
    let numbers = bytes.map { Int64($0) - 100 }
    #expect(try communicator.sum(numbers) == numbers)
    #expect(try communicator.maximum(numbers) == numbers)
  }

  @Test func messagesBeyondTheRangeOfACIntAreRefused() throws {
    let communicator = try Communicator.start()
    #expect(try communicator.messageCount(Int64(Int32.max), call: "MPI_Bcast") == Int32.max)
    let error = #expect(throws: MPIError.self) {
      try communicator.messageCount(Int64(Int32.max) + 1, call: "MPI_Bcast")
    }
    #expect(error?.call == "MPI_Bcast")
    #expect(error?.description.contains("2147483648") == true)
  }

  @Test func failedCallsCarryNameCodeAndRank() throws {
    let communicator = try Communicator.start()
    try communicator.check("MPI_Barrier", MPI_SUCCESS)
    let error = #expect(throws: MPIError.self) { try communicator.check("MPI_Barrier", MPI_ERR_COMM) }
    #expect(error?.call == "MPI_Barrier")
    #expect(error?.code == MPI_ERR_COMM)
    #expect(error?.rank == 0)
    #expect(error?.text.isEmpty == false)
  }

  @Test func versionOfTheLibraryIsKnownWithoutStartingIt() {
    #expect(Communicator.libraryVersion.contains("MPI"))
    #expect(!Communicator.libraryVersion.contains("\0"))
  }

  @Test func abortPrintsTheCauseAndExitsWithTheStatus() async throws {
    let result = await #expect(processExitsWith: .exitCode(4), observing: [\.standardErrorContent]) {
      try Communicator.start().abort("the disk is full", status: 4)
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("rank 0 of 1 on \(HostInformation.current.name): the disk is full\n"))
  }

  @Test func sharedIntegersCountFromZero() throws {
    var counter = try SharedIntegers(count: 1, on: Communicator.start())
    for expected in 0..<1000 {
      #expect(try counter.fetch(adding: 1, to: 0) == Int64(expected))
    }
    try counter.close()
    var another = try SharedIntegers(count: 1, on: Communicator.start())
    #expect(try another.fetch(adding: 1, to: 0) == 0)
    try another.close()
  }
}
