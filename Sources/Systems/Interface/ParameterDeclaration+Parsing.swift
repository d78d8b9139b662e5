extension ParameterDeclaration {
  /// Reads what the user wrote for this parameter.
  ///
  /// - Throws: one `InputProblem` (wrong type, outside the range, not a choice) with what was given and what is allowed.
  public func value(of raw: RawValue, origin: InputOrigin? = nil) throws(InputProblems) -> ParameterValue {
    guard let value = reading(of: raw) else {
      var message = "given \(raw), allowed: \(allowedText)"
      if !advice.isEmpty { message += "; " + advice }
      if case .choice(let words) = kind, let word = word(of: raw) { message += suggestion(for: word, among: words) }
      message += firstElementOutside(of: raw)
      throw InputProblems([InputProblem(key: name, message, origin: origin)])
    }
    return value
  }

  /// Which element of a list is at fault: `; -1 is not > 0`.
  private func firstElementOutside(of raw: RawValue) -> String {
    let numbers = elements(of: raw).map(real(of:))
    guard numbers.count > 1, case .realList(let interval) = kind else { return "" }
    for (element, number) in zip(elements(of: raw), numbers) where !(number.map(interval.contains) ?? false) {
      let what = number == nil ? "a number" : interval.upper == .infinity ? "\(interval)" : "in \(interval)"
      return "; \(element) is not \(what)"
    }
    return ""
  }

  private func reading(of raw: RawValue) -> ParameterValue? {
    if let word = word(of: raw), specialWords.contains(word) { return .word(word) }
    switch kind {
    case .integer(let range):
      guard let value = integer(of: raw), range.contains(value) else { return nil }
      return .integer(value)
    case .integerChoice(let values):
      guard let value = integer(of: raw), values.contains(value) else { return nil }
      return .integer(value)
    case .real(let interval):
      guard let value = real(of: raw), interval.contains(value) else { return nil }
      return .real(value)
    case .choice(let words):
      guard let word = word(of: raw), words.contains(word) else { return nil }
      return .word(word)
    case .realList(let interval):
      let values = elements(of: raw).map(real(of:))
      guard !values.isEmpty, values.allSatisfy({ $0.map(interval.contains) ?? false }) else { return nil }
      return .list(values.compactMap { $0 })
    case .integerList(let range):
      let values = elements(of: raw).map(integer(of:))
      guard !values.isEmpty, values.allSatisfy({ $0.map(range.contains) ?? false }) else { return nil }
      return .list(values.compactMap { $0.map(Double.init) })
    case .path:
      guard let path = text(of: raw), !path.isEmpty, !path.contains(where: \.isNewline), !path.contains("\0") else {
        return nil
      }
      return .word(path)
    }
  }

  private func text(of raw: RawValue) -> String? {
    switch raw {
    case .untyped(let text), .string(let text): text
    default: nil
    }
  }

  private func word(of raw: RawValue) -> String? {
    switch raw {
    case .untyped(let text), .string(let text): text
    case .boolean(let value): value ? "true" : "false"
    default: nil
    }
  }

  private func integer(of raw: RawValue) -> Int? {
    switch raw {
    case .integer(let value): value
    case .real(let value): Int(exactly: value)
    case .untyped(let text): Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
    default: nil
    }
  }

  private func real(of raw: RawValue) -> Double? {
    switch raw {
    case .integer(let value): Double(value)
    case .real(let value): value
    case .untyped(let text): Double(text)
    default: nil
    }
  }

  private func elements(of raw: RawValue) -> [RawValue] {
    switch raw {
    case .array(let values): values
    case .untyped(let text):
      text.split(separator: ",", omittingEmptySubsequences: false).map { .untyped(String($0)) }
    default: [raw]
    }
  }
}
