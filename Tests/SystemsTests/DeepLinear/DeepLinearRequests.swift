import Statistics
import Testing

@testable import Systems

/// Requests to the deep linear network, written as on the command line.
enum Linear {
  static let system = AnySystem(DeepLinear())

  static func parameters(_ text: String) throws(InputProblems) -> GivenParameters {
    let words = text.split(separator: " ").map { word -> (name: String, value: RawValue, origin: InputOrigin?) in
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      return (parts[0], .untyped(parts.count > 1 ? parts[1] : ""), nil)
    }
    return try GivenParameters(words, of: system.description)
  }

  static func theory(_ text: String) throws -> TheoryResult { try system.theory(at: parameters(text)) }

  static func sample(_ text: String, seed: UInt64 = 1, _ sample: Int = 0) throws -> SampleResult {
    try system.simulate(at: parameters(text), seed: seed, sample: sample)
  }

  static func samples(_ text: String, count: Int, seed: UInt64 = 1) throws -> [SampleResult] {
    try (0..<count).map { try sample(text, seed: seed, $0) }
  }

  /// What is wrong with a request; `nil` if it is accepted.
  static func refusal(_ text: String, for verb: Verb) -> String? {
    do {
      try system.check(parameters(text), for: verb)
      return nil
    } catch {
      return error.description
    }
  }
}

extension Dictionary where Key == String, Value == ObservableValue {
  /// The values of a curve, last coordinate fastest.
  func curve(_ name: String) -> [Double?] {
    if case .curve(let curve)? = self[name] { curve.values } else { [] }
  }
}

extension Array where Element == SampleResult {
  /// Mean and standard error of one place of a curve, over the samples.
  func estimate(_ name: String, place: Int) throws -> Estimate {
    let values = try map { sample in try #require(sample.observables.curve(name)[place]) }
    return try #require(Estimate(of: values))
  }

  /// Mean and standard error of a scalar, over the samples.
  func estimate(_ name: String) throws -> Estimate {
    let values = try map { sample in try #require(sample.observables[name]?.scalar) }
    return try #require(Estimate(of: values))
  }
}

extension Diagnostic {
  /// The words, if it is words.
  var text: String? { if case .text(let text) = self { text } else { nil } }
}

/// Asserts that a curve begins with the numbers as printed, separated by spaces.
func expectCurve(
  _ observables: [String: ObservableValue], _ name: String, _ printed: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let values = observables.curve(name)
  for (place, text) in printed.split(separator: " ").enumerated() {
    expectDigits(
      place < values.count ? values[place] : nil, String(text), "\(name)[\(place)]", sourceLocation: sourceLocation)
  }
}
