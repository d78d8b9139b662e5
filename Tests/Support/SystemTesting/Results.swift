import SystemInterface

extension ObservableValue {
  /// The values of a curve that has all of them.
  public var curveValues: [Double]? {
    guard case .curve(let curve) = self else { return nil }
    return curve.values.contains { $0 == nil } ? nil : curve.values.compactMap { $0 }
  }

  /// Why there is no value, if there is none.
  public var missingReason: String? {
    if case .missing(let reason) = self { reason } else { nil }
  }
}

extension Dictionary where Key == String, Value == ObservableValue {
  /// The values of a curve, last coordinate fastest; none if it is no curve.
  public func curve(_ name: String) -> [Double?] {
    if case .curve(let curve)? = self[name] { curve.values } else { [] }
  }
}

extension TheoryResult {
  /// The number of an observable, if it has one.
  public subscript(name: String) -> Double? { observables[name]?.scalar }

  /// Why an observable has no value.
  public func reason(_ name: String) -> String? { observables[name]?.missingReason }

  /// The numbers of an observable: one, or those of a curve; not-a-number where there is none.
  public func numbers(_ name: String) -> [Double] {
    switch observables[name] {
    case .scalar(let value, _): [value]
    case .curve(let curve): curve.values.map { $0 ?? .nan }
    default: []
    }
  }
}

extension SampleResult {
  /// The number of an observable, if it has one.
  public subscript(name: String) -> Double? { observables[name]?.scalar }

  /// Why an observable has no value.
  public func reason(_ name: String) -> String? { observables[name]?.missingReason }
}

extension Diagnostic {
  /// The number, if it is one.
  public var number: Double? {
    if case .number(let value) = self { value } else { nil }
  }

  /// The words, if it is words.
  public var text: String? {
    if case .text(let text) = self { text } else { nil }
  }
}
