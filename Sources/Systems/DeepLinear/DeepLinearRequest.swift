import NumericalMethods
import RealModule
import SystemInterface

/// One request to the deep linear network while it is being checked: collects every broken rule, then gives the point.
struct DeepLinearRequest {
  private let given: GivenParameters
  private let verb: Verb
  private var problems: [InputProblem] = []

  init(given: GivenParameters, verb: Verb) {
    self.given = given
    self.verb = verb
  }

  /// Largest memory of one simulated sample: a large node.
  private static let largestMemory = 0x1p40

  /// The squared gain must be a number.
  private static let largestGain = 1e100

  /// Theory diagonalises a matrix of N_i + N_o rows.
  private static let largestRiccatiSize = 10_000

  /// The typed point.
  ///
  /// - Throws: every problem found.
  mutating func point() throws(InputProblems) -> DeepLinearPoint {
    if verb == .simulate, given.option != "riccati", depth > DeepLinear.largestSimulatedDepth {
      let limit = DeepLinear.largestSimulatedDepth
      refuse("numWeightLayers", "given \(depth), allowed: an integer in 1...\(limit) (simulate)")
    }
    let point: DeepLinearPoint =
      switch given.option {
      case "modeDynamics": .modeDynamics(modeDynamics())
      case "riccati": .riccati(riccati())
      case "productSpectrum": .productSpectrum(productSpectrum())
      case "hierarchy": .hierarchy(hierarchy())
      case "signalPropagation": .signalPropagation(signalPropagation())
      case "trainingEpochs": .trainingEpochs(trainingEpochs())
      case "convolution": .convolution(convolution())
      default: preconditionFailure("the option '\(given.option)' is declared, but not known")
      }
    guard problems.isEmpty else { throw InputProblems(problems) }
    let memory = DeepLinear().memory(at: point)
    if verb == .simulate, memory >= Self.largestMemory {
      let gibibytes = ParameterValue.real((memory / 0x1p30).rounded())
      throw InputProblems([
        given.problem("hiddenWidth", "the weights need \(gibibytes) GiB a sample: choose fewer units")
      ])
    }
    return point
  }

  private mutating func refuse(_ key: String, _ message: String) {
    problems.append(given.problem(key, message))
  }

  private func integer(_ name: String) -> Int {
    guard let value = given[name]?.integer else { preconditionFailure("\(name) has no default") }
    return value
  }

  private func real(_ name: String) -> Double {
    guard let value = given[name]?.number else { preconditionFailure("\(name) has no default") }
    return value
  }

  private func list(_ name: String) -> [Double]? {
    switch given[name] {
    case .list(let values): values
    case .some(let value): value.number.map { [$0] }
    case nil: nil
    }
  }

  private var depth: Int { integer("numWeightLayers") }
  private var ensemble: WeightEnsemble { WeightEnsemble(rawValue: given["initialization"]?.word ?? "") ?? .gaussian }
  private var singularValues: [Double] { (list("singularValues") ?? []).sorted(by: >) }

  private func text(_ value: Double) -> String { ParameterValue.real(value).description }

  private mutating func modeDynamics() -> ModeDynamicsPoint {
    let s = singularValues
    let widths = (inputs: integer("numInputs"), hidden: integer("hiddenWidth"), outputs: integer("numOutputs"))
    var start = ModeStart.smallRandom(scale: real("initialWeightScale"))
    if given["initialization"] == .word("smallRandom") {
      if depth != 2 { refuse("initialization", "given smallRandom, which needs numWeightLayers = 2, not \(depth)") }
      if given.isExplicit("initialLayerStrengths") {
        refuse("initialLayerStrengths", "allowed with initialization=decoupled only")
      }
      if given.isExplicit("layerImbalance") {
        refuse("layerImbalance", "given with initialization=smallRandom, allowed with initialization=decoupled only")
      }
    } else {
      start = .decoupled(layerStrengths: layerStrengths(below: s))
    }
    if verb == .simulate {
      for (name, width) in [
        ("numInputs", widths.inputs), ("hiddenWidth", widths.hidden), ("numOutputs", widths.outputs),
      ] where width < s.count {
        refuse(name, "given \(width), allowed: >= the number of modes, \(s.count)")
      }
    } else if widths.hidden < s.count {
      refuse("hiddenWidth", "given \(widths.hidden), allowed: >= the number of modes, \(s.count)")
    }
    return ModeDynamicsPoint(
      depth: depth, singularValues: s, start: start, widths: widths, times: times(),
      learnedFraction: real("learnedFraction"),
      learningRate: learningRate(largest: s[0]))
  }

