import Foundation
import NumericalMethods
import SystemInterface

/// A noisy order parameter with a known boundary, cheap enough to ask a hundred thousand times.
///
/// u(load, temperature) = 1/(1 + exp((load - line(temperature))/width)), as a finite system rounds a jump, plus Gaussian
/// noise from sample to sample. The boundary u = 1/2 is the line itself, whatever the width.
struct OracleSystem: System {
  /// A checked request.
  struct Point: Sendable {
    var order: Int
    var load: Double
    var temperature: Double
    var width: Double
    var noise: Double
  }

  private static let uses: [String: Set<Verb>] = ["noisy": [.simulate]]

  var description: SystemDescription {
    SystemDescription(
      name: "oracle", streamNumber: 4_100_000_000, title: "Oracle", summary: "A noisy step over a known line.",
      selector: "kind",
      options: [
        OptionDeclaration(
          "noisy", "one noisy number a sample", verbs: [.simulate], orderParameter: "overlap", hasPhases: true)
      ],
      parameters: [
        ParameterDeclaration(
          "order", symbol: "P", "whose spinodal the line is", kind: .integerChoice([2, 4]), default: .integer(4),
          uses: Self.uses),
        ParameterDeclaration(
          "load", symbol: "alpha", "first coordinate", kind: .real(.atLeast(0)), default: .real(0.01), uses: Self.uses),
        ParameterDeclaration(
          "temperature", symbol: "T", "second coordinate", kind: .real(.atLeast(0)), default: .real(0.5),
          uses: Self.uses),
        ParameterDeclaration(
          "width", symbol: "w", "load over which the step is rounded", kind: .real(.above(0)), default: .real(0.001),
          uses: Self.uses),
        ParameterDeclaration(
          "noise", symbol: "s", "standard deviation between samples", kind: .real(.atLeast(0)), default: .real(0.2),
          uses: Self.uses),
      ],
      observables: [ObservableDeclaration("overlap", symbol: "u", "the noisy step", reportedBy: Self.uses)],
      phases: [PhaseDeclaration("retrieval", "overlap from 1/2"), PhaseDeclaration("disorder", "overlap below 1/2")],
      references: [])
  }

  func point(_ parameters: GivenParameters, for verb: Verb) throws(InputProblems) -> Point {
    let number = { (name: String) in parameters[name]?.number ?? 0 }
    return Point(
      order: Int(number("order")), load: number("load"), temperature: number("temperature"), width: number("width"),
      noise: number("noise"))
  }

  func theory(at point: Point) throws -> TheoryResult { TheoryResult(observables: [:]) }

  func simulate(at point: Point, streams: SampleStreams) throws -> SampleResult {
    let distance = point.load - OracleLine(order: point.order).load(temperature: point.temperature)
    var random = streams.stream(.disorder)
    return SampleResult(
      observables: ["overlap": .scalar(1 / (1 + exp(distance / point.width)) + point.noise * random.normal())])
  }

  func phase(at point: Point, means: [String: Double]) -> String? {
    means["overlap"].map { $0 >= 0.5 ? "retrieval" : "disorder" }
  }

  func phaseMargins(at point: Point, means: [String: Double]) -> [PhaseMargin] {
    means["overlap"].map { [PhaseMargin("order", positivePhases: ["retrieval"], value: $0 - 0.5)] } ?? []
  }
}
