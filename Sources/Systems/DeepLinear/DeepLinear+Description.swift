import SystemInterface

extension DeepLinear {
  /// Names, ranges, observables, phases and references.
  public var description: SystemDescription {
    SystemDescription(
      name: "deep-linear", streamNumber: Self.streamNumber, title: "Deep linear network",
      summary: """
        Gradient descent on the weights W_D … W_1 of a deep network without nonlinearities: mode-by-mode learning with \
        closed-form trajectories, and how initial weights and depth decide whether signals and gradients keep their size.
        """,
      selector: "quantity", options: Self.options, parameters: Self.parameters, observables: Self.observables,
      phases: Self.phases, references: Self.references, sizeParameter: "hiddenWidth")
  }

  static let streamNumber: UInt32 = 4
  static let largestTheoryDepth = 1000
  static let largestSimulatedDepth = 256
  static let largestItemCount = 4096
  private static let largestWidth = 100_000

  static let options = [
    OptionDeclaration(
      "modeDynamics", "mode strengths u_k(t) and learning times under gradient flow", verbs: [.theory, .simulate],
      orderParameter: "learningTime", hasPhases: true),
    OptionDeclaration(
      "riccati", "the whole map W(t) of two layers from a zero-balanced start", verbs: [.theory, .simulate],
      orderParameter: "loss"),
    OptionDeclaration(
      "productSpectrum", "singular values of a product of D square matrices", verbs: [.theory, .simulate],
      orderParameter: "largestSquaredSingularValue"),
    OptionDeclaration(
      "hierarchy", "data with the structure of a tree: broad distinctions are learned first",
      verbs: [.theory, .simulate], orderParameter: "learningTime"),
    OptionDeclaration(
      "signalPropagation", "tanh networks: length of the signal and singular values of the Jacobian",
      verbs: [.theory, .simulate], orderParameter: "meanSquaredSingularValue", hasPhases: true),
    OptionDeclaration(
      "trainingEpochs", "epochs to learn, against depth, start and learning rate", verbs: [.theory, .simulate],
      orderParameter: "bestEpochs"),
    OptionDeclaration(
      "convolution", "layers that are circular convolutions: every frequency is a mode", verbs: [.theory, .simulate],
      orderParameter: "learningTime"),
  ]

  static let phases = [
    PhaseDeclaration("rich", "the strength of the first mode accelerates before it saturates: a sigmoid"),
    PhaseDeclaration("lazy", "its learning slows down from the start: an exponential"),
    PhaseDeclaration("vanishing", "gain below 1: gradients vanish exponentially with depth"),
    PhaseDeclaration("critical", "gain 1: they fall like 1/depth"),
    PhaseDeclaration("exploding", "gain above 1: they grow exponentially with depth, slowly just above 1"),
  ]

  static let references = [
    "Saxe, McClelland & Ganguli, Exact solutions to the nonlinear dynamics of learning in deep linear neural networks, "
      + "ICLR 2014, arXiv:1312.6120",
    "Fukumizu, Effect of batch learning in multilayer neural networks, ICONIP 1998",
    "Braun, Dominé, Fitzgerald & Saxe, Exact learning dynamics of deep linear networks with prior knowledge, NeurIPS 2022",
    "Penson & Życzkowski, Product of Ginibre matrices: Fuss-Catalan and Raney distributions, Phys. Rev. E 83, 061118 (2011), "
      + "arXiv:1103.3453",
  ]

  private typealias Uses = [String: Set<Verb>]
  private static let both: Set<Verb> = [.theory, .simulate]
  private static func uses(_ options: String..., by verbs: Set<Verb> = both) -> Uses {
    Uses(uniqueKeysWithValues: options.map { ($0, verbs) })
  }

  static let parameters = networkParameters + dataParameters

