import SystemInterface

extension GeneralizationDynamics {
  /// Names, ranges, observables, phases and references.
  public var description: SystemDescription {
    SystemDescription(
      name: "generalization-dynamics", streamNumber: 3, title: "Dynamics of generalization",
      summary: """
        Train and test error over time of students trained by full-batch gradient descent on noisy examples of a teacher: \
        linear students by random-matrix theory (early stopping, ridge, double descent, any input covariance), deep linear \
        students, random features, two-layer networks.
        """,
      selector: "model", options: Self.options, parameters: Self.parameters, observables: Self.observables,
      phases: Self.phases, references: Self.references, sizeParameter: "numInputs")
  }

  static let options = [
    OptionDeclaration(
      "isotropicLinear", "linear teacher and student, isotropic inputs", verbs: [.theory, .simulate],
      orderParameter: "finalTestError", hasPhases: true),
    OptionDeclaration(
      "anisotropicLinear", "linear teacher and student, inputs of any covariance", verbs: [.theory, .simulate],
      orderParameter: "finalTestError", hasPhases: true),
    OptionDeclaration(
      "deepLinearStudent", "linear student of D layers, in scaled time", verbs: [.theory, .simulate],
      orderParameter: "optimalStoppingTestError"),
    OptionDeclaration(
      "randomFeatures", "frozen hidden layer, trained readout", verbs: [.theory, .simulate],
      orderParameter: "finalTestError", hasPhases: true),
    OptionDeclaration(
      "twoLayerFull", "two-layer network, both layers trained", verbs: [.simulate], orderParameter: "testError"),
  ]

  static let phases = [
    PhaseDeclaration("harmful", "training to completion is worse than not training: E_g(inf) > E_g(0)"),
    PhaseDeclaration("benign", "training to completion costs less than 5 %: E_g(inf) - E_g(t*) < 0.05 E_g(t*)"),
    PhaseDeclaration("overtraining", "training to completion costs more, but is better than not training"),
  ]

  static let references = [
    "Advani, Saxe & Sompolinsky, High-dimensional dynamics of generalization error in neural networks, Neural Networks 132, "
      + "428 (2020), arXiv:1710.03667",
    "Marchenko & Pastur, Distribution of eigenvalues for some sets of random matrices, Math. USSR Sb. 1, 457 (1967)",
    "Silverstein & Choi, Analysis of the limiting spectral distribution of large dimensional random matrices, J. Multivar. "
      + "Anal. 54, 295 (1995)",
    "Weideman, Optimizing Talbot's contours for the inversion of the Laplace transform, SIAM J. Numer. Anal. 44, 2342 (2006)",
    "Dumitriu & Edelman, Matrix models for beta ensembles, J. Math. Phys. 43, 5830 (2002)",
  ]

  private typealias Uses = [String: Set<Verb>]
  private static let both: Set<Verb> = [.theory, .simulate]
  private static let (I, A, D, R, F) = (
    "isotropicLinear", "anisotropicLinear", "deepLinearStudent", "randomFeatures", "twoLayerFull"
  )

  private static func uses(_ models: String..., by verbs: Set<Verb> = both) -> Uses {
    Uses(uniqueKeysWithValues: models.map { ($0, $0 == F ? verbs.intersection([.simulate]) : verbs) })
  }

  static let parameters = linearParameters + networkParameters

  private static let anyNumber = Interval(
    lower: -.infinity, upper: .infinity, includesLower: false, includesUpper: false)
  private static let largestSize = 1_000_000_000

  private static let linearParameters = [
    ParameterDeclaration(
      "loadRatio", symbol: "α", "samples per input, P/N", kind: .real(.closed(1e-4, 1e4)), default: .real(0.5),
      uses: uses(I, A, D)),
    ParameterDeclaration(
      "numInputs", symbol: "N", "number of inputs", kind: .integer(2...largestSize), default: .integer(200),
      uses: uses(I, A, D)),
    ParameterDeclaration(
      "numSamples", symbol: "P", "number of training examples", kind: .integer(1...largestSize),
      defaultText: "α N, rounded", uses: uses(I, A, D, R, F),
      variants: [
        R: .init(kind: .integer(1...largestSize), default: .integer(200)),
        F: .init(kind: .integer(1...largestSize), default: .integer(60)),
      ]),
    ParameterDeclaration(
      "signalToNoise", symbol: "SNR", "teacher variance over noise variance", kind: .real(.atLeast(0)),
      default: .real(5), uses: uses(I)),
    ParameterDeclaration(
      "initToNoise", symbol: "INR", "variance of the initial weights over noise variance", kind: .real(.atLeast(0)),
      default: .real(0), uses: uses(I)),
    ParameterDeclaration(
      "labelNoiseVariance", symbol: "σ_ε²", "variance of the noise on the labels", kind: .real(.atLeast(0)),
      default: .real(1), uses: uses(I, A, D, R, F)),
    ParameterDeclaration(
      "teacherVariance", symbol: "σ_w²", "variance of the teacher weights; anisotropicLinear: one, or one a direction",
      kind: .real(.atLeast(0)), defaultText: "SNR σ_ε²", uses: uses(I, A, D),
      variants: [
        A: .init(kind: .realList(.atLeast(0)), default: .list([1])),
        D: .init(kind: .real(.atLeast(0)), default: .real(1)),
      ]),
    ParameterDeclaration(
      "initVariance", symbol: "σ_0²", "variance of the initial weights; anisotropicLinear: one, or one a direction",
      kind: .real(.atLeast(0)), defaultText: "INR σ_ε²", uses: uses(I, A),
      variants: [A: .init(kind: .realList(.atLeast(0)), default: .list([0]))]),
    ParameterDeclaration(
      "time", symbol: "t", "times of the curves, ascending", kind: .realList(.atLeast(0)),
      default: .list([0.1, 0.3, 1, 3, 10, 30, 100]), uses: uses(I, A, D, R),
      advice: "finite and ascending; for the limit read finalTestError"),
    ParameterDeclaration(
      "ridge", symbol: "γ", "strength of the ridge estimator", kind: .real(.atLeast(0)),
      defaultText: "none: no ridge observables", uses: uses(I, A, R)),
    ParameterDeclaration(
      "weightDecay", symbol: "γ", "weight decay in the gradient flow", kind: .real(.atLeast(0)), default: .real(0),
      uses: uses(I)),
    ParameterDeclaration(
      "covarianceEigenvalues", symbol: "Λ", "variances of the inputs times N, >= 0", kind: .realList(anyNumber),
      default: .list([1.9, 0.1]), uses: uses(A)),
    ParameterDeclaration(
      "covarianceWeights", symbol: "-", "fraction of the inputs that has each variance", kind: .realList(.atLeast(0)),
      defaultText: "equal", uses: uses(A)),
  ]

