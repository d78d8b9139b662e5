import SystemInterface

/// A checked request to the generalization dynamics: one of the five sub-models with its parameters.
public enum GeneralizationPoint: Sendable, Equatable {
  /// Linear teacher and student, isotropic inputs.
  case isotropicLinear(IsotropicLinear)
  /// Linear teacher and student, inputs of any covariance.
  case anisotropicLinear(AnisotropicLinear)
  /// A linear student of several layers.
  case deepLinearStudent(DeepLinearStudent)
  /// A frozen hidden layer and a trained readout.
  case randomFeatures(RandomFeatures)
  /// Two trained layers.
  case twoLayerFull(TwoLayerNetwork)
}

/// Sizes of a linear problem: N inputs, P samples, α = P/N.
public struct SampleSizes: Sendable, Equatable {
  /// α as given, which theory uses.
  public var loadRatio: Double
  /// N.
  public var numInputs: Int
  /// P.
  public var numSamples: Int

  /// P/N of a simulation.
  var actualLoadRatio: Double { Double(numSamples) / Double(numInputs) }
}

/// The isotropic linear teacher–student problem (docs/systems/generalization-dynamics.md, section 1).
public struct IsotropicLinear: Sendable, Equatable {
  /// How a sample is simulated.
  public enum SimulationMode: String, Sendable {
    /// The eigenvalues alone are drawn; teacher, start and noise are averaged exactly.
    case spectrum
    /// Data, teacher, start and noise are drawn; the flow is solved in the singular basis.
    case literal
    /// The same, by gradient descent step by step.
    case gradientDescent
  }

  /// N, P, α.
  public var sizes: SampleSizes
  /// Variances of teacher, start and noise, and the weight decay.
  public var variances: ModeVariances
  /// γ of the ridge estimator; `nil` for none.
  public var ridge: Double?
  /// Times of the curves, ascending.
  public var times: [Double]
  /// How a sample is simulated.
  public var simulationMode: SimulationMode
  /// dt of gradient descent.
  public var learningRate: Double
}

/// The linear problem with inputs of covariance Λ.
public struct AnisotropicLinear: Sendable, Equatable {
  /// N, P, α.
  public var sizes: SampleSizes
  /// Λ_j, their weights, E w̄_j² and E w_j(0)², one of each for every distinct direction.
  public var directions: [Direction]
  /// σ_ε².
  public var noiseVariance: Double
  /// γ of the ridge estimator; `nil` for none.
  public var ridge: Double?
  /// Times of the curves, ascending.
  public var times: [Double]

  /// Inputs of one variance.
  public struct Direction: Sendable, Equatable {
    /// Λ_j.
    public var eigenvalue: Double
    /// Fraction of the inputs.
    public var weight: Double
    /// E w̄_j².
    public var teacherVariance: Double
    /// E w_j(0)².
    public var initVariance: Double
  }
}

/// The linear student of D layers with scalar output.
public struct DeepLinearStudent: Sendable, Equatable {
  /// How a sample is simulated.
  public enum SimulationMode: String, Sendable {
    /// N + 1 equations of the rank-one start.
    case reduced
    /// Gradient descent on all matrices.
    case gradientDescent
  }

  /// N, P, α.
  public var sizes: SampleSizes
  /// σ_w².
  public var teacherVariance: Double
  /// σ_ε².
  public var noiseVariance: Double
  /// D.
  public var numLayers: Int
  /// d(0).
  public var initialStrength: Double
  /// σ_z.
  public var initialInputScale: Double
  /// Times of the curves in the scaled unit, ascending.
  public var times: [Double]
  /// How a sample is simulated.
  public var simulationMode: SimulationMode
  /// dt of gradient descent in scaled time.
  public var learningRate: Double
}

/// A two-layer student whose hidden layer is frozen.
public struct RandomFeatures: Sendable, Equatable {
  /// Where W, W̃ and ã come from.
  public enum Weights: Sendable, Equatable {
    /// A formula.
    case deterministic
    /// Gaussian numbers of this seed.
    case gaussian(seed: UInt64)
  }

  /// f.
  public var activation: Activation
  /// d.
  public var inputDimension: Int
  /// M.
  public var hiddenWidth: Int
  /// P.
  public var numSamples: Int
  /// M_t.
  public var numTeacherUnits: Int
  /// c.
  public var teacherScale: Double
  /// Where the weights come from.
  public var weights: Weights
  /// σ_ε².
  public var noiseVariance: Double
  /// γ of the ridge estimator; `nil` for none.
  public var ridge: Double?
  /// Times of the curves, ascending.
  public var times: [Double]
}

/// A two-layer student whose layers are both trained.
public struct TwoLayerNetwork: Sendable, Equatable {
  /// f.
  public var activation: Activation
  /// d.
  public var inputDimension: Int
  /// M.
  public var hiddenWidth: Int
  /// P.
  public var numSamples: Int
  /// M_t.
  public var numTeacherUnits: Int
  /// E y² of the teacher without noise.
  public var teacherSecondMoment: Double
  /// σ_ε².
  public var noiseVariance: Double
  /// Standard deviation of W times √d.
  public var hiddenScale: Double
  /// Standard deviation of a.
  public var readoutScale: Double
  /// Step width.
  public var learningRate: Double
  /// Steps at which errors are measured, ascending.
  public var steps: [Int]
}
