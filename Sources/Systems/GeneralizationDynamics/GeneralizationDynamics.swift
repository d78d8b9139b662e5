import NumericalMethods
import RealModule
import SystemInterface

/// Average-case dynamics of train and test error of students trained by gradient descent on a teacher's noisy examples.
///
/// Models, equations and conventions: docs/systems/generalization-dynamics.md.
public struct GeneralizationDynamics: System {
  /// The system; it has no state.
  public init() {}

  /// Checks the rules that tie several parameters.
  public func point(_ given: GivenParameters, for verb: Verb) throws(InputProblems) -> GeneralizationPoint {
    var request = GeneralizationRequest(given: given, verb: verb)
    return try request.point()
  }

  /// Solves the theory of the model.
  ///
  /// - Throws: `SolverError` where a solver did not converge.
  public func theory(at point: GeneralizationPoint) throws -> TheoryResult {
    switch point {
    case .isotropicLinear(let model): try model.theory()
    case .anisotropicLinear(let model): try model.theory()
    case .deepLinearStudent(let model): try model.theory()
    case .randomFeatures(let model): try model.theory()
    case .twoLayerFull: preconditionFailure("twoLayerFull has no theory")
    }
  }

  /// Simulates one sample: one data matrix and all that goes with it.
  public func simulate(at point: GeneralizationPoint, streams: SampleStreams) throws -> SampleResult {
    switch point {
    case .isotropicLinear(let model): try model.simulate(streams)
    case .anisotropicLinear(let model): try model.simulate(streams)
    case .deepLinearStudent(let model): try model.simulate(streams)
    case .randomFeatures(let model): try model.simulate(streams)
    case .twoLayerFull(let model): model.simulate(streams)
    }
  }

  /// The phase by simulated means of final and optimal test error; harmful where the mean final error is infinite.
  public func phase(at point: GeneralizationPoint, means: [String: Double]) -> String? {
    guard case .isotropicLinear(let model) = point, model.simulationMode == .spectrum, model.variances.weightDecay == 0,
      let best = means["optimalStoppingTestError"]
    else { return nil }
    let final = model.hasFiniteFinalMean ? means["finalTestError"] : .infinity
    guard let final else { return nil }
    return Self.phase(initial: model.variances.noise + model.variances.initialPower, final: final, best: best)
  }

  /// Section 5: harmful, benign, overtraining, tested in this order.
  static func phase(initial: Double, final: Double, best: Double) -> String {
    if final > initial { return "harmful" }
    return final - best < 0.05 * best ? "benign" : "overtraining"
  }

  /// E_g(0) − E_g(∞) decides what is harmful, 0.05 E_g(t*) − Δ what is benign among the rest.
  public func phaseMargins(at point: GeneralizationPoint, means: [String: Double]) -> [PhaseMargin] {
    guard case .isotropicLinear(let model) = point, model.simulationMode == .spectrum, model.hasFiniteFinalMean,
      let final = means["finalTestError"], let best = means["optimalStoppingTestError"]
    else { return [] }
    let initial = model.variances.noise + model.variances.initialPower
    return [
      PhaseMargin("completion", positivePhases: ["benign", "overtraining"], value: initial - final),
      PhaseMargin("overtraining", positivePhases: ["benign"], value: 1.05 * best - final),
    ]
  }

  /// All test errors are continuous across the lines.
  public func transitionKind(between first: String, and second: String) -> TransitionKind? { .continuous }

  /// P/N of what is simulated.
  public func derivedSizes(at point: GeneralizationPoint) -> [String: Diagnostic] {
    point.sizes.map { ["actualLoadRatio": .number($0.actualLoadRatio)] } ?? [:]
  }

  /// Multiplications of the dominant step.
  public func cost(of verb: Verb, at point: GeneralizationPoint) -> Double {
    let times = Double(point.timeCount)
    switch (verb, point) {
    case (.theory, .isotropicLinear): return 500 * (times + 20)
    case (.theory, .anisotropicLinear(let model)): return 2000 * (times + 400) * Double(model.directions.count)
    case (.theory, .deepLinearStudent): return 1e7
    case (.theory, .randomFeatures(let model)):
      let M = Double(model.hiddenWidth)
      return 2000 * (times + 400) * M + M * M * M
    case (.theory, .twoLayerFull): return 0
    case (.simulate, .isotropicLinear(let model)):
      let (N, P) = (Double(model.sizes.numInputs), Double(model.sizes.numSamples)), k = min(N, P)
      switch model.simulationMode {
      case .spectrum: return 100 * k * k + 20 * k * (times + 30)
      case .literal: return 10 * N * P * k + 2 * k * times
      case .gradientDescent: return 10 * N * P * k + 4 * N * P * (model.times.last ?? 0) / model.learningRate
      }
    case (.simulate, .anisotropicLinear(let model)):
      let (N, P) = (Double(model.sizes.numInputs), Double(model.sizes.numSamples)), k = min(N, P)
      return 10 * N * P * k + N * k * times
    case (.simulate, .deepLinearStudent(let model)):
      let (N, P) = (Double(model.sizes.numInputs), Double(model.sizes.numSamples)), last = model.times.last ?? 0
      switch model.simulationMode {
      case .reduced: return N * N * P + 7 * N * N * (100 + 20 * last)
      case .gradientDescent:
        return (Double(model.numLayers) * 3 * N * N + 4 * N * P) * last / model.learningRate
      }
    case (.simulate, .randomFeatures(let model)):
      let (M, P) = (Double(model.hiddenWidth), Double(model.numSamples)), k = min(M, P)
      return M * P * Double(model.inputDimension) + 10 * M * P * k + M * M * times + M * M * M
    case (.simulate, .twoLayerFull(let model)):
      let perStep = 2 * Double(model.numSamples) * Double(model.hiddenWidth) * Double(model.inputDimension + 10)
      return perStep * Double((model.steps.last ?? 0) + 1)
    }
  }

