import NumericalMethods
import SystemInterface

/// One request to the generalization dynamics while it is being checked: collects every broken rule, then gives the point.
struct GeneralizationRequest {
  let given: GivenParameters
  let verb: Verb
  var problems: [InputProblem] = []

  init(given: GivenParameters, verb: Verb) {
    self.given = given
    self.verb = verb
  }

  /// More steps of gradient descent than this are refused.
  static let largestStepCount = 1e8

  /// The typed point.
  ///
  /// - Throws: every problem found.
  mutating func point() throws(InputProblems) -> GeneralizationPoint {
    let point: GeneralizationPoint? =
      switch given.option {
      case "isotropicLinear": isotropicLinear().map(GeneralizationPoint.isotropicLinear)
      case "anisotropicLinear": anisotropicLinear().map(GeneralizationPoint.anisotropicLinear)
      case "deepLinearStudent": deepLinearStudent().map(GeneralizationPoint.deepLinearStudent)
      case "randomFeatures": .randomFeatures(randomFeatures())
      case "twoLayerFull": .twoLayerFull(twoLayerFull())
      default: preconditionFailure("the option '\(given.option)' is declared, but not known")
      }
    guard problems.isEmpty, let point else { throw InputProblems(problems) }
    if verb == .simulate { try checkMemory(of: point) }
    return point
  }

  mutating func refuse(_ key: String, _ message: String) {
    problems.append(given.problem(key, message))
  }

  func text(_ value: Double) -> String { ParameterValue.real(value).description }

  func number(_ name: String, _ absent: Double) -> Double { given[name]?.number ?? absent }

  func list(_ name: String) -> [Double] {
    if case .list(let values) = given[name] { values } else { [] }
  }

  private func integer(_ name: String, _ absent: Int) -> Int { given[name]?.integer ?? absent }

  /// Ascending values of `time` or `step`.
  private mutating func ascending(_ name: String) -> [Double] {
    let values = list(name)
    if let pair = zip(values, values.dropFirst()).first(where: { $0.0 >= $0.1 }) {
      refuse(name, "\(text(pair.1)) follows \(text(pair.0)): values must ascend")
    }
    return values
  }

  /// Times of the models whose theory inverts Laplace transforms, in which 1/t² must not underflow.
  fileprivate mutating func transformableTimes() -> [Double] {
    let times = ascending("time")
    if let last = times.last, last > 1e150 {
      refuse("time", "given \(text(last)), allowed: at most 1e150; for the limit read finalTestError")
    }
    return times
  }

  /// P/N: from `numSamples` where it is given, else from `loadRatio`.
  fileprivate mutating func sizes() -> SampleSizes {
    let N = integer("numInputs", 200), ratio = number("loadRatio", 0.5)
    guard let P = given["numSamples"]?.integer else {
      let product = (ratio * Double(N)).rounded()
      return SampleSizes(loadRatio: ratio, numInputs: N, numSamples: max(1, Int(min(product, 1e15))))
    }
    if given.isExplicit("loadRatio") {
      refuse("numSamples", "loadRatio is given too: give one of them, each fixes P")
    }
    let load = Double(P) / Double(N)
    if !(1e-4...1e4).contains(load) {
      refuse("numSamples", "P/N = \(text(load)), allowed: 1e-4 … 1e4")
    }
    return SampleSizes(loadRatio: load, numInputs: N, numSamples: P)
  }

