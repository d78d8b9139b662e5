import Foundation
import Synchronization

/// Files that appear complete or not at all, whatever happens while they are written.
///
/// The content goes to a temporary name in the same folder, is synchronised to the disk and renamed; then the folder
/// is synchronised too. A file of the same name that existed before stays intact until the rename replaces it.
public enum AtomicFile {
  private static let counter = Atomic<Int>(0)

  /// Ending of temporary names, which also begin with a dot.
  static let temporaryExtension = "tmp"

  /// Removes temporary files of killed processes from `folder`: hidden `.tmp` files older than an hour.
  public static func removeAbandonedTemporaries(in folder: URL) {
    let manager = FileManager.default
    for name in (try? manager.contentsOfDirectory(atPath: folder.path)) ?? []
    where name.hasPrefix(".") && name.hasSuffix("." + temporaryExtension) {
      let path = folder.appendingPathComponent(name).path
      guard let date = (try? manager.attributesOfItem(atPath: path))?[.modificationDate] as? Date,
        date.timeIntervalSinceNow < -3600
      else { continue }
      try? manager.removeItem(atPath: path)
    }
  }

  /// Writes `bytes` as the file `url`.
  ///
  /// - Throws: `StorageError`; the temporary file is then gone. Only if the last call fails, the `fsync` of the
  ///   folder, is the complete file there already.
  public static func write(_ bytes: some ContiguousBytes, to url: URL) throws {
    try place(at: url) { path in
      let file = try OpenFile(creating: path)
      try bytes.withUnsafeBytes { try file.append($0) }
      try file.synchronize()
      try file.close()
    }
  }

  /// Lets `produce` write a file under a temporary name and puts it in the place of `url`.
  ///
  /// For libraries that write files themselves; `produce` must have closed the file when it returns.
  /// - Throws: the error of `produce`, or `StorageError`; the temporary file is then gone.
  public static func replace(_ url: URL, by produce: (_ temporary: URL) throws -> Void) throws {
    try place(at: url) { path in
      try produce(URL(fileURLWithPath: path))
      let file = try OpenFile(reading: path)
      try file.synchronize()
      try file.close()
    }
  }

  /// Makes the folder and the folders above it where they are missing.
  public static func createFolder(_ url: URL) throws(StorageError) {
    let path = url.path(percentEncoded: false)
    var status = stat()
    if stat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFDIR else { throw StorageError(path: path, call: "mkdir", code: ENOTDIR) }
      return
    }
    guard errno == ENOENT else { throw StorageError(path: path, call: "stat", code: errno) }
    let parent = url.standardizedFileURL.deletingLastPathComponent()
    try createFolder(parent)
    // Another rank may make the same folder at the same time.
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
      throw StorageError(path: path, call: "mkdir", code: errno)
    }
    try synchronizeFolder(parent.path(percentEncoded: false))
  }

  private static func place(at url: URL, _ produce: (_ path: String) throws -> Void) throws {
    let target = url.path(percentEncoded: false)
    let folder = url.deletingLastPathComponent().path(percentEncoded: false)
    let temporary = temporaryPath(for: url.lastPathComponent, in: folder)
    do {
      try produce(temporary)
      guard rename(temporary, target) == 0 else { throw StorageError(path: target, call: "rename", code: errno) }
    } catch {
      unlink(temporary)
      throw error
    }
    try synchronizeFolder(folder)
  }

  /// A name that no other process uses: host and process number tell processes apart, the counter files.
  private static func temporaryPath(for name: String, in folder: String) -> String {
    let prefix = ".\(name.prefix(60)).\(HostInformation.hostName.prefix(60)).\(getpid())"
    while true {
      let number = counter.add(1, ordering: .relaxed).oldValue
      let path = "\(folder)\(folder.hasSuffix("/") ? "" : "/")\(prefix).\(number).\(temporaryExtension)"
      // A killed process may have left such a file and this process may have got its number.
      if access(path, F_OK) != 0 { return path }
    }
  }

  private static func synchronizeFolder(_ path: String) throws(StorageError) {
    let folder = try OpenFile(reading: path)
    do {
      try folder.synchronize()
    } catch {
      // Some network file systems cannot synchronise folders and say so: they do it on their own.
      guard error.code == EINVAL || error.code == ENOTSUP else { throw error }
    }
    try folder.close()
  }
}
