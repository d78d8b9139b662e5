import RealModule
import Statistics

/// Decides what the finished results of a plan ask for next: more samples first, then finer cells.
///
/// A point gets more samples while the standard error of an observable exceeds its target, or while a sequential test
/// cannot tell on which side of a phase boundary it lies. The decision is a pure function of results that do not depend on
/// ranks or interruptions, and so is the whole course of a run.
struct PlanGrowth {
  /// Probability that a point is ever given the label of the other side of a boundary.
  static let labelErrorRate = 0.01

  private let diagram: PhaseDiagram
  private var plan: RunPlan { diagram.plan }
  private var specification: RunSpecification { plan.specification }

  /// - Precondition: every task of the plan has a result.
  init(_ diagram: PhaseDiagram) {
    precondition(diagram.isComplete, "a plan grows when all of it is finished")
    self.diagram = diagram
  }

  /// The next extension, or `nil` when everything asked for is there.
  func next() -> PlanExtension? {
    var growth = PlanExtension(sampleCounts: plan.sampleCounts)
    if let sampling = specification.sampling, sampling.isAdaptive {
      addSamples(to: &growth, sampling)
      if growth.sampleCounts != plan.sampleCounts { return growth }
    }
    if let refinement = specification.refinement, refinement.levels > 0 {
      growth.points = RefinedDiagram(diagram).missingPlaces
      if !growth.points.isEmpty { return growth }
    }
    return nil
  }

  private func addSamples(to growth: inout PlanExtension, _ sampling: SamplingRequest) {
    for point in plan.points.indices where plan.sampleCounts[point] < sampling.mostSamples {
      guard let summary = diagram.points[point].simulation, diagram.points[point].simulationStatus != .failed else {
        continue
      }
      let targets = sampling.targetErrors.compactMap { name, target in
        furtherSamples(summary.means[name], target, sampling)
      }
      var wanted = plan.sampleCounts[point] + (targets.max() ?? 0)
      if sampling.settlesLabels, isUncertain(point, summary) {
        growth.looked.append(point)
        wanted = max(wanted, 2 * plan.sampleCounts[point])
      }
      growth.sampleCounts[point] = min(sampling.mostSamples, wanted)
      if let sweeps = balancedSweeps(point, summary, sampling) { growth.sweeps[point] = sweeps }
    }
  }

  /// How many more samples to try for a target; `nil` where it is met or there is no error.
  private func furtherSamples(_ mean: SampleMean?, _ target: Double, _ sampling: SamplingRequest) -> Int? {
    guard case .scalar(let estimate)? = mean, let error = estimate.standardError else { return nil }
    return SamplePlan.additional(
      samples: estimate.samples, standardError: error, target: target, minimum: sampling.leastSamples,
      maximum: sampling.mostSamples)
  }

  /// The sweeps for all further samples of a point that reach the targets with the least work; decided once, after the
  /// first round, and `nil` where those of the run file are within a factor 1.5.
  ///
  /// The optimum is flat, and the variances of few samples are uncertain: the factor is limited to 8.
  private func balancedSweeps(_ point: Int, _ summary: SimulationSummary, _ sampling: SamplingRequest) -> Int? {
    guard sampling.balancesSweeps, plan.sampleCounts[point] == sampling.leastSamples,
      let names = specification.system.description.sweepParameters,
      !specification.axes.contains(where: { $0.name == names.measurement })
    else { return nil }
    let inForce = specification.system.parametersInForce(plan.points[point].parameters, for: .simulate)
    let sweeps = { (name: String) in inForce.first { $0.name == name }?.value.integer }
    guard let current = sweeps(names.measurement), let overhead = sweeps(names.equilibration) else { return nil }
    let wanted = sampling.targetErrors.keys.sorted().compactMap { name in
      summary.variances[name]?.optimalSweeps(current: current, overhead: Double(overhead))
    }.max()
    guard let wanted else { return nil }
    let factor = min(8, max(0.125, wanted / Double(current)))
    return factor > 1.5 || factor < 1 / 1.5 ? max(1, Int((Double(current) * factor).rounded())) : nil
  }

  /// Whether a margin that decides about the phase has an undecided sign.
  private func isUncertain(_ point: Int, _ summary: SimulationSummary) -> Bool {
    guard let label = diagram.points[point].label(by: .simulation) else { return false }
    let phases = specification.system.description.phases.map(\.name)
    return label.decisiveMargins(among: phases).contains { margin in
      let decision = SequentialTest.decision(
        mean: margin.value, standardError: margin.standardError, samples: summary.samples,
        look: plan.looks[point] + 1, errorRate: Self.labelErrorRate)
      return decision == .undecided
    }
  }
}
