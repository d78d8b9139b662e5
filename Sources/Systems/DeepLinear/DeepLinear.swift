import NumericalMethods
import RealModule
import SystemInterface

/// Deep linear networks: exact learning dynamics, isometry of random products, signals in tanh networks.
///
/// D weight layers, W = W_D ⋯ W_1, gradient flow on ½‖Σ_yx − W‖² with whitened inputs. Conventions, equations and algorithms:
/// docs/systems/deep-linear.md.
public struct DeepLinear: System {
  /// The system; it has no state.
  public init() {}

  /// Checks the rules that tie several parameters.
  public func point(_ given: GivenParameters, for verb: Verb) throws(InputProblems) -> DeepLinearPoint {
    var check = DeepLinearRequest(given: given, verb: verb)
    return try check.point()
  }

  /// Simulates one sample of the quantity asked for.
  public func simulate(at point: DeepLinearPoint, streams: SampleStreams) throws -> SampleResult {
    switch point {
    case .productSpectrum(let point): return try simulateProductSpectrum(point, streams)
    case .signalPropagation(let point): return try simulateSignalPropagation(point, streams)
    default:
      var simulation = try simulation(at: point, streams: streams)
      return try simulation.finished()
    }
  }

  /// Gradient descent some steps at a time; products and Jacobians in one piece.
  public func simulation(at point: DeepLinearPoint, streams: SampleStreams) throws -> any SampleSimulation {
    switch point {
    case .modeDynamics(let point): try modeDynamicsSimulation(point, streams)
    case .riccati(let point): try riccatiSimulation(point)
    case .hierarchy(let point): try hierarchySimulation(point, streams)
    case .trainingEpochs(let point): try trainingSimulation(point, streams)
    case .convolution(let point): try convolutionSimulation(point, streams)
    case .productSpectrum, .signalPropagation:
      UndividedSimulation { try self.simulate(at: point, streams: streams) }
    }
  }

  /// Ratios of means, medians and the best learning rate.
  public func reducedObservables(
    at point: DeepLinearPoint, samples: [SampleResult]
  ) -> [String: ObservableValue] {
    switch point {
    case .signalPropagation: reducedSignalPropagation(samples)
    case .trainingEpochs(let point): reducedTrainingEpochs(point, samples)
    default: [:]
    }
  }

  /// The phase, which parameters alone decide.
  public func phase(at point: DeepLinearPoint, means: [String: Double]) -> String? { Self.phase(of: point) }

  /// Rich where u(t) has an inflection (mode 1, two layers); vanishing, critical, exploding by the gain.
  static func phase(of point: DeepLinearPoint) -> String? {
    switch point {
    case .modeDynamics(let point):
      guard point.depth == 2, case .decoupled(let strengths) = point.start else { return nil }
      let (a, b) = (strengths[0], strengths[1])
      let end = RichLearning.strengthOfInflection(
        imbalance: abs((a - b) * (a + b)), singularValue: point.singularValues[0])
      return end.map { a * b < $0 } ?? false ? "rich" : "lazy"
    case .signalPropagation(let point):
      return point.gain < 1 ? "vanishing" : point.gain == 1 ? "critical" : "exploding"
    default: return nil
    }
  }

  /// D s₁^{2−2/D}: the largest eigenvalue of the Hessian at the balanced optimum.
  static func sharpness(depth: Int, largest s: Double) -> Double {
    Double(depth) * Double.pow(s, 2 - 2 / Double(depth))
  }

  /// A hundredth of the largest stable learning rate.
  static func defaultLearningRate(depth: Int, largest s: Double) -> Double {
    0.02 / sharpness(depth: depth, largest: s)
  }

  /// Σ_ij = sin(i + 2j) + cos(0.3 i j)/2 with i, j from 1, here from 0: an example without structure.
  static func exampleCorrelation(_ row: Int, _ column: Int) -> Double {
    let (i, j) = (Double(row + 1), Double(column + 1))
    return Double.sin(i + 2 * j) + 0.5 * Double.cos(0.3 * i * j)
  }

  /// Learning rates beyond the stable ones.
  public func warnings(for verb: Verb, at point: DeepLinearPoint) -> [String] {
    guard verb == .simulate else { return [] }
    switch point {
    case .modeDynamics(let point):
      return Self.stabilityWarnings(point.learningRate, depth: point.depth, largest: point.singularValues[0])
    case .riccati(let point):
      guard let rate = point.learningRate, let s = try? point.correlation.singularValues().first else { return [] }
      return Self.stabilityWarnings(rate, depth: 2, largest: s)
    case .hierarchy(let point):
      return Self.stabilityWarnings(point.learningRate, depth: point.depth, largest: point.data.levels[0].singularValue)
    case .trainingEpochs(let point):
      return point.relativeLearningRates.filter { $0 > 2 }.map {
        "relativeLearningRate \(ParameterValue.real($0)) is above 2: gradient descent is unstable at the optimum"
      }
    case .convolution(let point):
      guard let rate = point.learningRate, let target = try? ConvolutionTarget(kernel: point.kernel) else { return [] }
      let limit = 2 / target.sharpness(depth: point.depth)
      return rate > limit ? [Self.stabilityWarning(rate, above: CirculantNetwork.stableRate, limit)] : []
    case .productSpectrum, .signalPropagation: return []
    }
  }

