import CMPI
import Foundation

/// The processes that compute together: all ranks of one MPI job, a group of them, or this process alone.
///
/// Alone, no MPI function that needs a run time is called, so that login nodes and laptops work without one.
/// MPI is initialised as funneled: only the thread that called `start()` may call the methods that communicate.
public final class Communicator: Sendable {
  /// Index of this process, from 0.
  public let rank: Int
  /// Number of processes.
  public let size: Int
  /// Index of this group among those that were made by `divided(intoGroupsOf:)` together; 0 for a whole job.
  public let groupIndex: Int
  /// Number of groups that were made together; 1 for a whole job.
  public let groupCount: Int
  /// Place in the whole job: what messages to the user tell.
  let job: (rank: Int, size: Int)
  let usesMPI: Bool
  /// The communicator of a group, freed by `release()`; nil for the whole job and for one process alone.
  private let group: GroupHandle?

  /// Whether this is rank 0, the one that prints and writes common files.
  public var isRoot: Bool { rank == 0 }

  private init(rank: Int, size: Int, usesMPI: Bool) {
    (self.rank, self.size, self.usesMPI) = (rank, size, usesMPI)
    (groupIndex, groupCount, group) = (0, 1, nil)
    job = (rank, size)
  }

  /// A group of ranks; `handle` is nil for one process alone.
  init(group handle: MPI_Comm?, rank: Int, size: Int, groupIndex: Int, groupCount: Int, of job: (rank: Int, size: Int))
  {
    (self.rank, self.size, self.groupIndex, self.groupCount) = (rank, size, groupIndex, groupCount)
    self.job = job
    usesMPI = handle != nil
    group = GroupHandle(handle)
  }

  /// Touched by the thread that started MPI alone, as everything that communicates.
  private final class GroupHandle: @unchecked Sendable {
    var communicator: MPI_Comm?

    init(_ communicator: MPI_Comm?) { self.communicator = communicator }
  }

  // MARK: - Beginning and end

  /// Joins the job that a launcher started, or makes the communicator of one process when there is no launcher.
  ///
  /// - Throws: `MPIError`; also when the launcher started several processes and MPI sees only one, which happens
  ///   when the launcher belongs to another MPI: every process would then do all the work.
  public static func start() throws(MPIError) -> Communicator {
    let launch = LaunchEnvironment(ProcessInfo.processInfo.environment)
    guard launch.isLaunched else { return Communicator(rank: 0, size: 1, usesMPI: false) }

    let launchedRank = launch.rank ?? 0
    let required = Int32(MPI_THREAD_FUNNELED)
    var provided: Int32 = 0
    try check("MPI_Init_thread", MPI_Init_thread(nil, nil, required, &provided), rank: launchedRank)
    let world = spinodal_mpi_comm_world()
    try check(
      "MPI_Comm_set_errhandler", MPI_Comm_set_errhandler(world, spinodal_mpi_errors_return()), rank: launchedRank)
    guard provided >= required else {
      throw MPIError(
        call: "MPI_Init_thread", code: MPI_ERR_OTHER, text: "the library offers no support for threads",
        rank: launchedRank)
    }

    var rank: Int32 = 0
    var size: Int32 = 0
    try check("MPI_Comm_rank", MPI_Comm_rank(world, &rank), rank: launchedRank)
    try check("MPI_Comm_size", MPI_Comm_size(world, &size), rank: launchedRank)
    if size == 1, let launchedSize = launch.size, launchedSize > 1 {
      throw MPIError(
        call: "MPI_Comm_size", code: MPI_ERR_OTHER,
        text: "the launcher started \(launchedSize) processes, MPI sees one; use the launcher of \(libraryVersion)",
        rank: launchedRank)
    }
    return Communicator(rank: Int(rank), size: Int(size), usesMPI: true)
  }

  /// Rank that the launcher gave to this process, from the environment alone; nil without a launcher.
  public static var launchedRank: Int? { LaunchEnvironment(ProcessInfo.processInfo.environment).rank }

