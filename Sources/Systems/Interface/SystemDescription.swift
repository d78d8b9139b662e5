/// One observable: declared once, used by theory, simulation, JSON, NetCDF and figures alike.
public struct ObservableDeclaration: Sendable {
  /// Name in JSON and NetCDF.
  public var name: String
  /// Symbol for figures.
  public var symbol: String
  /// Unit; "1" for a pure number.
  public var unit: String
  /// One-line meaning.
  public var meaning: String
  /// Names of the coordinates of a curve; empty for a scalar.
  public var dimensions: [String]
  /// Which verbs report it under each option of the system's selector.
  public var reportedBy: [String: Set<Verb>]
  /// Options under which the coordinates are others.
  public var dimensionVariants: [String: [String]]

  /// Declares an observable.
  public init(
    _ name: String, symbol: String, _ meaning: String, unit: String = "1", dimensions: [String] = [],
    reportedBy: [String: Set<Verb>], dimensionVariants: [String: [String]] = [:]
  ) {
    self.name = name
    self.symbol = symbol
    self.unit = unit
    self.meaning = meaning
    self.dimensions = dimensions
    self.reportedBy = reportedBy
    self.dimensionVariants = dimensionVariants
  }

  /// The declaration as it holds under `option`.
  public func variant(under option: String) -> ObservableDeclaration {
    var chosen = self
    chosen.dimensions = dimensionVariants[option] ?? dimensions
    return chosen
  }
}

/// One option of a system's selector (a quantity, or a sub-model): a question that the system answers.
public struct OptionDeclaration: Sendable {
  /// The word that selects it.
  public var name: String
  /// The question it answers.
  public var meaning: String
  /// The verbs that answer it; empty while it is not yet available.
  public var verbs: Set<Verb>
  /// The observable that a phase diagram colours by default.
  public var orderParameter: String?
  /// Whether points under this option have a phase.
  public var hasPhases: Bool

  /// Declares an option.
  public init(
    _ name: String, _ meaning: String, verbs: Set<Verb>, orderParameter: String? = nil, hasPhases: Bool = false
  ) {
    self.name = name
    self.meaning = meaning
    self.verbs = verbs
    self.orderParameter = orderParameter
    self.hasPhases = hasPhases
  }
}

/// A thermodynamic phase and its meaning.
public struct PhaseDeclaration: Sendable {
  /// Name in JSON and flag meaning in NetCDF: no spaces.
  public var name: String
  /// How it is told from the others.
  public var meaning: String

  /// Declares a phase.
  public init(_ name: String, _ meaning: String) {
    self.name = name
    self.meaning = meaning
  }
}

/// The parameters that set the length of a Monte Carlo run.
public struct SweepParameters: Sendable, Equatable {
  /// Sweeps before measurement.
  public var equilibration: String
  /// Sweeps with measurement.
  public var measurement: String

  /// Names the two parameters.
  public init(equilibration: String, measurement: String) {
    self.equilibration = equilibration
    self.measurement = measurement
  }
}

/// All that a user, a run file checker or an output file needs to know of a system.
public struct SystemDescription: Sendable {
  /// Name on the command line.
  public var name: String
  /// Number that keys this system's random streams; never reused, never changed.
  public var streamNumber: UInt32
  /// Title for figures and help.
  public var title: String
  /// What it is, in a sentence or two.
  public var summary: String
  /// Name of the parameter whose value selects one of `options` (`quantity`, `model`).
  public var selector: String
  /// The questions the system answers; the first is the default.
  public var options: [OptionDeclaration]
  /// The control parameters, without the selector.
  public var parameters: [ParameterDeclaration]
  /// The observables.
  public var observables: [ObservableDeclaration]
  /// The phases, in the order of their flag values.
  public var phases: [PhaseDeclaration]
  /// The literature the implementation follows.
  public var references: [String]
  /// The parameter that goes to infinity in the theory, such as `spinCount`; its axis is extrapolated.
  public var sizeParameter: String?
  /// The parameters that set the length of a simulation, where more of it lowers the thermal error.
  public var sweepParameters: SweepParameters?
  /// Parameters that do not choose the random streams: points that differ in them alone have the same disorder.
  public var parametersOutsideStreams: Set<String>

  /// Describes a system.
  public init(
    name: String, streamNumber: UInt32, title: String, summary: String, selector: String,
    options: [OptionDeclaration], parameters: [ParameterDeclaration], observables: [ObservableDeclaration],
    phases: [PhaseDeclaration], references: [String], sizeParameter: String? = nil,
    sweepParameters: SweepParameters? = nil, parametersOutsideStreams: Set<String> = []
  ) {
    self.name = name
    self.streamNumber = streamNumber
    self.title = title
    self.summary = summary
    self.selector = selector
    self.options = options
    self.parameters = parameters
    self.observables = observables
    self.phases = phases
    self.references = references
    self.sizeParameter = sizeParameter
    self.sweepParameters = sweepParameters
    self.parametersOutsideStreams = parametersOutsideStreams
  }

  /// The option of that name.
  public func option(named name: String) -> OptionDeclaration? { options.first { $0.name == name } }

  /// The parameter of that name.
  public func parameter(named name: String) -> ParameterDeclaration? { parameters.first { $0.name == name } }

  /// The observables that `verb` reports under `option`, in declared order.
  public func observables(of verb: Verb, under option: String) -> [ObservableDeclaration] {
    observables.filter { $0.reportedBy[option]?.contains(verb) ?? false }.map { $0.variant(under: option) }
  }
}
