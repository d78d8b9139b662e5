import Foundation
import SystemInterface
import TOMLKit

/// A run file as a flat list of keys with their values and places; tables are taken apart, arrays are values.
struct RunDocument {
  /// One key of the file or of the command line.
  struct Entry {
    /// Key path from the top of the file.
    var path: [String]
    /// What was written.
    var value: RawValue
    /// Where; `nil` for the command line.
    var origin: InputOrigin?
  }

  /// Path of the file as the user gave it.
  let file: String
  /// All entries; keys of one table in alphabetical order.
  private(set) var entries: [Entry]
  /// Places of tables and keys.
  private let places: [[String]: (line: Int, column: Int)]

  /// Parses TOML.
  ///
  /// - Throws: the first syntax error, with its place.
  init(text: String, file: String) throws(InputProblems) {
    self.file = file
    let table: TOMLTable
    do {
      table = try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      let place = InputOrigin(file: file, line: error.source.begin.line, column: error.source.begin.column)
      throw InputProblems([InputProblem(key: "", "not valid TOML: \(error.description)", origin: place)])
    } catch {
      throw InputProblems([
        InputProblem(key: "", "not valid TOML: \(error)", origin: .init(file: file, line: 1, column: 1))
      ])
    }
    places = KeyLocator(text).places
    entries = []
    collect(table, below: [])
  }

  private mutating func collect(_ table: TOMLTable, below path: [String]) {
    for key in table.keys.sorted() {
      guard let node = table[key] else { continue }
      if let inner = node.table {
        collect(inner, below: path + [key])
        if inner.keys.isEmpty {
          entries.append(Entry(path: path + [key], value: .other("empty table"), origin: origin(path + [key])))
        }
      } else {
        entries.append(Entry(path: path + [key], value: Self.value(node), origin: origin(path + [key])))
      }
    }
  }

  private static func value(_ node: any TOMLValueConvertible) -> RawValue {
    switch node.type {
    case .string: .string(node.string ?? "")
    case .int: .integer(node.int ?? 0)
    case .double: .real(node.double ?? .nan)
    case .bool: .boolean(node.bool ?? false)
    case .array: .array((node.array.map { Array($0) } ?? []).map(value))
    case .table: .other("table")
    default: .other("date or time")
    }
  }

  /// Where the key with this path stands in the file.
  func origin(_ path: [String]) -> InputOrigin? {
    places[path].map { InputOrigin(file: file, line: $0.line, column: $0.column) }
  }

  /// Replaces or adds entries as `--set key=value` asks; a bare name is a parameter unless it is a key of the top level.
  ///
  /// - Throws: texts without `=`.
  mutating func apply(overrides: [String]) throws(InputProblems) {
    for text in overrides {
      guard let separator = text.firstIndex(of: "="), separator != text.startIndex else {
        throw InputProblems([InputProblem(key: "--set", "given '\(text)', allowed: key=value")])
      }
      let name = String(text[..<separator])
      let value = RawValue.untyped(String(text[text.index(after: separator)...]))
      var path = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      guard !path.contains("") else {
        throw InputProblems([InputProblem(key: "--set", "given '\(text)', allowed: key=value, or table.key=value")])
      }
      if path.count == 1, !RunSpecification.topLevelKeys.contains(name) { path = ["parameters", name] }
      entries.removeAll { $0.path == path }
      entries.append(Entry(path: path, value: value, origin: nil))
    }
  }
}
