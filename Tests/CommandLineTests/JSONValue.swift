import Foundation

/// A part of a JSON document, for tests to look into.
struct JSONValue {
  private let value: Any?

  init(_ value: Any?) { self.value = value }

  subscript(key: String) -> JSONValue { JSONValue((value as? [String: Any])?[key]) }

  /// Whether the key is there, be its value null.
  var exists: Bool { value != nil }
  /// Whether it is there and null.
  var isNull: Bool { value is NSNull }
  var number: Double? { (value as? NSNumber)?.doubleValue }
  var text: String? { value as? String }
  var list: [JSONValue] { (value as? [Any])?.map(JSONValue.init) ?? [] }
  /// Keys of an object, sorted.
  var keys: [String] { (value as? [String: Any])?.keys.sorted() ?? [] }
}
