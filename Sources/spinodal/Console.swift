import Cluster
import Foundation

/// The two output streams of the program: results on standard output, everything else on standard error.
enum Console {
  /// Prints results, from one rank alone.
  ///
  /// Ends the program with status 4 where standard output cannot be written: nobody would see the results.
  static func output(_ text: String) {
    guard (Communicator.launchedRank ?? 0) == 0 else { return }
    do {
      try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
    } catch {
      self.error("spinodal: standard output cannot be written")
      exit(4)
    }
  }

  /// Prints a line on standard error.
  static func error(_ text: String) {
    // Where even standard error is closed there is nobody left to tell.
    try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
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
