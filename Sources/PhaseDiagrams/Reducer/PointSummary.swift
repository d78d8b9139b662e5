import Statistics
import SystemInterface

/// Whether a road reached a result at a point; raw values are the flags in files.
enum PointStatus: Int8, Sendable, CaseIterable {
  /// All that was asked for is there.
  case ok = 0
  /// Tasks are not finished yet.
  case pending = 1
  /// A solver did not converge.
  case notConverged = 2
  /// A computation failed.
  case failed = 3
  /// Not equilibrated: the order parameter still drifted.
  case drifting = 4
  /// Not equilibrated: chains from another start ended elsewhere.
  case startDependent = 5
  /// Not equilibrated: the chains of the only sample disagreed.
  case chainsDisagree = 6

  /// The reason why chains are not trusted to be in equilibrium; `nil` where they are.
  init?(_ verdict: EquilibrationVerdict?) {
    switch verdict?.state {
    case .drifting: self = .drifting
    case .startDependent: self = .startDependent
    case .chainsDisagree: self = .chainsDisagree
    case .equilibrated, .undecided, nil: return nil
    }
  }

  /// Whether there are means, but of chains that were not in equilibrium.
  var isUnequilibrated: Bool { [.drifting, .startDependent, .chainsDisagree].contains(self) }

  /// Flag meaning in files.
  var name: String {
    switch self {
    case .ok: "ok"
    case .pending: "pending"
    case .notConverged: "not_converged"
    case .failed: "failed"
    case .drifting: "drifting"
    case .startDependent: "start_dependent"
    case .chainsDisagree: "chains_disagree"
    }
  }
}

/// Mean over disorder samples of one observable: a number or a curve.
public enum SampleMean: Sendable, Equatable {
  /// Mean, standard error and number of samples.
  case scalar(Estimate)
  /// The same for every place of a curve; `nil` where no sample has a value.
  case curve(dimensions: [String], coordinates: [String: [Double]], estimates: [Estimate?])
  /// No sample has a value, and why.
  case missing(reason: String)

  /// Reduces the values of one observable, in the order of the samples.
  public init(of values: [ObservableValue]) {
    let curves = values.compactMap { value -> Curve? in if case .curve(let curve) = value { curve } else { nil } }
    if let first = curves.first {
      let sameShape = curves.filter { $0.coordinates == first.coordinates && $0.dimensions == first.dimensions }
      guard sameShape.count == curves.count else {
        self = .missing(reason: "the samples have different coordinates")
        return
      }
      let estimates = first.values.indices.map { place in Estimate(of: curves.compactMap { $0.values[place] }) }
      self = .curve(dimensions: first.dimensions, coordinates: first.coordinates, estimates: estimates)
    } else if let estimate = Estimate(of: values.compactMap(\.scalar)) {
      self = .scalar(estimate)
    } else {
      let reasons = values.compactMap { value -> String? in if case .missing(let reason) = value { reason } else { nil }
      }
      self = .missing(reason: reasons.first ?? "no sample is finished")
    }
  }

  /// A value that the system itself reduced from `samples` samples.
  init(reduced value: ObservableValue, samples: Int) {
    switch value {
    case .scalar(let number, let error):
      self = .scalar(Estimate(mean: number, standardError: error, samples: samples))
    case .curve(let curve):
      let estimates = curve.values.enumerated().map { place, number in
        number.map { Estimate(mean: $0, standardError: curve.standardErrors?[place], samples: samples) }
      }
      self = .curve(dimensions: curve.dimensions, coordinates: curve.coordinates, estimates: estimates)
    case .missing(let reason): self = .missing(reason: reason)
    }
  }

  /// The mean of a scalar.
  public var scalarMean: Double? {
    if case .scalar(let estimate) = self { estimate.mean } else { nil }
  }
}

/// All that is known at one point of a diagram.
struct PointSummary: Sendable {
  var theory: TheoryResult?
  var theoryStatus: PointStatus
  var simulation: SimulationSummary?
  var simulationStatus: PointStatus
  /// Messages of failed tasks.
  var failures: [String]

  /// The simulation, where its numbers can be trusted.
  var equilibrium: SimulationSummary? { simulationStatus.isUnequilibrated ? nil : simulation }
}
