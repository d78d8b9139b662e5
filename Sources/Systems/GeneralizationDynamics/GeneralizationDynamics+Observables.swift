import SystemInterface

extension GeneralizationDynamics {
  private typealias Reports = [String: Set<Verb>]
  private static let both: Set<Verb> = [.theory, .simulate]
  private static let (I, A, D, R, F) = (
    "isotropicLinear", "anisotropicLinear", "deepLinearStudent", "randomFeatures", "twoLayerFull"
  )

  static let observables = curveObservables + limitObservables + spectrumObservables + modelObservables

  /// `testError` and `trainError` of the two-layer network depend on `step`, those of the other models on `time`.
  private static let curveObservables = [
    ObservableDeclaration(
      "testError", symbol: "E_g", "mean squared error on a new noisy example (twoLayerFull: over step)",
      dimensions: ["time"],
      reportedBy: [I: both, A: both, D: both, R: both, F: [.simulate]]),
    ObservableDeclaration(
      "trainError", symbol: "E_t", "mean squared error on the training examples (twoLayerFull: over step)",
      dimensions: ["time"],
      reportedBy: [I: both, A: both, D: both, R: both, F: [.simulate]]),
    ObservableDeclaration(
      "weightNorm", symbol: "q", "(1/N) |w|²", dimensions: ["time"], reportedBy: [I: both]),
    ObservableDeclaration(
      "layerStrength", symbol: "d", "scaled strength of the upper layers", dimensions: ["time"], reportedBy: [D: both]),
    ObservableDeclaration(
      "normCapacity", symbol: "√(q/α)", "Rademacher bound by the norm of the weights", dimensions: ["time"],
      reportedBy: [I: [.theory]]),
    ObservableDeclaration(
      "displacementCapacity", symbol: "√(Δq/α)", "the same by the distance from the initial weights",
      dimensions: ["time"], reportedBy: [I: [.theory]]),
    ObservableDeclaration(
      "conditioningBound", symbol: "E_g^{max}", "bound on E_g by the smallest eigenvalue", dimensions: ["time"],
      reportedBy: [I: [.theory]]),
  ]

  private static let limitObservables = [
    ObservableDeclaration(
      "finalTestError", symbol: "E_g(∞)", "E_g after training to completion",
      reportedBy: [I: both, A: both, R: [.theory]]),
    ObservableDeclaration(
      "finalTrainError", symbol: "E_t(∞)", "E_t after training to completion",
      reportedBy: [I: both, A: both, R: [.theory]]),
    ObservableDeclaration(
      "finiteSizeFinalTestError", symbol: "E_g(∞; N, P)", "exact mean of E_g(∞) at N and P", reportedBy: [I: [.theory]]),
    ObservableDeclaration(
      "optimalStoppingTime", symbol: "t*", "time of the global minimum of E_g",
      reportedBy: [I: both, A: [.theory], D: [.theory], R: [.theory]]),
    ObservableDeclaration(
      "optimalStoppingTestError", symbol: "E_g(t*)", "E_g at its global minimum",
      reportedBy: [I: both, A: [.theory], D: [.theory], R: [.theory]]),
    ObservableDeclaration(
      "numTestErrorMinima", symbol: "-", "local minima of E_g(t), deeper than 1e-8 E_g",
      reportedBy: [A: [.theory], R: [.theory]]),
    ObservableDeclaration(
      "overtrainingGap", symbol: "Δ", "E_g(∞) - E_g(t*)", reportedBy: [I: both, A: [.theory], R: [.theory]]),
    ObservableDeclaration(
      "ridgeTestError", symbol: "E_g^{ridge}", "E_g of the ridge estimator", reportedBy: [I: both, A: both, R: both]),
    ObservableDeclaration(
      "ridgeTrainError", symbol: "E_t^{ridge}", "E_t of the ridge estimator", reportedBy: [A: both, R: both]),
    ObservableDeclaration(
      "optimalRidge", symbol: "γ*", "ridge with the lowest E_g, 1/SNR", reportedBy: [I: [.theory]]),
    ObservableDeclaration(
      "optimalRidgeTestError", symbol: "E_g^{ridge*}", "E_g of the best ridge estimator", reportedBy: [I: [.theory]]),
    ObservableDeclaration(
      "effectiveRidge", symbol: "κ", "κ(γ) at the ridge; κ₀ when none is given",
      reportedBy: [A: [.theory], R: [.theory]]),
  ]

  private static let spectrumObservables = [
    ObservableDeclaration(
      "smallestEigenvalue", symbol: "l₋", "lower edge of the bulk of S; smallest of min(N, P) eigenvalues",
      reportedBy: [I: both, A: both, R: both]),
    ObservableDeclaration(
      "largestEigenvalue", symbol: "l₊", "upper edge of the bulk of S; largest eigenvalue",
      reportedBy: [I: both, A: both, R: both]),
    ObservableDeclaration(
      "bulkEdges", symbol: "l", "all edges of the bulk of S, ascending", dimensions: ["edge"],
      reportedBy: [A: [.theory]]),
    ObservableDeclaration(
      "numBulkIntervals", symbol: "-", "intervals of positive density", reportedBy: [A: [.theory]]),
  ]

  private static let modelObservables = [
    ObservableDeclaration(
      "teacherPower", symbol: "y₂", "E y² of the teacher without noise", reportedBy: [R: [.theory]]),
    ObservableDeclaration(
      "unrepresentableVariance", symbol: "res", "part of the teacher that no readout can reach",
      reportedBy: [R: [.theory]]),
  ]
}
