/// The value of one control parameter, after it has been checked against its declaration.
public enum ParameterValue: Sendable, Hashable {
  /// A whole number.
  case integer(Int)
  /// A real number, finite.
  case real(Double)
  /// A word: a choice, or a special word such as `infinite` where a number is usual.
  case word(String)
  /// Several numbers.
  case list([Double])

  /// The value as a real number, if it is one number; a list of one number counts, so that it can be an axis.
  public var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .real(let value): value
    case .list(let values): values.count == 1 ? values[0] : nil
    case .word: nil
    }
  }

  /// The value as a whole number, if it is one.
  public var integer: Int? {
    switch self {
    case .integer(let value): value
    case .real(let value): Int(exactly: value)
    case .word, .list: nil
    }
  }

  /// The value as a word, if it is one.
  public var word: String? {
    if case .word(let word) = self { word } else { nil }
  }
}

extension ParameterValue: CustomStringConvertible {
  /// The value as a user would write it on the command line; reading it back gives the same value.
  public var description: String {
    switch self {
    case .integer(let value): "\(value)"
    case .real(let value): value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    case .word(let word): word
    case .list(let values): values.map { ParameterValue.real($0).description }.joined(separator: ",")
    }
  }
}

extension ParameterValue: Encodable {
  /// Encodes a plain JSON number, string or array.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .integer(let value): try container.encode(value)
    case .real(let value): try container.encode(value)
    case .word(let word): try container.encode(word)
    case .list(let values): try container.encode(values)
    }
  }
}

/// A value as the user wrote it, before any declaration gave it a meaning.
public enum RawValue: Sendable, Hashable {
  /// Text of the command line, of no type yet.
  case untyped(String)
  /// A quoted string of a run file.
  case string(String)
  /// A whole number of a run file.
  case integer(Int)
  /// A real number of a run file.
  case real(Double)
  /// `true` or `false` of a run file.
  case boolean(Bool)
  /// An array of a run file.
  case array([RawValue])
  /// Anything else (a table, a date), by the name of its type.
  case other(String)
}

extension RawValue: CustomStringConvertible {
  /// The value as it would be written in a run file.
  public var description: String {
    switch self {
    case .untyped(let text): text.replacing("\n", with: "\\n")
    case .string(let text): "\"\(text.replacing("\n", with: "\\n"))\""
    case .integer(let value): "\(value)"
    case .real(let value): "\(value)"
    case .boolean(let value): "\(value)"
    case .array(let values): "[\(values.map(\.description).joined(separator: ", "))]"
    case .other(let type): "a \(type)"
    }
  }
}