  /// The learning rate as given, or a hundredth of the largest stable one.
  private mutating func learningRate(largest s: Double) -> Double {
    if let rate = given["learningRate"]?.number { return rate }
    let rate = DeepLinear.defaultLearningRate(depth: depth, largest: s)
    if verb == .simulate, !(rate >= .leastNormalMagnitude && rate.isFinite) {
      refuse("learningRate", "its default 0.02/(D s_1^(2-2/D)) is outside the range of numbers: give one")
    }
    return rate
  }

  /// a_1 … a_D, by default all u₀^(1/D).
  private mutating func layerStrengths(below s: [Double]) -> [Double] {
    if let imbalance = given["layerImbalance"]?.number { return unequalLayers(imbalance, below: s) }
    guard given.isExplicit("initialLayerStrengths"), let strengths = list("initialLayerStrengths") else {
      return DeepLinear.equalLayers(checkedModeStrength(below: s), depth: depth)
    }
    if given.isExplicit("initialModeStrength") {
      refuse("initialLayerStrengths", "initialModeStrength is given too: give one of them, each fixes the start")
    }
    if strengths.count != depth {
      let message = "\(strengths.count) values given, allowed: one value for each of the \(depth) weight layers"
      refuse("initialLayerStrengths", message)
    }
    if strengths.allSatisfy({ $0 == 0 }) {
      let shown = ParameterValue.list(strengths)
      refuse("initialLayerStrengths", "given \(shown), allowed: any real numbers, not all 0")
    }
    if s.count != 1, problems.isEmpty {
      let message = "they start one mode: give one value of singularValues, not \(s.count)"
      refuse("initialLayerStrengths", message)
    }
    return strengths
  }

  /// a₀ ≥ b₀ ≥ 0 with a₀ b₀ = u₀ and a₀² − b₀² = `imbalance`.
  private mutating func unequalLayers(_ imbalance: Double, below s: [Double]) -> [Double] {
    if given.isExplicit("initialLayerStrengths") {
      refuse("layerImbalance", "initialLayerStrengths is given too: give one of them, each fixes the start")
    }
    if depth != 2 {
      let message = "given \(text(imbalance)) with numWeightLayers = \(depth), allowed with numWeightLayers = 2 only"
      refuse("layerImbalance", message)
    }
    if s.count != 1 {
      let message = "given \(text(imbalance)) with \(s.count) modes, allowed with one value of singularValues only"
      refuse("layerImbalance", message)
    }
    return RichLearning.layerStrengths(imbalance: imbalance, strength: checkedModeStrength(below: s))
  }

  private mutating func checkedModeStrength(below s: [Double]) -> Double {
    let strength = real("initialModeStrength")
    if let smallest = s.last, strength >= smallest {
      refuse("initialModeStrength", "\(text(strength)) is not below the smallest singular value \(text(smallest))")
    }
    return strength
  }

  private mutating func times() -> [Double] {
    let times = list("time") ?? []
    if zip(times, times.dropFirst()).contains(where: { $0 >= $1 }) {
      refuse("time", "given \(ParameterValue.list(times)), allowed: increasing numbers >= 0")
    }
    return times
  }

  private mutating func riccati() -> RiccatiPoint {
    let (inputs, outputs) = (integer("numInputs"), integer("numOutputs"))
    let hidden = integer("hiddenWidth"), scale = real("initialWeightScale")
    if inputs + outputs > Self.largestRiccatiSize {
      let message = "\(inputs) inputs and \(outputs) outputs, allowed: together at most \(Self.largestRiccatiSize)"
      refuse("numInputs", message)
    }
    let start =
      given["initialization"] == .word("zeroBalanced")
      ? ZeroBalancedStart.random(scale: scale, seed: UInt64(integer("weightSeed"))) : .eye(scale)
    return RiccatiPoint(
      correlation: correlation(outputs: outputs, inputs: inputs), hiddenWidth: hidden, start: start, times: times(),
      learningRate: given["learningRate"]?.number)
  }

  private mutating func correlation(outputs: Int, inputs: Int) -> Matrix {
    guard problems.isEmpty else { return Matrix(rows: 1, columns: 1, repeating: 1) }
    guard let values = list("inputOutputCorrelation") else {
      return Matrix(rows: outputs, columns: inputs, DeepLinear.exampleCorrelation)
    }
    guard values.count == outputs * inputs else {
      let needed = "numOutputs × numInputs = \(outputs * inputs) needed"
      refuse("inputOutputCorrelation", "\(values.count) values given, \(needed)")
      return Matrix(rows: outputs, columns: inputs)
    }
    if values.allSatisfy({ $0 == 0 }) { refuse("inputOutputCorrelation", "all values are 0, allowed: not all 0") }
    return Matrix(rows: outputs, columns: inputs) { values[$0 * inputs + $1] }
  }

