/// The two independent roads to the observables of a system.
public enum Verb: String, Sendable, Hashable, CaseIterable, Codable {
  /// Solve the equations of the limit of large systems, or exact sums.
  case theory
  /// Measure a finite system.
  case simulate
}

/// An interval of real numbers with open or closed ends.
public struct Interval: Sendable, Hashable, CustomStringConvertible {
  /// Lower end; minus infinity when there is none.
  public var lower: Double
  /// Upper end; infinity when there is none.
  public var upper: Double
  /// Whether the lower end itself belongs to the interval.
  public var includesLower: Bool
  /// Whether the upper end itself belongs to the interval.
  public var includesUpper: Bool

  /// The interval between `lower` and `upper`, each end included or not.
  public init(lower: Double, upper: Double, includesLower: Bool, includesUpper: Bool) {
    (self.lower, self.upper) = (lower, upper)
    (self.includesLower, self.includesUpper) = (includesLower, includesUpper)
  }

  /// The closed interval [lower, upper].
  public static func closed(_ lower: Double, _ upper: Double) -> Interval {
    Interval(lower: lower, upper: upper, includesLower: true, includesUpper: true)
  }

  /// All finite numbers >= `lower`.
  public static func atLeast(_ lower: Double) -> Interval {
    Interval(lower: lower, upper: .infinity, includesLower: true, includesUpper: false)
  }

  /// All finite numbers > `lower`.
  public static func above(_ lower: Double) -> Interval {
    Interval(lower: lower, upper: .infinity, includesLower: false, includesUpper: false)
  }

  /// Whether `value` lies in the interval; never true for NaN or an infinite value.
  public func contains(_ value: Double) -> Bool {
    guard value.isFinite else { return false }
    return (includesLower ? value >= lower : value > lower) && (includesUpper ? value <= upper : value < upper)
  }

  /// `[0, 1]`, `>= 0`, `> 0`, `(0, 1)`.
  public var description: String {
    if upper == .infinity && lower == -.infinity { return "finite" }
    if upper == .infinity { return (includesLower ? ">= " : "> ") + ParameterValue.real(lower).description }
    let ends = [lower, upper].map { ParameterValue.real($0).description }.joined(separator: ", ")
    return (includesLower ? "[" : "(") + ends + (includesUpper ? "]" : ")")
  }
}

/// One control parameter of a system: declared once, used for parsing, checking, help, echoes and file attributes.
public struct ParameterDeclaration: Sendable {
  /// What a parameter may be.
  public enum Kind: Sendable, Hashable {
    /// A whole number in a range.
    case integer(ClosedRange<Int>)
    /// A real number in an interval.
    case real(Interval)
    /// One of several words.
    case choice([String])
    /// Whole numbers of a given set.
    case integerChoice([Int])
    /// Several real numbers, each in the interval, separated by commas on the command line.
    case realList(Interval)
    /// Several whole numbers, each in the range.
    case integerList(ClosedRange<Int>)
    /// The path of a file, relative to the folder where the program was started.
    case path
  }

  /// Name on the command line, in run files, JSON and NetCDF.
  public var name: String
  /// Symbol used in formulas.
  public var symbol: String
  /// What it is, in one line.
  public var meaning: String
  /// Unit; "1" for a pure number.
  public var unit: String
  /// Type and allowed values.
  public var kind: Kind
  /// Words accepted where a number is usual, such as `infinite`.
  public var specialWords: [String]
  /// Value when the user gives none; `nil` when absence has a meaning of its own.
  public var defaultValue: ParameterValue?
  /// What absence means where there is no plain default, such as `P-1` or `from storageLoad`.
  public var defaultText: String?
  /// Which verbs use it under each option of the system's selector. An option that is not a key does not take it.
  public var uses: [String: Set<Verb>]
  /// Options under which type or default are others.
  public var variants: [String: Variant]
  /// What a refusal adds to the allowed values, such as where to read a limit; empty for nothing.
  public var advice: String

  /// Declares a parameter.
  public init(
    _ name: String, symbol: String, _ meaning: String, unit: String = "1", kind: Kind, or specialWords: [String] = [],
    default defaultValue: ParameterValue? = nil, defaultText: String? = nil, uses: [String: Set<Verb>],
    variants: [String: Variant] = [:], advice: String = ""
  ) {
    self.name = name
    self.symbol = symbol
    self.meaning = meaning
    self.unit = unit
    self.kind = kind
    self.specialWords = specialWords
    self.defaultValue = defaultValue
    self.defaultText = defaultText
    self.uses = uses
    self.variants = variants
    self.advice = advice
  }

  /// The allowed values in words, such as `an integer >= 1 or 'infinite'`.
  public var allowedText: String {
    let plain =
      switch kind {
      case .integer(let range): "an integer " + Self.text(of: range)
      case .real(let interval):
        interval.description == "finite" ? "a finite number" : "a number " + Self.place(interval)
      case .choice(let words): "one of " + words.joined(separator: ", ")
      case .integerChoice(let values):
        (values.allSatisfy { $0.isMultiple(of: 2) } ? "even, " : "") + "one of "
          + values.map(String.init).joined(separator: ", ")
      case .realList(let interval):
        (interval.description == "finite" ? "finite numbers" : "numbers " + Self.place(interval))
          + ", separated by commas"
      case .integerList(let range): "integers " + Self.text(of: range) + ", separated by commas"
      case .path: "the path of a file"
      }
    return plain + specialWords.map { " or '\($0)'" }.joined()
  }

  private static func place(_ interval: Interval) -> String {
    interval.upper == .infinity ? interval.description : "in \(interval)"
  }

  private static func text(of range: ClosedRange<Int>) -> String {
    if range.upperBound == .max { return ">= \(range.lowerBound)" }
    // A bound that only keeps arithmetic safe comes second.
    let isGenerous = range.upperBound >= 1_000_000_000
    return isGenerous
      ? ">= \(range.lowerBound) and <= \(range.upperBound)" : "in \(range.lowerBound)...\(range.upperBound)"
  }
}

extension ParameterDeclaration {
  /// Whether its values are whole numbers.
  public var isWholeNumber: Bool {
    switch kind {
    case .integer, .integerChoice: true
    default: false
    }
  }
}
