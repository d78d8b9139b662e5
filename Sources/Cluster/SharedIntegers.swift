import CMPI

/// 64-bit integers in the memory of rank 0, read and changed by every rank with one-sided atomic operations.
///
/// Through shared memory an operation takes about a microsecond even while rank 0 computes; between nodes without remote
/// atomics (Open MPI 4 over TCP) it waits until rank 0 enters the library, so rank 0 should call
/// `Communicator.makeProgress()` while it computes. One process alone keeps plain integers and calls no MPI.
struct SharedIntegers: ~Copyable {
  private let communicator: Communicator
  private var window: MPI_Win?  // nil: one process alone
  // The library reads and writes these until the next flush, so they must not move: no Swift variable promises that.
  private let origin: UnsafeMutableBufferPointer<Int64>
  private let result: UnsafeMutableBufferPointer<Int64>
  private var localValues: UnsafeMutableBufferPointer<Int64>

  /// Makes `count` integers, all 0; collective.
  init(count: Int, on communicator: Communicator) throws(MPIError) {
    precondition(count >= 0, "there are no \(count) integers")
    self.communicator = communicator
    let buffers = (0..<3).map { _ in UnsafeMutableBufferPointer<Int64>.allocate(capacity: count) }
    for buffer in buffers { buffer.initialize(repeating: 0) }
    (origin, result, localValues) = (buffers[0], buffers[1], buffers[2])
    if communicator.size > 1 { try open() }
  }

  private mutating func open() throws(MPIError) {
    let isOnOneHost = try communicator.isOnOneHost()
    // Open MPI 4 names the shared memory of `MPI_Win_allocate` after the host and the communicator's number, which
    // disjoint groups have in common: two groups on a host would meet in it (github.com/open-mpi/ompi/issues/7393).
    guard isOnOneHost || !communicator.isGroup else {
      throw MPIError(
        call: "MPI_Win_allocate", code: MPI_ERR_WIN, text: "a group of ranks on several hosts cannot share integers",
        rank: communicator.job.rank)
    }
    let stride = MemoryLayout<Int64>.stride
    let byteCount = communicator.isRoot ? max(result.count, 1) * stride : 0
    var memory: UnsafeMutableRawPointer?
    if isOnOneHost {
      try communicator.check(
        "MPI_Win_allocate_shared",
        MPI_Win_allocate_shared(
          byteCount, Int32(stride), spinodal_mpi_info_null(), communicator.handle, &memory, &window))
    } else {
      try communicator.check(
        "MPI_Win_allocate",
        MPI_Win_allocate(byteCount, Int32(stride), spinodal_mpi_info_null(), communicator.handle, &memory, &window))
    }
    // A window has its own error handler, which by default ends the job without a word from here.
    try communicator.check(
      "MPI_Win_set_errhandler", MPI_Win_set_errhandler(window, spinodal_mpi_errors_return()))
    try communicator.check("MPI_Win_lock_all", MPI_Win_lock_all(0, window))
    if communicator.isRoot {
      memory?.initializeMemory(as: Int64.self, repeating: 0, count: result.count)
    }
    try communicator.check("MPI_Win_sync", MPI_Win_sync(window))
    // No rank may add before the memory of rank 0 holds the zeros.
    try communicator.barrier()
  }

  deinit {
    for buffer in [origin, result, localValues] { buffer.deallocate() }
  }

  /// Adds `amount` to the integer at `place` and returns what it was before.
  mutating func fetch(adding amount: Int64, to place: Int) throws(MPIError) -> Int64 {
    guard window != nil else {
      defer { localValues[place] += amount }
      return localValues[place]
    }
    origin[place] = amount
    try communicator.check(
      "MPI_Fetch_and_op",
      MPI_Fetch_and_op(
        origin.baseAddress?.advanced(by: place), result.baseAddress, spinodal_mpi_int64(), 0, place, spinodal_mpi_sum(),
        window))
    try flush()
    return result[0]
  }

  /// Adds every element of `amounts` to the integer at its place, then returns all integers; one exchange with rank 0.
  ///
  /// Every integer is added to and read atomically, the whole is not: other ranks may add between two places.
  mutating func values(adding amounts: [Int64]) throws(MPIError) -> [Int64] {
    precondition(amounts.count == result.count, "\(amounts.count) amounts for \(result.count) integers")
    guard window != nil else {
      for (place, amount) in amounts.enumerated() { localValues[place] += amount }
      return Array(localValues)
    }
    guard !amounts.isEmpty else { return [] }
    let count = try communicator.messageCount(Int64(amounts.count), call: "MPI_Get_accumulate")
    let int64 = spinodal_mpi_int64()
    // Operations of one rank on the same place keep their order, so what is read contains what was added. Runs of zeros
    // are left out: mostly one or two places change.
    for range in Self.rangesOfNonzero(amounts) {
      for place in range { origin[place] = amounts[place] }
      try communicator.check(
        "MPI_Accumulate",
        MPI_Accumulate(
          origin.baseAddress?.advanced(by: range.lowerBound), Int32(range.count), int64, 0, range.lowerBound,
          Int32(range.count), int64, spinodal_mpi_sum(), window))
    }
    try communicator.check(
      "MPI_Get_accumulate",
      MPI_Get_accumulate(
        nil, 0, int64, result.baseAddress, count, int64, 0, 0, count, int64, spinodal_mpi_no_op(), window))
    try flush()
    return Array(result)
  }

  private func flush() throws(MPIError) {
    try communicator.check("MPI_Win_flush", MPI_Win_flush(0, window))
  }

  private static func rangesOfNonzero(_ amounts: [Int64]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    for place in amounts.indices where amounts[place] != 0 {
      if let last = ranges.last, last.upperBound == place {
        ranges[ranges.count - 1] = last.lowerBound..<(place + 1)
      } else {
        ranges.append(place..<(place + 1))
      }
    }
    return ranges
  }

  /// Frees the integers; collective, and therefore explicit: a rank that fails alone must not wait here.
  consuming func close() throws(MPIError) {
    guard window != nil else { return }
    try communicator.check("MPI_Win_unlock_all", MPI_Win_unlock_all(window))
    try communicator.check("MPI_Win_free", MPI_Win_free(&window))
  }
}
