import Foundation

/// A call of the operating system on a file or folder that failed.
public struct StorageError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file or folder concerned.
  public let path: String
  /// The system call that failed, such as `fsync`.
  public let call: String
  /// The value of `errno` after the call.
  public let code: Int32

  /// The system's text for the code.
  public var text: String { String(cString: strerror(code)) }

  /// One line with path, call and text.
  public var description: String { "\(path): \(call) failed: \(text)" }
}
