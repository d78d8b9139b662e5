import Statistics

@testable import Systems

/// Requests to the generalization dynamics, written as on the command line.
enum Generalization {
  static let system = AnySystem(GeneralizationDynamics())

  static func parameters(_ text: String) throws(InputProblems) -> GivenParameters {
    let words = text.split(separator: " ").map { word -> (name: String, value: RawValue, origin: InputOrigin?) in
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      return (parts[0], .untyped(parts.count > 1 ? parts[1] : ""), nil)
    }
    return try GivenParameters(words, of: system.description)
  }

  static func point(_ text: String, for verb: Verb = .theory) throws -> GeneralizationPoint {
    try GeneralizationDynamics().point(parameters(text), for: verb)
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

  /// Means over samples: of scalars by name, of curves by `name[place]`.
  static func means(_ text: String, samples: Int, seed: UInt64 = 1) throws -> [String: Estimate] {
    var values: [String: [Double]] = [:]
    for number in 0..<samples {
      for (name, value) in try sample(text, seed: seed, number).observables {
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

extension ObservableValue {
  /// The values of a curve that has all of them.
  var curveValues: [Double]? {
    guard case .curve(let curve) = self else { return nil }
    return curve.values.contains { $0 == nil } ? nil : curve.values.compactMap { $0 }
  }
}
