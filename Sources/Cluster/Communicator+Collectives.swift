import CMPI

/// Operations that every rank calls together and in the same order.
extension Communicator {
  /// Waits until every rank has come here.
  public func barrier() throws(MPIError) {
    guard usesMPI else { return }
    try check("MPI_Barrier", MPI_Barrier(handle))
  }

  /// The bytes that rank `root` passed; what the other ranks pass is ignored.
  ///
  /// - Throws: `MPIError`, on every rank when the message has more than 2³¹ − 1 bytes.
  public func broadcast(_ bytes: [UInt8], from root: Int) throws(MPIError) -> [UInt8] {
    precondition(root >= 0 && root < size, "there is no rank \(root) among \(size)")
    var length = Int64(bytes.count)
    if usesMPI {
      try check("MPI_Bcast", MPI_Bcast(&length, 1, spinodal_mpi_int64(), Int32(root), handle))
    }
    // Checked after the exchange of the length, so that every rank refuses and none waits for the others.
    let count = try messageCount(length, call: "MPI_Bcast")
    guard usesMPI, count > 0 else { return usesMPI ? [] : bytes }
    var message = rank == root ? bytes : [UInt8](repeating: 0, count: Int(count))
    try check("MPI_Bcast", MPI_Bcast(&message, count, spinodal_mpi_byte(), Int32(root), handle))
    return message
  }

  /// The bytes of every rank in rank order on rank 0, nil on the others; lengths may differ and may be zero.
  ///
  /// - Throws: `MPIError`, on every rank when all parts together have more than 2³¹ − 1 bytes.
  public func gather(_ bytes: [UInt8]) throws(MPIError) -> [[UInt8]]? {
    let layout = try gatherLayout(bytes.count, call: "MPI_Gatherv")
    guard usesMPI else { return [bytes] }
    var gathered = [UInt8](repeating: 0, count: isRoot ? Int(layout.total) : 0)
    let byte = spinodal_mpi_byte()
    try check(
      "MPI_Gatherv",
      MPI_Gatherv(bytes, layout.counts[rank], byte, &gathered, layout.counts, layout.offsets, byte, 0, handle))
    return isRoot ? layout.parts(of: gathered) : nil
  }

  /// The bytes of every rank in rank order, on every rank; lengths may differ and may be zero.
  ///
  /// - Throws: `MPIError`, on every rank when all parts together have more than 2³¹ − 1 bytes.
  public func allGather(_ bytes: [UInt8]) throws(MPIError) -> [[UInt8]] {
    let layout = try gatherLayout(bytes.count, call: "MPI_Allgatherv")
    guard usesMPI else { return [bytes] }
    var gathered = [UInt8](repeating: 0, count: Int(layout.total))
    let byte = spinodal_mpi_byte()
    try check(
      "MPI_Allgatherv",
      MPI_Allgatherv(bytes, layout.counts[rank], byte, &gathered, layout.counts, layout.offsets, byte, handle))
    return layout.parts(of: gathered)
  }

  /// Where the bytes of each rank lie in one buffer.
  private struct GatherLayout {
    var counts: [Int32] = []
    var offsets: [Int32] = []
    var total: Int32 = 0

    func parts(of bytes: [UInt8]) -> [[UInt8]] {
      zip(offsets, counts).map { offset, count in Array(bytes[Int(offset)..<Int(offset + count)]) }
    }
  }

  private func gatherLayout(_ count: Int, call: String) throws(MPIError) -> GatherLayout {
    var length = Int64(count)
    var lengths = [Int64](repeating: length, count: size)
    if usesMPI {
      let int64 = spinodal_mpi_int64()
      try check("MPI_Allgather", MPI_Allgather(&length, 1, int64, &lengths, 1, int64, handle))
    }
    // All ranks know all lengths, so that every rank refuses and none waits for the others.
    var layout = GatherLayout()
    layout.total = try messageCount(lengths.reduce(0, +), call: call)
    layout.counts = lengths.map { Int32($0) }
    var end: Int32 = 0
    for count in layout.counts {
      layout.offsets.append(end)
      end += count
    }
    return layout
  }

  /// Elementwise sums over the ranks, on every rank; exact as long as no sum leaves `Int64`.
  ///
  /// Integers only: the rounding of a sum of floating-point numbers would depend on the number of ranks.
  /// - Throws: `MPIError`, on every rank when they pass different numbers of values.
  public func sum(_ values: [Int64]) throws(MPIError) -> [Int64] {
    try reduce(values, with: spinodal_mpi_sum())
  }

  /// Elementwise maxima over the ranks, on every rank.
  ///
  /// - Throws: `MPIError`, on every rank when they pass different numbers of values.
  public func maximum(_ values: [Int64]) throws(MPIError) -> [Int64] {
    try reduce(values, with: spinodal_mpi_max())
  }

  private func reduce(_ values: [Int64], with operation: MPI_Op?) throws(MPIError) -> [Int64] {
    guard usesMPI else { return values }
    // Largest and, negated, smallest number of values: unequal ones would read or write past an array.
    let shapes = try allReduce([Int64(values.count), -Int64(values.count)], with: spinodal_mpi_max())
    guard shapes[0] == -shapes[1] else {
      throw MPIError(
        call: "MPI_Allreduce", code: MPI_ERR_COUNT,
        text: "the ranks pass between \(-shapes[1]) and \(shapes[0]) values", rank: job.rank)
    }
    return try allReduce(values, with: operation)
  }

  private func allReduce(_ values: [Int64], with operation: MPI_Op?) throws(MPIError) -> [Int64] {
    let count = try messageCount(Int64(values.count), call: "MPI_Allreduce")
    var result = values
    try check("MPI_Allreduce", MPI_Allreduce(values, &result, count, spinodal_mpi_int64(), operation, handle))
    return result
  }

  /// `count` as the C int that MPI takes.
  func messageCount(_ count: Int64, call: String) throws(MPIError) -> Int32 {
    guard let converted = Int32(exactly: count) else {
      throw MPIError(
        call: call, code: MPI_ERR_COUNT, text: "\(count) elements in one message, at most \(Int32.max) are possible",
        rank: job.rank)
    }
    return converted
  }
}
