import NumericalMethods
import RealModule
import SystemInterface

extension MultitaskingHebbian {
  /// Solves the theory of the quantity asked for.
  ///
  /// - Throws: `SolverError` where a solver did not converge.
  public func theory(at point: MultitaskingHebbianPoint) throws -> TheoryResult {
    switch point.quantity {
    case .equilibrium: try equilibriumTheory(point)
    case .transitionLines: try transitionLinesTheory(point)
    case .learningThreshold: try learningThresholdTheory(point)
    case .oneStep: oneStepTheory(point)
    case .flow: try flowTheory(point)
    case .highStorage: try highStorageTheory(point)
    case .exactEnumeration: exactEnumerationTheory(point)
    }
  }

  /// Magnetizations below this are zero, and those within it of each other equal.
  static let theoryThreshold = 1e-4

  private func equilibriumTheory(_ point: MultitaskingHebbianPoint) throws -> TheoryResult {
    let theory = RetrievalTheory(point), state = try Self.state(theory, at: point).sorted
    let hasSingleExamples =
      point.storageProtocol == .unsupervised && (point.givenEntropy != nil || point.examplesPerPattern > 1)
    var result = TheoryResult(observables: [
      "magnetization": .patterns(state.magnetizations),
      "exampleOverlap": .patterns(state.exampleOverlaps),
      "energy": .scalar(state.energy),
      "freeEnergy": .scalar(state.freeEnergy),
      "criticalTemperature": .scalar(theory.criticalTemperature),
      "stabilityEigenvalue": .scalar(state.stabilityEigenvalue),
      "exampleStabilityEigenvalue": hasSingleExamples
        ? .patterns(state.exampleStability)
        : .missing(reason: "only unsupervised learning from M >= 2 examples can retrieve single examples"),
    ])
    result.phase = Self.phase(
      of: state.magnetizations, threshold: Self.theoryThreshold,
      isArchetypeLost: hasSingleExamples && state.exampleStability.contains { $0 < 0 })
    result.diagnostics = [
      "iterations": .number(Double(state.iterations)), "residual": .number(state.residual),
      "saddlesLeft": .number(Double(state.saddles)),
    ]
    if point.initialState == .dominant { result.diagnostics["seed"] = .text(state.seed) }
    return result
  }

  /// The state that the start of the point asks for.
  static func state(_ theory: RetrievalTheory, at point: MultitaskingHebbianPoint) throws -> RetrievalState {
    let seeds = theory.seeds
    return switch point.initialState {
    case .pure: try theory.state(from: seeds.pure)
    case .hierarchical: try theory.state(from: seeds.hierarchical)
    case .parallel: try theory.state(from: seeds.parallel)
    case .random: try theory.state(from: seeds.random())
    case .prescribed: try theory.state(from: point.initialMagnetization)
    case .dominant: try theory.dominantState()
    }
  }

  private func transitionLinesTheory(_ point: MultitaskingHebbianPoint) throws -> TheoryResult {
    let law = DataLaw(point), K = point.patternCount, d = point.dilution
    let pure = try DilutionLines.pureStability(dilution: d)
    let parallel = try DilutionLines.parallelStability(patternCount: K, dilution: d)
    return TheoryResult(observables: [
      "criticalTemperature": .scalar((1 - d) * law.secondMoment),
      "pureStabilityTemperature": pure.map { .scalar($0) }
        ?? .missing(
          reason: d == 0 ? "pure states are stable at every temperature" : "pure states are unstable for d >= 2/3"),
      "parallelStabilityTemperature": parallel.map { .scalar($0) }
        ?? .missing(
          reason: d == 0 || K == 1
            ? "no such line for d = 0 or K = 1" : "the parallel state is stable at no temperature"),
      "hierarchicalLimitDilution": .scalar(try DilutionLines.hierarchicalLimit(patternCount: K)),
      "pureParallelDilution": .scalar(DilutionLines.pureParallel(law)),
    ])
  }

