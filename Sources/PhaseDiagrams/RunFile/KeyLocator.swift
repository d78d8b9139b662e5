/// Finds where each key of a TOML document stands, for messages with line and column.
///
/// TOMLKit parses and validates but tells positions of syntax errors only. This scanner follows an already valid document
/// just closely enough to meet every key: headers, dotted keys, inline tables, strings, comments, arrays over lines.
struct KeyLocator {
  /// Line and column (both from 1) of the first mention of each key path.
  private(set) var places: [[String]: (line: Int, column: Int)] = [:]

  private let text: [UInt8]
  private var index = 0
  private var line = 1
  private var lineStart = 0

  /// Scans `document`, which must be valid TOML.
  init(_ document: String) {
    text = Array(document.utf8)
    var table: [String] = []
    while skipBlank(acrossLines: true) {
      if peek == UInt8(ascii: "[") {
        while peek == UInt8(ascii: "[") { advance() }
        table = keyPath(below: [])
        while let byte = peek, byte != UInt8(ascii: "\n") { _ = byte; advance() }
      } else {
        let path = keyPath(below: table)
        skipValue(of: path)
      }
    }
  }

  private var peek: UInt8? { index < text.count ? text[index] : nil }

  private mutating func advance() {
    if text[index] == UInt8(ascii: "\n") {
      line += 1
      lineStart = index + 1
    }
    index += 1
  }

  /// Skips spaces and comments, and line ends if asked; false at the end of the document.
  private mutating func skipBlank(acrossLines: Bool) -> Bool {
    while let byte = peek {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): advance()
      case UInt8(ascii: "\n") where acrossLines: advance()
      case UInt8(ascii: "#"): while let next = peek, next != UInt8(ascii: "\n") { _ = next; advance() }
      default: return true
      }
    }
    return false
  }

  /// Reads a dotted key, notes its place, and stops behind it and any `=`.
  private mutating func keyPath(below table: [String]) -> [String] {
    _ = skipBlank(acrossLines: false)
    let place = (line, index - lineStart + 1)
    var path = table
    repeat {
      if peek == UInt8(ascii: ".") { advance() }
      _ = skipBlank(acrossLines: false)
      path.append(keyPart())
      _ = skipBlank(acrossLines: false)
    } while peek == UInt8(ascii: ".")
    if peek == UInt8(ascii: "=") { advance() }
    for length in (table.count + 1)...max(path.count, table.count + 1) where length <= path.count {
      let prefix = Array(path.prefix(length))
      if places[prefix] == nil { places[prefix] = place }
    }
    return path
  }

  private mutating func keyPart() -> String {
    if let quote = peek, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      let start = index + 1
      skipString()
      return String(decoding: text[start..<max(start, index - 1)], as: UTF8.self)
    }
    let start = index
    let ends = Array(" \t\r\n.=]}".utf8)
    while let byte = peek, !ends.contains(byte) { advance() }
    return String(decoding: text[start..<index], as: UTF8.self)
  }

  private mutating func skipValue(of path: [String]) {
    guard skipBlank(acrossLines: true), let byte = peek else { return }
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): skipString()
    case UInt8(ascii: "{"): skipInlineTable(of: path)
    case UInt8(ascii: "["): skipArray(of: path)
    default:
      let ends = Array(",]}#\r\n".utf8)
      while let next = peek, !ends.contains(next) { advance() }
    }
  }

  private mutating func skipInlineTable(of path: [String]) {
    advance()
    while skipBlank(acrossLines: true), let byte = peek {
      if byte == UInt8(ascii: "}") { return advance() }
      if byte == UInt8(ascii: ",") { advance() } else { skipValue(of: keyPath(below: path)) }
    }
  }

  private mutating func skipArray(of path: [String]) {
    advance()
    while skipBlank(acrossLines: true), let byte = peek {
      if byte == UInt8(ascii: "]") { return advance() }
      if byte == UInt8(ascii: ",") { advance() } else { skipValue(of: path) }
    }
  }

  /// Skips a basic or literal string, of one line or of several.
  private mutating func skipString() {
    let quote = text[index]
    let isLong = index + 2 < text.count && text[index + 1] == quote && text[index + 2] == quote
    let length = isLong ? 3 : 1
    for _ in 0..<length { advance() }
    while let byte = peek {
      if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        advance()
        if peek != nil { advance() }
      } else if byte == quote, index + length <= text.count, text[index..<index + length].allSatisfy({ $0 == quote }) {
        for _ in 0..<length { advance() }
        // Up to two more quotation marks may stand directly before the three that end a long string.
        for _ in 0..<2 where isLong && peek == quote { advance() }
        return
      } else {
        advance()
      }
    }
  }
}