  private mutating func isotropicLinear() -> IsotropicLinear? {
    let sizes = sizes(), variances = modeVariances()
    let ridge = given["ridge"]?.number
    if ridge == 0, sizes.loadRatio == 1 {
      refuse("ridge", "given 0, allowed: > 0 at loadRatio = 1, where the spectrum reaches zero")
    }
    let mode = IsotropicLinear.SimulationMode(rawValue: given["simulationMode"]?.word ?? "") ?? .spectrum
    let times = ascending("time")
    guard problems.isEmpty else { return nil }
    let upper = MarchenkoPasturLaw(ratio: sizes.loadRatio).upperEdge, rate = number("learningRate", 0.1 / upper)
    let limit = 2 / (upper + variances.weightDecay)
    if rate >= limit, mode == .gradientDescent || rate >= 2 / upper {
      let name = variances.weightDecay > 0 ? "2/(l₊ + weightDecay)" : "2/l₊"
      refuse("learningRate", "given \(text(rate)), allowed: < \(name) = \(text(limit)), beyond which descent diverges")
    }
    if mode == .gradientDescent, verb == .simulate { checkSteps(times, rate) }
    return IsotropicLinear(
      sizes: sizes, variances: variances, ridge: ridge, times: times, simulationMode: mode, learningRate: rate)
  }

  private mutating func checkSteps(_ times: [Double], _ rate: Double) {
    if let last = times.last, last / rate > Self.largestStepCount {
      refuse("time", "given \(text(last)): more than 1e8 steps of learningRate = \(text(rate))")
    }
  }

  /// Ratios to the noise, or variances where these are given.
  private mutating func modeVariances() -> ModeVariances {
    let noise = number("labelNoiseVariance", 1)
    for (ratio, variance) in [("signalToNoise", "teacherVariance"), ("initToNoise", "initVariance")] {
      if given.isExplicit(ratio), given.isExplicit(variance) {
        refuse(ratio, "\(variance) is given too: give one of them")
      } else if noise == 0, given.isExplicit(ratio) {
        refuse(ratio, "ratios need noise: with labelNoiseVariance=0 give teacherVariance, initVariance")
      }
    }
    if noise == 0, !given.isExplicit("teacherVariance"), !given.isExplicit("signalToNoise") {
      refuse("labelNoiseVariance", "given 0: ratios need noise; give teacherVariance, initVariance")
    }
    return ModeVariances(
      teacher: given["teacherVariance"]?.number ?? number("signalToNoise", 5) * noise,
      start: given["initVariance"]?.number ?? number("initToNoise", 0) * noise, noise: noise,
      weightDecay: number("weightDecay", 0))
  }

  private mutating func deepLinearStudent() -> DeepLinearStudent? {
    let sizes = sizes(), times = ascending("time")
    let strength = number("initialStrength", 0.3), rate = number("learningRate", 0.01)
    let mode = DeepLinearStudent.SimulationMode(rawValue: given["simulationMode"]?.word ?? "") ?? .reduced
    if mode == .gradientDescent, verb == .simulate { checkSteps(times, rate) }
    guard problems.isEmpty else { return nil }
    return DeepLinearStudent(
      sizes: sizes, teacherVariance: number("teacherVariance", 1), noiseVariance: number("labelNoiseVariance", 1),
      numLayers: integer("numLayers", 3), initialStrength: strength,
      initialInputScale: number("initialInputScale", strength), times: times, simulationMode: mode, learningRate: rate)
  }

  private var activation: Activation { Activation(rawValue: given["activation"]?.word ?? "") ?? .erf }

  private mutating func randomFeatures() -> RandomFeatures {
    let isGaussian = given["featureWeights"] == .word("gaussian")
    return RandomFeatures(
      activation: activation, inputDimension: integer("inputDimension", 50), hiddenWidth: integer("hiddenWidth", 64),
      numSamples: integer("numSamples", 200), numTeacherUnits: integer("numTeacherUnits", 20),
      teacherScale: number("teacherScale", 1),
      weights: isGaussian ? .gaussian(seed: UInt64(integer("weightSeed", 1))) : .deterministic,
      noiseVariance: number("labelNoiseVariance", 1), ridge: given["ridge"]?.number, times: transformableTimes())
  }

  private mutating func twoLayerFull() -> TwoLayerNetwork {
    if verb == .theory { refuse("model", "'twoLayerFull' has no theory: use simulate") }
    return TwoLayerNetwork(
      activation: activation, inputDimension: integer("inputDimension", 20), hiddenWidth: integer("hiddenWidth", 64),
      numSamples: integer("numSamples", 60), numTeacherUnits: integer("numTeacherUnits", 5),
      teacherSecondMoment: number("teacherSecondMoment", 1), noiseVariance: number("labelNoiseVariance", 1),
      hiddenScale: number("wScale", 1), readoutScale: number("aScale", 1), learningRate: number("learningRate", 0.5),
      steps: ascending("step").map { Int($0) })
  }
}