  /// Leaves the job on the success path; collective, and no method that communicates may follow.
  ///
  /// - Precondition: this is the communicator of the whole job; groups are released before.
  public func finish() throws(MPIError) {
    precondition(group == nil, "a group cannot end the job, it is released")
    guard usesMPI else { return }
    try check("MPI_Finalize", MPI_Finalize())
  }

  /// Lets the library answer other ranks; cheap enough to be called every few milliseconds during long computations.
  ///
  /// Where the transport has no hardware or shared-memory atomics, `WorkQueue.next()` of the other ranks waits until
  /// rank 0 enters the library.
  public func makeProgress() throws(MPIError) {
    guard usesMPI else { return }
    try check("MPI_Iprobe", spinodal_mpi_progress(handle))
  }

  /// Ends all processes of the job, not only of this group, after a failure that only this rank may know of.
  ///
  /// Prints the rank in the job, host and `message` on standard error. Finalising instead would leave the other ranks waiting.
  public func abort(_ message: String, status: Int32) -> Never {
    var line = "rank \(job.rank) of \(job.size) on \(HostInformation.hostName): \(message)\n"
    // One call of write, so that the lines of several ranks do not mix.
    line.withUTF8 { _ = Foundation.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    if usesMPI { MPI_Abort(spinodal_mpi_comm_world(), status) }
    exit(status)
  }

  /// Name and version of the MPI library; needs no run time.
  public static var libraryVersion: String {
    text(capacity: MPI_MAX_LIBRARY_VERSION_STRING) { MPI_Get_library_version($0, &$1) } ?? "unknown MPI library"
  }

  // MARK: - Return codes

  /// Throws unless `code`, returned by the function called `call`, means success.
  func check(_ call: String, _ code: Int32) throws(MPIError) {
    try Self.check(call, code, rank: job.rank)
  }

  private static func check(_ call: String, _ code: Int32, rank: Int) throws(MPIError) {
    guard code != MPI_SUCCESS else { return }
    // Before the start and after the end of MPI, asking for the text would itself end the program.
    let message = isRunning ? text(capacity: MPI_MAX_ERROR_STRING) { MPI_Error_string(code, $0, &$1) } : nil
    throw MPIError(call: call, code: code, text: message ?? "no text, MPI is not running", rank: rank)
  }

  private static var isRunning: Bool {
    var isInitialized: Int32 = 0
    var isFinalized: Int32 = 0
    MPI_Initialized(&isInitialized)
    MPI_Finalized(&isFinalized)
    return isInitialized != 0 && isFinalized == 0
  }

  /// The text that a function of the library writes into a buffer; nil when that function fails itself.
  private static func text(
    capacity: Int32, from function: (UnsafeMutablePointer<CChar>, inout Int32) -> Int32
  ) -> String? {
    var length: Int32 = 0
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(capacity) + 1) { buffer -> String? in
      guard let start = buffer.baseAddress, function(start, &length) == MPI_SUCCESS else { return nil }
      // Open MPI counts the terminating zero in one of its functions and not in the others.
      let bytes = UnsafeRawBufferPointer(start: start, count: Int(length)).prefix { $0 != 0 }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  /// The library's communicator of these ranks, for the thread that started MPI.
  var handle: MPI_Comm {
    precondition(usesMPI, "one process alone has no MPI communicator")
    assert(isMainThreadOfMPI, "MPI was started as funneled, it may only be called by the thread that started it")
    guard let group else { return spinodal_mpi_comm_world() }
    guard let communicator = group.communicator else { preconditionFailure("this group of ranks was released") }
    return communicator
  }

  /// Whether this was made by `divided(intoGroupsOf:)`.
  var isGroup: Bool { group != nil }

  private var isMainThreadOfMPI: Bool {
    var isMain: Int32 = 0
    return MPI_Is_thread_main(&isMain) == MPI_SUCCESS && isMain != 0
  }

  /// Frees the communicator of a group; collective in the group, and no method that communicates may follow.
  ///
  /// Explicit, because a rank that fails alone must not wait here. Does nothing for a whole job or one process alone.
  public func release() throws(MPIError) {
    guard usesMPI, let group else { return }
    var communicator: MPI_Comm? = handle
    group.communicator = nil
    try check("MPI_Comm_free", MPI_Comm_free(&communicator))
  }
}
