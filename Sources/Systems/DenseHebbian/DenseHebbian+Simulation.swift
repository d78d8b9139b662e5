import NumericalMethods
import SystemInterface

extension DenseHebbian {
  /// Simulates one disorder sample of the quantity asked for.
  public func simulate(at point: DenseHebbianPoint, streams: SampleStreams) throws -> SampleResult {
    switch point.quantity {
    case .equilibrium:
      var simulation = EquilibriumSimulation(point, streams)
      return try simulation.finished()
    case .glass:
      var simulation = try GlassSimulation(point, streams)
      return try simulation.finished()
    case .plefka:
      var simulation = PlefkaSimulation(point, streams)
      return try simulation.finished()
    case .oneStep: return simulateOneStep(point, streams)
    case .exactEnumeration: return simulateEnumerated(point, streams)
    case .structuredData: return try simulateStructuredData(point, streams)
    case .criticalLoad, .criticalTemperature: preconditionFailure("\(point.quantity) has no simulation")
    }
  }

  /// Equilibrium, glass and the comparison with TAP sweep by sweep; the other quantities take no time.
  public func simulation(at point: DenseHebbianPoint, streams: SampleStreams) throws -> any SampleSimulation {
    switch point.quantity {
    case .equilibrium: EquilibriumSimulation(point, streams)
    case .glass: try GlassSimulation(point, streams)
    case .plefka: PlefkaSimulation(point, streams)
    default: UndividedSimulation { try self.simulate(at: point, streams: streams) }
    }
  }

  static func drawDisorder(_ point: DenseHebbianPoint, _ streams: SampleStreams) -> DisorderSample {
    var random = streams.stream(.disorder)
    return DisorderSample(point, spinCount: point.spinCount ?? 64, random: &random)
  }

  /// m1 = (1/N) Σ xi_i sign(h_i), fields of the archetype itself.
  private func simulateOneStep(_ point: DenseHebbianPoint, _ streams: SampleStreams) -> SampleResult {
    let disorder = Self.drawDisorder(point, streams)
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
    var start = streams.stream(.initialState)
    var trajectory = Trajectory(
      on: disorder, from: disorder.initialSpins(.random, using: &start), rule: point.updateRule,
      equilibrationSweeps: point.equilibrationSweeps, measurementSweeps: point.measurementSweeps,
      random: streams.stream(.dynamics))
    while !trajectory.isFinished { trajectory.sweep() }
    let record = trajectory.record
    let squares = record.magnetizations.map { $0 * $0 }
    let energies = record.energies.map { $0 / Double(disorder.spinCount) }
    var diagnostics = derivedSizes(at: point)
    diagnostics["acceptanceRate"] = .number(record.acceptanceRate)
    return SampleResult(
      observables: [
        "energy": .scalar(record.energy / Double(disorder.spinCount)),
        "squaredMagnetization": .scalar(squares.reduce(0, +) / Double(squares.count)),
      ], diagnostics: diagnostics,
      thermalErrors: [
        "energy": SeriesOfReplica.thermalError([energies]),
        "squaredMagnetization": SeriesOfReplica.thermalError([squares]),
      ].compactMapValues { $0 },
      moments: ["magnetization": record.magnetizationMoments])
  }
}

extension DenseHebbianPoint {
  /// Whether the spins are updated one by one.
  var updateOrder: UpdateOrder { dynamics == .parallel ? .parallel : .sequential }

  /// The rule of single-spin updates at this temperature.
  var updateRule: UpdateRule {
    if temperature == 0 { return .zeroTemperature }
    switch dynamics {
    case .heatBath, .parallel: return .heatBath(beta: 1 / temperature)
    case .metropolis: return .metropolis(beta: 1 / temperature)
    }
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
