import Cluster
import Foundation

/// The two output streams of the program: results on standard output, everything else on standard error.
enum Console {
  /// Prints results.
  static func output(_ text: String) {
    FileHandle.standardOutput.write(Data((text + "\n").utf8))
  }

  /// Prints a line on standard error.
  static func error(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }

  /// Prints a line on standard error from one rank alone: all ranks fail alike on a wrong request.
  static func errorOnce(_ text: String) {
    if (Communicator.launchedRank ?? 0) == 0 { error(text) }
  }

  /// Whether standard error is a terminal.
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Encodes a value as JSON with sorted keys, on standard output.
  ///
  /// - Throws: a value that is not a number, which JSON cannot hold.
  static func json(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    output(String(decoding: try encoder.encode(value), as: UTF8.self))
  }
}
