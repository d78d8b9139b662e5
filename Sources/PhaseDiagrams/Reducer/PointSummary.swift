import Statistics
import Systems

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

  /// Flag meaning in files.
  var name: String {
    switch self {
    case .ok: "ok"
    case .pending: "pending"
    case .notConverged: "not_converged"
    case .failed: "failed"
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

  /// The mean of a scalar.
  public var scalarMean: Double? {
    if case .scalar(let estimate) = self { estimate.mean } else { nil }
  }
}

/// Means over the samples of one point: observables, phase and numeric diagnostics.
public struct SimulationSummary: Sendable {
  /// Means by observable name.
  public var means: [String: SampleMean]
  /// The phase by these means.
  public var phase: String?
  /// Numeric diagnostics, averaged over the samples.
  public var diagnostics: [String: Double]
  /// Number of samples.
  public var samples: Int

  /// Reduces samples in their order.
  public init(of results: [SampleResult], system: AnySystem, at parameters: GivenParameters) throws {
    let declared = system.description.observables(of: .simulate, under: parameters.option)
    means = [:]
    for observable in declared {
      means[observable.name] = SampleMean(of: results.compactMap { $0.observables[observable.name] })
    }
    var scalars = means.compactMapValues(\.scalarMean)
    // Order parameters that are reported as a distribution reach the phase through their second moment.
    for name in Set(results.flatMap(\.moments.keys)) {
      scalars["\(name).secondMoment"] = Estimate(of: results.compactMap { $0.moments[name]?.second })?.mean
    }
    phase = try system.phase(at: parameters, means: scalars)
    samples = results.count
    diagnostics = [:]
    for name in Set(results.flatMap { $0.diagnostics.keys }).sorted() {
      let values = results.compactMap { result -> Double? in
        if case .number(let value) = result.diagnostics[name] { value } else { nil }
      }
      diagnostics[name] = Estimate(of: values)?.mean
    }
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
}