extension GeneralizationRequest {
  mutating func anisotropicLinear() -> AnisotropicLinear? {
    let sizes = sizes(), times = transformableTimes()
    let directions = directions()
    guard problems.isEmpty, let directions else { return nil }
    let visible = 1 - directions.reduce(0) { $1.eigenvalue > 0 ? $0 : $0 + $1.weight }
    if given["ridge"]?.number == 0, abs(sizes.loadRatio - visible) <= 1e-12 * visible {
      refuse("ridge", "given 0, allowed: > 0 at loadRatio = \(text(visible)), where the spectrum reaches zero")
    }
    if verb == .simulate {
      let counts = directions.map { $0.weight * Double(sizes.numInputs) }
      if let place = counts.firstIndex(where: { abs($0 - $0.rounded()) > 1e-6 }) {
        let key = given.isExplicit("covarianceWeights") ? "covarianceWeights" : "numInputs"
        let weight = text(directions[place].weight)
        refuse(key, "numInputs = \(sizes.numInputs) times \(weight) is no integer: change one of them")
      }
    }
    return AnisotropicLinear(
      sizes: sizes, directions: directions, noiseVariance: number("labelNoiseVariance", 1),
      ridge: given["ridge"]?.number, times: times)
  }

  /// One entry for each eigenvalue of the covariance.
  private mutating func directions() -> [AnisotropicLinear.Direction]? {
    let eigenvalues = list("covarianceEigenvalues"), count = eigenvalues.count
    for value in eigenvalues where value < 0 {
      refuse("covarianceEigenvalues", "\(text(value)) is negative, allowed: >= 0")
    }
    var weights = list("covarianceWeights")
    if weights.isEmpty { weights = [Double](repeating: 1 / Double(count), count: count) }
    if weights.count != count {
      refuse("covarianceWeights", "\(weights.count) weights for \(count) covarianceEigenvalues: lists of equal length")
    } else {
      let sum = weights.reduce(0, +)
      if abs(sum - 1) > 1e-9 { refuse("covarianceWeights", "they sum to \(text(sum)), allowed: a sum of 1") }
      if !zip(eigenvalues, weights).contains(where: { $0 > 0 && $1 > 0 }) {
        refuse("covarianceEigenvalues", "all are zero (or have no weight), allowed: at least one > 0")
      }
    }
    func forEach(_ name: String, _ absent: Double) -> [Double] {
      let values = given[name]?.number.map { [$0] } ?? list(name)
      if values.isEmpty { return [Double](repeating: absent, count: count) }
      if values.count == 1 { return [Double](repeating: values[0], count: count) }
      if values.count != count {
        refuse(name, "\(values.count) values for \(count) covarianceEigenvalues: give one, or one for each")
      }
      return values
    }
    let teacher = forEach("teacherVariance", 1), start = forEach("initVariance", 0)
    guard problems.isEmpty else { return nil }
    return eigenvalues.indices.map {
      AnisotropicLinear.Direction(
        eigenvalue: eigenvalues[$0], weight: weights[$0], teacherVariance: teacher[$0], initVariance: start[$0])
    }
  }

  /// Refuses a simulation whose matrices would not fit a large node (1 TiB).
  func checkMemory(of point: GeneralizationPoint) throws(InputProblems) {
    let total = GeneralizationDynamics().memory(at: point)
    guard total >= 0x1p40 else { return }
    let key = ["numInputs", "hiddenWidth", "numSamples"].first(where: given.isExplicit) ?? "loadRatio"
    throw InputProblems([
      given.problem(key, "a sample needs \(text((total / 0x1p30).rounded())) GiB: choose smaller sizes")
    ])
  }
}
