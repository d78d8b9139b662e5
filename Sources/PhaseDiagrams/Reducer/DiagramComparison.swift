import RealModule
import Statistics
import SystemInterface

/// How far simulation and theory lie apart for one observable over a whole diagram.
struct DiagramComparison: Sendable {
  /// The observable.
  let observable: String
  /// Points with both roads and an error bar.
  let pointCount: Int
  /// Median of |simulation - theory|/error.
  let medianDeviation: Double
  /// Largest of them, and where.
  let largestDeviation: Double
  /// Label of that point.
  let worstPoint: String

  /// Compares every scalar observable that both roads report and whose error is not zero.
  static func all(in diagram: PhaseDiagram) -> [DiagramComparison] {
    let specification = diagram.plan.specification
    let declared = specification.system.description.observables(of: .simulate, under: specification.parameters.option)
    return declared.compactMap { observable in
      var deviations: [(z: Double, label: String)] = []
      for (point, summary) in zip(diagram.plan.points, diagram.points) {
        guard case .scalar(let estimate)? = summary.equilibrium?.means[observable.name],
          let theory = summary.theory?.observables[observable.name]?.scalar, let error = estimate.standardError,
          error > 1e-12 * max(1, abs(estimate.mean))
        else { continue }
        deviations.append((abs(estimate.mean - theory) / error, point.label))
      }
      guard let worst = deviations.max(by: { $0.z < $1.z }) else { return nil }
      let sorted = deviations.map(\.z).sorted()
      let median = (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
      return DiagramComparison(
        observable: observable.name, pointCount: sorted.count, medianDeviation: median, largestDeviation: worst.z,
        worstPoint: worst.label)
    }
  }
}
