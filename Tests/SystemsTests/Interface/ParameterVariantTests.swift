import Testing

@testable import SystemInterface

/// Parameters that are paths, and parameters that differ under one option.
@Suite struct ParameterVariantTests {
  private static let file = ParameterDeclaration("file", symbol: "-", "a file", kind: .path, uses: [:])
  private static let order = ParameterDeclaration(
    "order", symbol: "P", "order", kind: .integerChoice([2, 4]), or: ["infinite"], default: .integer(4), uses: [:],
    variants: ["wide": .init(kind: .integer(1...99), default: .integer(7))])

  @Test("A path is a text of one line")
  func paths() throws {
    for raw in [RawValue.untyped("data/a b=c.idx"), .string("data/a b=c.idx")] {
      #expect(try Self.file.value(of: raw) == .word("data/a b=c.idx"))
    }
    #expect(try Self.file.value(of: .untyped("12")) == .word("12"))
    for raw in [RawValue.untyped(""), .string("a\nb"), .string("a\0b"), .integer(12), .boolean(true), .array([])] {
      #expect(throws: InputProblems.self) { try Self.file.value(of: raw) }
    }
  }

  @Test("A variant replaces range, words and default, and only under its option")
  func variants() throws {
    let wide = Self.order.variant(under: "wide")
    #expect(wide.defaultValue == .integer(7) && Self.order.variant(under: "other").defaultValue == .integer(4))
    #expect(try wide.value(of: .untyped("99")) == .integer(99))
    #expect(throws: InputProblems.self) { try wide.value(of: .untyped("infinite")) }
    #expect(throws: InputProblems.self) { try Self.order.variant(under: nil).value(of: .untyped("99")) }
    #expect(wide.allowedText == "an integer in 1...99")
    #expect(Self.order.allowedSummary == "even, one of 2, 4 or 'infinite'; wide: an integer in 1...99")
    #expect(Self.order.defaultSummary == "4; wide: 7")
  }
}
