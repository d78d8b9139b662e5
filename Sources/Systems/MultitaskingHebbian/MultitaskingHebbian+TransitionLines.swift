import NumericalMethods

extension MultitaskingHebbian {
  private enum Line: String, CaseIterable {
    case critical, pureStability, parallelStability, firstOrder, hierarchicalLimit, pureParallel

    var title: String {
      switch self {
      case .critical: "critical temperature"
      case .pureStability: "pure state stable above"
      case .parallelStability: "parallel state stable above"
      case .firstOrder: "first order: pure or hierarchical against parallel or mixed"
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
      guard coordinate > 0, let dilution = try crossing(given, temperature: coordinate, in: range) else { return nil }
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

  /// Dilutions between which a crossing is looked for, in steps that separate neighbouring ones.
  private static let crossingGrid = stride(from: 0.02, through: 0.98, by: 0.02)

  /// The dilution above which the parallel state, or what becomes of it, has a lower free energy than the pure and the
  /// hierarchical one; `nil` where they do not cross within `range`.
  private func crossing(
    _ given: GivenParameters, temperature: Double, in range: ClosedRange<Double>
  ) throws -> Double? {
    // Both sides may end in the same state, whose free energies then differ by rounding.
    let rounding = 1e-11
    func difference(_ d: Double) throws -> Double? {
      let theory = RetrievalTheory(try point(given.replacing(["dilution": .real(d)]), for: .theory)),
        seeds = theory.seeds
      guard temperature < theory.criticalTemperature else { return nil }
      let ordered = try min(
        theory.state(from: seeds.pure).freeEnergy, theory.state(from: seeds.hierarchical).freeEnergy)
      let mixed = try ([seeds.parallel] + seeds.mixtures).map { try theory.state(from: $0).freeEnergy }.min() ?? ordered
      return abs(mixed - ordered) < rounding ? nil : mixed - ordered
    }
    var last: (d: Double, value: Double)?
    for d in Self.crossingGrid {
      guard let value = try difference(d) else {
        last = nil
        continue
      }
      if let before = last, before.value > 0, value < 0 {
        let dilution = try RootFinding.brent(
          in: before.d...d, tolerance: 1e-9, what: "first-order line"
        ) { try difference($0) ?? 0 }
        return range.contains(dilution) ? dilution : nil
      }
      last = (d, value)
    }
    return nil
  }
}
