import CMPI

/// A counter that hands out 0, 1, 2, … to whichever rank asks, each number exactly once over all ranks.
///
/// This distributes the work: every rank takes the next number when it is free, and no rank commands the others.
/// The number lies in the memory of rank 0 and is changed by one-sided atomic additions. Through shared memory these
/// take about a microsecond even while rank 0 computes; between nodes without remote atomics (Open MPI 4 over TCP) they
/// wait until rank 0 enters the library, so rank 0 should call `Communicator.makeProgress()` while it computes.
public struct SharedCounter: ~Copyable {
  private let communicator: Communicator
  private var window: MPI_Win?  // nil: one process alone
  private var localValue: Int64 = 0

  /// Makes a counter at 0; collective.
  public init(on communicator: Communicator) throws(MPIError) {
    self.communicator = communicator
    guard communicator.size > 1 else { return }

    let byteCount = communicator.isRoot ? MemoryLayout<Int64>.size : 0
    var memory: UnsafeMutableRawPointer?
    try communicator.check(
      "MPI_Win_allocate",
      MPI_Win_allocate(
        byteCount, Int32(MemoryLayout<Int64>.size), spinodal_mpi_info_null(), communicator.world, &memory, &window))
    // A window has its own error handler, which by default ends the job without a word from here.
    try communicator.check(
      "MPI_Win_set_errhandler", MPI_Win_set_errhandler(window, spinodal_mpi_errors_return()))
    try communicator.check("MPI_Win_lock_all", MPI_Win_lock_all(0, window))
    if communicator.isRoot {
      memory?.storeBytes(of: 0, as: Int64.self)
    }
    try communicator.check("MPI_Win_sync", MPI_Win_sync(window))
    // No rank may add before the memory of rank 0 holds the zero.
    try communicator.barrier()
  }

  /// The next number that no rank has had yet.
  public mutating func next() throws(MPIError) -> Int { try advance(by: 1) }

  /// Withholds the next `count` numbers from every rank, so that all see the work as handed out.
  public mutating func skip(_ count: Int) throws(MPIError) { _ = try advance(by: Int64(count)) }

  private mutating func advance(by count: Int64) throws(MPIError) -> Int {
    var value = localValue
    if window == nil {
      localValue += count
    } else {
      var one = count
      try communicator.check(
        "MPI_Fetch_and_op", MPI_Fetch_and_op(&one, &value, spinodal_mpi_int64(), 0, 0, spinodal_mpi_sum(), window))
      try communicator.check("MPI_Win_flush", MPI_Win_flush(0, window))
    }
    return Int(value)
  }

  /// Frees the counter; collective, and therefore explicit: a rank that fails alone must not wait here.
  public consuming func close() throws(MPIError) {
    guard window != nil else { return }
    try communicator.check("MPI_Win_unlock_all", MPI_Win_unlock_all(window))
    try communicator.check("MPI_Win_free", MPI_Win_free(&window))
  }
}
