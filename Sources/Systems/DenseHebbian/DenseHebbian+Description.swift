import SystemInterface

extension DenseHebbian {
  /// Names, ranges, observables, phases and references.
  public var description: SystemDescription {
    SystemDescription(
      name: "dense-hebbian", streamNumber: 1, title: "Dense Hebbian network",
      summary: """
        Associative memory of N Ising spins with P-body interactions (P = 2 is the Hopfield model), built by Hebb's rule \
        from M noisy examples of quality r of each of K archetypes, with a teacher (supervised) or without (unsupervised).
        """,
      selector: "quantity", options: Self.options, parameters: Self.parameters, observables: Self.observables,
      phases: Self.phases, references: Self.references, sizeParameter: "spinCount",
      sweepParameters: SweepParameters(equilibration: "equilibrationSweeps", measurement: "measurementSweeps"))
  }

  static let options = [
    OptionDeclaration(
      "equilibrium", "order parameters at load alpha (or synaptic noise tau) and temperature T",
      verbs: [.theory, .simulate], orderParameter: "magnetization", hasPhases: true),
    OptionDeclaration(
      "criticalLoad", "largest load with retrieval at T (at T = 0: the capacity), and the first-order load",
      verbs: [.theory], orderParameter: "spinodalLoad"),
    OptionDeclaration(
      "criticalTemperature", "temperatures of retrieval at zero load", verbs: [.theory],
      orderParameter: "spinodalTemperature"),
    OptionDeclaration(
      "glass", "the solution without retrieval: replica symmetric, with one-step breaking, and by replica exchange",
      verbs: [.theory, .simulate], orderParameter: "glassEnergy", hasPhases: true),
    OptionDeclaration(
      "oneStep", "signal-to-noise: one parallel noiseless update from the archetype", verbs: [.theory, .simulate],
      orderParameter: "oneStepMagnetization"),
    OptionDeclaration(
      "plefka", "naive and TAP iterations against heat bath on the same samples", verbs: [.simulate],
      orderParameter: "magnetization"),
    OptionDeclaration(
      "exactEnumeration", "an instance defined by a formula: exact sums (theory), heat bath (simulate)",
      verbs: [.theory, .simulate], orderParameter: "squaredMagnetization"),
    OptionDeclaration(
      "structuredData", "noiseless retrieval of real images by class means of the examples, full powers",
      verbs: [.simulate], orderParameter: "classAccuracy"),
  ]

  static let phases = [
    PhaseDeclaration("retrieval", "the archetype is retrieved and has the lowest free energy"),
    PhaseDeclaration("metastable-retrieval", "the archetype is retrieved, but its free energy is not the lowest"),
    PhaseDeclaration("spin-glass", "no retrieval, spins frozen in disorder (q > 0)"),
    PhaseDeclaration("paramagnet", "no retrieval, no frozen order"),
  ]

  static let references = [
    "Agliari, Albanese, Alemanno, Alessandrelli, Barra, Giannotti, Lotito & Pedreschi, Dense Hebbian neural networks: "
      + "a replica symmetric picture of supervised learning (2022), arXiv:2212.00606",
    "Agliari, Albanese, Alemanno, Alessandrelli, Barra, Giannotti, Lotito & Pedreschi, Dense Hebbian neural networks: "
      + "a replica symmetric picture of unsupervised learning (2022), arXiv:2211.14067",
    "Albanese, Alemanno, Alessandrelli & Barra, Replica symmetry breaking in dense neural networks (2021), arXiv:2111.12997",
    "Amit, Gutfreund & Sompolinsky, Statistical mechanics of neural networks near saturation, Ann. Phys. 173, 30 (1987)",
    "Plefka, Convergence condition of the TAP equation for the infinite-ranged Ising spin glass model, J. Phys. A 15, 1971 "
      + "(1982)",
    "Peretto, Collective properties of neural networks: a statistical physics approach, Biol. Cybern. 50, 51 (1984)",
    "Syed, Bouchard-Côté, Deligiannidis & Doucet, Non-reversible parallel tempering, J. R. Stat. Soc. B 84, 321 (2022)",
  ]

