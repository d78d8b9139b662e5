import Foundation

/// The machine that this process runs on, as far as the system tells.
public struct HostInformation: Sendable, Equatable {
  /// Name of the host.
  public let name: String
  /// Number of processors on which this process may run, as bound by `mpirun`, Slurm or `taskset`.
  public let processorCount: Int
  /// Memory of the whole host in bytes; a batch system may grant less.
  public let memoryInBytes: UInt64

  /// Asks the system now.
  public static var current: HostInformation {
    HostInformation(
      name: hostName, processorCount: availableProcessorCount,
      memoryInBytes: ProcessInfo.processInfo.physicalMemory)
  }

  static var hostName: String {
    var buffer = [CChar](repeating: 0, count: 257)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "unknown-host" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static var availableProcessorCount: Int {
    // The mask of sched_getaffinity, which Swift does not import: hexadecimal digits in groups split by commas.
    let key = "Cpus_allowed:"
    if let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix(key) })
    {
      let count = line.dropFirst(key.count).compactMap(\.hexDigitValue).reduce(0) { $0 + $1.nonzeroBitCount }
      if count > 0 { return count }
    }
    return ProcessInfo.processInfo.activeProcessorCount
  }
}
