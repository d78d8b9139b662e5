/// Where an input was written: a place in a run file, or the command line.
public struct InputOrigin: Sendable, Hashable {
  /// Path of the file as the user gave it.
  public var file: String
  /// Line, from 1.
  public var line: Int
  /// Column, from 1.
  public var column: Int

  /// Creates a place in a file.
  public init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }
}

/// One thing that is wrong with the user's request, in one line: where, which key, what was given, what is allowed.
public struct InputProblem: Sendable, Hashable, CustomStringConvertible {
  /// The key concerned; several are checked together when a rule ties them.
  public var key: String
  /// What is wrong and what is allowed, without key and place.
  public var message: String
  /// Where it was written; `nil` for the command line.
  public var origin: InputOrigin?

  /// Creates a problem with `key`.
  public init(key: String, _ message: String, origin: InputOrigin? = nil) {
    self.key = key
    self.message = message
    self.origin = origin
  }

  /// `file:line:column: key: message`.
  public var description: String {
    let place = origin.map { "\($0.file):\($0.line):\($0.column): " } ?? ""
    return key.isEmpty ? "\(place)\(message)" : "\(place)\(key): \(message)"
  }
}

/// Everything that is wrong with a request; nothing was computed.
public struct InputProblems: Error, Sendable, CustomStringConvertible {
  /// The problems in the order in which they were found; never empty.
  public let problems: [InputProblem]

  /// Creates the error from at least one problem.
  public init(_ problems: [InputProblem]) {
    precondition(!problems.isEmpty, "a refusal needs a reason")
    self.problems = problems
  }

  /// One line a problem.
  public var description: String { problems.map(\.description).joined(separator: "\n") }
}
