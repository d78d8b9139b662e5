extension ParameterDeclaration {
  /// Type, special words and default under one option of the selector, where these are not those of the declaration.
  public struct Variant: Sendable {
    /// Type and allowed values.
    public var kind: Kind
    /// Words accepted where a number is usual.
    public var specialWords: [String]
    /// Value when the user gives none.
    public var defaultValue: ParameterValue?

    /// Describes a variant.
    public init(kind: Kind, or specialWords: [String] = [], default defaultValue: ParameterValue?) {
      self.kind = kind
      self.specialWords = specialWords
      self.defaultValue = defaultValue
    }
  }

  /// The declaration as it holds under `option`; itself where no option is chosen.
  public func variant(under option: String?) -> ParameterDeclaration {
    var chosen = self
    chosen.variants = [:]
    guard let option, let variant = variants[option] else { return chosen }
    chosen.kind = variant.kind
    chosen.specialWords = variant.specialWords
    chosen.defaultValue = variant.defaultValue
    return chosen
  }

  /// The allowed values in words, those of all variants included.
  public var allowedSummary: String {
    allowedText + variants.keys.sorted().map { "; \($0): \(variant(under: $0).allowedText)" }.joined()
  }

  /// The default in words, those of all variants included.
  public var defaultSummary: String {
    let plain = defaultText ?? defaultValue?.description ?? "-"
    let others = variants.keys.sorted().compactMap { option -> String? in
      let text = variant(under: option).defaultValue?.description ?? "-"
      return text == defaultValue?.description ? nil : "; \(option): \(text)"
    }
    return plain + others.joined()
  }

  /// Whether the value names a file, whose content counts and not its name.
  public var isPath: Bool { kind == .path }
}
