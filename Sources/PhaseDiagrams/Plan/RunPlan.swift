import Systems

/// One point of a phase diagram.
struct PlanPoint: Sendable {
  /// Place along each axis.
  let index: [Int]
  /// Values of the axes, by name.
  let values: [String: ParameterValue]
  /// All parameters of the point.
  let parameters: GivenParameters
  /// Text that names the point whatever plan it stands in.
  let label: String
}

/// One unit of work: a pure function of the run file and the seed, with a stable name.
struct PlanTask: Sendable {
  /// What is to be computed.
  enum Work: Sendable {
    /// The theory at a point.
    case theory(point: Int)
    /// One disorder sample at a point.
    case sample(point: Int, number: Int)
    /// One vertex of a transition line.
    case vertex(line: Int, place: Int)
  }

  /// What is to be computed.
  let work: Work
  /// Name under which the result is stored; the same for every plan that holds the task.
  let id: String
  /// Estimated work in arbitrary units.
  let cost: Double

  /// `theory`, `vertex` or `sample`: tasks of one kind have comparable costs.
  var kind: String {
    switch work {
    case .theory: "theory"
    case .sample: "sample"
    case .vertex: "vertex"
    }
  }
}

/// All points and tasks of a run, in a fixed order.
struct RunPlan: Sendable {
  /// The checked run file.
  let specification: RunSpecification
  /// Points, last axis fastest.
  let points: [PlanPoint]
  /// The transition lines that theory draws in this plane.
  let lines: [TransitionLineOutline]
  /// Tasks in reducing order: theory, lines, samples.
  let tasks: [PlanTask]

  /// Makes the plan of a run file.
  ///
  /// - Throws: `InputProblems` for a point that is not valid (never after the run file was checked).
  init(_ specification: RunSpecification) throws {
    self.specification = specification
    let system = specification.system, axes = specification.axes
    points = Self.combinations(of: axes).enumerated().map { number, values in
      PlanPoint(
        index: Self.index(number, shape: axes.map(\.values.count)), values: values,
        parameters: specification.parameters.replacing(values),
        label: axes.map { "\($0.name)=\(values[$0.name]?.description ?? "")" }.joined(separator: " "))
    }
    let plane = axes.compactMap(\.outline)
    lines =
      specification.hasTheory && plane.count == axes.count
      ? system.transitionLines(in: plane, at: specification.parameters) : []
    tasks = try Self.tasks(specification, points, lines)
  }

  private static func tasks(
    _ specification: RunSpecification, _ points: [PlanPoint], _ lines: [TransitionLineOutline]
  ) throws -> [PlanTask] {
    var tasks: [PlanTask] = []
    if specification.hasTheory {
      for (number, point) in points.enumerated() {
        let cost = try specification.system.cost(of: .theory, at: point.parameters) * theoryCost
        tasks.append(PlanTask(work: .theory(point: number), id: "theory \(point.label)", cost: cost))
      }
      let spans = specification.axes.map { "\($0.name)=\($0.coordinates.min() ?? 0)..\($0.coordinates.max() ?? 0)" }
      for (number, line) in lines.enumerated() {
        for place in 0..<line.vertexCount {
          let id = "vertex \(place) of \(line.vertexCount) \(line.name) \(spans.joined(separator: " "))"
          tasks.append(PlanTask(work: .vertex(line: number, place: place), id: id, cost: vertexCost))
        }
      }
    }
    if let samples = specification.samples {
      for (number, point) in points.enumerated() {
        let cost = try specification.system.cost(of: .simulate, at: point.parameters)
        for sample in 0..<samples {
          tasks.append(
            PlanTask(work: .sample(point: number, number: sample), id: "sample \(sample) \(point.label)", cost: cost))
        }
      }
    }
    return tasks
  }

  // Rough weights of a theory point and of a vertex in units of simulated updates: they only order the work.
  private static let theoryCost = 1e7
  private static let vertexCost = 1e9

  /// Every combination of axis values, last axis fastest.
  static func combinations(of axes: [DiagramAxis]) -> [[String: ParameterValue]] {
    axes.reduce([[:]]) { partial, axis in
      partial.flatMap { values in axis.values.map { values.merging([axis.name: $0]) { $1 } } }
    }
  }

  private static func index(_ number: Int, shape: [Int]) -> [Int] {
    var rest = number
    return shape.reversed().map { length in
      defer { rest /= length }
      return rest % length
    }.reversed()
  }
}
