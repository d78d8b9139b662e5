import NumericalMethods
import SystemInterface

extension MultitaskingHebbian {
  private enum Line: String, CaseIterable {
    case critical, pureStability, parallelStability, firstOrder, hierarchicalLimit, pureParallel

    var title: String {
      switch self {
      case .critical: "critical temperature"
      case .pureStability: "pure state stable above"
      case .parallelStability: "parallel state stable above"
      case .firstOrder: "first order: the dominant state jumps"
      case .hierarchicalLimit: "limit of the hierarchy at T = 0"
      case .pureParallel: "pure against parallel just below the critical temperature"
      }
    }
  }

  /// What may stand on the axis against which d_* is drawn.
  private static let dataAxes: Set<String> = ["datasetEntropy", "examplesPerPattern", "exampleQuality"]
  private static let placeCount = 61

  /// Lines against temperature; in the plane of dilution and temperature also where free energies cross, and dilutions that
  /// mark it; d_* wherever dilution stands against the data.
  public func transitionLines(in plane: [AxisOutline], at parameters: GivenParameters) -> [TransitionLineOutline] {
    let axes = Set(plane.map(\.name))
    guard parameters.option == "equilibrium", plane.count <= 2 else { return [] }
    if axes.contains("dilution"), axes.count == 2, !axes.isDisjoint(with: Self.dataAxes) {
      return [outline(.pureParallel, vertexCount: otherPlaces(plane, than: "dilution").count)]
    }
    guard axes.contains("temperature") else { return [] }
    let count = otherPlaces(plane, than: "temperature").count
    var lines = [outline(.critical, vertexCount: count)]
    if parameters["protocol"] == .word("storage"), !axes.contains("protocol") {
      lines.append(outline(.pureStability, vertexCount: count))
      if axes.contains("patternCount") || parameters["patternCount"]?.integer ?? 3 > 1 {
        lines.append(outline(.parallelStability, vertexCount: count))
      }
    }
    if axes == ["dilution", "temperature"], parameters["patternCount"]?.integer ?? 3 > 1 {
      lines += [
        outline(.firstOrder, vertexCount: otherPlaces(plane, than: "dilution").count),
        outline(.hierarchicalLimit, vertexCount: 2), outline(.pureParallel, vertexCount: 2),
      ]
    }
    return lines
  }

  private func outline(_ line: Line, vertexCount: Int) -> TransitionLineOutline {
    TransitionLineOutline(name: line.rawValue, title: line.title, vertexCount: vertexCount)
  }

  /// One vertex of a line.
  ///
  /// - Throws: `SolverError` where a solver did not converge; `InputProblems` for a place that is not a valid point.
  public func transitionVertex(
    _ place: Int, of line: String, in plane: [AxisOutline], at parameters: GivenParameters
  ) throws -> [Double]? {
    guard let line = Line(rawValue: line) else { return nil }
    let axes = plane.map(\.name)
    switch line {
    case .critical, .pureStability, .parallelStability:
      let (coordinate, given) = at(place, of: plane, along: "temperature", parameters)
      let point = try point(given, for: .theory)
      guard let temperature = try temperature(of: line, at: point) else { return nil }
      return axes.map { $0 == "temperature" ? temperature : coordinate }
    case .firstOrder:
      let (coordinate, given) = at(place, of: plane, along: "dilution", parameters)
      let range = bounds(of: "dilution", in: plane)
      guard coordinate > 0, let dilution = try crossing(given, in: range) else { return nil }
      return axes.map { $0 == "dilution" ? dilution : coordinate }
    case .hierarchicalLimit, .pureParallel:
      if !axes.contains("temperature") {
        let (coordinate, given) = at(place, of: plane, along: "dilution", parameters)
        let dilution = DilutionLines.pureParallel(DataLaw(try point(given, for: .theory)))
        return axes.map { $0 == "dilution" ? dilution : coordinate }
      }
      let point = try point(parameters.removing(axes), for: .theory)
      let dilution =
        line == .pureParallel
        ? DilutionLines.pureParallel(DataLaw(point))
        : try DilutionLines.hierarchicalLimit(patternCount: point.patternCount)
      guard dilution < 1 else { return nil }
      let temperatures = bounds(of: "temperature", in: plane)
      return axes.map { $0 == "dilution" ? dilution : place == 0 ? temperatures.lowerBound : temperatures.upperBound }
    }
  }

  private func bounds(of axis: String, in plane: [AxisOutline]) -> ClosedRange<Double> {
    let coordinates = plane.first { $0.name == axis }?.coordinates ?? []
    return (coordinates.min() ?? 0)...(coordinates.max() ?? 0)
  }