  private typealias Uses = [String: Set<Verb>]
  private static let both: Set<Verb> = [.theory, .simulate]
  private static let everywhere: Uses = [
    "equilibrium": both, "criticalLoad": [.theory], "criticalTemperature": [.theory], "oneStep": both,
    "exactEnumeration": both, "glass": both, "plefka": [.simulate],
  ]
  private static let images: Uses = ["structuredData": [.simulate]]

  /// `everywhere` without some options.
  private static func everywhere(but options: String...) -> Uses {
    everywhere.filter { !options.contains($0.key) }
  }

  static let parameters = networkParameters + imageParameters

  private static let networkParameters = [
    ParameterDeclaration(
      "interactionOrder", symbol: "P", "number of spins that interact", kind: .integerChoice([2, 4, 6, 8]),
      default: .integer(4), uses: everywhere.merging(images) { $1 },
      variants: [
        "structuredData": .init(kind: .integerChoice([2, 4, 6, 8, 10, 12, 14, 16]), default: .integer(4))
      ]),
    ParameterDeclaration(
      "interactionForm", symbol: "-", "products of different sites only, or full powers of the overlaps",
      kind: .choice(["distinctIndices", "fullPower"]), default: .word("distinctIndices"), uses: everywhere),
    ParameterDeclaration(
      "learningProtocol", symbol: "-", "whether a teacher groups the examples by archetype",
      kind: .choice(["supervised", "unsupervised"]), default: .word("supervised"), uses: everywhere),
    ParameterDeclaration(
      "examplesPerArchetype", symbol: "M", "examples of each archetype", kind: .integer(1...1_000_000_000_000),
      or: ["infinite"],
      default: .word("infinite"), uses: everywhere.merging(images) { $1 },
      variants: ["structuredData": .init(kind: .integer(1...1_000_000), default: .integer(100))]),
    ParameterDeclaration(
      "datasetQuality", symbol: "r", "overlap of an example with its archetype", kind: .real(.closed(0, 1)),
      default: .real(1), uses: everywhere),
    ParameterDeclaration(
      "datasetEntropy", symbol: "ρ", "(1 - r^2)/(M r^2), in place of M and r", kind: .real(.atLeast(0)),
      defaultText: "from M and r",
      uses: [
        "equilibrium": [.theory], "criticalLoad": [.theory], "criticalTemperature": [.theory], "oneStep": [.theory],
      ]
    ),
    ParameterDeclaration(
      "exampleAverage", symbol: "-", "law of the class means: exact for M examples, or its Gaussian limit",
      kind: .choice(["exact", "gaussian"]), default: .word("exact"),
      uses: [
        "equilibrium": [.theory], "criticalLoad": [.theory], "criticalTemperature": [.theory], "oneStep": [.theory],
      ]
    ),
    ParameterDeclaration(
      "temperature", symbol: "T", "temperature in units of the coupling; 0 for noiseless dynamics",
      kind: .real(.atLeast(0)), default: .real(0.1), uses: everywhere(but: "criticalTemperature", "oneStep")),
    ParameterDeclaration(
      "storageLoad", symbol: "α", "archetypes per N^b, K = alpha N^b", kind: .real(.atLeast(0)), default: .real(0),
      uses: ["equilibrium": both, "oneStep": both, "glass": both, "plefka": [.simulate]]),
    ParameterDeclaration(
      "storageExponent", symbol: "b", "exponent of the load", kind: .real(.atLeast(0)), defaultText: "P-1",
      uses: ["equilibrium": both, "oneStep": both]),
    ParameterDeclaration(
      "archetypeCount", symbol: "K", "number of archetypes, the retrieved one included",
      kind: .integer(1...1_000_000_000_000_000), defaultText: "from storageLoad; exactEnumeration: 5",
      uses: ["equilibrium": both, "oneStep": both, "plefka": [.simulate], "exactEnumeration": both]),
    ParameterDeclaration(
      "spinCount", symbol: "N", "number of spins", kind: .integer(8...1_000_000_000),
      defaultText: "64; exactEnumeration: 10",
      uses: [
        "equilibrium": both, "oneStep": both, "glass": [.simulate], "plefka": [.simulate], "exactEnumeration": both,
      ]),
    ParameterDeclaration(
      "synapticNoise", symbol: "τ", "strength of Gaussian noise on the synapses (alpha = 0 or K given; simulation: K)",
      kind: .real(.atLeast(0)), default: .real(0), uses: ["equilibrium": both]),
    ParameterDeclaration(
      "initialOverlap", symbol: "m₀", "overlap of the start with archetype 1 (with the image), or a random start",
      kind: .real(.closed(-1, 1)), or: ["random"], default: .real(1),
      uses: ["equilibrium": [.simulate], "structuredData": [.simulate]],
      variants: ["structuredData": .init(kind: .real(.closed(0, 1)), default: .real(1))]),
    ParameterDeclaration(
      "dynamics", symbol: "-", "rule of the updates: of one spin after the other, or heat bath of all at once",
      kind: .choice(["heatBath", "metropolis", "parallel"]), default: .word("heatBath"),
      uses: ["equilibrium": [.simulate], "exactEnumeration": [.simulate]]),
    ParameterDeclaration(
      "equilibrationSweeps", symbol: "-", "sweeps before measurement", unit: "sweeps",

      kind: .integer(0...1_000_000_000),
      default: .integer(60), uses: sweeps),
    ParameterDeclaration(
      "measurementSweeps", symbol: "-", "sweeps with measurement", unit: "sweeps",
      kind: .integer(1...1_000_000_000),
      default: .integer(300), uses: sweeps),
    ParameterDeclaration(
      "exchangeTemperatures", symbol: "-", "rungs of the temperature ladder", kind: .integer(2...Int.max),
      default: .integer(16), uses: ["glass": [.simulate]]),
  ]

