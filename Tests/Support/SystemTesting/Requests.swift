import Statistics
import SystemInterface

/// A system that a test can make.
public protocol TestedSystem: System {
  init()
}

/// Requests to a system, written as on the command line: words `name=value` separated by spaces.
public enum Requests<Tested: TestedSystem> {
  /// The system behind its common interface.
  public static var system: AnySystem { AnySystem(Tested()) }

  /// What the words give.
  public static func parameters(_ text: String) throws(InputProblems) -> GivenParameters {
    let words = text.split(separator: " ").map { word -> (name: String, value: RawValue, origin: InputOrigin?) in
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      return (parts[0], .untyped(parts.count > 1 ? parts[1] : ""), nil)
    }
    return try GivenParameters(words, of: Tested().description)
  }

  /// The checked request.
  public static func point(_ text: String, for verb: Verb = .theory) throws -> Tested.Point {
    try Tested().point(parameters(text), for: verb)
  }

  /// The theory there.
  public static func theory(_ text: String) throws -> TheoryResult {
    try system.theory(at: parameters(text))
  }

  /// One disorder sample.
  public static func sample(_ text: String, seed: UInt64 = 1, _ sample: Int = 0) throws -> SampleResult {
    try system.simulate(at: parameters(text), seed: seed, sample: sample)
  }

  /// Disorder samples 0 to `count` - 1.
  public static func samples(_ text: String, count: Int, seed: UInt64 = 1) throws -> [SampleResult] {
    try (0..<count).map { try sample(text, seed: seed, $0) }
  }

  /// What is wrong with a request, one line a problem; `nil` if it is accepted.
  public static func refusal(_ text: String, for verb: Verb) -> String? {
    do {
      try system.check(parameters(text), for: verb)
      return nil
    } catch {
      return error.description
    }
  }

  /// Means over samples of what has a value in all of them: of scalars by name, of curves by `name[place]`.
  public static func means(_ text: String, samples: Int, seed: UInt64 = 1) throws -> [String: Estimate] {
    var values: [String: [Double]] = [:]
    for result in try Self.samples(text, count: samples, seed: seed) {
      for (name, value) in result.observables {
        switch value {
        case .scalar(let scalar, _): values[name, default: []].append(scalar)
        case .curve(let curve):
          for (place, element) in curve.values.enumerated() {
            if let element { values["\(name)[\(place)]", default: []].append(element) }
          }
        case .missing: break
        }
      }
    }
    return values.compactMapValues { $0.count == samples ? Estimate(of: $0) : nil }
  }
}
