import Statistics
import SystemInterface

/// Whether simulation and theory agree along one cut through a diagram: χ² and the largest deviation.
public struct CutVerdict: Sendable, Equatable, Encodable {
  /// The observable.
  public let observable: String
  /// Which cut: the value of the other axis, or the limit of infinite size.
  public let cut: String
  /// Points with both roads and an error.
  public let points: Int
  /// Σ z², z = (simulation - theory)/error.
  public let chiSquared: Double
  /// Probability of a larger χ² if theory were exact at this size and the errors Gaussian.
  public let probability: Double
  /// The z of largest size, with its sign.
  public let largestDeviation: Double
  /// Mean of z: the same sign everywhere shows here first.
  public let meanDeviation: Double

  /// Below this probability the roads are said to differ.
  static let significance = 0.01

  /// Whether the data are compatible with theory.
  public var agrees: Bool { probability >= Self.significance }

  /// The verdict on deviations in units of their errors; `nil` without any.
  init?(_ observable: String, cut: String, deviations z: [Double]) {
    guard let largest = z.max(by: { abs($0) < abs($1) }) else { return nil }
    self.observable = observable
    self.cut = cut
    points = z.count
    chiSquared = z.reduce(0) { $0 + $1 * $1 }
    probability = ChiSquaredDistribution.survival(chiSquared, degreesOfFreedom: Double(z.count))
    largestDeviation = largest
    meanDeviation = z.reduce(0, +) / Double(z.count)
  }

  /// Verdicts on the order parameter along every cut, and on every extrapolated observable.
  static func all(in diagram: PhaseDiagram, _ scaling: FiniteSizeScaling?) -> [CutVerdict] {
    let specification = diagram.plan.specification, axes = specification.axes
    guard let name = specification.system.description.option(named: specification.parameters.option)?.orderParameter
    else { return [] }
    var cuts: [(place: Int, label: String, deviations: [Double])] = []
    for (point, summary) in zip(diagram.plan.points, diagram.points) {
      guard let z = summary.deviation(of: name) else { continue }
      let label = axes.count == 2 ? "\(axes[1].name)=\(point.values[axes[1].name]?.description ?? "")" : "all points"
      let place = axes.count == 2 ? point.index[1] : 0
      if let known = cuts.firstIndex(where: { $0.place == place }) {
        cuts[known].deviations.append(z)
      } else {
        cuts.append((place, label, [z]))
      }
    }
    // Points of a refinement come later than those of the grid: cuts in the order of the axis.
    cuts.sort { $0.place < $1.place }
    return cuts.compactMap { CutVerdict(name, cut: $0.label, deviations: $0.deviations) }
      + (scaling?.verdicts ?? [])
  }
}

extension PointSummary {
  /// (simulation - theory)/error of a scalar; `nil` where a road or the error is missing, or the error is only rounding.
  func deviation(of observable: String) -> Double? {
    guard case .scalar(let estimate)? = equilibrium?.means[observable],
      let theory = theory?.observables[observable]?.scalar, let error = estimate.standardError,
      error > 1e-12 * max(1, abs(estimate.mean))
    else { return nil }
    return (estimate.mean - theory) / error
  }
}