  private func learningThresholdTheory(_ point: MultitaskingHebbianPoint) throws -> TheoryResult {
    let threshold = LearningThreshold(
      patternCount: point.patternCount, dilution: point.dilution, temperature: point.temperature,
      tolerance: point.amplitudeTolerance)
    let entropy = try threshold.entropy()
    let worst = threshold.worstCaseEntropy(signalToNoise: point.signalToNoise)
    let none = ObservableValue.missing(reason: "the loss of amplitude does not cross eps (1 - d) for rho in [1e-4, 3]")
    return TheoryResult(observables: [
      "thresholdEntropy": entropy.map { .scalar($0) } ?? none,
      "thresholdExamples": entropy.map {
        .scalar(LearningThreshold.examples(entropy: $0, quality: point.exampleQuality))
      } ?? none,
      "worstCaseEntropy": .scalar(worst),
      "worstCaseExamples": worst > 0
        ? .scalar(LearningThreshold.examples(entropy: worst, quality: point.exampleQuality))
        : .missing(reason: "the hierarchy does not exist for d >= d_c, with any number of examples"),
    ])
  }

  /// Temperature at which the step with finitely many examples is evaluated: at 0 fields of exactly zero occur.
  private static let temperatureOfStep = 1e-4

  /// m after one update in the fields of n_mu = r (1 - d) d^(mu-1) (page, section 3.6).
  private func oneStepTheory(_ point: MultitaskingHebbianPoint) -> TheoryResult {
    let law = DataLaw(point), d = point.dilution
    let n = RetrievalSeeds.hierarchical(point.patternCount, d).map { $0 * law.mean }
    let magnetizations: [Double]
    switch law {
    case .storage: magnetizations = ZeroTemperatureStorage(dilution: d).image(of: n)
    case .gaussian(let r, let variance) where variance > 0:
      magnetizations =
        ZeroTemperatureGaussian(dilution: d, quality: r, variance: variance).averages(at: n).magnetizations
    case .gaussian: magnetizations = ZeroTemperatureStorage(dilution: d).image(of: n)
    case .examples:
      var equations = ThermalEquations(law, dilution: d, scale: Self.temperatureOfStep)
      magnetizations = equations.averages(at: n).magnetizations
    }
    return TheoryResult(observables: ["oneStepMagnetization": .patterns(magnetizations)])
  }

  /// dm/dt = -m + E[ξ tanh(m·ξ/T)] with time in sweeps (page, section 3.8).
  private func flowTheory(_ point: MultitaskingHebbianPoint) throws -> TheoryResult {
    var equations = ThermalEquations(.storage, dilution: point.dilution, scale: point.temperature)
    let states = try OrdinaryDifferentialEquation.integrate(
      from: point.initialMagnetization, over: [0] + point.times, relativeTolerance: 1e-11, absoluteTolerance: 1e-13,
      what: "Glauber flow"
    ) { _, m in zip(equations.image(of: m), m).map { $0 - $1 } }
    let flow = Array(states.dropFirst())
    return TheoryResult(observables: [
      "magnetizationTrajectory": .curve(
        Curve(
          dimensions: ["time", "pattern"],
          coordinates: ["time": point.times, "pattern": (1...point.patternCount).map(Double.init)],
          values: flow.flatMap { $0 })),
      "energyTrajectory": .curve(
        Curve(
          dimensions: ["time"], coordinates: ["time": point.times],
          values: flow.map { m in -0.5 * m.reduce(0) { $0 + $1 * $1 } })),
    ])
  }

  private func highStorageTheory(_ point: MultitaskingHebbianPoint) throws -> TheoryResult {
    let L = point.condensedPatternCount, d = point.dilution
    let theory = HighStorage(dilution: d, temperature: point.temperature, load: point.storageLoad)
    let seeds = RetrievalSeeds(patternCount: L, dilution: d)
    let state = try theory.state(from: point.initialState == .pure ? seeds.pure : seeds.hierarchical)
    return TheoryResult(
      observables: [
        "magnetization": .patterns(state.magnetizations), "replicaOverlap": .scalar(state.replicaOverlap),
        "noiseAmplitude": .scalar(state.noise),
      ],
      diagnostics: ["iterations": .number(Double(state.iterations)), "residual": .number(state.residual)])
  }
}