  private static let networkParameters = [
    ParameterDeclaration(
      "numWeightLayers", symbol: "D", "number of weight layers; signalPropagation: layers of the Jacobian",
      kind: .integer(1...largestTheoryDepth), default: .integer(2),
      uses: uses(
        "modeDynamics", "productSpectrum", "hierarchy", "signalPropagation", "trainingEpochs", "convolution"),
      variants: [
        "productSpectrum": .init(kind: .integer(1...largestTheoryDepth), default: .integer(3)),
        "signalPropagation": .init(kind: .integer(1...largestTheoryDepth), default: .integer(10)),
      ]),
    ParameterDeclaration(
      "singularValues", symbol: "s", "singular values of the input-output correlation, in any order",
      kind: .realList(.above(0)), default: .list([3, 2, 1]), uses: uses("modeDynamics", "trainingEpochs")),
    ParameterDeclaration(
      "initialModeStrength", symbol: "u₀", "initial strength of every mode in a decoupled start",
      kind: .real(.atLeast(0)), default: .real(0.001),
      uses: uses("modeDynamics", "hierarchy", "trainingEpochs", "convolution"),
      variants: ["trainingEpochs": .init(kind: .real(.atLeast(0)), default: .real(0.05))]),
    ParameterDeclaration(
      "initialLayerStrengths", symbol: "a", "initial strengths of the layers of a single mode",
      kind: .realList(.init(lower: -.infinity, upper: .infinity, includesLower: false, includesUpper: false)),
      defaultText: "all u₀^(1/D)", uses: uses("modeDynamics")),
    ParameterDeclaration(
      "layerImbalance", symbol: "c", "a₀² - b₀² of the two layers of a single mode, conserved while it grows",
      kind: .real(.atLeast(0)), defaultText: "0: equal layers", uses: uses("modeDynamics")),
    ParameterDeclaration(
      "initialization", symbol: "-", "how the weights start", kind: .choice(["decoupled", "smallRandom"]),
      default: .word("decoupled"),
      uses: uses(
        "modeDynamics", "riccati", "productSpectrum", "signalPropagation", "trainingEpochs", "convolution"),
      variants: [
        "riccati": choice("eye", "zeroBalanced"), "productSpectrum": choice("gaussian", "orthogonal"),
        "signalPropagation": choice("gaussian", "orthogonal"),
        "trainingEpochs": choice("orthogonal", "gaussian", "decoupled"),
      ]),
    ParameterDeclaration(
      "initialWeightScale", symbol: "σ", "standard deviation of small random weights; scale of a zero-balanced start",
      kind: .real(.above(0)), default: .real(0.01), uses: uses("modeDynamics", "riccati", "convolution"),
      variants: ["riccati": .init(kind: .real(.above(0)), default: .real(0.1))]),
    ParameterDeclaration(
      "numInputs", symbol: "N_i", "number of inputs", kind: .integer(1...largestWidth), default: .integer(20),
      uses: ["modeDynamics": [.simulate], "riccati": both],
      variants: ["riccati": .init(kind: .integer(1...largestWidth), default: .integer(5))]),
    ParameterDeclaration(
      "numOutputs", symbol: "N_o", "number of outputs", kind: .integer(1...largestWidth), default: .integer(8),
      uses: ["modeDynamics": [.simulate], "riccati": both],
      variants: ["riccati": .init(kind: .integer(1...largestWidth), default: .integer(4))]),
    ParameterDeclaration(
      "hiddenWidth", symbol: "N_h",
      "width of the hidden layers; of all layers where these are square; convolution: length n of kernels",
      kind: .integer(1...largestWidth), default: .integer(20),
      uses: uses(
        "modeDynamics", "riccati", "productSpectrum", "hierarchy", "signalPropagation", "trainingEpochs", "convolution"),
      variants: [
        "convolution": .init(kind: .integer(1...largestWidth), default: .integer(16)),
        "riccati": .init(kind: .integer(1...largestWidth), default: .integer(3)),
        "productSpectrum": .init(kind: .integer(1...largestWidth), default: .integer(100)),
        "hierarchy": .init(kind: .integer(1...largestWidth), default: nil),
        "signalPropagation": .init(kind: .integer(1...largestWidth), default: .integer(100)),
        "trainingEpochs": .init(kind: .integer(1...largestWidth), default: .integer(16)),
      ]),
    ParameterDeclaration(
      "inputOutputCorrelation", symbol: "Σ_yx", "input-output correlation, row by row",
      kind: .realList(.init(lower: -.infinity, upper: .infinity, includesLower: false, includesUpper: false)),
      defaultText: "sin(i + 2j) + cos(0.3 i j)/2", uses: uses("riccati")),
    ParameterDeclaration(
      "targetKernel", symbol: "k", "kernel of the convolution to learn, at places 0, 1, …; 0 at the others",
      kind: .realList(.init(lower: -.infinity, upper: .infinity, includesLower: false, includesUpper: false)),
      defaultText: "exponential, of kernelWidth", uses: uses("convolution")),
    ParameterDeclaration(
      "kernelWidth", symbol: "w", "range of the kernel e^(-|j|/w), Σk = 1, on the ring", kind: .real(.above(0)),
      default: .real(1), uses: uses("convolution")),
    ParameterDeclaration(
      "weightSeed", symbol: "-", "number of the draw of a zero-balanced start", kind: .integer(0...Int.max),
      default: .integer(1), uses: uses("riccati")),
    ParameterDeclaration(
      "gain", symbol: "g", "gain of the weights", kind: .real(.above(0)), default: .real(1),
      uses: uses("signalPropagation")),
    ParameterDeclaration(
      "inputVariance", symbol: "q₁", "mean square of the first layer's preactivations", kind: .real(.above(0)),
      defaultText: "fixed point q*(g) for g > 1, else 1", uses: uses("signalPropagation")),
  ]

