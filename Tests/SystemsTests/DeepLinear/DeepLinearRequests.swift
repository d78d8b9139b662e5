import StatisticalTesting
import Statistics
import SystemInterface
import SystemTesting
import Testing

@testable import DeepLinear

extension DeepLinear: TestedSystem {}

/// Requests to the deep linear network.
typealias Linear = Requests<DeepLinear>

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
