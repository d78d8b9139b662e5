import NumericalMethods

/// A learning machine with control parameters, solved in theory and simulated at finite size.
///
/// A system is a value without state. `Point` is its typed, completely checked request: when there is one, every formula
/// may rely on it. Theory may take seconds or minutes, and a sample may be a Monte Carlo run or a training run; both are
/// pure functions, so that a task gives the same bits on any rank and after any interruption.
public protocol System: Sendable {
  /// A checked set of control parameters.
  associatedtype Point: Sendable

  /// Names, ranges, observables, phases and references.
  var description: SystemDescription { get }

  /// Checks the rules that tie several parameters and gives the typed point.
  ///
  /// - Throws: every problem with the request as it stands for `verb`.
  func point(_ parameters: GivenParameters, for verb: Verb) throws(InputProblems) -> Point

  /// Solves the theory at `point`.
  ///
  /// - Throws: `SolverError` where a solver did not converge; a last iterate is never returned as an answer.
  func theory(at point: Point) throws -> TheoryResult

  /// Simulates one disorder sample at `point`; all its random numbers come from `streams`.
  func simulate(at point: Point, streams: SampleStreams) throws -> SampleResult

  /// The same sample in steps, for simulations long enough to be saved on the way; must give the bits of `simulate`.
  func simulation(at point: Point, streams: SampleStreams) throws -> any SampleSimulation

  /// Observables whose value over several samples is no mean, such as ratios of means or medians; they take the place of
  /// the mean of the same name.
  ///
  /// - Parameter samples: in the order of their numbers.
  func reducedObservables(at point: Point, samples: [SampleResult]) -> [String: ObservableValue]

  /// The phase at `point` according to simulated sample means, by observable name.
  func phase(at point: Point, means: [String: Double]) -> String?

  /// The margins behind `phase(at:means:)`, those that decide first before those that decide the rest; always the same
  /// names in the same order.
  func phaseMargins(at point: Point, means: [String: Double]) -> [PhaseMargin]

  /// The kind of transition between two phases where their definition fixes it; `nil` where only data can tell.
  ///
  /// A crossing of free energies shows in no order parameter of the branch that is followed.
  func transitionKind(between first: String, and second: String) -> TransitionKind?

  /// The number of parts into which one sample's simulation can be divided among processes; see `DivisibleSimulation`.
  func parts(at point: Point) -> Int

  /// The transition lines that theory knows in the plane of these axes, at these fixed parameters.
  func transitionLines(in plane: [AxisOutline], at parameters: GivenParameters) -> [TransitionLineOutline]

  /// One vertex (a value for each axis) of one of `transitionLines`; `nil` where the line does not exist.
  ///
  /// - Throws: `SolverError` where a solver did not converge.
  func transitionVertex(
    _ place: Int, of line: String, in plane: [AxisOutline], at parameters: GivenParameters
  ) throws -> [Double]?

  /// Estimated work of one task at `point`, in arbitrary units that are the same for all points of the system.
  func cost(of verb: Verb, at point: Point) -> Double

  /// Bytes that one task of a simulation at `point` needs at its peak.
  func memory(at point: Point) -> Double

  /// Remarks a user should see before trusting numbers from `point`; one line each.
  func warnings(for verb: Verb, at point: Point) -> [String]

  /// Sizes that follow from the parameters and that a user wants to see, such as the number of archetypes.
  func derivedSizes(at point: Point) -> [String: Diagnostic]

  /// Inner work that can be timed on the machine at hand.
  var benchmarks: [KernelBenchmark] { get }

  /// Every parameter of the request that `verb` uses, with the defaults that depend on other parameters filled in.
  func parametersInForce(_ parameters: GivenParameters, for verb: Verb) -> [(name: String, value: ParameterValue)]
}

extension System {
  /// The whole sample in one step.
  public func simulation(at point: Point, streams: SampleStreams) throws -> any SampleSimulation {
    UndividedSimulation { try self.simulate(at: point, streams: streams) }
  }

  /// None: all observables are means.
  public func reducedObservables(at point: Point, samples: [SampleResult]) -> [String: ObservableValue] { [:] }

  /// None: labels then change somewhere between two points, and one cannot tell where.
  public func phaseMargins(at point: Point, means: [String: Double]) -> [PhaseMargin] { [] }

  /// To be told from the data.
  public func transitionKind(between first: String, and second: String) -> TransitionKind? { nil }

  /// Indivisible.
  public func parts(at point: Point) -> Int { 1 }

  /// No lines.
  public func transitionLines(in plane: [AxisOutline], at parameters: GivenParameters) -> [TransitionLineOutline] { [] }

  /// None: a system without lines is never asked.
  public func transitionVertex(
    _ place: Int, of line: String, in plane: [AxisOutline], at parameters: GivenParameters
  ) throws -> [Double]? { nil }

  /// All points cost the same.
  public func cost(of verb: Verb, at point: Point) -> Double { 1 }

  /// Not worth mentioning.
  public func memory(at point: Point) -> Double { 0 }

  /// None.
  public func warnings(for verb: Verb, at point: Point) -> [String] { [] }

  /// None.
  public func derivedSizes(at point: Point) -> [String: Diagnostic] { [:] }

  /// None.
  public var benchmarks: [KernelBenchmark] { [] }

  /// What was written, and the plain defaults.
  public func parametersInForce(
    _ parameters: GivenParameters, for verb: Verb
  ) -> [(name: String, value: ParameterValue)] {
    parameters.inForce(for: verb)
  }
}

/// The random streams of one disorder sample at one point.
///
/// They depend on the seed, the system, the control parameters and the sample's number: not on the place of the point in
/// a plan, nor on ranks. `simulate` at one point and `run` over a grid that holds it therefore agree bit for bit.
public struct SampleStreams: Sendable {
  private let seed: UInt64
  private let system: UInt32
  private let point: UInt64
  private let sample: UInt32

  /// The streams of sample number `sample` (from 0) at the point with fingerprint `point`.
  public init(seed: UInt64, system: UInt32, point: UInt64, sample: UInt32) {
    self.seed = seed
    self.system = system
    self.point = point
    self.sample = sample
  }

  /// The stream for one purpose, and for one of several replicas of the same disorder.
  public func stream(_ purpose: StreamKey.Purpose, replica: Int = 0) -> RandomStream {
    RandomStream(
      StreamKey(
        seed: seed, system: system, point: point, sample: sample, replica: UInt16(replica), purpose: purpose))
  }
}