  private static let networkParameters = [
    ParameterDeclaration(
      "numLayers", symbol: "D", "layers of the deep student", kind: .integer(2...20), default: .integer(3),
      uses: uses(D)),
    ParameterDeclaration(
      "initialStrength", symbol: "d_0", "initial strength of the upper layers", kind: .real(.above(0)),
      default: .real(0.3), uses: uses(D)),
    ParameterDeclaration(
      "initialInputScale", symbol: "σ_z", "initial scale of the first layer", kind: .real(.atLeast(0)),
      defaultText: "initialStrength", uses: uses(D)),
    ParameterDeclaration(
      "activation", symbol: "f", "erf(h/√2) or max(0, h)", kind: .choice(Activation.allCases.map(\.rawValue)),
      default: .word("erf"), uses: uses(R, F)),
    ParameterDeclaration(
      "inputDimension", symbol: "d", "number of inputs of a two-layer network", kind: .integer(1...largestSize),
      default: .integer(50), uses: uses(R, F),
      variants: [F: .init(kind: .integer(1...largestSize), default: .integer(20))]),
    ParameterDeclaration(
      "hiddenWidth", symbol: "M", "hidden units of the student", kind: .integer(1...largestSize), default: .integer(64),
      uses: uses(R, F)),
    ParameterDeclaration(
      "numTeacherUnits", symbol: "M_t", "hidden units of the teacher", kind: .integer(1...largestSize),
      default: .integer(20), uses: uses(R, F),
      variants: [F: .init(kind: .integer(1...largestSize), default: .integer(5))]),
    ParameterDeclaration(
      "teacherScale", symbol: "c", "scale of the teacher's readout", kind: .real(.above(0)), default: .real(1),
      uses: uses(R)),
    ParameterDeclaration(
      "featureWeights", symbol: "-", "weights of student and teacher: a formula, or Gaussian",
      kind: .choice(["deterministic", "gaussian"]), default: .word("deterministic"), uses: uses(R)),
    ParameterDeclaration(
      "weightSeed", symbol: "-", "seed of Gaussian feature weights", kind: .integer(0...Int.max), default: .integer(1),
      uses: uses(R)),
    ParameterDeclaration(
      "teacherSecondMoment", symbol: "E y²", "power of the teacher's output, without noise", kind: .real(.above(0)),
      default: .real(1), uses: uses(F)),
    ParameterDeclaration(
      "wScale", symbol: "-", "scale of the initial hidden weights", kind: .real(.atLeast(0)), default: .real(1),
      uses: uses(F)),
    ParameterDeclaration(
      "aScale", symbol: "-", "scale of the initial readout weights", kind: .real(.atLeast(0)), default: .real(1),
      uses: uses(F)),
    ParameterDeclaration(
      "learningRate", symbol: "dt", "step of gradient descent", kind: .real(.above(0)),
      defaultText: "0.1/l₊", uses: uses(I, D, F, by: [.simulate]),
      variants: [
        D: .init(kind: .real(.above(0)), default: .real(0.01)), F: .init(kind: .real(.above(0)), default: .real(0.5)),
      ]),
    ParameterDeclaration(
      "step", symbol: "-", "steps at which errors are measured, ascending", kind: .integerList(0...largestSize),
      default: .list([0, 30, 100, 300, 1000]), uses: uses(F)),
    ParameterDeclaration(
      "simulationMode", symbol: "-", "how a sample is simulated",
      kind: .choice(["spectrum", "literal", "gradientDescent"]), default: .word("spectrum"),
      uses: uses(I, D, by: [.simulate]),
      variants: [D: .init(kind: .choice(["reduced", "gradientDescent"]), default: .word("reduced"))]),
  ]
}
