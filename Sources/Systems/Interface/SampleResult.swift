/// What the simulation of one disorder sample measured.
public struct SampleResult: Sendable, Codable, Equatable {
  /// Every observable that the option reports from simulation, by name.
  public var observables: [String: ObservableValue]
  /// Sizes, acceptance rate, autocorrelation time.
  public var diagnostics: [String: Diagnostic]
  /// Standard error of an observable's thermal mean within this sample, autocorrelation included, by name.
  ///
  /// The scatter between samples contains it; given separately it tells whether more sweeps or more samples help.
  public var thermalErrors: [String: Double]
  /// Thermal moments of order parameters, by observable name.
  public var moments: [String: OrderParameterMoments]
  /// How far the chains of the sample look stationary; `nil` where there is nothing to equilibrate.
  public var equilibration: EquilibrationEvidence?

  /// Creates a result.
  public init(
    observables: [String: ObservableValue], diagnostics: [String: Diagnostic] = [:],
    thermalErrors: [String: Double] = [:], moments: [String: OrderParameterMoments] = [:],
    equilibration: EquilibrationEvidence? = nil
  ) {
    self.observables = observables
    self.diagnostics = diagnostics
    self.thermalErrors = thermalErrors
    self.moments = moments
    self.equilibration = equilibration
  }
}

/// Thermal means of powers of an order parameter in one disorder sample, for Binder's cumulant.
public struct OrderParameterMoments: Sendable, Codable, Equatable {
  /// <x^2>.
  public var second: Double
  /// <x^4>.
  public var fourth: Double

  /// Creates the moments.
  public init(second: Double, fourth: Double) {
    self.second = second
    self.fourth = fourth
  }
}

/// What one disorder sample says about the equilibration of its chains.
///
/// One sample decides little; the verdict at a point looks at all its samples.
public struct EquilibrationEvidence: Sendable, Codable, Equatable {
  /// Largest split R-hat of the watched series over all chains (Gelman et al., Bayesian Data Analysis, section 11.4).
  public var splitRHat: Double
  /// Mean of the order parameter over the second half of the measurement minus that over the first, over all chains.
  public var drift: Double
  /// Fraction of the measurement that the MSER rule would discard (White, Simulation 69, 323 (1997)).
  public var truncatedFraction: Double
  /// Difference of a watched mean between chains of different kinds of start, where both kinds were run.
  public var startDifference: Double?
  /// Distance in standard errors between the means of independent sets of chains that should all have the whole equilibrium,
  /// such as two temperature ladders.
  public var setDisagreement: Double?

  /// Creates the evidence of one sample.
  public init(
    splitRHat: Double, drift: Double, truncatedFraction: Double, startDifference: Double? = nil,
    setDisagreement: Double? = nil
  ) {
    self.splitRHat = splitRHat
    self.drift = drift
    self.truncatedFraction = truncatedFraction
    self.startDifference = startDifference
    self.setDisagreement = setDisagreement
  }
}

/// A sample gave something that is no number: it must not drop out of a mean unnoticed.
public struct NotFiniteResult: Error, CustomStringConvertible {
  /// The observable concerned.
  public let observable: String

  /// The observable and what is wrong with it.
  public var description: String { "\(observable) is not a finite number" }
}

extension SampleResult {
  /// The result, with diagnostics that are not finite left out.
  ///
  /// - Throws: `NotFiniteResult` for an observable that is not finite.
  public func checkedFinite() throws(NotFiniteResult) -> SampleResult {
    for (name, value) in observables.sorted(by: { $0.key < $1.key }) where value.finiteOrMissing != value {
      throw NotFiniteResult(observable: name)
    }
    var result = self
    result.diagnostics = diagnostics.filter(\.value.isFinite)
    result.thermalErrors = thermalErrors.filter(\.value.isFinite)
    result.moments = moments.filter { $0.value.second.isFinite && $0.value.fourth.isFinite }
    return result
  }
}
