import Cluster
import Foundation

/// The remark that the ranks on this host need more memory than it has, or `nil`.
func memoryWarning(bytesPerRank: Double) -> String? {
  let host = HostInformation.current
  let ranksHere = ProcessInfo.processInfo.environment["OMPI_COMM_WORLD_LOCAL_SIZE"].flatMap(Int.init) ?? 1
  let needed = bytesPerRank * Double(ranksHere)
  guard needed > Double(host.memoryInBytes) else { return nil }
  let gibibytes = [needed, Double(host.memoryInBytes)].map { String(format: "%.1f GiB", $0 / 0x1p30) }
  return "\(ranksHere) rank(s) need \(gibibytes[0]) of memory on \(host.name), which has \(gibibytes[1])"
}
