import Foundation
import Statistics
import SystemInterface

/// A phase diagram as a text table: one line a point, theory beside simulation.
struct DiagramTable: CustomStringConvertible {
  let diagram: PhaseDiagram
  private let scaling: FiniteSizeScaling?

  /// - Parameter findings: those of the diagram, where they are known already.
  init(diagram: PhaseDiagram, findings: DiagramFindings? = nil) {
    self.diagram = diagram
    scaling = (findings ?? DiagramFindings(diagram)).scaling
  }

  /// The whole summary: what was computed, the table, the comparison of both roads, the failures.
  var description: String {
    let specification = diagram.plan.specification
    var lines = [
      "\(specification.system.description.title) (\(specification.system.description.name)), "
        + "\(specification.parameters.option), seed \(specification.seed)",
      "\(diagram.points.count) points, \(diagram.finishedTasks) of \(diagram.plan.tasks.count) tasks finished, "
        + "\(diagram.failures.count) failed",
      "",
    ]
    let unequilibrated = diagram.points.count(where: \.simulationStatus.isUnequilibrated)
    if unequilibrated > 0 {
      lines.insert("\(unequilibrated) points are not equilibrated: their means are set apart", at: lines.count - 1)
    }
    lines += table
    lines += comparisons + verdicts + boundaries
    if !diagram.failures.isEmpty {
      lines += ["", "failed tasks:"] + diagram.failures.map { "  \($0.task): \($0.message)" }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var orderParameter: String {
    let specification = diagram.plan.specification
    let option = specification.system.description.option(named: specification.parameters.option)
    return option?.orderParameter ?? specification.system.description.observables[0].name
  }

  private var table: [String] {
    let axes = diagram.plan.specification.axes.map(\.name)
    let name = orderParameter
    var rows = [axes + ["\(name) (theory)", "\(name) (simulation)", "phase (theory)", "phase (simulation)"]]
    for (point, summary) in zip(diagram.plan.points, diagram.points) {
      rows.append(
        axes.map { point.values[$0].map(Self.text) ?? "" } + [
          theoryText(summary, name), simulationText(summary, name), summary.theory?.phase ?? "-",
          summary.simulation?.phase ?? "-",
        ])
    }
    return TextTable.aligned(rows)
  }

  /// The comparison of both roads, as an aligned text table.
  var comparisons: [String] {
    let comparisons = DiagramComparison.all(in: diagram)
    guard !comparisons.isEmpty else { return [] }
    let rows =
      [["observable", "points", "median |z|", "largest |z|", "at"]]
      + comparisons.map {
        [
          $0.observable, "\($0.pointCount)", Self.text($0.medianDeviation, digits: 2),
          Self.text($0.largestDeviation, digits: 2), $0.worstPoint,
        ]
      }
    return ["", "simulation against theory, z = difference / standard error (finite size included):"]
      + TextTable.aligned(rows)
  }

  /// Agreement of simulation and theory along every cut, as an aligned text table.
  private var verdicts: [String] {
    let verdicts = CutVerdict.all(in: diagram, scaling)
    guard !verdicts.isEmpty else { return [] }
    let rows =
      [["observable", "cut", "points", "chi2", "p", "mean z", "largest z", "verdict"]]
      + verdicts.map {
        [
          $0.observable, $0.cut, "\($0.points)", Self.text($0.chiSquared, digits: 1),
          String(format: "%.2g", $0.probability),
          Self.text($0.meanDeviation, digits: 2), Self.text($0.largestDeviation, digits: 2),
          $0.agrees ? "agrees" : "differs",
        ]
      }
    return ["", "cut by cut, p = probability of a larger chi2 if theory held at this size:"] + TextTable.aligned(rows)
  }

  /// Boundaries between simulated phases with their limits, and crossings of Binder cumulants.
  private var boundaries: [String] {
    guard let scaling else { return [] }
    let axis = scaling.control.name
    var rows = scaling.boundaryLimits.map { limit in
      [
        limit.phases.joined(separator: " | "), axis,
        TextTable.text(mean: limit.limit.value, standardError: limit.limit.standardError), "infinite size",
        limit.limit.probability.map { "p = " + String(format: "%.2g", $0) } ?? "",
      ]
    }
    rows += scaling.crossings.map { crossing in
      [
        "Binder cumulant of \(crossing.observable)", axis,
        TextTable.text(mean: crossing.crossing.position, standardError: crossing.crossing.standardError),
        String(format: "sizes %g, %g", crossing.sizes.0, crossing.sizes.1), "",
      ]
    }
    return rows.isEmpty ? [] : ["", "boundaries and crossings:"] + TextTable.aligned(rows)
  }

  private func theoryText(_ summary: PointSummary, _ name: String) -> String {
    guard diagram.plan.specification.hasTheory else { return "-" }
    guard let result = summary.theory else { return summary.theoryStatus == .ok ? "-" : summary.theoryStatus.name }
    return result.observables[name]?.scalar.map { Self.text($0, digits: 6) } ?? "-"
  }

  private func simulationText(_ summary: PointSummary, _ name: String) -> String {
    guard case .scalar(let estimate)? = summary.simulation?.means[name] else {
      return summary.simulationStatus == .ok ? "-" : summary.simulationStatus.name
    }
    let error = estimate.standardError.map { " ± " + Self.text($0, digits: 6) } ?? ""
    let remark = summary.simulationStatus.isUnequilibrated ? " (\(summary.simulationStatus.name))" : ""
    return Self.text(estimate.mean, digits: 6) + error + remark
  }

  static func text(_ value: Double, digits: Int) -> String { String(format: "%.\(digits)f", value) }

  private static func text(_ value: ParameterValue) -> String {
    if case .real(let number) = value { String(format: "%.6g", number) } else { value.description }
  }
}
