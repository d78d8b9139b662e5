import NumericalMethods

@testable import SystemInterface

/// A system of which every answer is known: a Gaussian of mean `field` and variance 1.
///
/// | field | what happens |
/// | --- | --- |
/// | 3 | theory does not converge |
/// | 4 | theory gives not-a-number, as level and as a diagnostic |
/// | 5 | samples below the mean do not converge |
/// | 6 | samples below the mean are infinite |
/// | 8 | theory fails with an error that no solver has thrown |
struct ToySystem: System {
  struct Point: Sendable {
    var option: String
    var field: Double
    /// `nil`: infinite.
    var size: Int?
    var slope: Double
    var times: [Double]
  }

  private static let both: Set<Verb> = [.theory, .simulate]

  /// Answers for a curve of which two observables have equally long but different coordinates.
  static let echoTimes = [0.0, 10, 20, 30]

  var description: SystemDescription {
    let everywhere = Dictionary(uniqueKeysWithValues: Self.options.map { ($0.name, Self.both) })
    return SystemDescription(
      name: "toy", streamNumber: 4_000_000_000, title: "Toy", summary: "A Gaussian.", selector: "model",
      options: Self.options,
      parameters: [
        ParameterDeclaration(
          "field", symbol: "h", "mean of the Gaussian", unit: "J", kind: .real(.closed(-10, 10)), default: .real(0),
          uses: everywhere),
        ParameterDeclaration(
          "size", symbol: "N", "length of the record", kind: .integer(1...100), or: ["infinite"],
          default: .integer(4), uses: everywhere),
        ParameterDeclaration(
          "shape", symbol: "-", "slope of the curve", kind: .choice(["flat", "steep"]), default: .word("steep"),
          uses: everywhere),
      ],
      observables: [
        ObservableDeclaration("level", symbol: "x", "the Gaussian", unit: "J", reportedBy: everywhere),
        ObservableDeclaration("gap", symbol: "D", "missing for half of the samples", reportedBy: everywhere),
        ObservableDeclaration(
          "profile", symbol: "x(t)", "level plus slope times time", dimensions: ["time"], reportedBy: everywhere),
        ObservableDeclaration("shadow", symbol: "y(t)", "minus time", dimensions: ["time"], reportedBy: everywhere),
        ObservableDeclaration(
          "echo", symbol: "z(t)", "time itself", dimensions: ["time"],
          reportedBy: ["echoes": Self.both, "delays": Self.both]),
      ],
      phases: [PhaseDeclaration("down", "level below 0"), PhaseDeclaration("up", "level from 0")],
      references: ["A reference"])
  }

  private static let options = [
    OptionDeclaration("shared", "all curves have 4 times", verbs: both, orderParameter: "level", hasPhases: true),
    OptionDeclaration("lengths", "curves have as many times as the size", verbs: both, orderParameter: "level"),
    OptionDeclaration("echoes", "two curves have different times", verbs: both, orderParameter: "level"),
    OptionDeclaration("delays", "theory has other times than the simulation", verbs: both, orderParameter: "level"),
    OptionDeclaration("stepwise", "a simulation of as many steps as the size", verbs: both, orderParameter: "level"),
    OptionDeclaration("theoryOnly", "no simulation", verbs: [.theory], orderParameter: "level"),
    OptionDeclaration("simulationOnly", "no theory", verbs: [.simulate], orderParameter: "level"),
    OptionDeclaration("later", "not yet there", verbs: []),
  ]

  func point(_ parameters: GivenParameters, for verb: Verb) throws(InputProblems) -> Point {
    let field = parameters["field"]?.number ?? 0, size = parameters["size"]?.number.map { Int($0) }
    var problems: [InputProblem] = []
    if field > 9, let size, size < 2 {
      problems.append(parameters.problem("size", "given 1, allowed: >= 2 at field > 9"))
    }
    if verb == .simulate, size == nil {
      problems.append(parameters.problem("size", "a simulation needs a finite size"))
    }
    guard problems.isEmpty else { throw InputProblems(problems) }
    let count = parameters.option == "lengths" ? size ?? 1 : 4
    let slope = parameters["shape"] == .word("flat") ? 0.0 : 1.0
    return Point(
      option: parameters.option, field: field, size: size, slope: slope, times: (0..<count).map(Double.init))
  }

