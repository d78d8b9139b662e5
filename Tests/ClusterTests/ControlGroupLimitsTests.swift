import Foundation
import Testing

@testable import Cluster

@Suite struct ControlGroupLimitsTests {
  private func limits(_ membership: String, _ files: [String: String]) throws -> ControlGroupLimits {
    let folder = try TemporaryFolder()
    for (path, text) in files {
      let file = folder.url.appendingPathComponent(path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    return ControlGroupLimits(membership: membership, root: folder.url)
  }

  /// A Slurm job on version 2: the tightest group on the way counts, wherever it is.
  @Test func versionTwo() throws {
    let found = try limits(
      "0::/system.slice/job_7/step_0\n",
      [
        "system.slice/cpu.max": "max 100000\n", "system.slice/job_7/cpu.max": "150000 100000\n",
        "system.slice/job_7/step_0/cpu.max": "400000 100000\n", "system.slice/job_7/memory.max": "1073741824\n",
        "system.slice/job_7/step_0/memory.max": "max\n", "other/cpu.max": "1 100000\n",
      ])
    #expect(found == limits(quota: 1.5, memory: 1 << 30))
  }

  @Test func versionOne() throws {
    let found = try limits(
      "4:memory:/docker/abc\n3:cpu,cpuacct:/docker/abc\n1:name=systemd:/docker/abc\n",
      [
        "cpu/docker/abc/cpu.cfs_quota_us": "250000\n", "cpu/docker/abc/cpu.cfs_period_us": "100000\n",
        "cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n",
        "memory/docker/abc/memory.limit_in_bytes": "536870912\n",
        "memory/memory.limit_in_bytes": "9223372036854771712\n",
      ])
    #expect(found == limits(quota: 2.5, memory: 1 << 29))
  }

  @Test(arguments: ["", "0::/\n", "nonsense", "0::/../../gone\n", "3:cpu:/\n"])
  func nothingIsNoLimit(membership: String) throws {
    let found = try limits(membership, ["cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"])
    #expect(found == limits(quota: nil, memory: nil))
  }

  private func limits(quota: Double?, memory: UInt64?) -> ControlGroupLimits {
    ControlGroupLimits(processorQuota: quota, memoryInBytes: memory)
  }
}