  private mutating func convolution() -> ConvolutionPoint {
    var start = ConvolutionStart.decoupled(strength: real("initialModeStrength"))
    if given["initialization"] == .word("smallRandom") {
      start = .smallRandom(scale: real("initialWeightScale"))
      if verb == .theory, depth != 2 {
        refuse("initialization", "given smallRandom, of which theory needs numWeightLayers = 2, not \(depth)")
      }
    }
    return ConvolutionPoint(
      depth: depth, kernel: targetKernel(count: integer("hiddenWidth")), start: start, times: times(),
      learnedFraction: real("learnedFraction"), learningRate: given["learningRate"]?.number)
  }

  /// The kernel as given, followed by zeros, or an exponential one.
  private mutating func targetKernel(count n: Int) -> [Double] {
    guard let values = list("targetKernel") else {
      return ConvolutionTarget.exponentialKernel(width: real("kernelWidth"), count: n)
    }
    if given.isExplicit("kernelWidth") {
      refuse("kernelWidth", "targetKernel is given too: give one of them, each fixes the target")
    }
    if values.count > n {
      refuse("targetKernel", "\(values.count) values given, allowed: at most hiddenWidth = \(n), the others are 0")
    }
    if values.allSatisfy({ $0 == 0 }) { refuse("targetKernel", "all values are 0, allowed: not all 0") }
    return values + [Double](repeating: 0, count: max(n - values.count, 0))
  }

  private func productSpectrum() -> ProductSpectrumPoint {
    ProductSpectrumPoint(
      depth: depth, width: integer("hiddenWidth"), ensemble: ensemble, probabilities: list("probability") ?? [])
  }

  private mutating func hierarchy() -> HierarchyPoint {
    let (branching, treeDepth) = (integer("branching"), integer("treeDepth"))
    let items = Double.pow(Double(branching), treeDepth)
    let limit = DeepLinear.largestItemCount
    if items > Double(limit) {
      let key = ["treeDepth", "branching"].first(where: given.isExplicit) ?? "treeDepth"
      refuse(key, "\(branching)^\(treeDepth) = \(text(items)) items, allowed: branching^treeDepth <= \(limit)")
    }
    let data = HierarchicalData(
      branching: branching, depth: items > Double(limit) ? 1 : treeDepth, flipProbability: real("flipProbability"))
    let positive = data.levels.map(\.singularValue).filter { $0 > 0 }
    return HierarchyPoint(
      data: data, depth: depth, initialModeStrength: checkedModeStrength(below: positive.sorted(by: >)),
      hiddenWidth: given["hiddenWidth"]?.integer ?? data.itemCount, learnedFraction: real("learnedFraction"),
      featureCount: integer("numFeatures"),
      learningRate: learningRate(largest: data.levels[0].singularValue))
  }

  private mutating func signalPropagation() -> SignalPropagationPoint {
    let gain = real("gain")
    if gain > Self.largestGain { refuse("gain", "given \(text(gain)), allowed: > 0 and <= \(text(Self.largestGain))") }
    return SignalPropagationPoint(
      depth: depth, width: integer("hiddenWidth"), ensemble: ensemble, gain: gain,
      inputVariance: given["inputVariance"]?.number)
  }

  private mutating func trainingEpochs() -> TrainingEpochsPoint {
    let s = singularValues, width = integer("hiddenWidth")
    if width < s.count { refuse("hiddenWidth", "given \(width), allowed: >= the number of modes, \(s.count)") }
    var start = TrainingStart.random(ensemble)
    if given["initialization"] == .word("decoupled") {
      let strength = verb == .theory ? checkedModeStrength(below: s) : real("initialModeStrength")
      if verb == .simulate, strength == 0 { refuse("initialModeStrength", "given 0, allowed: > 0 (simulate)") }
      start = .decoupled(strength: strength)
    }
    let rates = list("relativeLearningRate") ?? []
    if Set(rates).count < rates.count { refuse("relativeLearningRate", "every value may stand only once") }
    return TrainingEpochsPoint(
      depth: depth, width: width, singularValues: s, start: start, relativeLearningRates: rates,
      threshold: real("threshold"), maximumEpochs: integer("maximumEpochs"))
  }
}
