import SystemInterface

extension MultitaskingHebbian {
  private static let both: Set<Verb> = [.theory, .simulate]

  static let observables = [
    ObservableDeclaration(
      "magnetization", symbol: "m", "overlap with each pattern", dimensions: ["pattern"],
      reportedBy: ["equilibrium": both, "highStorage": both]),
    ObservableDeclaration(
      "exampleOverlap", symbol: "n", "overlap with what is stored of each pattern, mean over single examples",
      dimensions: ["pattern"], reportedBy: ["equilibrium": both]),
    ObservableDeclaration(
      "energy", symbol: "e", "energy per spin, i = j terms included",
      reportedBy: ["equilibrium": both, "exactEnumeration": both]),
    ObservableDeclaration("freeEnergy", symbol: "f", "free energy per spin", reportedBy: ["equilibrium": [.theory]]),
    ObservableDeclaration(
      "criticalTemperature", symbol: "T_c", "where the ergodic state becomes unstable",
      reportedBy: ["equilibrium": [.theory], "transitionLines": [.theory]]),
    ObservableDeclaration(
      "stabilityEigenvalue", symbol: "λ_min", "smallest eigenvalue of the Hessian of the free energy",
      reportedBy: ["equilibrium": [.theory]]),
    ObservableDeclaration(
      "exampleStabilityEigenvalue", symbol: "λ",
      "unsupervised: negative where the archetype is lost to single examples",
      dimensions: ["pattern"], reportedBy: ["equilibrium": [.theory]]),
    ObservableDeclaration(
      "squaredMagnetization", symbol: "⟨m²⟩", "mean square overlap with each pattern", dimensions: ["pattern"],
      reportedBy: ["equilibrium": [.simulate], "exactEnumeration": both]),
    ObservableDeclaration(
      "signProbability", symbol: "P(m > 0)", "fraction of samples with a positive overlap", dimensions: ["pattern"],
      reportedBy: ["equilibrium": [.simulate]]),
    ObservableDeclaration(
      "exampleSpread", symbol: "Δn/n", "unsupervised: spread of the overlaps with single examples over their mean",
      dimensions: ["pattern"], reportedBy: ["equilibrium": [.simulate]]),
    ObservableDeclaration(
      "sampleMeanFieldMagnetization", symbol: "m_MF", "overlap in the mean field of the same sample",
      dimensions: ["pattern"], reportedBy: ["equilibrium": [.simulate]]),
    ObservableDeclaration(
      "sampleMeanFieldDeviation", symbol: "δ_MF", "largest distance of an overlap from the mean field of the sample",
      reportedBy: ["equilibrium": [.simulate]]),
    ObservableDeclaration(
      "pureStabilityTemperature", symbol: "T_pure", "the pure state is stable above",
      reportedBy: ["transitionLines": [.theory]]),
    ObservableDeclaration(
      "parallelStabilityTemperature", symbol: "T_par", "the parallel state is stable above",
      reportedBy: ["transitionLines": [.theory]]),
    ObservableDeclaration(
      "hierarchicalLimitDilution", symbol: "d_c", "the full hierarchy exists at T = 0 below",
      reportedBy: ["transitionLines": [.theory]]),
    ObservableDeclaration(
      "pureParallelDilution", symbol: "d_*", "just below T_c: pure below, parallel above",
      reportedBy: ["transitionLines": [.theory]]),
    ObservableDeclaration(
      "thresholdEntropy", symbol: "ρ_L", "largest data set entropy at which the hierarchy keeps its amplitudes",
      reportedBy: ["learningThreshold": [.theory]]),
    ObservableDeclaration(
      "thresholdExamples", symbol: "M_L", "examples that this takes", reportedBy: ["learningThreshold": [.theory]]),
    ObservableDeclaration(
      "worstCaseEntropy", symbol: "ρ_wc",
      "entropy at which the worst-placed spin has the signal-to-noise ratio asked for",
      reportedBy: ["learningThreshold": [.theory]]),
    ObservableDeclaration(
      "worstCaseExamples", symbol: "M_wc", "examples that this takes", reportedBy: ["learningThreshold": [.theory]]),
    ObservableDeclaration(
      "oneStepMagnetization", symbol: "m₁", "overlap after one parallel noiseless update of the hierarchical state",
      dimensions: ["pattern"], reportedBy: ["oneStep": both]),
    ObservableDeclaration(
      "magnetizationTrajectory", symbol: "m(t)", "overlap with each pattern against time",
      dimensions: ["time", "pattern"], reportedBy: ["flow": both]),
    ObservableDeclaration(
      "energyTrajectory", symbol: "e(t)", "energy per spin against time", dimensions: ["time"],
      reportedBy: ["flow": both]),
    ObservableDeclaration(
      "lossEnergyTrajectory", symbol: "e_L(t)", "the same from the products of losses", dimensions: ["time"],
      reportedBy: ["flow": [.simulate]]),
    ObservableDeclaration(
      "replicaOverlap", symbol: "q", "overlap of two replicas", reportedBy: ["highStorage": [.theory]]),
    ObservableDeclaration(
      "noiseAmplitude", symbol: "s", "amplitude of the noise of the other patterns",
      reportedBy: ["highStorage": [.theory]]),
    ObservableDeclaration(
      "logPartitionFunction", symbol: "ln Z", "logarithm of the sum over all states",
      reportedBy: ["exactEnumeration": [.theory]]),
  ]
}
