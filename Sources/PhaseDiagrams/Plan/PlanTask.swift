import SystemInterface

/// One point of a phase diagram.
struct PlanPoint: Sendable {
  /// Place along each axis, in places of the axis's `AxisLattice`.
  let index: [Int]
  /// How often the cells were halved whose corner the point is; 0 on the grid of the run file.
  let level: Int
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
