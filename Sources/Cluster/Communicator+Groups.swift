import CMPI

/// Groups of ranks that compute something together while other groups compute something else.
extension Communicator {
  /// Divides the ranks into groups of `size`, the last one perhaps smaller, and returns the group of this rank; collective.
  ///
  /// Groups hold consecutive ranks of one host as far as that goes: ranks are counted host by host, and only where the
  /// number on a host is no multiple of `size` a group spans two. `groupIndex` and `groupCount` tell which group it is.
  /// Every collective method works on a group, a `WorkQueue` only on one that lies on a single host; `abort` still ends
  /// the whole job. `release()` ends the group.
  public func divided(intoGroupsOf size: Int) throws(MPIError) -> Communicator {
    precondition(size > 0, "a group needs at least one rank, got \(size)")
    let hosts = try allGather(Array(HostInformation.hostName.utf8)).map { String(decoding: $0, as: UTF8.self) }
    let place = Self.placesHostByHost(hosts)[rank]
    let groupIndex = place / size, groupCount = (self.size + size - 1) / size
    let groupSize = min(size, self.size - groupIndex * size)
    var group: MPI_Comm?
    if usesMPI {
      try check("MPI_Comm_split", MPI_Comm_split(handle, Int32(groupIndex), Int32(place), &group))
      try check("MPI_Comm_set_errhandler", MPI_Comm_set_errhandler(group, spinodal_mpi_errors_return()))
    }
    return Communicator(
      group: group, rank: place % size, size: groupSize, groupIndex: groupIndex, groupCount: groupCount, of: job)
  }

  /// Whether all ranks can share memory; collective, and the same on every rank.
  func isOnOneHost() throws(MPIError) -> Bool {
    guard usesMPI else { return true }
    var neighbours: MPI_Comm?
    var count: Int32 = 0
    try check(
      "MPI_Comm_split_type",
      MPI_Comm_split_type(handle, Int32(MPI_COMM_TYPE_SHARED), 0, spinodal_mpi_info_null(), &neighbours))
    try check("MPI_Comm_size", MPI_Comm_size(neighbours, &count))
    try check("MPI_Comm_free", MPI_Comm_free(&neighbours))
    return Int(count) == size
  }

  /// Place of every rank when ranks are counted host by host, hosts in the order of their first rank.
  static func placesHostByHost(_ hosts: [String]) -> [Int] {
    var order: [String: Int] = [:]
    for host in hosts where order[host] == nil { order[host] = order.count }
    let ranks = hosts.indices.sorted { (order[hosts[$0]] ?? 0, $0) < (order[hosts[$1]] ?? 0, $1) }
    var places = [Int](repeating: 0, count: hosts.count)
    for (place, rank) in ranks.enumerated() { places[rank] = place }
    return places
  }
}