  private func curve(_ times: [Double], errors: Bool = false, _ value: (Double) -> Double?) -> ObservableValue {
    .curve(
      Curve(
        dimensions: ["time"], coordinates: ["time": times], values: times.map(value),
        standardErrors: errors ? times.map { _ in 0.25 } : nil))
  }

  func theory(at point: Point) throws -> TheoryResult {
    if point.field == 3 {
      throw SolverError.notConverged(iterations: 7, residual: 0.5, best: [3.25], what: "toy level")
    }
    let field = point.field == 4 ? Double.nan : point.field
    if point.field == 8 { throw ToyFailure() }
    var result = TheoryResult(
      observables: [
        "level": .scalar(field),
        "gap": field < 0 ? .missing(reason: "no gap below 0") : .scalar(1),
        "profile": curve(point.times, errors: true) { $0 == 2 ? nil : field + point.slope * $0 },
        "shadow": curve(point.times) { -$0 },
      ], phase: field < 0 ? "down" : "up", diagnostics: ["iterations": .number(7)])
    if point.field == 4 { result.diagnostics["residual"] = .number(.nan) }
    if point.option == "echoes" { result.observables["echo"] = curve(Self.echoTimes) { $0 } }
    if point.option == "delays" {
      result.observables["echo"] = curve([0, 1, 5, 7]) { 2 * $0 }
      result.observables["profile"] = curve([0, 2]) { 10 * $0 }
    }
    return result
  }

  func simulation(at point: Point, streams: SampleStreams) throws -> any SampleSimulation {
    guard point.option == "stepwise" else { return UndividedSimulation { try simulate(at: point, streams: streams) } }
    return ToySimulation(point: point, random: streams.stream(.disorder))
  }

  func simulate(at point: Point, streams: SampleStreams) throws -> SampleResult {
    if point.option == "stepwise" {
      var simulation = ToySimulation(point: point, random: streams.stream(.disorder), pause: 0)
      return try simulation.finished()
    }
    var random = streams.stream(.disorder)
    let level = point.field + random.normal()
    var result = SampleResult(
      observables: [
        "level": .scalar(level),
        "gap": level < point.field ? .missing(reason: "below the mean") : .scalar(level - point.field),
        "profile": curve(point.times) { level + point.slope * $0 },
        "shadow": curve(point.times) { -$0 },
      ], diagnostics: ["draws": .number(1), "name": .text("toy")])
    if ["echoes", "delays"].contains(point.option) { result.observables["echo"] = curve(Self.echoTimes) { $0 } }
    if point.field == 5, level < point.field {
      throw SolverError.notConverged(iterations: 1, residual: 1, best: [level], what: "toy sample")
    }
    if point.field == 6, level < point.field { result.observables["level"] = .scalar(-.infinity) }
    return result
  }

  func phase(at point: Point, means: [String: Double]) -> String? {
    guard point.option == "shared" else { return nil }
    return means["level"].map { $0 < 0 ? "down" : "up" }
  }

  func transitionLines(in plane: [AxisOutline], at parameters: GivenParameters) -> [TransitionLineOutline] {
    plane.contains { $0.name == "field" } && parameters.option == "shared"
      ? [TransitionLineOutline(name: "critical", title: "Critical line", vertexCount: 3)] : []
  }

  /// From one corner of the plane to the other, with a break in the middle.
  func transitionVertex(
    _ place: Int, of line: String, in plane: [AxisOutline], at parameters: GivenParameters
  ) throws -> [Double]? {
    switch place {
    case 0: plane.compactMap { $0.coordinates.min() }
    case 1: nil
    default: plane.compactMap { $0.coordinates.max() }
    }
  }

  func cost(of verb: Verb, at point: Point) -> Double { Double(point.size ?? 1) }
}
