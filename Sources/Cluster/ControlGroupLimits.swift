import Foundation

/// What the control groups of Linux grant this process: containers and batch systems limit processor time and memory
/// there, and neither the number of processors nor the memory of the host tells of it.
public struct ControlGroupLimits: Sendable, Equatable {
  /// Processors' worth of time, such as 1.5; nil without a limit.
  public let processorQuota: Double?
  /// Bytes of memory; nil without a limit.
  public let memoryInBytes: UInt64?

  /// Asks the system now.
  public static var current: ControlGroupLimits {
    let membership = (try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8)) ?? ""
    return ControlGroupLimits(membership: membership, root: URL(fileURLWithPath: "/sys/fs/cgroup", isDirectory: true))
  }

  /// Limits that are known.
  init(processorQuota: Double?, memoryInBytes: UInt64?) {
    self.processorQuota = processorQuota
    self.memoryInBytes = memoryInBytes
  }

  /// Reads the tightest limits along the groups of version 2 (`cpu.max`, `memory.max`) and version 1
  /// (`cpu.cfs_quota_us`, `memory.limit_in_bytes`).
  ///
  /// - Parameters: `membership` is the text of `/proc/self/cgroup`, `root` the folder where the groups are mounted.
  init(membership: String, root: URL) {
    var quotas: [Double] = [], memories: [UInt64] = []
    for line in membership.split(separator: "\n") {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 3 else { continue }
      let controllers = fields[1].split(separator: ",").map(String.init)
      // Version 2 has one hierarchy without names; version 1 one folder for each controller.
      let bases =
        controllers.isEmpty
        ? [root, root.appendingPathComponent("unified")] : controllers.map { root.appendingPathComponent($0) }
      for base in bases {
        for folder in Self.folders(from: fields[2], below: base) {
          quotas += [Self.quota(in: folder)].compactMap { $0 }
          memories += ["memory.max", "memory.limit_in_bytes"].compactMap { Self.words(in: folder, $0).first }
            .compactMap { UInt64($0) }
        }
      }
    }
    processorQuota = quotas.min()
    // Version 1 writes "no limit" as the largest multiple of the page size.
    memoryInBytes = memories.filter { $0 < 1 << 62 }.min()
  }

  /// The folder of a group and of all groups that contain it.
  private static func folders(from path: String, below base: URL) -> [URL] {
    var folders = [base]
    for name in path.split(separator: "/") where name != ".." {
      folders.append(folders[folders.count - 1].appendingPathComponent(String(name)))
    }
    return folders
  }

  private static func quota(in folder: URL) -> Double? {
    var numbers = words(in: folder, "cpu.max")
    if numbers.isEmpty { numbers = words(in: folder, "cpu.cfs_quota_us") + words(in: folder, "cpu.cfs_period_us") }
    guard numbers.count == 2, let time = Double(numbers[0]), let period = Double(numbers[1]), time > 0, period > 0
    else { return nil }
    return time / period
  }

  private static func words(in folder: URL, _ name: String) -> [String] {
    let text = try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    return (text ?? "").split { $0.isWhitespace }.map(String.init)
  }
}
