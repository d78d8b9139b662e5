import Statistics
import SystemInterface

/// What the samples of one point say together: means, errors by origin, phase, cumulants, equilibration.
public struct SimulationSummary: Sendable {
  /// Means by observable name.
  public var means: [String: SampleMean]
  /// The errors of means told apart into disorder and thermal noise, where every sample states its thermal error.
  public var variances: [String: TwoLevelVariance]
  /// Binder's cumulant 1 - [<x^4>]/(3 [<x^2>]^2) of order parameters, with its jackknife error, by observable name.
  public var binderCumulants: [String: (value: Double, standardError: Double)]
  /// The phase by these means.
  public var phase: String?
  /// The margins behind the phase, with their errors.
  public var margins: [MarginEstimate]
  /// Whether the chains had reached equilibrium; `nil` where there was nothing to reach.
  public var equilibration: EquilibrationVerdict?
  /// Numeric diagnostics, averaged over the samples.
  public var diagnostics: [String: Double]
  /// Diagnostics of several numbers, averaged place by place over the samples that have equally many.
  public var listDiagnostics: [String: [Double]]
  /// Remarks in words, each of the first sample that makes it: why places of a curve have no value.
  public var remarks: [String: String]
  /// Number of samples.
  public var samples: Int

  /// Reduces samples in their order.
  public init(of results: [SampleResult], system: AnySystem, at parameters: GivenParameters) throws {
    let declared = system.description.observables(of: .simulate, under: parameters.option)
    means = [:]
    for observable in declared {
      means[observable.name] = SampleMean(of: results.compactMap { $0.observables[observable.name] })
    }
    for (name, value) in try system.reducedObservables(at: parameters, samples: results) where means[name] != nil {
      means[name] = SampleMean(reduced: value, samples: results.count)
    }
    variances = Self.variances(of: results)
    binderCumulants = Self.binderCumulants(of: results)
    let decisive = DecisiveMeans(of: results, scalars: means)
    phase = try system.phase(at: parameters, means: decisive.means)
    margins = try Self.margins(decisive, system, parameters)
    let orderParameter = system.description.option(named: parameters.option)?.orderParameter ?? ""
    equilibration = EquilibrationVerdict(
      of: results.compactMap(\.equilibration), standardError: means[orderParameter]?.scalarError)
    samples = results.count
    remarks = Self.remarks(of: results)
    diagnostics = [:]
    listDiagnostics = [:]
    for name in Set(results.flatMap { $0.diagnostics.keys }).sorted() {
      diagnostics[name] = Estimate(of: results.compactMap { $0.diagnostics[name]?.number })?.mean
      listDiagnostics[name] = Self.means(of: results.compactMap { $0.diagnostics[name]?.numbers })
    }
    if let equilibration { diagnostics["medianSplitRHat"] = equilibration.medianSplitRHat }
  }

  private static func remarks(of results: [SampleResult]) -> [String: String] {
    var remarks: [String: String] = [:]
    for result in results.reversed() {
      for case (let name, .text(let text)) in result.diagnostics { remarks[name] = text }
    }
    return remarks
  }

  private static func means(of lists: [[Double]]) -> [Double]? {
    guard let count = lists.first?.count, count > 0, lists.allSatisfy({ $0.count == count }) else { return nil }
    return (0..<count).map { place in lists.reduce(0) { $0 + $1[place] } / Double(lists.count) }
  }

  private static func variances(of results: [SampleResult]) -> [String: TwoLevelVariance] {
    var variances: [String: TwoLevelVariance] = [:]
    for name in results.first?.thermalErrors.keys.sorted() ?? [] {
      let values = results.compactMap { $0.observables[name]?.scalar }
      let errors = results.compactMap { $0.thermalErrors[name] }
      guard values.count == results.count, errors.count == results.count else { continue }
      variances[name] = TwoLevelVariance(means: values, thermalErrors: errors)
    }
    return variances
  }

  private static func binderCumulants(
    of results: [SampleResult]
  ) -> [String: (value: Double, standardError: Double)] {
    var cumulants: [String: (value: Double, standardError: Double)] = [:]
    for name in results.first?.moments.keys.sorted() ?? [] {
      let moments = results.compactMap { $0.moments[name] }
      guard moments.count == results.count else { continue }
      cumulants[name] = Jackknife.binderCumulant(
        secondMoments: moments.map(\.second), fourthMoments: moments.map(\.fourth))
    }
    return cumulants
  }

  /// The margins by all samples, with jackknife errors over the samples.
  private static func margins(
    _ decisive: DecisiveMeans, _ system: AnySystem, _ parameters: GivenParameters
  ) throws -> [MarginEstimate] {
    let margins = try system.phaseMargins(at: parameters, means: decisive.means)
    guard !margins.isEmpty else { return [] }
    let partial = try decisive.meansLeavingOneOut.map { try system.phaseMargins(at: parameters, means: $0) }
    return MarginEstimate.estimates(of: margins, leavingOneOut: partial)
  }
}

/// The means by which phases are told: scalars by name, the k-th place of a curve X as `X.k` from k = 1 on, and
/// `X.secondMoment` of order parameters X with moments.
///
/// An order parameter that is reported as a distribution reaches the phase through its second moment.
private struct DecisiveMeans {
  /// Means over all samples.
  let means: [String: Double]
  /// Means without sample i, for every i.
  let meansLeavingOneOut: [[String: Double]]
  /// Longer curves tell no phase.
  private static let longestCurve = 100

  init(of results: [SampleResult], scalars: [String: SampleMean]) {
    var values: [String: [Double?]] = [:]
    for name in scalars.keys where scalars[name]?.scalarMean != nil {
      values[name] = results.map { $0.observables[name]?.scalar }
    }
    for (name, mean) in scalars {
      guard case .curve(let dimensions, _, let places) = mean, dimensions.count == 1, places.count <= Self.longestCurve
      else { continue }
      for place in places.indices {
        values["\(name).\(place + 1)"] = results.map { $0.observables[name]?.value(at: place) }
      }
    }
    for name in Set(results.flatMap(\.moments.keys)) {
      values["\(name).secondMoment"] = results.map { $0.moments[name]?.second }
    }
    let estimates = values.compactMapValues { Estimate(of: $0.compactMap { $0 }) }
    means = estimates.mapValues(\.mean)
    meansLeavingOneOut = results.indices.map { left in
      var partial: [String: Double] = [:]
      for (name, estimate) in estimates {
        guard let value = values[name]?[left] else {
          partial[name] = estimate.mean
          continue
        }
        let others = Double(estimate.samples - 1)
        partial[name] = others > 0 ? estimate.mean - (value - estimate.mean) / others : nil
      }
      return partial
    }
  }
}

extension SampleMean {
  /// The standard error of a scalar.
  public var scalarError: Double? {
    if case .scalar(let estimate) = self { estimate.standardError } else { nil }
  }
}

extension ObservableValue {
  /// The value of a curve at one place.
  fileprivate func value(at place: Int) -> Double? {
    if case .curve(let curve) = self, curve.values.indices.contains(place) { curve.values[place] } else { nil }
  }
}

extension Diagnostic {
  fileprivate var number: Double? { if case .number(let value) = self { value } else { nil } }
  fileprivate var numbers: [Double]? { if case .numbers(let values) = self { values } else { nil } }
}
