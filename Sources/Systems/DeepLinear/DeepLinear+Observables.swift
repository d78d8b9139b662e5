import SystemInterface

extension DeepLinear {
  static let observables = learningObservables + propagationObservables

  private typealias Uses = [String: Set<Verb>]
  private static let both: Set<Verb> = [.theory, .simulate]

  private static let learningObservables = [
    ObservableDeclaration(
      "modeStrength", symbol: "u_k", "strength of mode k", dimensions: ["mode", "time"],
      reportedBy: ["modeDynamics": both, "riccati": both, "convolution": both],
      dimensionVariants: ["convolution": ["frequency", "time"]]),
    ObservableDeclaration(
      "loss", symbol: "ℒ", "half the squared distance of W from the input-output correlation", dimensions: ["time"],
      reportedBy: ["modeDynamics": both, "riccati": both, "convolution": both]),
    ObservableDeclaration(
      "learningTime", symbol: "t_f", "time at which a mode reaches the fraction f of its final strength",
      dimensions: ["mode"], reportedBy: ["modeDynamics": both, "hierarchy": both, "convolution": both],
      dimensionVariants: ["hierarchy": ["level"], "convolution": ["frequency"]]),
    ObservableDeclaration(
      "infiniteDepthLearningTime", symbol: "(D t)_∞", "limit of D t for infinitely many layers at fixed u₀",
      dimensions: ["mode"], reportedBy: ["modeDynamics": [.theory]]),
    ObservableDeclaration(
      "maximalLearningRate", symbol: "η_max", "learning rate beyond which gradient descent is unstable",
      reportedBy: ["modeDynamics": [.theory], "convolution": [.theory]]),
    ObservableDeclaration(
      "effectiveModeStrength", symbol: "u₀_k", "effective initial strength of small random weights, geometric mean",
      dimensions: ["mode"], reportedBy: ["modeDynamics": [.theory], "convolution": [.theory]],
      dimensionVariants: ["convolution": ["frequency"]]),
    ObservableDeclaration(
      "predictedLearningTime", symbol: "t_QR", "learning time predicted from the orthogonalised start",
      dimensions: ["mode"], reportedBy: ["modeDynamics": [.simulate], "convolution": [.simulate]],
      dimensionVariants: ["convolution": ["frequency"]]),
    ObservableDeclaration(
      "offDiagonalResidue", symbol: "δ", "Frobenius norm of UᵀWV off the diagonal", dimensions: ["time"],
      reportedBy: ["modeDynamics": [.simulate], "convolution": [.simulate]]),
    ObservableDeclaration(
      "conservationDrift", symbol: "ΔC", "largest change of W_{l+1}ᵀW_{l+1} - W_l W_lᵀ, which gradient flow conserves",
      reportedBy: ["modeDynamics": [.simulate], "riccati": [.simulate], "convolution": [.simulate]]),
    ObservableDeclaration(
      "networkMap", symbol: "W", "map from inputs to outputs", dimensions: ["output", "input", "time"],
      reportedBy: ["riccati": both]),
    ObservableDeclaration(
      "similarityEigenvalue", symbol: "λ", "eigenvalue of the items' similarity at a level of the tree",
      dimensions: ["level"], reportedBy: ["hierarchy": both]),
    ObservableDeclaration(
      "singularValue", symbol: "s",
      "singular value of the input-output correlation at a level of the tree, or at a frequency of the target",
      dimensions: ["level"], reportedBy: ["hierarchy": both, "convolution": [.theory]],
      dimensionVariants: ["convolution": ["frequency"]]),
    ObservableDeclaration(
      "levelMultiplicity", symbol: "μ", "number of modes of a level", dimensions: ["level"],
      reportedBy: ["hierarchy": [.theory]]),
    ObservableDeclaration(
      "epochs", symbol: "n", "first epoch with a loss below the threshold", dimensions: ["relativeLearningRate"],
      reportedBy: ["trainingEpochs": both]),
    ObservableDeclaration(
      "medianEpochs", symbol: "ñ", "median of the epochs over samples", dimensions: ["relativeLearningRate"],
      reportedBy: ["trainingEpochs": [.simulate]]),
    ObservableDeclaration(
      "bestEpochs", symbol: "n*", "smallest number of epochs over the learning rates",
      reportedBy: ["trainingEpochs": both]),
    ObservableDeclaration(
      "bestRelativeLearningRate", symbol: "κ*", "learning rate of the smallest number of epochs",
      reportedBy: ["trainingEpochs": both]),
  ]

  private static let propagationObservables = [
    ObservableDeclaration(
      "squaredSingularValueMoment", symbol: "m_k", "moment of the squared singular values", dimensions: ["order"],
      reportedBy: ["productSpectrum": both]),
    ObservableDeclaration(
      "finiteSizeSecondMoment", symbol: "m₂(N)", "exact mean of the second moment at finite width",
      reportedBy: ["productSpectrum": [.theory]]),
    ObservableDeclaration(
      "squaredSingularValueQuantile", symbol: "x_p",
      "value below which a fraction p of the squared singular values lies",
      dimensions: ["probability"], reportedBy: ["productSpectrum": both]),
    ObservableDeclaration(
      "largestSquaredSingularValue", symbol: "x_max", "largest squared singular value (theory: edge of the density)",
      reportedBy: ["productSpectrum": both]),
    ObservableDeclaration(
      "lyapunovExponent", symbol: "μ_i", "growth per layer of the logarithm of a singular value",
      dimensions: ["exponent"], reportedBy: ["productSpectrum": both]),
    ObservableDeclaration(
      "fixedPointVariance", symbol: "q*", "fixed point of the length map", reportedBy: ["signalPropagation": [.theory]]),
    ObservableDeclaration(
      "fixedPointSusceptibility", symbol: "χ*", "mean squared gain of a gradient per layer at the fixed point",
      reportedBy: ["signalPropagation": [.theory]]),
    ObservableDeclaration(
      "preactivationVariance", symbol: "q_l", "mean square of the preactivations of a layer", dimensions: ["layer"],
      reportedBy: ["signalPropagation": both]),
    ObservableDeclaration(
      "meanSquaredSingularValue", symbol: "M₁", "mean squared singular value of the Jacobian",
      reportedBy: ["signalPropagation": both]),
    ObservableDeclaration(
      "logMeanSquaredSingularValue", symbol: "ln M₁", "its logarithm", reportedBy: ["signalPropagation": [.theory]]),
    ObservableDeclaration(
      "secondMomentRatio", symbol: "m₂/M₁²", "spread of the squared singular values: mean square over squared mean",
      reportedBy: ["signalPropagation": both]),
  ]
}
