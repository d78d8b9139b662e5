import SystemInterface

/// All points and tasks of a run, in a fixed order; results may extend it by further points and samples.
///
/// An extension follows from the finished results of the plan before it and nothing else, so that every start of a run,
/// on any number of ranks, goes through the same plans.
struct RunPlan: Sendable {
  /// The checked run file.
  let specification: RunSpecification
  /// Places along each axis.
  let lattices: [AxisLattice]
  /// Points: those of the grid, last axis fastest, then those of each extension.
  private(set) var points: [PlanPoint] = []
  /// Number of disorder samples of each point; zeros for theory only.
  private(set) var sampleCounts: [Int] = []
  /// How often the samples of each point have been looked at to decide on further ones.
  private(set) var looks: [Int] = []
  /// Sweeps of the samples that extensions added, where the measured variances ask for others than the run file.
  private(set) var sweeps: [Int: Int] = [:]
  /// The transition lines that theory draws in this plane.
  let lines: [TransitionLineOutline]
  /// Tasks in reducing order: theory, lines and samples of the grid, then those of each extension.
  private(set) var tasks: [PlanTask] = []
  /// The extensions so far.
  private(set) var extensions: [PlanExtension] = []

  /// Makes the first plan of a run file: the grid.
  ///
  /// - Throws: `InputProblems` for a point that is not valid (never after the run file was checked).
  init(_ specification: RunSpecification) throws {
    self.specification = specification
    let system = specification.system, axes = specification.axes
    let levels = specification.refinement?.levels ?? 0
    lattices = axes.map { AxisLattice($0, levels: levels, size: system.description.sizeParameter) }
    let plane = axes.compactMap(\.outline)
    lines =
      specification.hasTheory && plane.count == axes.count
      ? system.transitionLines(in: plane, at: specification.parameters) : []
    let first = addPoints(Self.gridPlaces(lattices))
    try addTheory(from: first)
    addVertices()
    try addSamples([Int](repeating: specification.samples ?? 0, count: points.count))
  }

  /// Whether results may extend the plan.
  var canGrow: Bool {
    specification.sampling?.isAdaptive ?? false || specification.refinement?.levels ?? 0 > 0
  }

  /// Takes over an extension.
  ///
  /// - Throws: `InputProblems` for a point that is not valid.
  mutating func extend(by growth: PlanExtension) throws {
    for point in growth.looked { looks[point] += 1 }
    sweeps.merge(growth.sweeps) { $1 }
    let first = addPoints(growth.points)
    if specification.hasTheory { try addTheory(from: first) }
    let least = [Int](repeating: specification.samples ?? 0, count: growth.points.count)
    try addSamples(growth.sampleCounts + least)
    extensions.append(growth)
  }

  /// The parameters of a sample: those of its point, and the sweeps of an extension.
  func parameters(ofSample number: Int, at point: Int) -> GivenParameters {
    guard let name = specification.system.description.sweepParameters?.measurement, let sweeps = sweeps[point],
      number >= specification.samples ?? 0
    else { return points[point].parameters }
    return points[point].parameters.replacing([name: .integer(sweeps)])
  }

  private mutating func addPoints(_ places: [[Int]]) -> Int {
    let first = points.count
    for place in places {
      let values = values(at: place)
      points.append(
        PlanPoint(
          index: place, level: level(of: place), values: values, parameters: specification.parameters.replacing(values),
          label: lattices.map { "\($0.axis.name)=\(values[$0.axis.name]?.description ?? "")" }.joined(separator: " ")))
      sampleCounts.append(0)
      looks.append(0)
    }
    return first
  }

  private func values(at place: [Int]) -> [String: ParameterValue] {
    var values: [String: ParameterValue] = [:]
    for (lattice, index) in zip(lattices, place) { values[lattice.axis.name] = lattice.value(at: index) }
    return values
  }

  /// Whether the rules that tie several parameters allow a point at a place, for each road it would take.
  func allowsPoint(at place: [Int]) -> Bool {
    let parameters = specification.parameters.replacing(values(at: place))
    let verbs = [specification.hasTheory ? Verb.theory : nil, specification.sampling == nil ? nil : .simulate]
    return verbs.compactMap { $0 }.allSatisfy { (try? specification.system.check(parameters, for: $0)) != nil }
  }

  /// The number of halvings after which the place is there.
  private func level(of place: [Int]) -> Int {
    zip(lattices, place).map { lattice, index in
      index == 0 ? 0 : max(0, lattice.levels - index.trailingZeroBitCount)
    }.max() ?? 0
  }

  private mutating func addTheory(from first: Int) throws {
    guard specification.hasTheory else { return }
    for number in first..<points.count {
      let cost = try specification.system.cost(of: .theory, at: points[number].parameters) * Self.theoryCost
      tasks.append(PlanTask(work: .theory(point: number), id: "theory \(points[number].label)", cost: cost))
    }
  }

  private mutating func addVertices() {
    let spans = specification.axes.map { "\($0.name)=\($0.coordinates.min() ?? 0)..\($0.coordinates.max() ?? 0)" }
    for (number, line) in lines.enumerated() {
      for place in 0..<line.vertexCount {
        let id = "vertex \(place) of \(line.vertexCount) \(line.name) \(spans.joined(separator: " "))"
        tasks.append(PlanTask(work: .vertex(line: number, place: place), id: id, cost: Self.vertexCost))
      }
    }
  }

  /// Adds the samples that are missing to `counts`, one count a point.
  private mutating func addSamples(_ counts: [Int]) throws {
    for (number, point) in points.enumerated() where counts[number] > sampleCounts[number] {
      for sample in sampleCounts[number]..<counts[number] {
        let parameters = parameters(ofSample: sample, at: number)
        let extra = parameters == point.parameters ? "" : " of \(sweeps[number] ?? 0) sweeps"
        let cost = try specification.system.cost(of: .simulate, at: parameters)
        tasks.append(
          PlanTask(
            work: .sample(point: number, number: sample), id: "sample \(sample)\(extra) \(point.label)", cost: cost))
      }
      sampleCounts[number] = counts[number]
    }
  }

  // Rough weights of a theory point and of a vertex in units of simulated updates: they order the work until it is timed.
  private static let theoryCost = 1e7
  private static let vertexCost = 1e9

  /// The places of the grid, last axis fastest.
  private static func gridPlaces(_ lattices: [AxisLattice]) -> [[Int]] {
    lattices.reduce([[]]) { partial, lattice in
      partial.flatMap { place in lattice.axis.values.indices.map { place + [$0 << lattice.levels] } }
    }
  }

  /// Every combination of axis values, last axis fastest.
  static func combinations(of axes: [DiagramAxis]) -> [[String: ParameterValue]] {
    axes.reduce([[:]]) { partial, axis in
      partial.flatMap { values in axis.values.map { values.merging([axis.name: $0]) { $1 } } }
    }
  }
}

/// What the results of a plan add to it.
struct PlanExtension: Codable, Sendable, Equatable {
  /// Places of further points, which get the least number of samples.
  var points: [[Int]] = []
  /// Numbers of samples of the points that were there, none below what they have.
  var sampleCounts: [Int]
  /// Sweeps for further samples, by number of the point.
  var sweeps: [Int: Int] = [:]
  /// Points whose samples a sequential test has looked at without a decision.
  var looked: [Int] = []
}
