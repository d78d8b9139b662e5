import NumericalMethods
import RealModule
import Statistics

extension DenseHebbian {
  /// Simulates one disorder sample of the quantity asked for.
  public func simulate(at point: DenseHebbianPoint, streams: SampleStreams) throws -> SampleResult {
    switch point.quantity {
    case .equilibrium: try simulateEquilibrium(point, streams)
    case .oneStep: simulateOneStep(point, streams)
    case .exactEnumeration: simulateEnumerated(point, streams)
    case .criticalLoad, .criticalTemperature: preconditionFailure("\(point.quantity) has no simulation")
    }
  }

  private func rule(_ point: DenseHebbianPoint) -> UpdateRule {
    if point.temperature == 0 { return .zeroTemperature }
    switch point.dynamics {
    case .heatBath: return .heatBath(beta: 1 / point.temperature)
    case .metropolis: return .metropolis(beta: 1 / point.temperature)
    }
  }

  private func drawDisorder(_ point: DenseHebbianPoint, _ streams: SampleStreams) -> DisorderSample {
    var random = streams.stream(.disorder)
    return DisorderSample(point, spinCount: point.spinCount ?? 64, random: &random)
  }

  /// Two replicas of one disorder sample: prepare, equilibrate, measure, report.
  private func simulateEquilibrium(_ point: DenseHebbianPoint, _ streams: SampleStreams) throws -> SampleResult {
    let disorder = drawDisorder(point, streams)
    let trajectories = (0..<2).map { replica in
      var start = streams.stream(.initialState, replica: replica)
      var dynamics = streams.stream(.dynamics, replica: replica)
      let spins = disorder.initialSpins(point.initialOverlap, using: &start)
      return Trajectory(
        on: disorder, from: spins, rule: rule(point), equilibrationSweeps: point.equilibrationSweeps,
        measurementSweeps: point.measurementSweeps, random: &dynamics)
    }
    let startsAtArchetype = point.initialOverlap != .random
    let shift = disorder.infiniteTemperatureEnergy(skipsCondensed: startsAtArchetype)
    let escape = try escapeObservables(point, trajectories)
    let classOverlap = trajectories.meanOverReplicas { startsAtArchetype ? $0.classOverlap : $0.absoluteClassOverlap }
    return SampleResult(
      observables: [
        "magnetization": .scalar(
          trajectories.meanOverReplicas { startsAtArchetype ? $0.magnetization : $0.absoluteMagnetization }),
        "classOverlap": .scalar(classOverlap),
        "exampleMagnetization": .scalar(classOverlap * point.dataset.signal),
        "replicaOverlap": .scalar(Trajectory.replicaOverlap(trajectories[0], trajectories[1])),
        "energy": .scalar((trajectories.meanOverReplicas(\.energy) - shift) / Double(disorder.spinCount)),
        "effectiveLoad": .scalar(point.effectiveLoad),
        "escapedFraction": escape.fraction,
        "retainedMagnetization": escape.retained,
      ], diagnostics: diagnostics(point, trajectories))
  }

  private func diagnostics(_ point: DenseHebbianPoint, _ trajectories: [Trajectory]) -> [String: Diagnostic] {
    var diagnostics = derivedSizes(at: point)
    diagnostics["acceptanceRate"] = .number(trajectories.meanOverReplicas(\.acceptanceRate))
    diagnostics["sweeps"] = .number(trajectories.meanOverReplicas { Double($0.sweepCount) })
    let times = trajectories.compactMap { Autocorrelation.integratedTime(of: $0.magnetizations) }
    if times.count == trajectories.count {
      diagnostics["autocorrelationTime"] = .number(times.reduce(0, +) / Double(times.count))
    }
    let errors = trajectories.compactMap { Autocorrelation.standardError(of: $0.magnetizations) }
    if errors.count == 2 {
      let variance = errors[0] * errors[0] + errors[1] * errors[1]
      diagnostics["thermalErrorOfMagnetization"] = .number(variance.squareRoot() / 2)
    }
    return diagnostics
  }

  /// A sample has escaped when the magnetization of a replica ever fell below half its theoretical value.
  private func escapeObservables(
    _ point: DenseHebbianPoint, _ trajectories: [Trajectory]
  ) throws -> (fraction: ObservableValue, retained: ObservableValue) {
    guard point.initialOverlap != .random else {
      let reason = ObservableValue.missing(reason: "a random start has nothing to escape from")
      return (reason, reason)
    }
    guard let retrieval = try lines(point).retrieval(load: noiseLoad(point), temperature: point.temperature) else {
      let reason = ObservableValue.missing(reason: "theory has no retrieval solution at this point")
      return (reason, reason)
    }
    let hasEscaped = trajectories.contains { $0.minimalMagnetization < retrieval.magnetization / 2 }
    return (
      .scalar(hasEscaped ? 1 : 0),
      hasEscaped
        ? .missing(reason: "the sample escaped") : .scalar(trajectories.meanOverReplicas(\.magnetization))
    )
  }

  /// m1 = (1/N) Σ xi_i sign(h_i), fields of the archetype itself.
  private func simulateOneStep(_ point: DenseHebbianPoint, _ streams: SampleStreams) -> SampleResult {
    let disorder = drawDisorder(point, streams)
    let chain = SpinChain(on: disorder, from: disorder.archetype, rule: .zeroTemperature)
    var aligned = 0
    for i in 0..<disorder.spinCount {
      let field = chain.cavityField(site: i) * Double(disorder.archetype[i])
      aligned += field > 0 ? 1 : field < 0 ? -1 : 0
    }
    return SampleResult(
      observables: ["oneStepMagnetization": .scalar(Double(aligned) / Double(disorder.spinCount))],
      diagnostics: derivedSizes(at: point))
  }

  /// Heat bath (or Metropolis) from a random start on the instance that `exactEnumerationTheory` sums over.
  private func simulateEnumerated(_ point: DenseHebbianPoint, _ streams: SampleStreams) -> SampleResult {
    let disorder = Self.enumeratedInstance(point)
    var start = streams.stream(.initialState), dynamics = streams.stream(.dynamics)
    let spins = disorder.initialSpins(.random, using: &start)
    let trajectory = Trajectory(
      on: disorder, from: spins, rule: rule(point), equilibrationSweeps: point.equilibrationSweeps,
      measurementSweeps: point.measurementSweeps, random: &dynamics)
    let squares = trajectory.magnetizations.map { $0 * $0 }
    var diagnostics = derivedSizes(at: point)
    diagnostics["acceptanceRate"] = .number(trajectory.acceptanceRate)
    return SampleResult(
      observables: [
        "energy": .scalar(trajectory.energy / Double(disorder.spinCount)),
        "squaredMagnetization": .scalar(squares.reduce(0, +) / Double(squares.count)),
      ], diagnostics: diagnostics)
  }
}

extension DisorderSample {
  /// Archetype 1 with each spin flipped with probability (1 - m0)/2, or random spins.
  func initialSpins(_ start: InitialOverlap, using random: inout RandomStream) -> [Int8] {
    switch start {
    case .archetype(let overlap):
      archetype.map { random.uniform() < (1 - overlap) / 2 ? -$0 : $0 }
    case .random:
      archetype.map { _ in random.sign() }
    }
  }
}

extension [Trajectory] {
  /// Mean of a quantity over the replicas of one sample.
  fileprivate func meanOverReplicas(_ value: (Trajectory) -> Double) -> Double {
    reduce(0) { $0 + value($1) } / Double(count)
  }
}
