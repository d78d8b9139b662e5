import Foundation
import NumericalMethods

@testable import SystemInterface

/// Two or three phases in the unit square, divided by lines that are known exactly.
///
/// | shape | margins (positive side) |
/// | --- | --- |
/// | circle | radius - distance to (1/2, 1/2) (inside) |
/// | line | 0.31 + 0.4 x + 0.031 count - y (inside) |
/// | triple | y - 0.62 (inside); below it 0.47 - x (outside, beyond it "beyond") |
/// | ladder | as circle, simulated in four parts that exchange numbers |
///
/// Theory knows the phases exactly. A sample measures each margin with Gaussian scatter between samples and with noise
/// that falls with the number of sweeps. `jump` is 1 inside and 0 elsewhere; `rise` grows from 0 on the boundary.
struct EdgeSystem: System {
  struct Point: Sendable {
    var shape: String
    var x: Double
    var y: Double
    var count: Int
    var radius: Double
    var noise: Double
    var scatter: Double
    var warmUp: Int
    var sweeps: Int

    /// The true margins: one, or two where three phases meet.
    var margins: [Double] {
      switch shape {
      case "line": [0.31 + 0.4 * x + 0.031 * Double(count) - y]
      case "triple": [y - 0.62, 0.47 - x]
      default: [radius - hypot(x - 0.5, y - 0.5)]
      }
    }

    /// Standard error of one sample's margin.
    var thermalError: Double { noise / Double(sweeps).squareRoot() }
  }

  private static let both: Set<Verb> = [.theory, .simulate]
  private static let shapes = ["circle", "line", "triple", "ladder"]
  private static let everywhere = Dictionary(uniqueKeysWithValues: (shapes + ["measured"]).map { ($0, both) })
  /// Whether points with x from 0.6 to 0.7 are refused, as rules that tie several parameters may do.
  var refusesStrip = false

  var description: SystemDescription {
    let uses = Self.everywhere
    return SystemDescription(
      name: "edge", streamNumber: 4_000_000_001, title: "Edge", summary: "Known boundaries.", selector: "shape",
      options: Self.shapes.map {
        OptionDeclaration(
          $0, "that shape", verbs: Self.both, orderParameter: $0 == "line" ? "rise" : "jump", hasPhases: true)
      } + [OptionDeclaration("measured", "a circle without theory", verbs: [.simulate], hasPhases: true)],
      parameters: [
        Self.real("x", 0...1, 0.5), Self.real("y", 0...1, 0.5), Self.real("radius", 0...1, 0.35),
        Self.real("noise", 0...10, 0), Self.real("scatter", 0...10, 0), Self.integer("count", 0...1000, 0),
        Self.integer("size", 1...1000, 10), Self.integer("warmUp", 0...1000, 10),
        Self.integer("sweeps", 1...1000, 10),
        ParameterDeclaration(
          "colour", symbol: "c", "a word", kind: .choice(["red", "green"]), default: .word("red"), uses: uses),
      ],
      observables: [
        ObservableDeclaration("margin", symbol: "m", "first margin", reportedBy: uses),
        ObservableDeclaration("second", symbol: "s", "last margin", reportedBy: uses),
        ObservableDeclaration("jump", symbol: "j", "1 inside", reportedBy: uses),
        ObservableDeclaration("rise", symbol: "r", "margin inside, else 0", reportedBy: uses),
      ],
      phases: [
        PhaseDeclaration("inside", "first margin from 0"), PhaseDeclaration("outside", "neither"),
        PhaseDeclaration("beyond", "second margin below 0"),
      ],
      references: [], sizeParameter: "size",
      sweepParameters: SweepParameters(equilibration: "warmUp", measurement: "sweeps"))
  }

  private static func real(_ name: String, _ range: ClosedRange<Double>, _ value: Double) -> ParameterDeclaration {
    ParameterDeclaration(
      name, symbol: name, "a number", kind: .real(.closed(range.lowerBound, range.upperBound)),
      default: .real(value), uses: everywhere)
  }

  private static func integer(_ name: String, _ range: ClosedRange<Int>, _ value: Int) -> ParameterDeclaration {
    ParameterDeclaration(
      name, symbol: name, "a count", kind: .integer(range), default: .integer(value), uses: everywhere)
  }

  func point(_ parameters: GivenParameters, for verb: Verb) throws(InputProblems) -> Point {
    let number = { (name: String) in parameters[name]?.number ?? 0 }
    if refusesStrip, (0.6...0.7).contains(number("x")) {
      throw InputProblems([parameters.problem("x", "the strip is not allowed")])
    }
    return Point(
      shape: parameters.option, x: number("x"), y: number("y"), count: Int(number("count")), radius: number("radius"),
      noise: number("noise"), scatter: number("scatter"), warmUp: Int(number("warmUp")), sweeps: Int(number("sweeps")))
  }

  static func phase(_ margins: [Double]) -> String {
    if margins[0] >= 0 { return "inside" }
    return margins.count > 1 && margins[1] < 0 ? "beyond" : "outside"
  }

  static func observables(_ margins: [Double]) -> [String: ObservableValue] {
    [
      "margin": .scalar(margins[0]), "second": .scalar(margins[margins.count - 1]),
      "jump": .scalar(margins[0] >= 0 ? 1 : 0), "rise": .scalar(max(0, margins[0])),
    ]
  }

  func theory(at point: Point) throws -> TheoryResult {
    TheoryResult(observables: Self.observables(point.margins), phase: Self.phase(point.margins))
  }

  func parts(at point: Point) -> Int { point.shape == "ladder" ? EdgeLadder.partCount : 1 }

  func simulation(at point: Point, streams: SampleStreams) throws -> any SampleSimulation {
    guard point.shape == "ladder" else { return UndividedSimulation { try simulate(at: point, streams: streams) } }
    return EdgeLadder(point: point, streams: streams)
  }

  func simulate(at point: Point, streams: SampleStreams) throws -> SampleResult {
    if point.shape == "ladder" {
      var ladder = EdgeLadder(point: point, streams: streams)
      return try ladder.finished()
    }
    var disorder = streams.stream(.disorder), dynamics = streams.stream(.dynamics)
    let margins = point.margins.map {
      $0 + point.scatter * disorder.normal() + point.thermalError * dynamics.normal()
    }
    return SampleResult(
      observables: Self.observables(margins), thermalErrors: ["margin": point.thermalError])
  }

  func phase(at point: Point, means: [String: Double]) -> String? {
    Self.phase(phaseMargins(at: point, means: means).map(\.value))
  }

  func phaseMargins(at point: Point, means: [String: Double]) -> [PhaseMargin] {
    let first = PhaseMargin("edge", positivePhases: ["inside"], value: means["margin"] ?? 0)
    guard point.shape == "triple" else { return [first] }
    return [first, PhaseMargin("side", positivePhases: ["outside"], value: means["second"] ?? 0)]
  }
}
