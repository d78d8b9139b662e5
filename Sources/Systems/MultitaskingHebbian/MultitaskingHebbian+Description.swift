import SystemInterface

extension MultitaskingHebbian {
  /// Names, ranges, observables, phases and references.
  public var description: SystemDescription {
    SystemDescription(
      name: "multitasking-hebbian", streamNumber: 2, title: "Multitasking Hebbian network",
      summary: """
        Associative memory of N Ising spins whose K patterns have blank entries with probability d, so that several are \
        retrieved at once: stored as they are, or learnt from M noisy examples of quality r, with or without labels.
        """,
      selector: "quantity", options: Self.options, parameters: Self.parameters, observables: Self.observables,
      phases: Self.phases, references: Self.references, sizeParameter: "neuronCount",
      sweepParameters: SweepParameters(equilibration: "equilibrationSweeps", measurement: "measurementSweeps"),
      parametersOutsideStreams: ["protocol"])
  }

  private static let both: Set<Verb> = [.theory, .simulate]

  static let options = [
    OptionDeclaration(
      "equilibrium", "the state reached from initialState at (K, d, T)", verbs: both,
      orderParameter: "magnetization",
      hasPhases: true),
    OptionDeclaration(
      "transitionLines", "lines in the (d, T) plane", verbs: [.theory], orderParameter: "criticalTemperature"),
    OptionDeclaration(
      "learningThreshold", "how much noise, how many examples", verbs: [.theory], orderParameter: "thresholdEntropy"),
    OptionDeclaration(
      "oneStep", "one parallel noiseless update from the hierarchical state", verbs: both,
      orderParameter: "oneStepMagnetization"),
    OptionDeclaration(
      "flow", "Glauber dynamics from a prescribed start (protocol storage)", verbs: both,
      orderParameter: "magnetizationTrajectory"),
    OptionDeclaration(
      "highStorage", "K = alpha N, L condensed patterns (protocol storage)", verbs: both,
      orderParameter: "magnetization"),
    OptionDeclaration(
      "exactEnumeration", "an instance defined by a formula: exact sums (theory), heat bath (simulate)",
      verbs: both,
      orderParameter: "squaredMagnetization"),
  ]

  /// Patterns whose phases have names of their own.
  static let largestNamedCount = 30

  static let phases: [PhaseDeclaration] = {
    var phases = [
      PhaseDeclaration("ergodic", "no magnetization"), PhaseDeclaration("pure", "one magnetization"),
      PhaseDeclaration("parallel", "all magnetizations equal"),
      PhaseDeclaration("example-retrieval", "unsupervised: single examples are retrieved, the archetype is lost"),
    ]
    for k in 2...largestNamedCount {
      phases += [
        PhaseDeclaration("symmetric-\(k)", "\(k) magnetizations equal, the others zero"),
        PhaseDeclaration("hierarchical-\(k)", "\(k) magnetizations, each larger than the sum of the smaller ones"),
        PhaseDeclaration("mixture-\(k)", "\(k) magnetizations, decreasing but not hierarchical"),
        PhaseDeclaration("degenerate-\(k)", "\(k) magnetizations, some of them equal"),
      ]
    }
    return phases
  }()

  static let references = [
    "Agliari, Alessandrelli, Barra & Ricci-Tersenghi, Parallel learning by multitasking neural networks, J. Stat. Mech. "
      + "(2023), arXiv:2308.04106",
    "Agliari, Barra, Galluzzi, Guerra & Moauro, Multitasking associative networks, Phys. Rev. Lett. (2012), "
      + "arXiv:1111.5191",
    "Agliari, Barra, Galluzzi & Isopi, Multitasking network with fast noise (2013), arXiv:1304.4488",
    "Bartolucci & Annibale, Associative networks with diluted patterns: dynamical analysis at low and medium load (2014), "
      + "arXiv:1405.2454",
  ]

  private typealias Uses = [String: Set<Verb>]
  private static let data: Uses = ["equilibrium": both, "transitionLines": [.theory], "oneStep": both]
  private static let theoryOfData: Uses = [
    "equilibrium": [.theory], "transitionLines": [.theory], "oneStep": [.theory],
  ]
  private static let sweeps: Uses = [
    "equilibrium": [.simulate], "highStorage": [.simulate], "exactEnumeration": [.simulate],
  ]
  private static let unlimited = 1_000_000_000_000