  private static let sweeps: Uses = [
    "equilibrium": [.simulate], "exactEnumeration": [.simulate], "glass": [.simulate], "plefka": [.simulate],
    "structuredData": [.simulate],
  ]

  static let observables = networkObservables + imageObservables

  private static let networkObservables = [
    ObservableDeclaration(
      "magnetization", symbol: "m", "Mattis magnetization: overlap with archetype 1",
      reportedBy: ["equilibrium": both, "plefka": [.simulate]]),
    ObservableDeclaration(
      "classOverlap", symbol: "u", "overlap with the standardised class mean of archetype 1",
      reportedBy: ["equilibrium": both]),
    ObservableDeclaration(
      "exampleMagnetization", symbol: "n", "example magnetization r u/√R", reportedBy: ["equilibrium": both]),
    ObservableDeclaration(
      "replicaOverlap", symbol: "q", "overlap of two replicas of one disorder sample", reportedBy: ["equilibrium": both]
    ),
    ObservableDeclaration(
      "energy", symbol: "e", "energy per spin, relative to infinite temperature (exactEnumeration: not shifted)",
      reportedBy: ["equilibrium": both, "exactEnumeration": both]),
    ObservableDeclaration(
      "freeEnergy", symbol: "f", "free energy per spin of the reported branch, of the same zero as the energy",
      reportedBy: ["equilibrium": [.theory], "exactEnumeration": [.theory]]),
    ObservableDeclaration(
      "repliconEigenvalue", symbol: "λ", "replicon eigenvalue: negative where replica symmetry is unstable",
      reportedBy: ["equilibrium": [.theory]]),
    ObservableDeclaration(
      "glassFreeEnergy", symbol: "f₀", "free energy per spin of the replica-symmetric solution without retrieval",
      reportedBy: ["equilibrium": [.theory], "glass": [.theory]]),
    ObservableDeclaration(
      "glassFreeEnergyRSB", symbol: "f₁", "the same with one step of replica symmetry breaking",
      reportedBy: ["equilibrium": [.theory], "glass": [.theory]]),
    ObservableDeclaration(
      "glassOverlap", symbol: "q₀", "replica overlap of the replica-symmetric solution without retrieval",
      reportedBy: ["glass": [.theory]]),
    ObservableDeclaration(
      "glassEnergy", symbol: "e₀", "energy per spin without retrieval (theory: replica symmetric)",
      reportedBy: ["glass": both]),
    ObservableDeclaration(
      "glassEnergyRSB", symbol: "e₁", "the same with one step of replica symmetry breaking",
      reportedBy: ["glass": [.theory]]),
    ObservableDeclaration(
      "glassInnerOverlap", symbol: "q₁", "overlap of replicas in one state of the one-step glass",
      reportedBy: ["glass": [.theory]]),
    ObservableDeclaration(
      "glassBlockParameter", symbol: "x", "block parameter of the one-step glass", reportedBy: ["glass": [.theory]]),
    ObservableDeclaration(
      "dynamicTemperature", symbol: "T_d", "temperature below which glassy states exist",
      reportedBy: ["glass": [.theory]]),
    ObservableDeclaration(
      "kauzmannTemperature", symbol: "T_K", "temperature below which they have the lowest free energy",
      reportedBy: ["glass": [.theory]]),
    ObservableDeclaration(
      "overlapDistribution", symbol: "P(q)", "density of the overlap of two replicas", dimensions: ["overlap"],
      reportedBy: ["glass": [.simulate]]),
    ObservableDeclaration(
      "effectiveLoad", symbol: "α_eff", "number of archetypes over the number that scales the noise",
      reportedBy: ["equilibrium": both]),
    ObservableDeclaration(
      "escapedFraction", symbol: "p_esc", "fraction of samples whose magnetization fell below half its theory value",
      reportedBy: ["equilibrium": [.simulate]]),
    ObservableDeclaration(
      "retainedMagnetization", symbol: "m_ret", "magnetization of the samples that did not escape",
      reportedBy: ["equilibrium": [.simulate]]),
    ObservableDeclaration(
      "spinodalLoad", symbol: "α_sp", "largest load with retrieval; at T = 0 the capacity",
      reportedBy: ["criticalLoad": [.theory]]),
    ObservableDeclaration(
      "spinodalMagnetization", symbol: "m_sp", "magnetization at the spinodal load",
      reportedBy: ["criticalLoad": [.theory]]),
    ObservableDeclaration(
      "firstOrderLoad", symbol: "α_1", "load where retrieval and the replica-symmetric glass have equal free energy",
      reportedBy: ["criticalLoad": [.theory]]),
    ObservableDeclaration(
      "firstOrderLoadRSB", symbol: "α_1^RSB", "the same against the glass with one step of replica symmetry breaking",
      reportedBy: ["criticalLoad": [.theory]]),
    ObservableDeclaration(
      "spinodalTemperature", symbol: "T_sp", "largest temperature with retrieval at zero load",
      reportedBy: ["criticalTemperature": [.theory]]),
    ObservableDeclaration(
      "firstOrderTemperature", symbol: "T_1", "temperature where the free energy of retrieval is -T ln 2",
      reportedBy: ["criticalTemperature": [.theory]]),
    ObservableDeclaration(
      "oneStepMagnetization", symbol: "m₁", "overlap after one parallel noiseless update from the archetype",
      reportedBy: ["oneStep": both]),
    ObservableDeclaration(
      "naiveMagnetization", symbol: "m_MF", "overlap with archetype 1 in naive mean field",
      reportedBy: ["plefka": [.simulate]]),
    ObservableDeclaration(
      "tapMagnetization", symbol: "m_TAP", "overlap with archetype 1 in TAP, with Onsager's reaction",
      reportedBy: ["plefka": [.simulate]]),
    ObservableDeclaration(
      "naiveSpinError", symbol: "δ_MF", "root mean square over sites of m_i - ⟨s_i⟩, naive against heat bath",
      reportedBy: ["plefka": [.simulate]]),
    ObservableDeclaration(
      "tapSpinError", symbol: "δ_TAP", "root mean square over sites of m_i - ⟨s_i⟩, TAP against heat bath",
      reportedBy: ["plefka": [.simulate]]),
    ObservableDeclaration(
      "spinMagnetization", symbol: "ξ⟨s⟩", "heat bath, means over quantiles of the sites in rising order of ξ_i⟨s_i⟩",
      dimensions: ["quantile"], reportedBy: ["plefka": [.simulate]]),
    ObservableDeclaration(
      "naiveSpinMagnetization", symbol: "ξm_MF", "naive mean field, means over the same sites",
      dimensions: ["quantile"], reportedBy: ["plefka": [.simulate]]),
    ObservableDeclaration(
      "tapSpinMagnetization", symbol: "ξm_TAP", "TAP, means over the same sites", dimensions: ["quantile"],
      reportedBy: ["plefka": [.simulate]]),
    ObservableDeclaration(
      "squaredMagnetization", symbol: "⟨m²⟩", "mean square overlap with archetype 1",
      reportedBy: ["exactEnumeration": both]),
  ]
}
