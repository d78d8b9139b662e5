import Foundation

/// Owner of one file descriptor, every call checked.
struct OpenFile: ~Copyable {
  private let descriptor: Int32
  private let path: String
  private var isOpen = true

  /// Creates the file for writing; fails if it exists.
  init(creating path: String) throws(StorageError) {
    try self.init(path, flags: O_WRONLY | O_CREAT | O_EXCL)
  }

  /// Opens a file or a folder for reading and synchronising.
  init(reading path: String) throws(StorageError) {
    try self.init(path, flags: O_RDONLY)
  }

  private init(_ path: String, flags: Int32) throws(StorageError) {
    var descriptor: Int32
    repeat { descriptor = open(path, flags | O_CLOEXEC, 0o666) } while descriptor < 0 && errno == EINTR
    guard descriptor >= 0 else { throw StorageError(path: path, call: "open", code: errno) }
    self.descriptor = descriptor
    self.path = path
  }

  deinit {
    if isOpen { _ = Foundation.close(descriptor) }
  }

  /// Writes all bytes, in as many calls as the system wants.
  borrowing func append(_ bytes: UnsafeRawBufferPointer) throws(StorageError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        throw StorageError(path: path, call: "write", code: errno)
      }
    }
  }

  /// All bytes from the present position to the end.
  borrowing func readToEnd() throws(StorageError) -> [UInt8] {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw StorageError(path: path, call: "fstat", code: errno) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: max(Int(status.st_size) + 1, 4096))
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count > 0 {
        bytes.append(contentsOf: buffer[..<count])
      } else if count == 0 {
        return bytes
      } else if errno != EINTR {
        throw StorageError(path: path, call: "read", code: errno)
      }
    }
  }

  /// Waits until the content is on the disk.
  borrowing func synchronize() throws(StorageError) {
    var result: Int32
    repeat { result = fsync(descriptor) } while result < 0 && errno == EINTR
    guard result == 0 else { throw StorageError(path: path, call: "fsync", code: errno) }
  }

  /// Closes the file; network file systems report some write errors only here.
  consuming func close() throws(StorageError) {
    isOpen = false
    // After an interrupted close the descriptor is gone all the same: a second call could hit another file.
    guard Foundation.close(descriptor) == 0 || errno == EINTR else {
      throw StorageError(path: path, call: "close", code: errno)
    }
  }
}