  private static let dataParameters = [
    ParameterDeclaration(
      "time", symbol: "t", "times of gradient flow, increasing", kind: .realList(.atLeast(0)),
      default: .list([0.1, 0.3, 1, 3, 10, 30]), uses: uses("modeDynamics", "riccati", "convolution"),
      variants: ["convolution": .init(kind: .realList(.atLeast(0)), default: .list([0.1, 0.3, 1, 3]))]),
    ParameterDeclaration(
      "learnedFraction", symbol: "f", "a mode counts as learned at u = f s", kind: .real(unitInterval),
      default: .real(0.5), uses: uses("modeDynamics", "hierarchy", "convolution")),
    ParameterDeclaration(
      "learningRate", symbol: "η", "step of gradient descent in units of time", kind: .real(.above(0)),
      defaultText: "0.02/(D s₁^(2-2/D)); convolution: divided by n",
      uses: uses("modeDynamics", "riccati", "hierarchy", "convolution", by: [.simulate])),
    ParameterDeclaration(
      "relativeLearningRate", symbol: "κ", "learning rates in units of 1/(D s₁^(2-2/D)); stable below 2",
      kind: .realList(.above(0)), default: .list([0.8]), uses: uses("trainingEpochs")),
    ParameterDeclaration(
      "threshold", symbol: "-", "fraction of the initial loss that counts as learned", kind: .real(unitInterval),
      default: .real(0.05), uses: uses("trainingEpochs")),
    ParameterDeclaration(
      "maximumEpochs", symbol: "-", "epochs after which a run gives up", kind: .integer(1...1_000_000_000),
      default: .integer(10_000), uses: uses("trainingEpochs", by: [.simulate])),
    ParameterDeclaration(
      "probability", symbol: "p", "levels of the quantiles", kind: .realList(unitInterval), default: .list([0.1, 0.5]),
      uses: uses("productSpectrum")),
    ParameterDeclaration(
      "branching", symbol: "B", "branches at every node of the tree", kind: .integer(2...largestItemCount),
      default: .integer(2), uses: uses("hierarchy")),
    ParameterDeclaration(
      "treeDepth", symbol: "L", "levels of the tree below its root", kind: .integer(1...12), default: .integer(4),
      uses: uses("hierarchy")),
    ParameterDeclaration(
      "flipProbability", symbol: "ε", "probability that a feature flips along an edge of the tree",
      kind: .real(.init(lower: 0, upper: 0.5, includesLower: true, includesUpper: false)), default: .real(0.1),
      uses: uses("hierarchy")),
    ParameterDeclaration(
      "numFeatures", symbol: "N_f", "number of features of an item", kind: .integer(1...10_000_000),
      default: .integer(1000), uses: uses("hierarchy", by: [.simulate])),
  ]

  private static let unitInterval = Interval(lower: 0, upper: 1, includesLower: false, includesUpper: false)

  private static func choice(_ words: String...) -> ParameterDeclaration.Variant {
    .init(kind: .choice(words), default: .word(words[0]))
  }
}