  /// Values of the axis that is not the one solved for; one place without a value where there is no other.
  private func otherPlaces(_ plane: [AxisOutline], than axis: String) -> [(value: Double, name: String?)] {
    guard let other = plane.first(where: { $0.name != axis }) else { return [(0, nil)] }
    return other.places(count: Self.placeCount).map { ($0, other.name) }
  }

  /// The coordinate of a place on the other axis, and the request there, at the default of `axis`.
  private func at(
    _ place: Int, of plane: [AxisOutline], along axis: String, _ parameters: GivenParameters
  ) -> (coordinate: Double, given: GivenParameters) {
    let (value, name) = otherPlaces(plane, than: axis)[place]
    let base = parameters.removing(plane.map(\.name))
    guard let name else { return (value, base) }
    let isInteger = Self.parameters.first { $0.name == name }?.isWholeNumber ?? false
    return (value, base.replacing([name: isInteger ? .integer(Int(value.rounded())) : .real(value)]))
  }

  private func temperature(of line: Line, at point: MultitaskingHebbianPoint) throws -> Double? {
    switch line {
    case .critical: RetrievalTheory(point).criticalTemperature
    case .pureStability: try DilutionLines.pureStability(dilution: point.dilution).map { $0 / point.gamma }
    case .parallelStability:
      try DilutionLines.parallelStability(patternCount: point.patternCount, dilution: point.dilution)
        .map { $0 / point.gamma }
    default: nil
    }
  }

  /// Dilutions between which a jump of the dominant state is looked for: of stored patterns none lies below d = 1/2, the
  /// limit of every hierarchy.
  private static func crossingGrid(_ law: DataLaw) -> some Sequence<Double> {
    stride(from: law == .storage ? 0.44 : 0.02, through: 0.98, by: 0.02)
  }
  /// How near to a jump its two states are taken, and how far they must then be apart, over 1 - d: a continuous change
  /// with an exponent of 1/2 stays ten times below.
  private static let crossingWidth = 1e-6
  private static let smallestJump = 0.01

  /// The dilution where the dominant state jumps most, if one of the two states is neither pure nor hierarchical (others
  /// follow each other continuously); `nil` where there is none within `range`.
  private func crossing(_ given: GivenParameters, in range: ClosedRange<Double>) throws -> Double? {
    var last: (dilution: Double, state: RetrievalState)?
    var largest = (jump: Self.smallestJump, dilution: Double.nan)
    for d in Self.crossingGrid(DataLaw(try point(given, for: .theory))) {
      let next = try dominantState(given, dilution: d).map { (dilution: d, state: $0) }
      defer { last = next }
      guard var low = last, var high = next, Self.mayJump(low.state, high.state) else { continue }
      while high.dilution - low.dilution > Self.crossingWidth {
        let dilution = 0.5 * (low.dilution + high.dilution)
        guard let state = try dominantState(given, dilution: dilution) else { break }
        if Self.distance(low.state, state) > Self.distance(state, high.state) {
          high = (dilution, state)
        } else {
          low = (dilution, state)
        }
      }
      let jump = Self.distance(low.state, high.state) / (1 - d)
      if jump > largest.jump { largest = (jump, low.dilution) }
    }
    return range.contains(largest.dilution) ? largest.dilution : nil
  }

  /// The state of lowest free energy among those from seeds of both kinds; `nil` from T_c on.
  private func dominantState(_ given: GivenParameters, dilution d: Double) throws -> RetrievalState? {
    let theory = RetrievalTheory(try point(given.replacing(["dilution": .real(d)]), for: .theory)), seeds = theory.seeds
    guard theory.temperature < theory.criticalTemperature * (1 - 1e-9) else { return nil }
    return try theory.states(from: [seeds.pure, seeds.hierarchical, seeds.parallel] + seeds.mixtures)
      .map(\.sorted).min { $0.freeEnergy < $1.freeEnergy }
  }

  private static func distance(_ a: RetrievalState, _ b: RetrievalState) -> Double {
    zip(a.magnetizations, b.magnetizations).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  private static func mayJump(_ a: RetrievalState, _ b: RetrievalState) -> Bool {
    let phases = [a, b].map { phase(of: $0.magnetizations, threshold: theoryThreshold) ?? "" }
    return phases[0] != phases[1] && !phases.allSatisfy { $0 == "pure" || $0.hasPrefix("hierarchical") }
  }
}