  static let parameters = [
    ParameterDeclaration(
      "patternCount", symbol: "K", "number of patterns", kind: .integer(1...unlimited), default: .integer(3),
      uses: [
        "equilibrium": both, "transitionLines": [.theory], "learningThreshold": [.theory], "oneStep": both,
        "flow": both,
        "exactEnumeration": both,
      ]),
    ParameterDeclaration(
      "dilution", symbol: "d", "probability that an entry of a pattern is blank",
      kind: .real(Interval(lower: 0, upper: 1, includesLower: true, includesUpper: false)), default: .real(0.4),
      uses: [
        "equilibrium": both, "transitionLines": [.theory], "learningThreshold": [.theory], "oneStep": both,
        "flow": both,
        "highStorage": both,
      ]),
    ParameterDeclaration(
      "temperature", symbol: "T", "temperature in units of the coupling", kind: .real(.atLeast(0)),
      default: .real(0.05),
      uses: [
        "equilibrium": both, "learningThreshold": [.theory], "flow": both, "highStorage": both,
        "exactEnumeration": both,
      ],
      variants: Dictionary(
        uniqueKeysWithValues: ["learningThreshold", "flow", "highStorage", "exactEnumeration"].map {
          ($0, .init(kind: .real(.above(0)), default: .real(0.05)))
        })),
    ParameterDeclaration(
      "protocol", symbol: "-", "what is stored: the patterns, or examples of them with or without labels",
      kind: .choice(["storage", "supervised", "unsupervised"]), default: .word("storage"),
      uses: data.merging(["flow": both, "highStorage": both]) { $1 }),
    ParameterDeclaration(
      "examplesPerPattern", symbol: "M", "examples of each pattern", kind: .integer(1...unlimited),
      default: .integer(1), uses: data),
    ParameterDeclaration(
      "exampleQuality", symbol: "r", "mean overlap of an active entry with its pattern",
      kind: .real(Interval(lower: 0, upper: 1, includesLower: false, includesUpper: true)), default: .real(1),
      uses: data.merging(["learningThreshold": [.theory]]) { $1 }),
    ParameterDeclaration(
      "datasetEntropy", symbol: "ρ", "(1 - r^2)/(M r^2), in place of M", kind: .real(.atLeast(0)),
      defaultText: "from M and r", uses: theoryOfData),
    ParameterDeclaration(
      "datasetNoise", symbol: "-", "law of the data: exact for M examples, or its Gaussian limit",
      kind: .choice(["exactFiniteM", "gaussian"]), default: .word("exactFiniteM"), uses: theoryOfData),
    ParameterDeclaration(
      "fieldNormalization", symbol: "Γ", "scale of the Hamiltonian: 1, R or (1-d)R",
      kind: .choice(["bare", "dataset", "datasetAndDilution"]), default: .word("bare"), uses: ["equilibrium": both]),
    ParameterDeclaration(
      "initialState", symbol: "-",
      "start of the spins or seed of the theory; dominant (theory): the lowest free energy",
      kind: .choice(["pure", "hierarchical", "parallel", "random", "prescribed", "dominant"]),
      default: .word("hierarchical"), uses: ["equilibrium": both, "highStorage": both],
      variants: ["highStorage": .init(kind: .choice(["pure", "hierarchical"]), default: .word("hierarchical"))]),
    ParameterDeclaration(
      "initialMagnetization", symbol: "m₀", "prescribed magnetizations of all patterns",
      kind: .realList(.closed(-1, 1)),
      uses: ["equilibrium": both, "flow": both]),
    ParameterDeclaration(
      "time", symbol: "t", "times in sweeps, increasing", unit: "sweeps", kind: .realList(.atLeast(0)),
      default: .list([1]), uses: ["flow": both]),
    ParameterDeclaration(
      "storageLoad", symbol: "α", "patterns per spin", kind: .real(.above(0)), default: .real(0.01),
      uses: ["highStorage": both]),
    ParameterDeclaration(
      "condensedPatternCount", symbol: "L", "condensed patterns", kind: .integer(1...13), default: .integer(1),
      uses: ["highStorage": both]),
    ParameterDeclaration(
      "amplitudeTolerance", symbol: "ε", "loss of amplitude that defines the threshold, over 1 - d",
      kind: .real(.above(0)), default: .real(0.05), uses: ["learningThreshold": [.theory]]),
    ParameterDeclaration(
      "signalToNoise", symbol: "Θ", "signal-to-noise ratio that defines the worst-case threshold",
      kind: .real(.above(0)), default: .real(0.5.squareRoot()), uses: ["learningThreshold": [.theory]]),
    ParameterDeclaration(
      "neuronCount", symbol: "N", "number of spins", kind: .integer(2...1_000_000_000), default: .integer(5000),
      uses: [
        "equilibrium": [.simulate], "oneStep": [.simulate], "flow": [.simulate], "highStorage": [.simulate],
        "exactEnumeration": both,
      ],
      variants: ["exactEnumeration": .init(kind: .integer(2...20), default: .integer(12))]),
    ParameterDeclaration(
      "equilibrationSweeps", symbol: "-", "sweeps before measurement", unit: "sweeps",
      kind: .integer(0...1_000_000_000), default: .integer(50), uses: sweeps),
    ParameterDeclaration(
      "measurementSweeps", symbol: "-", "sweeps with measurement", unit: "sweeps", kind: .integer(1...1_000_000_000),
      default: .integer(50), uses: sweeps),
    ParameterDeclaration(
      "sampleMeanField", symbol: "-", "whether to solve the mean field of every sample", kind: .choice(["off", "on"]),
      default: .word("off"), uses: ["equilibrium": [.simulate]]),
  ]
}
