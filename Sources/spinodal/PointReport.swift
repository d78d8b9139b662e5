import PhaseDiagrams
import Statistics
import SystemInterface

/// The answer of `theory` or `simulate` at one point, in the JSON shape of the interface, or as a table.
struct PointReport: Encodable {
  private let system: String
  private let parameters: [(name: String, value: ParameterValue)]
  private var observables: [(declaration: ObservableDeclaration, answer: Answer)] = []
  private let phase: String?
  private var diagnostics: [String: Diagnostic]

  /// A theory result.
  init(_ system: AnySystem, _ parameters: GivenParameters, theory: TheoryResult) {
    self.system = system.description.name
    self.parameters = system.parametersInForce(parameters, for: .theory)
    phase = theory.phase
    diagnostics = theory.diagnostics
    for declaration in system.description.observables(of: .theory, under: parameters.option) {
      guard let value = theory.observables[declaration.name] else { continue }
      observables.append((declaration, .theory(value)))
      if case .missing(let reason) = value { diagnostics[declaration.name] = .text(reason) }
    }
  }

  /// Means over disorder samples.
  init(_ system: AnySystem, _ parameters: GivenParameters, simulation: SimulationSummary) {
    self.system = system.description.name
    self.parameters = system.parametersInForce(parameters, for: .simulate)
    phase = simulation.phase
    diagnostics = simulation.diagnostics.mapValues { .number($0) }
    diagnostics.merge(simulation.listDiagnostics.mapValues { .numbers($0) }) { first, _ in first }
    diagnostics.merge(simulation.remarks.mapValues { .text($0) }) { first, _ in first }
    if let verdict = simulation.equilibration { diagnostics["equilibration"] = .text(verdict.state.words) }
    for declaration in system.description.observables(of: .simulate, under: parameters.option) {
      guard let mean = simulation.means[declaration.name] else { continue }
      observables.append((declaration, .simulation(mean)))
      if case .missing(let reason) = mean { diagnostics[declaration.name] = .text(reason) }
    }
  }

  private enum CodingKeys: String, CodingKey {
    case system, parameters, observables, phase, diagnostics
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(system, forKey: .system)
    try container.encode(Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.value) }), forKey: .parameters)
    let answers = Dictionary(uniqueKeysWithValues: observables.map { ($0.declaration.name, $0.answer) })
    try container.encode(answers, forKey: .observables)
    try container.encode(phase, forKey: .phase)
    try container.encode(diagnostics, forKey: .diagnostics)
  }

  /// A table for people.
  var text: String {
    var lines = ["\(system)  " + parameters.map { "\($0.name)=\($0.value)" }.joined(separator: " "), ""]
    lines += TextTable.aligned(
      observables.map { [$0.declaration.name, $0.declaration.symbol, $0.answer.text, $0.declaration.meaning] })
    if let phase { lines += ["", "phase: \(phase)"] }
    let remarks = diagnostics.keys.sorted().map { [$0, Self.text(diagnostics[$0] ?? .text(""))] }
    if !remarks.isEmpty { lines += ["", "diagnostics"] + TextTable.aligned(remarks).map { "  " + $0 } }
    return lines.joined(separator: "\n")
  }

  private static func text(_ diagnostic: Diagnostic) -> String {
    switch diagnostic {
    case .number(let value): "\(ParameterValue.real(value))"
    case .numbers(let values): "\(ParameterValue.list(values))"
    case .text(let text): text
    }
  }
}

extension EquilibrationVerdict.State {
  /// The verdict as a user reads it.
  var words: String {
    switch self {
    case .equilibrated: "equilibrated"
    case .drifting: "not equilibrated: the order parameter drifts"
    case .startDependent: "not equilibrated: the energy depends on the start"
    case .chainsDisagree: "not equilibrated: chains of the same sample disagree"
    case .undecided: "not decided: fewer than \(EquilibrationVerdict.leastSamples) samples"
    }
  }

  /// Whether something speaks against equilibrium.
  var isComplaint: Bool { self != .equilibrated && self != .undecided }
}

/// One observable of a report.
private enum Answer: Encodable {
  case theory(ObservableValue)
  case simulation(SampleMean)

  private enum CodingKeys: String, CodingKey {
    case value, mean, standardError, samples, dimensions, coordinates
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .theory(.scalar(let value, let error)):
      try container.encode(value, forKey: .value)
      if let error { try container.encode(error, forKey: .standardError) }
    case .theory(.missing):
      try container.encodeNil(forKey: .value)
    case .theory(.curve(let curve)):
      try container.encode(curve.dimensions, forKey: .dimensions)
      try container.encode(curve.coordinates, forKey: .coordinates)
      try container.encode(curve.values, forKey: .value)
      if let errors = curve.standardErrors { try container.encode(errors, forKey: .standardError) }
    case .simulation(.scalar(let estimate)):
      try container.encode(estimate.mean, forKey: .mean)
      try container.encode(estimate.standardError, forKey: .standardError)
      try container.encode(estimate.samples, forKey: .samples)
    case .simulation(.missing):
      try container.encodeNil(forKey: .mean)
      try container.encodeNil(forKey: .standardError)
      try container.encode(0, forKey: .samples)
    case .simulation(.curve(let dimensions, let coordinates, let estimates)):
      try container.encode(dimensions, forKey: .dimensions)
      try container.encode(coordinates, forKey: .coordinates)
      try container.encode(estimates.map { $0?.mean }, forKey: .mean)
      try container.encode(estimates.map { $0?.standardError }, forKey: .standardError)
      try container.encode(estimates.compactMap { $0?.samples }.max() ?? 0, forKey: .samples)
    }
  }

  /// The number as a person reads it.
  var text: String {
    switch self {
    case .theory(.scalar(let value, _)): "\(value)"
    case .simulation(.scalar(let estimate)):
      TextTable.text(mean: estimate.mean, standardError: estimate.standardError) + " (\(estimate.samples))"
    case .theory(.missing), .simulation(.missing): "-"
    case .theory(.curve(let curve)): Self.abridged(curve.values) { $0.map { "\($0)" } ?? "-" }
    case .simulation(.curve(_, _, let estimates)):
      Self.abridged(estimates) { $0.map { TextTable.text(mean: $0.mean, standardError: $0.standardError) } ?? "-" }
    }
  }

  /// All values of a curve; of a picture, which would fill the screen, their number.
  private static func abridged<Value>(_ values: [Value], _ text: (Value) -> String) -> String {
    values.count > 1000
      ? "\(values.count) values, see --format json" : values.map(text).joined(separator: " ")
  }
}
