import RealModule
import SystemInterface

/// How the values of an axis are spaced.
enum AxisSpacing: String, Sendable, CaseIterable {
  /// Equal differences.
  case linear
  /// Equal ratios.
  case log
  /// Listed one by one.
  case values
}

/// A control parameter that varies over a phase diagram.
struct DiagramAxis: Sendable {
  /// The parameter.
  let declaration: ParameterDeclaration
  /// Its values, in the order of the file, all different.
  let values: [ParameterValue]
  /// How they were chosen.
  let spacing: AxisSpacing

  /// Name of the parameter.
  var name: String { declaration.name }

  /// Numbers for the coordinate: the values themselves, or the place of a word or list among these (`infinite` is infinity).
  var coordinates: [Double] {
    if let words { return values.map { Double(words.firstIndex(of: $0.description) ?? 0) } }
    return values.map { $0.number ?? .infinity }
  }

  /// Whether the numbers rise from each value to the next, or fall.
  var isMonotonic: Bool {
    let steps = zip(coordinates, coordinates.dropFirst())
    return steps.allSatisfy { $0 < $1 } || steps.allSatisfy { $0 > $1 }
  }

  /// The words of a categorical axis; lists of several numbers are such words too.
  var words: [String]? {
    if case .choice(let words) = declaration.kind { return words }
    let isListed = values.contains { if case .list(let numbers) = $0 { numbers.count > 1 } else { false } }
    return isListed ? values.map { $0.description } : nil
  }

  /// The axis as transition lines see it; `nil` for an axis of words.
  var outline: AxisOutline? {
    let finite = coordinates.filter(\.isFinite)
    guard words == nil, !finite.isEmpty else { return nil }
    return AxisOutline(
      name: name, coordinates: finite, isLogarithmic: spacing == .log, isDiscrete: declaration.isWholeNumber)
  }
}

/// Reads one `[axes]` entry, collecting every problem.
struct AxisReader {
  let document: RunDocument
  let declaration: ParameterDeclaration
  private(set) var problems: [InputProblem] = []

  init(document: RunDocument, declaration: ParameterDeclaration) {
    self.document = document
    self.declaration = declaration
  }

  private var path: [String] { ["axes", declaration.name] }
  private var entries: [RunDocument.Entry] {
    document.entries.filter { $0.path.count == 3 && Array($0.path.prefix(2)) == path }
  }

  /// The axis, or `nil` with `problems`.
  mutating func axis() -> DiagramAxis? {
    let keys = ["from", "to", "points", "spacing", "values"]
    guard !declaration.isPath else {
      let message = "a file, which cannot vary along an axis"
      problems.append(InputProblem(key: path.joined(separator: "."), message, origin: document.origin(path)))
      return nil
    }
    if let entry = document.entries.first(where: { $0.path == path }) {
      refuse(entry, "given \(entry.value), allowed: { from = …, to = …, points = … } or { values = […] }")
      return nil
    }
    for entry in entries where !keys.contains(entry.path[2]) {
      refuse(entry, "not a key of an axis" + suggestion(for: entry.path[2], among: keys))
    }
    if let values = entry("values") {
      for other in ["from", "to", "points", "spacing"] {
        if let entry = entry(other) { refuse(entry, "goes with a range: 'values' lists the values already") }
      }
      return listedAxis(values)
    }
    return rangeAxis()
  }

  private func entry(_ key: String) -> RunDocument.Entry? { entries.first { $0.path[2] == key } }

  private mutating func refuse(_ entry: RunDocument.Entry, _ message: String) {
    problems.append(InputProblem(key: entry.path.joined(separator: "."), message, origin: entry.origin))
  }

  private mutating func listedAxis(_ entry: RunDocument.Entry) -> DiagramAxis? {
    let raw: [RawValue] =
      switch entry.value {
      case .array(let values): values
      case .untyped(let text): text.split(separator: ",").map { .untyped(String($0)) }
      default: []
      }
    guard !raw.isEmpty else {
      refuse(entry, "given \(entry.value), allowed: an array of values")
      return nil
    }
    var values: [ParameterValue] = []
    for value in raw {
      do {
        values.append(try declaration.value(of: value, origin: entry.origin))
      } catch {
        problems += error.problems.map {
          InputProblem(key: "axes.\(declaration.name).values", $0.message, origin: $0.origin)
        }
      }
    }
    guard values.count == raw.count else { return nil }
    if Set(values).count < values.count { refuse(entry, "every value may stand only once") }
    return problems.isEmpty ? DiagramAxis(declaration: declaration, values: values, spacing: .values) : nil
  }

  private mutating func rangeAxis() -> DiagramAxis? {
    let from = number("from"), to = number("to"), points = count("points")
    let spacing = spacing()
    guard let from, let to, let points, let spacing, problems.isEmpty else { return nil }
    if let entry = entry("from"), spacing == .log, from <= 0 {
      refuse(entry, "given \(from), allowed: > 0 with spacing = \"log\"")
    }
    if let entry = entry("to"), points > 1, to <= from { refuse(entry, "given \(to), allowed: above from = \(from)") }
    guard problems.isEmpty else { return nil }
    let coordinates = (0..<points).map { index -> Double in
      guard index > 0 else { return from }
      guard index < points - 1 else { return to }
      let fraction = Double(index) / Double(points - 1)
      return spacing == .log ? from * Double.pow(to / from, fraction) : from + (to - from) * fraction
    }
    return axis(coordinates, spacing: spacing)
  }

  /// Turns coordinates into checked values; whole-number parameters are rounded, and repeated values merged.
  private mutating func axis(_ coordinates: [Double], spacing: AxisSpacing) -> DiagramAxis? {
    var values: [ParameterValue] = []
    for coordinate in coordinates {
      let rounded = declaration.isWholeNumber ? coordinate.rounded() : coordinate
      do {
        let value = try declaration.value(of: .real(rounded), origin: document.origin(path))
        if values.last != value { values.append(value) }
      } catch {
        problems += error.problems.map { InputProblem(key: "axes.\(declaration.name)", $0.message, origin: $0.origin) }
        return nil
      }
    }
    return DiagramAxis(declaration: declaration, values: values, spacing: spacing)
  }

  private mutating func number(_ key: String) -> Double? {
    guard let entry = entry(key) else {
      problems.append(
        InputProblem(
          key: path.joined(separator: "."), "'\(key)' is missing: give from, to and points, or values",
          origin: document.origin(path)))
      return nil
    }
    switch entry.value {
    case .integer(let value): return Double(value)
    case .real(let value) where value.isFinite: return value
    case .untyped(let text) where Double(text)?.isFinite ?? false: return Double(text)
    default:
      refuse(entry, "given \(entry.value), allowed: a finite number")
      return nil
    }
  }

  private mutating func count(_ key: String) -> Int? {
    guard let value = number(key) else { return nil }
    guard let count = Int(exactly: value), (1...100_000).contains(count) else {
      if let entry = entry(key) { refuse(entry, "given \(entry.value), allowed: an integer in 1...100000") }
      return nil
    }
    return count
  }

  private mutating func spacing() -> AxisSpacing? {
    guard let entry = entry("spacing") else { return .linear }
    switch entry.value {
    case .string("linear"), .untyped("linear"): return .linear
    case .string("log"), .untyped("log"): return .log
    default:
      refuse(entry, "given \(entry.value), allowed: one of linear, log")
      return nil
    }
  }
}
