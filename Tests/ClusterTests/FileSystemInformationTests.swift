import Foundation
import Testing

@testable import Cluster

@Suite struct FileSystemInformationTests {
  private let mounts = """
    22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
    30 22 0:40 / /scratch rw,noatime shared:7 master:2 - lustre 10.0.0.1@o2ib:/fs rw,flock
    31 22 0:41 / /scratch/home rw - nfs4 server:/home rw
    32 22 0:42 / /with\\040space rw - tmpfs tmpfs rw
    33 22 0:43 / /twice rw - ext4 /dev/sdb rw
    34 33 0:44 / /twice rw - xfs /dev/sdc rw
    short line
    """

  @Test(arguments: [
    ("/", "ext4"), ("/tmp/x", "ext4"), ("/scratch", "lustre"), ("/scratch/a/b", "lustre"), ("/scratches", "ext4"),
    ("/scratch/home/me", "nfs4"), ("/with space/x", "tmpfs"), ("/twice/x", "xfs"),
  ]) func innermostMountCounts(path: String, type: String) {
    #expect(FileSystemInformation.type(of: path, mounts: mounts) == type)
  }

  @Test func unknownWithoutMounts() {
    #expect(FileSystemInformation.type(of: "/tmp", mounts: "") == nil)
  }

  @Test func temporaryFolderHasOne() throws {
    let folder = try TemporaryFolder()
    let found = FileSystemInformation(of: folder.url)
    #expect(found.type?.isEmpty == false)
    #expect(found.freeBytes ?? 0 > 0)
    #expect(found.grantsLocks)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
  }

  @Test func noLocksWhereNothingCanBeWritten() {
    #expect(!FileSystemInformation(of: URL(fileURLWithPath: "/proc/self")).grantsLocks)
  }
}
