import Statistics

@testable import Systems

/// Requests to the dense Hebbian network, written as on the command line: words `name=value` separated by spaces.
enum Request {
  static let system = AnySystem(DenseHebbian())

  static func parameters(_ text: String) throws(InputProblems) -> GivenParameters {
    let words = text.split(separator: " ").map { word -> (name: String, value: RawValue, origin: InputOrigin?) in
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      return (parts[0], .untyped(parts.count > 1 ? parts[1] : ""), nil)
    }
    return try GivenParameters(words, of: system.description)
  }

  static func point(_ text: String, for verb: Verb = .theory) throws -> DenseHebbianPoint {
    try DenseHebbian().point(parameters(text), for: verb)
  }

  static func theory(_ text: String) throws -> TheoryResult {
    try system.theory(at: parameters(text))
  }

  static func sample(_ text: String, seed: UInt64 = 1, _ sample: Int = 0) throws -> SampleResult {
    try system.simulate(at: parameters(text), seed: seed, sample: sample)
  }

  /// What is wrong with a request, one line a problem; `nil` if it is accepted.
  static func refusal(_ text: String, for verb: Verb) -> String? {
    do {
      try system.check(parameters(text), for: verb)
      return nil
    } catch {
      return error.description
    }
  }

  /// Means over disorder samples of every observable that is a number in all of them.
  static func means(_ text: String, samples: Int, seed: UInt64 = 1) throws -> [String: Estimate] {
    let results = try (0..<samples).map { try sample(text, seed: seed, $0) }
    var means: [String: Estimate] = [:]
    for name in results[0].observables.keys {
      let values = results.compactMap { $0.observables[name]?.scalar }
      if values.count == samples { means[name] = Estimate(of: values) }
    }
    return means
  }
}

extension TheoryResult {
  /// The number of an observable, if it has one.
  subscript(name: String) -> Double? { observables[name]?.scalar }

  /// Why an observable has no value.
  func reason(_ name: String) -> String? {
    if case .missing(let reason) = observables[name] { reason } else { nil }
  }
}

extension SampleResult {
  /// The number of an observable, if it has one.
  subscript(name: String) -> Double? { observables[name]?.scalar }

  /// Why an observable has no value.
  func reason(_ name: String) -> String? {
    if case .missing(let reason) = observables[name] { reason } else { nil }
  }
}

extension Diagnostic {
  /// The number, if it is one.
  var number: Double? {
    if case .number(let value) = self { value } else { nil }
  }
}
