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
    let count = availableProcessors.count
    return count > 0 ? count : ProcessInfo.processInfo.activeProcessorCount
  }

  /// Numbers of the processors on which this process may run, ascending; empty where the system does not tell.
  public static var availableProcessors: [Int] {
    // The mask of sched_getaffinity, which Swift does not import: numbers and ranges split by commas.
    let ranges = processStatus("Cpus_allowed_list")?.split(separator: ",") ?? []
    return ranges.flatMap { range -> [Int] in
      let ends = range.split(separator: "-").compactMap { Int($0) }
      guard let first = ends.first, let last = ends.last, first <= last else { return [] }
      return Array(first...last)
    }
  }

  /// Number of threads of this process; 1 where the system does not tell.
  public static var threadCount: Int { processStatus("Threads").flatMap { Int($0) } ?? 1 }

  /// A field of `/proc/self/status`.
  private static func processStatus(_ key: String) -> String? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix(key + ":") })
    else { return nil }
    return line.dropFirst(key.count + 1).trimmingCharacters(in: .whitespaces)
  }
}
