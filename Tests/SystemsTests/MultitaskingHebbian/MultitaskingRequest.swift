import Statistics

@testable import Systems

/// Requests to the multitasking Hebbian network, written as on the command line: words `name=value` separated by spaces.
enum MultitaskingRequest {
  static let system = AnySystem(MultitaskingHebbian())

  static func parameters(_ text: String) throws(InputProblems) -> GivenParameters {
    let words = text.split(separator: " ").map { word -> (name: String, value: RawValue, origin: InputOrigin?) in
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      return (parts[0], .untyped(parts.count > 1 ? parts[1] : ""), nil)
    }
    return try GivenParameters(words, of: system.description)
  }

  static func point(_ text: String, for verb: Verb = .theory) throws -> MultitaskingHebbianPoint {
    try MultitaskingHebbian().point(parameters(text), for: verb)
  }

  static func theory(_ text: String) throws -> TheoryResult { try system.theory(at: parameters(text)) }

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
}

extension TheoryResult {
  /// The numbers of an observable: one, or those of a curve; not-a-number where there is none.
  func numbers(_ name: String) -> [Double] {
    switch observables[name] {
    case .scalar(let value, _): [value]
    case .curve(let curve): curve.values.map { $0 ?? .nan }
    default: []
    }
  }
}
