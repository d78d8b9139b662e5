import Foundation

/// The file system that holds a folder.
public struct FileSystemInformation: Sendable, Equatable {
  /// Its type as the kernel calls it: `ext4`, `nfs4`, `lustre`, `tmpfs`; nil where the system does not tell.
  public let type: String?
  /// Bytes that this user may still write; nil where the system does not tell.
  public let freeBytes: UInt64?
  /// Whether `fcntl` grants a lock there; Lustre without the option `flock` and some NFS servers do not.
  public let grantsLocks: Bool

  /// A file system that is known.
  public init(type: String?, freeBytes: UInt64?, grantsLocks: Bool) {
    self.type = type
    self.freeBytes = freeBytes
    self.grantsLocks = grantsLocks
  }

  /// Asks the system about the file system of `folder`, which must exist; makes a file there and removes it.
  public init(of folder: URL) {
    let path = folder.resolvingSymlinksInPath().path(percentEncoded: false)
    let mounts = (try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)) ?? ""
    type = Self.type(of: path, mounts: mounts)
    var status = statvfs()
    freeBytes = statvfs(path, &status) == 0 ? UInt64(status.f_bavail) * UInt64(status.f_frsize) : nil
    grantsLocks = Self.canLock(in: folder)
  }

  /// Whether `type` is a file system that several hosts share.
  public var isNetwork: Bool {
    let shared = ["nfs", "lustre", "gpfs", "beegfs", "ceph", "cifs", "smb", "glusterfs", "panfs", "pvfs", "9p", "afs"]
    return shared.contains { (type ?? "").hasPrefix($0) || (type ?? "").hasSuffix(".\($0)") }
  }

  /// The type of the innermost mount that contains `path`, from the text of `/proc/self/mountinfo` (proc(5)).
  static func type(of path: String, mounts: String) -> String? {
    var best: (length: Int, type: String)?
    for line in mounts.split(separator: "\n") {
      // Optional fields stand between the mount point and the separator, so the type is counted from there.
      let fields = line.split(separator: " ").map(String.init)
      guard fields.count > 4, let separator = fields.firstIndex(of: "-"), separator + 1 < fields.count else { continue }
      let point = fields[4].replacing(#"\040"#, with: " ")
      let contains = path == point || path.hasPrefix(point.hasSuffix("/") ? point : point + "/")
      // Of two mounts on the same point the later one hides the other.
      if contains, point.count >= best?.length ?? 0 { best = (point.count, fields[separator + 1]) }
    }
    return best?.type
  }

  private static func canLock(in folder: URL) -> Bool {
    let name = ".spinodal-lock.\(HostInformation.hostName.prefix(60)).\(getpid())"
    let path = folder.appendingPathComponent(name).path(percentEncoded: false)
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return false }
    defer {
      close(descriptor)
      unlink(path)
    }
    var request = flock()
    request.l_type = Int16(F_WRLCK)
    request.l_whence = Int16(SEEK_SET)
    return fcntl(descriptor, F_SETLK, &request) == 0
  }
}
