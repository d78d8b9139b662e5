/// A system whose point type is hidden, as the plumbing sees it: parameters in, results out.
public struct AnySystem: Sendable {
  /// Names, ranges, observables, phases and references.
  public let description: SystemDescription
  private let system: any System

  /// Hides the type of `system`.
  public init(_ system: any System) {
    self.system = system
    description = system.description
  }

  /// Checks `parameters` completely for `verb`, as a computation would.
  public func check(_ parameters: GivenParameters, for verb: Verb) throws(InputProblems) {
    try Self.check(system, parameters, verb)
  }

  /// Solves the theory.
  public func theory(at parameters: GivenParameters) throws -> TheoryResult {
    var result = try Self.theory(system, parameters)
    result.observables = result.observables.mapValues(\.finiteOrMissing)
    result.diagnostics = result.diagnostics.filter(\.value.isFinite)
    return result
  }

  /// Simulates disorder sample number `sample`.
  public func simulate(at parameters: GivenParameters, seed: UInt64, sample: Int) throws -> SampleResult {
    try Self.simulate(system, parameters, streams(at: parameters, seed: seed, sample: sample)).checkedFinite()
  }

  /// Disorder sample number `sample`, to be simulated step by step.
  public func simulation(at parameters: GivenParameters, seed: UInt64, sample: Int) throws -> any SampleSimulation {
    try Self.simulation(system, parameters, streams(at: parameters, seed: seed, sample: sample))
  }

  private func streams(at parameters: GivenParameters, seed: UInt64, sample: Int) -> SampleStreams {
    SampleStreams(
      seed: seed, system: description.streamNumber, point: fingerprint(of: parameters), sample: UInt32(sample))
  }

  /// Observables whose value over several samples is no mean.
  public func reducedObservables(
    at parameters: GivenParameters, samples: [SampleResult]
  ) throws -> [String: ObservableValue] {
    try Self.reduced(system, parameters, samples).mapValues(\.finiteOrMissing)
  }

  /// The phase by simulated means.
  public func phase(at parameters: GivenParameters, means: [String: Double]) throws -> String? {
    try Self.phase(system, parameters, means)
  }

  /// The margins behind the phase by simulated means.
  public func phaseMargins(at parameters: GivenParameters, means: [String: Double]) throws -> [PhaseMargin] {
    try Self.margins(system, parameters, means)
  }

  /// The kind of transition between two phases, where their definition fixes it.
  public func transitionKind(between first: String, and second: String) -> TransitionKind? {
    system.transitionKind(between: first, and: second)
  }

  /// Number of parts into which a sample can be divided among processes.
  public func parts(at parameters: GivenParameters) throws -> Int { try Self.parts(system, parameters) }

  /// The transition lines known in the plane of these axes.
  public func transitionLines(in plane: [AxisOutline], at parameters: GivenParameters) -> [TransitionLineOutline] {
    system.transitionLines(in: plane, at: parameters)
  }

  /// One vertex of a transition line.
  public func transitionVertex(
    _ place: Int, of line: String, in plane: [AxisOutline], at parameters: GivenParameters
  ) throws -> [Double]? {
    try system.transitionVertex(place, of: line, in: plane, at: parameters)
  }

  /// Estimated work of one task.
  public func cost(of verb: Verb, at parameters: GivenParameters) throws -> Double {
    try Self.cost(system, verb, parameters)
  }

  /// Peak memory of one simulation task in bytes.
  public func memory(at parameters: GivenParameters) throws -> Double {
    try Self.memory(system, parameters)
  }

  /// Remarks a user should see before trusting numbers.
  public func warnings(for verb: Verb, at parameters: GivenParameters) throws -> [String] {
    try Self.warnings(system, verb, parameters)
  }

  /// Sizes that follow from the parameters.
  public func derivedSizes(at parameters: GivenParameters, for verb: Verb) throws -> [String: Diagnostic] {
    try Self.sizes(system, parameters, verb)
  }

  /// Inner work that can be timed on the machine at hand.
  public var benchmarks: [KernelBenchmark] { system.benchmarks }

  /// The selector and every parameter that `verb` uses, defaults included, in declared order.
  public func parametersInForce(
    _ parameters: GivenParameters, for verb: Verb
  ) -> [(name: String, value: ParameterValue)] {
    [(description.selector, .word(parameters.option))] + system.parametersInForce(parameters, for: verb)
  }

  /// 64 bits that identify the simulated point: FNV-1a over its parameters in force, written out.
  ///
  /// Parameters that only theory uses do not count, so that a simulation does not change with them; nor do paths: a file
  /// gives the same numbers wherever it lies; nor do those that the system excludes.
  public func fingerprint(of parameters: GivenParameters) -> UInt64 {
    let counting = parametersInForce(parameters, for: .simulate).filter { entry in
      !(description.parameter(named: entry.name)?.isPath ?? false)
        && !description.parametersOutsideStreams.contains(entry.name)
    }
    let text = counting.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
    return text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
  }

  // An existential opens only when it is passed to a generic function.
  private static func check<S: System>(_ s: S, _ p: GivenParameters, _ verb: Verb) throws(InputProblems) {
    _ = try s.point(p, for: verb)
  }
  private static func theory<S: System>(_ s: S, _ p: GivenParameters) throws -> TheoryResult {
    try s.theory(at: s.point(p, for: .theory))
  }
  private static func simulate<S: System>(
    _ s: S, _ p: GivenParameters, _ streams: SampleStreams
  ) throws -> SampleResult {
    try s.simulate(at: s.point(p, for: .simulate), streams: streams)
  }
  private static func simulation<S: System>(
    _ s: S, _ p: GivenParameters, _ streams: SampleStreams
  ) throws -> any SampleSimulation {
    try s.simulation(at: s.point(p, for: .simulate), streams: streams)
  }
  private static func phase<S: System>(_ s: S, _ p: GivenParameters, _ means: [String: Double]) throws -> String? {
    try s.phase(at: s.point(p, for: .simulate), means: means)
  }
  private static func reduced<S: System>(
    _ s: S, _ p: GivenParameters, _ samples: [SampleResult]
  ) throws -> [String: ObservableValue] {
    s.reducedObservables(at: try s.point(p, for: .simulate), samples: samples)
  }
  private static func margins<S: System>(
    _ s: S, _ p: GivenParameters, _ means: [String: Double]
  ) throws -> [PhaseMargin] {
    try s.phaseMargins(at: s.point(p, for: .simulate), means: means)
  }
  private static func parts<S: System>(_ s: S, _ p: GivenParameters) throws -> Int {
    try s.parts(at: s.point(p, for: .simulate))
  }
  private static func cost<S: System>(_ s: S, _ verb: Verb, _ p: GivenParameters) throws -> Double {
    try s.cost(of: verb, at: s.point(p, for: verb))
  }
  private static func memory<S: System>(_ s: S, _ p: GivenParameters) throws -> Double {
    try s.memory(at: s.point(p, for: .simulate))
  }
  private static func warnings<S: System>(_ s: S, _ verb: Verb, _ p: GivenParameters) throws -> [String] {
    try s.warnings(for: verb, at: s.point(p, for: verb))
  }
  private static func sizes<S: System>(_ s: S, _ p: GivenParameters, _ verb: Verb) throws -> [String: Diagnostic] {
    try s.derivedSizes(at: s.point(p, for: verb))
  }
}