  /// Bytes of the matrices of one sample.
  public func memory(at point: GeneralizationPoint) -> Double {
    switch point {
    case .isotropicLinear(let model):
      let (N, P) = (Double(model.sizes.numInputs), Double(model.sizes.numSamples)), k = min(N, P)
      return model.simulationMode == .spectrum ? 64 * k : 8 * (2 * N * P + 2 * k * (N + P) + 4 * k * k)
    case .anisotropicLinear(let model):
      let (N, P) = (Double(model.sizes.numInputs), Double(model.sizes.numSamples)), k = min(N, P)
      return 8 * (2 * N * P + 2 * k * (N + P) + 4 * k * k + N * Double(model.times.count + 2))
    case .deepLinearStudent(let model):
      let (N, P) = (Double(model.sizes.numInputs), Double(model.sizes.numSamples))
      return 8 * (N * P + N * N * (model.simulationMode == .reduced ? 2 : 2 * Double(model.numLayers)))
    case .randomFeatures(let model):
      let (M, P) = (Double(model.hiddenWidth), Double(model.numSamples)), k = min(M, P)
      return 8 * (3 * M * M + 3 * M * P + 2 * k * (M + P) + P * Double(model.inputDimension))
    case .twoLayerFull(let model):
      let (M, P, d) = (Double(model.hiddenWidth), Double(model.numSamples), Double(model.inputDimension))
      return 8 * (2 * M * d + M * M + P * d + 3 * P * M)
    }
  }

  /// What one should know before trusting numbers.
  public func warnings(for verb: Verb, at point: GeneralizationPoint) -> [String] {
    guard verb == .simulate else { return [] }
    switch point {
    case .isotropicLinear(let model):
      guard let last = model.times.last, let N = point.sizes?.numInputs, !model.hasFiniteFinalMean,
        last > 0.1 * Double(N) * Double(N)
      else { return [] }
      return ["P = N: means at t > N²/10 are dominated by rare tiny eigenvalues, error bars are not Gaussian"]
    case .deepLinearStudent(let model):
      guard model.sizes.numInputs < 600 else { return [] }
      return [
        "means during the escape from the plateau carry a large bias of order 1/N: compare with theory at N >= 600"
      ]
    default: return []
    }
  }

  /// The defaults that follow from other parameters.
  public func parametersInForce(
    _ given: GivenParameters, for verb: Verb
  ) -> [(name: String, value: ParameterValue)] {
    var values = Dictionary(uniqueKeysWithValues: given.inForce(for: verb).map { ($0.name, $0.value) })
    if given.isExplicit("numSamples") { values["loadRatio"] = nil }
    if given.option == "isotropicLinear" {
      if given.isExplicit("teacherVariance") { values["signalToNoise"] = nil }
      if given.isExplicit("initVariance") || given["labelNoiseVariance"]?.number == 0 { values["initToNoise"] = nil }
      if given["simulationMode"] != .word("gradientDescent"), !given.isExplicit("learningRate") {
        values["learningRate"] = nil
      }
    }
    if given.option == "deepLinearStudent" {
      values["initialInputScale"] = values["initialInputScale"] ?? values["initialStrength"]
    }
    return Self.parameters.compactMap { declaration in values[declaration.name].map { (declaration.name, $0) } }
  }
}

extension GeneralizationPoint {
  /// N, P and α of the linear models.
  var sizes: SampleSizes? {
    switch self {
    case .isotropicLinear(let model): model.sizes
    case .anisotropicLinear(let model): model.sizes
    case .deepLinearStudent(let model): model.sizes
    case .randomFeatures, .twoLayerFull: nil
    }
  }

  var timeCount: Int {
    switch self {
    case .isotropicLinear(let model): model.times.count
    case .anisotropicLinear(let model): model.times.count
    case .deepLinearStudent(let model): model.times.count
    case .randomFeatures(let model): model.times.count
    case .twoLayerFull(let model): model.steps.count
    }
  }
}

extension ObservableValue {
  /// A curve over `time`.
  static func overTime(_ times: [Double], _ values: [Double]) -> ObservableValue {
    .curve(Curve(dimensions: ["time"], coordinates: ["time": times], values: values))
  }
}

/// Why observables have no value.
enum MissingReason {
  static let noRidge = "give ridge"
  static let weightDecay = "not defined with weightDecay > 0"
  static let critical = "infinite: the spectrum reaches zero"
  static let noMinimum = "E_g(t) is lowest as t tends to infinity"
}
