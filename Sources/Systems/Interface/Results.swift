import RealModule

/// The value of one observable at one point, from theory or from one disorder sample.
public enum ObservableValue: Sendable, Codable, Equatable {
  /// A number; `standardError` only where the method samples.
  case scalar(Double, standardError: Double? = nil)
  /// A function over named coordinates.
  case curve(Curve)
  /// No value, and why.
  case missing(reason: String)

  /// The number, if there is one.
  public var scalar: Double? {
    if case .scalar(let value, _) = self { value } else { nil }
  }
}

extension ObservableValue {
  /// The value itself, or a missing value where a number is not finite: nobody may take it for a result.
  var finiteOrMissing: ObservableValue {
    switch self {
    case .scalar(let value, let error):
      guard value.isFinite else { return .missing(reason: "not a finite number: outside what can be computed") }
      return .scalar(value, standardError: error.flatMap { $0.isFinite ? $0 : nil })
    case .curve(var curve):
      curve.values = curve.values.map { $0.flatMap { $0.isFinite ? $0 : nil } }
      curve.standardErrors = curve.standardErrors?.map { $0.flatMap { $0.isFinite ? $0 : nil } }
      return .curve(curve)
    case .missing: return self
    }
  }
}

/// An observable over one or more named coordinates, such as `time`, `layer` or `mode`.
public struct Curve: Sendable, Codable, Equatable {
  /// Names of the coordinates, slowest first.
  public var dimensions: [String]
  /// Values of each coordinate, by name.
  public var coordinates: [String: [Double]]
  /// Values [first dimension][…][last dimension], contiguous; `nil` where there is none.
  public var values: [Double?]
  /// Standard errors of the same shape, where the method samples.
  public var standardErrors: [Double?]?

  /// Creates a curve; the number of values is the product of the lengths of the coordinates.
  public init(
    dimensions: [String], coordinates: [String: [Double]], values: [Double?], standardErrors: [Double?]? = nil
  ) {
    let shape = dimensions.map { coordinates[$0]?.count ?? 0 }
    precondition(values.count == shape.reduce(1, *), "\(values.count) values for a curve of shape \(shape)")
    self.dimensions = dimensions
    self.coordinates = coordinates
    self.values = values
    self.standardErrors = standardErrors
  }
}

/// A remark of a solver or a simulation about its own work.
public enum Diagnostic: Sendable, Codable, Equatable {
  /// A number: a residual, a count, an acceptance rate. Over samples it is averaged.
  case number(Double)
  /// Several numbers.
  case numbers([Double])
  /// Words: the branch found, the reason of a missing value.
  case text(String)

  /// Whether every number in it is finite.
  public var isFinite: Bool {
    switch self {
    case .number(let value): value.isFinite
    case .numbers(let values): values.allSatisfy(\.isFinite)
    case .text: true
    }
  }

  /// Decodes a plain number, array or string.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let values = try? container.decode([Double].self) {
      self = .numbers(values)
    } else {
      self = .text(try container.decode(String.self))
    }
  }

  /// Encodes a plain number, array or string.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .number(let value): try container.encode(value)
    case .numbers(let values): try container.encode(values)
    case .text(let text): try container.encode(text)
    }
  }
}

/// What a system's theory says at one point.
public struct TheoryResult: Sendable, Codable, Equatable {
  /// Every observable that the option reports from theory, by name.
  public var observables: [String: ObservableValue]
  /// The phase, where the option has phases.
  public var phase: String?
  /// Iterations, residual, branch, effective sizes.
  public var diagnostics: [String: Diagnostic]

  /// Creates a result.
  public init(observables: [String: ObservableValue], phase: String? = nil, diagnostics: [String: Diagnostic] = [:]) {
    self.observables = observables
    self.phase = phase
    self.diagnostics = diagnostics
  }
}

/// An axis of a phase diagram, as far as a transition line needs to know it.
public struct AxisOutline: Sendable, Equatable {
  /// The control parameter.
  public var name: String
  /// Its values in the diagram, all finite.
  public var coordinates: [Double]
  /// Whether it is spaced in equal ratios.
  public var isLogarithmic: Bool
  /// Whether only the listed values make sense, not those between them.
  public var isDiscrete: Bool

  /// Describes an axis.
  public init(name: String, coordinates: [Double], isLogarithmic: Bool = false, isDiscrete: Bool = false) {
    self.name = name
    self.coordinates = coordinates
    self.isLogarithmic = isLogarithmic
    self.isDiscrete = isDiscrete
  }

  /// The listed values of a discrete axis; `count` places from end to end of a continuous one.
  public func places(count: Int) -> [Double] {
    guard !isDiscrete, let low = coordinates.min(), let high = coordinates.max(), high > low, count > 1 else {
      return Set(coordinates).sorted()
    }
    return (0..<count).map { place in
      if place == 0 { return low }
      if place == count - 1 { return high }
      let fraction = Double(place) / Double(count - 1)
      return isLogarithmic ? low * Double.pow(high / low, fraction) : low + (high - low) * fraction
    }
  }
}

/// A transition line before it is computed: how many vertices it will have at most.
public struct TransitionLineOutline: Sendable, Codable, Equatable {
  /// Name of the line in files: letters and digits.
  public var name: String
  /// Text for legends.
  public var title: String
  /// Number of vertices.
  public var vertexCount: Int

  /// Announces a line.
  public init(name: String, title: String, vertexCount: Int) {
    self.name = name
    self.title = title
    self.vertexCount = vertexCount
  }
}

/// A line in the plane of two control parameters (or a value of a single one) where the theory changes its nature.
public struct TransitionLine: Sendable, Codable, Equatable {
  /// Name of the line in files: letters and digits.
  public var name: String
  /// Text for legends.
  public var title: String
  /// Vertices [vertex][axis] in the order of the axes asked for; `nil` ends a piece of the polyline.
  public var vertices: [[Double]?]

  /// Creates a line.
  public init(name: String, title: String, vertices: [[Double]?]) {
    self.name = name
    self.title = title
    self.vertices = vertices
  }
}
