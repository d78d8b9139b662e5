import SystemInterface

/// What the network stores.
public enum StorageProtocol: String, Sendable {
  /// The patterns themselves.
  case storage
  /// Sums over the examples of each pattern, which a teacher groups.
  case supervised
  /// Single examples.
  case unsupervised
}

/// Γ of the Hamiltonian (page, section 2.3).
public enum FieldNormalization: String, Sendable {
  /// 1.
  case bare
  /// R.
  case dataset
  /// (1 - d) R.
  case datasetAndDilution
}

/// Law of the data in theory.
public enum DatasetNoise: String, Sendable {
  /// M examples of quality r.
  case exactFiniteM
  /// Gaussian noise of the same variance.
  case gaussian
}

/// Where a state is looked for.
public enum InitialState: String, Sendable {
  /// Pattern 1 alone.
  case pure
  /// One pattern after the other.
  case hierarchical
  /// All patterns equally.
  case parallel
  /// Random spins; theory: one fixed random vector.
  case random
  /// Magnetizations as given.
  case prescribed
  /// Theory: the stable state of lowest free energy.
  case dominant
}

/// A checked request to the multitasking Hebbian network.
public struct MultitaskingHebbianPoint: Sendable {
  /// The question asked.
  public enum Quantity: String, Sendable {
    /// The state reached from a start.
    case equilibrium
    /// Lines in the (d, T) plane.
    case transitionLines
    /// Noise and number of examples at which learning starts.
    case learningThreshold
    /// One parallel noiseless update.
    case oneStep
    /// Glauber dynamics in time.
    case flow
    /// K = alpha N.
    case highStorage
    /// Exact sums on a given instance.
    case exactEnumeration
  }

  /// The question asked.
  public var quantity: Quantity
  /// K.
  public var patternCount: Int
  /// d.
  public var dilution: Double
  /// T.
  public var temperature: Double
  /// What is stored.
  public var storageProtocol: StorageProtocol
  /// M.
  public var examplesPerPattern: Int
  /// r.
  public var exampleQuality: Double
  /// rho where it is given in place of M and r.
  public var givenEntropy: Double?
  /// Law of the data in theory.
  public var datasetNoise: DatasetNoise
  /// Which Γ.
  public var fieldNormalization: FieldNormalization
  /// Where a state is looked for.
  public var initialState: InitialState
  /// m0_mu; empty where none is given.
  public var initialMagnetization: [Double]
  /// Times of the flow, in sweeps.
  public var times: [Double]
  /// alpha.
  public var storageLoad: Double
  /// L.
  public var condensedPatternCount: Int
  /// eps of the learning threshold.
  public var amplitudeTolerance: Double
  /// Θ of the learning threshold.
  public var signalToNoise: Double
  /// N.
  public var neuronCount: Int
  /// Sweeps before measurement.
  public var equilibrationSweeps: Int
  /// Sweeps with measurement.
  public var measurementSweeps: Int
  /// Whether to solve the mean field of every sample.
  public var usesSampleMeanField: Bool

  /// R = r² + (1 - r²)/M, or r² (1 + rho) where rho is given; 1 for storage (page, section 2.2).
  public var dataVariance: Double {
    storageProtocol == .storage ? 1 : exampleQuality * exampleQuality + noiseVariance
  }

  /// (1 - r²)/M, or rho r² where rho is given: the variance of the data about r times the pattern.
  public var noiseVariance: Double {
    let square = exampleQuality * exampleQuality
    return givenEntropy.map { $0 * square } ?? (1 - square) / Double(examplesPerPattern)
  }

  /// Γ.
  public var gamma: Double {
    switch fieldNormalization {
    case .bare: 1
    case .dataset: dataVariance
    case .datasetAndDilution: (1 - dilution) * dataVariance
    }
  }
}
