import NumericalMethods
import SystemInterface

/// A checked request to the deep linear network, one kind of point for each quantity.
public enum DeepLinearPoint: Sendable {
  /// Mode strengths and learning times.
  case modeDynamics(ModeDynamicsPoint)
  /// Two layers from a zero-balanced start.
  case riccati(RiccatiPoint)
  /// Singular values of products.
  case productSpectrum(ProductSpectrumPoint)
  /// Tree-structured data.
  case hierarchy(HierarchyPoint)
  /// Tanh networks.
  case signalPropagation(SignalPropagationPoint)
  /// Epochs to learn.
  case trainingEpochs(TrainingEpochsPoint)
  /// Circular convolutions.
  case convolution(ConvolutionPoint)
}

/// How a network for `modeDynamics` starts.
public enum ModeStart: Sendable, Equatable {
  /// Every mode with these layer strengths a_1 … a_D, aligned with the data's singular vectors.
  case decoupled(layerStrengths: [Double])
  /// Independent Gaussian weights of this standard deviation, two layers.
  case smallRandom(scale: Double)

  /// Whether modes are not apart.
  var isRandom: Bool { if case .smallRandom = self { true } else { false } }
}

/// A point of `modeDynamics`.
public struct ModeDynamicsPoint: Sendable {
  /// D.
  public var depth: Int
  /// s_k in descending order.
  public var singularValues: [Double]
  /// Initial weights.
  public var start: ModeStart
  /// N_i, N_h, N_o.
  public var widths: (inputs: Int, hidden: Int, outputs: Int)
  /// Times to report, increasing.
  public var times: [Double]
  /// f.
  public var learnedFraction: Double
  /// Step of gradient descent.
  public var learningRate: Double
}

/// How a network for `convolution` starts.
public enum ConvolutionStart: Sendable, Equatable {
  /// Every frequency with this strength, in equal layers and in phase with the target.
  case decoupled(strength: Double)
  /// Independent Gaussian kernels of this standard deviation.
  case smallRandom(scale: Double)

  /// Whether kernels are drawn without regard to the target.
  var isRandom: Bool { if case .smallRandom = self { true } else { false } }
}

/// A point of `convolution`.
public struct ConvolutionPoint: Sendable {
  /// D.
  public var depth: Int
  /// The kernel to learn, n numbers.
  public var kernel: [Double]
  /// Initial kernels.
  public var start: ConvolutionStart
  /// Times to report, increasing.
  public var times: [Double]
  /// f.
  public var learnedFraction: Double
  /// Step of gradient descent; `nil` for the default, which needs the spectrum of the target.
  public var learningRate: Double?
}

/// A point of `riccati`.
public struct RiccatiPoint: Sendable {
  /// Σ_yx, N_o × N_i.
  public var correlation: Matrix
  /// N_h.
  public var hiddenWidth: Int
  /// The zero-balanced start.
  public var start: ZeroBalancedStart
  /// Times to report, increasing.
  public var times: [Double]
  /// Step of gradient descent; `nil` for the default, which needs the largest singular value.
  public var learningRate: Double?
}

/// Gaussian or orthogonal weights.
public enum WeightEnsemble: String, Sendable {
  /// Independent Gaussian entries of variance 1/N.
  case gaussian
  /// Haar's measure on orthogonal matrices.
  case orthogonal
}

/// A point of `productSpectrum`.
public struct ProductSpectrumPoint: Sendable {
  /// D.
  public var depth: Int
  /// N.
  public var width: Int
  /// Law of the factors.
  public var ensemble: WeightEnsemble
  /// Levels of the quantiles.
  public var probabilities: [Double]
}

/// A point of `hierarchy`.
public struct HierarchyPoint: Sendable {
  /// The tree and its features.
  public var data: HierarchicalData
  /// D.
  public var depth: Int
  /// u₀.
  public var initialModeStrength: Double
  /// N_h.
  public var hiddenWidth: Int
  /// f.
  public var learnedFraction: Double
  /// N_f.
  public var featureCount: Int
  /// Step of gradient descent.
  public var learningRate: Double
}

/// A point of `signalPropagation`.
public struct SignalPropagationPoint: Sendable {
  /// Layers of the Jacobian.
  public var depth: Int
  /// N.
  public var width: Int
  /// Law of the weights.
  public var ensemble: WeightEnsemble
  /// g.
  public var gain: Double
  /// q₁; `nil` for the default, the fixed point for g > 1 and 1 elsewhere.
  public var inputVariance: Double?
}

/// How a network for `trainingEpochs` starts.
public enum TrainingStart: Sendable, Equatable {
  /// Independent weights of an ensemble.
  case random(WeightEnsemble)
  /// The listed modes with this strength, aligned with the data's singular vectors.
  case decoupled(strength: Double)
}

/// A point of `trainingEpochs`.
public struct TrainingEpochsPoint: Sendable {
  /// D.
  public var depth: Int
  /// N.
  public var width: Int
  /// s_k in descending order.
  public var singularValues: [Double]
  /// Initial weights.
  public var start: TrainingStart
  /// κ.
  public var relativeLearningRates: [Double]
  /// Fraction of the initial loss.
  public var threshold: Double
  /// Epochs after which a run gives up.
  public var maximumEpochs: Int
}
