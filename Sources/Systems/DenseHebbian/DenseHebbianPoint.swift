import NumericalMethods
import SystemInterface

/// Which products of spins the interaction contains.
public enum InteractionForm: String, Sendable {
  /// Products over P different sites: the clean P-spin model.
  case distinctIndices
  /// Full powers of the overlaps, coincident sites included.
  case fullPower
}

/// Where a chain starts.
public enum InitialOverlap: Sendable, Equatable {
  /// Archetype 1 with each spin flipped with probability (1 - m0)/2.
  case archetype(Double)
  /// Independent random spins.
  case random
}

/// Rule of the spin updates at T > 0.
public enum SpinDynamics: String, Sendable {
  /// Gibbs sampling of one spin.
  case heatBath
  /// Metropolis acceptance of a flip.
  case metropolis
  /// Gibbs sampling of all spins at once, in the fields of one state; also at T = 0.
  case parallel
}

/// How many archetypes are stored.
public enum StorageSize: Sendable, Equatable {
  /// K = alpha N^b.
  case load(alpha: Double, exponent: Double)
  /// K itself.
  case archetypes(Int)
}

/// A checked request to the dense Hebbian network: P, form, data set, load, temperature and run lengths.
public struct DenseHebbianPoint: Sendable {
  /// The question asked.
  public enum Quantity: String, Sendable {
    /// Order parameters at (alpha, T).
    case equilibrium
    /// Spinodal and first-order load at T.
    case criticalLoad
    /// Temperatures of retrieval at zero load.
    case criticalTemperature
    /// The solution without retrieval.
    case glass
    /// Signal-to-noise of one update.
    case oneStep
    /// Naive and TAP equations against heat bath.
    case plefka
    /// Exact sums on a given instance.
    case exactEnumeration
    /// Retrieval of real images.
    case structuredData
  }

  /// The question asked.
  public var quantity: Quantity
  /// P.
  public var interactionOrder: Int
  /// Distinct indices or full powers.
  public var interactionForm: InteractionForm
  /// M, r and the protocol.
  public var dataset: Dataset
  /// T >= 0.
  public var temperature: Double
  /// Load or number of archetypes.
  public var storage: StorageSize
  /// N; `nil` in theory where no size is needed.
  public var spinCount: Int?
  /// tau >= 0.
  public var synapticNoise: Double
  /// Start of the chains.
  public var initialOverlap: InitialOverlap
  /// Update rule.
  public var dynamics: SpinDynamics
  /// Sweeps before measurement.
  public var equilibrationSweeps: Int
  /// Sweeps with measurement.
  public var measurementSweeps: Int
  /// Rungs of the temperature ladder.
  public var exchangeTemperatures: Int
  /// The images, where they take the place of random archetypes.
  var structuredData: StructuredData? = nil

  /// Number of P-tuples a site takes part in that scales the load: (N-1)…(N-P+1), or N^(P-1) for full powers.
  public func loadNormalization(spinCount N: Int) -> Double {
    switch interactionForm {
    case .distinctIndices: (1..<interactionOrder).reduce(1) { $0 * Double(N - $1) }
    case .fullPower: Double.pow(Double(N), interactionOrder - 1)
    }
  }

  /// K of a simulation at N spins, never below 1.
  public func archetypeCount(spinCount N: Int) -> Int {
    switch storage {
    case .archetypes(let count): return count
    case .load(let alpha, let exponent):
      let isHighStorage = exponent == Double(interactionOrder - 1)
      let scale = isHighStorage ? loadNormalization(spinCount: N) : Double.pow(Double(N), exponent)
      // Beyond any machine the exact number does not matter, and it would not fit an integer.
      return max(1, Int(min((alpha * scale).rounded(), 1e18)))
    }
  }

  /// The load alpha_eff that enters the theory.
  ///
  /// With b = P - 1 it is alpha as given; otherwise K over `loadNormalization`, and 0 where no N is known or where
  /// synaptic noise replaces the noise of the patterns.
  public var effectiveLoad: Double {
    if synapticNoise > 0 { return 0 }
    if case .load(let alpha, let exponent) = storage {
      if exponent == Double(interactionOrder - 1) { return alpha }
      guard spinCount != nil, alpha > 0 else { return 0 }
    }
    guard let N = spinCount else { return 0 }
    return Double(archetypeCount(spinCount: N)) / loadNormalization(spinCount: N)
  }
}