  private static func stabilityWarnings(_ rate: Double, depth: Int, largest s: Double) -> [String] {
    let limit = 2 / sharpness(depth: depth, largest: s)
    return rate > limit ? [stabilityWarning(rate, above: LinearModes.stableRate, limit)] : []
  }

  private static func stabilityWarning(_ rate: Double, above formula: String, _ limit: Double) -> String {
    "learningRate \(ParameterValue.real(rate)) is above \(formula) = \(limit): gradient descent is unstable"
  }

  /// Multiplications of a sample; theory takes no time.
  public func cost(of verb: Verb, at point: DeepLinearPoint) -> Double {
    guard verb == .simulate else { return 1 }
    switch point {
    case .modeDynamics(let point):
      let (i, h, o) = (Double(point.widths.inputs), Double(point.widths.hidden), Double(point.widths.outputs))
      let layers = h * (i + o + Double(max(point.depth - 2, 0)) * h) * max(i, o)
      return 3 * layers * (point.times.last ?? 1) / point.learningRate
    case .riccati(let point):
      let layers = Double(point.hiddenWidth * (point.correlation.rows + point.correlation.columns))
      return 3 * layers * Double(point.correlation.columns) * (1 + (point.times.last ?? 1)) * 100
    case .productSpectrum(let point):
      return 6 * Double(point.depth + 5) * Double.pow(Double(point.width), 3)
    case .hierarchy(let point):
      let P = Double(point.data.itemCount)
      let steps = 40 / (point.learningRate * (point.data.levels.last?.singularValue ?? 1) + 1e-12)
      return P * P * Double(point.featureCount) + 3 * Double(point.depth) * P * P * P * min(steps, 1e6)
    case .signalPropagation(let point):
      return (point.ensemble == .gaussian ? 2 : 5) * Double(point.depth) * Double.pow(Double(point.width), 3)
    case .trainingEpochs(let point):
      let epochs = Double(min(point.maximumEpochs, 1000) * point.relativeLearningRates.count)
      return 3 * Double(point.depth) * Double.pow(Double(point.width), 3) * epochs
    case .convolution(let point):
      let n = Double(point.kernel.count), size = 8 * Double(point.depth) * n
      // The default rate is a hundredth of 2/(n D) for a target of unit strength.
      return size * (1 + (point.times.last ?? 1)) / (point.learningRate ?? 0.02 / (n * Double(point.depth)))
    }
  }

  /// Bytes of weights, prefixes and left factors; of features and similarity; of a few square matrices.
  public func memory(at point: DeepLinearPoint) -> Double {
    switch point {
    case .modeDynamics(let point):
      let widest = Double(max(point.widths.inputs, point.widths.hidden, point.widths.outputs))
      return 8 * Double(3 * point.depth + 6) * widest * widest
    case .riccati(let point):
      return 8 * 12 * Double.pow(Double(point.correlation.rows + point.correlation.columns + point.hiddenWidth), 2)
    case .productSpectrum(let point):
      return 8 * 8 * Double(point.width * point.width)
    case .hierarchy(let point):
      let P = Double(point.data.itemCount), widest = max(P, Double(point.hiddenWidth))
      return 8 * (2 * P * Double(point.featureCount) + Double(3 * point.depth + 6) * widest * widest)
    case .signalPropagation(let point):
      return 8 * 8 * Double(point.width * point.width)
    case .trainingEpochs(let point):
      return 8 * Double(4 * point.depth + 6) * Double(point.width * point.width)
    case .convolution(let point):
      return 8 * Double(4 * point.depth + 20) * Double(point.kernel.count)
    }
  }

  /// The defaults that follow from other parameters; without those that another one replaces.
  public func parametersInForce(
    _ given: GivenParameters, for verb: Verb
  ) -> [(name: String, value: ParameterValue)] {
    let isDecoupled = given["initialization"] == .word("decoupled")
    var replaced: Set<String> = []
    switch given.option {
    case "modeDynamics":
      replaced = isDecoupled ? ["initialWeightScale"] : ["initialModeStrength"]
      if given.isExplicit("initialLayerStrengths") { replaced.insert("initialModeStrength") }
    case "convolution":
      replaced = isDecoupled ? ["initialWeightScale"] : ["initialModeStrength"]
      if given.isExplicit("targetKernel") { replaced.insert("kernelWidth") }
    case "riccati" where given["initialization"] != .word("zeroBalanced"): replaced = ["weightSeed"]
    case "trainingEpochs" where !isDecoupled: replaced = ["initialModeStrength"]
    default: break
    }
    return given.inForce(for: verb).filter { !replaced.contains($0.name) }
  }
}
