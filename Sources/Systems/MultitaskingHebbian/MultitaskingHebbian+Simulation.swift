import NumericalMethods
import Statistics
import SystemInterface

extension MultitaskingHebbian {
  /// Simulates one disorder sample of the quantity asked for.
  public func simulate(at point: MultitaskingHebbianPoint, streams: SampleStreams) throws -> SampleResult {
    switch point.quantity {
    case .equilibrium:
      var simulation: any SampleSimulation = retrievalSimulation(point, streams)
      return try simulation.finished()
    case .oneStep: return simulateOneStep(point, streams)
    case .flow: return simulateFlow(point, streams)
    case .highStorage: return simulateHighStorage(point, streams)
    case .exactEnumeration: return simulateEnumerated(point, streams)
    case .transitionLines, .learningThreshold: preconditionFailure("\(point.quantity) has no simulation")
    }
  }

  /// Equilibrium sweep by sweep; the other quantities take no time.
  public func simulation(at point: MultitaskingHebbianPoint, streams: SampleStreams) throws -> any SampleSimulation {
    switch point.quantity {
    case .equilibrium: retrievalSimulation(point, streams)
    default: UndividedSimulation { try self.simulate(at: point, streams: streams) }
    }
  }

  private func retrievalSimulation(_ point: MultitaskingHebbianPoint, _ streams: SampleStreams) -> RetrievalSimulation {
    let request = RetrievalSimulation.Request(
      start: point.spinStart, temperature: point.temperature, equilibrationSweeps: point.equilibrationSweeps,
      measurementSweeps: point.measurementSweeps, usesSampleMeanField: point.usesSampleMeanField,
      phaseThreshold: point.simulationThreshold)
    guard point.isDrawnByClasses else {
      return RetrievalSimulation(on: MultitaskingSample(point, streams), request, streams)
    }
    return RetrievalSimulation(
      storing: point.patternCount, neuronCount: point.neuronCount, dilution: point.dilution,
      fieldNormalization: point.gamma, request, streams)
  }

  private func simulateOneStep(_ point: MultitaskingHebbianPoint, _ streams: SampleStreams) -> SampleResult {
    let sample = MultitaskingSample(point, streams)
    var start = streams.stream(.initialState)
    let spins = sample.patterns.spins(at: .hierarchical, using: &start)
    return SampleResult(observables: ["oneStepMagnetization": .patterns(sample.oneStepMagnetizations(from: spins))])
  }

  private func simulateFlow(_ point: MultitaskingHebbianPoint, _ streams: SampleStreams) -> SampleResult {
    let sample = MultitaskingSample(point, streams)
    var start = streams.stream(.initialState), dynamics = streams.stream(.dynamics)
    let spins = sample.patterns.spins(
      at: .prescribed(magnetization: point.initialMagnetization, dilution: point.dilution), using: &start)
    let flow = sample.flow(
      from: spins, temperature: point.temperature, sweeps: point.times.map { Int($0) }, random: &dynamics)
    func trajectory(_ values: [Double]) -> ObservableValue {
      .curve(Curve(dimensions: ["time"], coordinates: ["time": point.times], values: values))
    }
    return SampleResult(observables: [
      "magnetizationTrajectory": .curve(
        Curve(
          dimensions: ["time", "pattern"],
          coordinates: ["time": point.times, "pattern": (0..<point.patternCount).map { Double($0 + 1) }],
          values: flow.magnetizations.flatMap { $0 })),
      "energyTrajectory": trajectory(flow.energies), "lossEnergyTrajectory": trajectory(flow.lossEnergies),
    ])
  }

  /// K = alpha N patterns of which the first L are condensed (page, section 3.9).
  private func simulateHighStorage(_ point: MultitaskingHebbianPoint, _ streams: SampleStreams) -> SampleResult {
    let L = point.condensedPatternCount
    let sample = MultitaskingSample(point, streams)
    var start = streams.stream(.initialState)
    let trajectory = RetrievalTrajectory(
      on: sample, from: sample.patterns.prefix(L).spins(at: point.spinStart, using: &start),
      temperature: point.temperature, equilibrationSweeps: point.equilibrationSweeps,
      measurementSweeps: point.measurementSweeps, random: streams.stream(.dynamics))
    while !trajectory.isFinished { trajectory.sweep() }
    var result = SampleResult(
      observables: ["magnetization": .patterns(Array(trajectory.record.meanMagnetizations.prefix(L)))],
      diagnostics: ["patternCount": .number(Double(sample.patterns.patternCount))])
    result.equilibration = trajectory.record.evidence()
    return result
  }

  /// Heat bath from a random start on the instance that the exact sums are over.
  private func simulateEnumerated(_ point: MultitaskingHebbianPoint, _ streams: SampleStreams) -> SampleResult {
    let patterns = DilutedPatterns.enumerated(neuronCount: point.neuronCount, patternCount: point.patternCount)
    let sample = MultitaskingSample(patterns: patterns, columns: DataColumns(storing: patterns), fieldNormalization: 1)
    var start = streams.stream(.initialState)
    let trajectory = RetrievalTrajectory(
      on: sample, from: patterns.spins(at: .random, using: &start), temperature: point.temperature,
      equilibrationSweeps: point.equilibrationSweeps, measurementSweeps: point.measurementSweeps,
      random: streams.stream(.dynamics))
    while !trajectory.isFinished { trajectory.sweep() }
    let record = trajectory.record
    return SampleResult(
      observables: ["energy": .scalar(record.meanEnergy), "squaredMagnetization": .patterns(record.meanSquares)],
      thermalErrors: ["energy": Autocorrelation.standardError(of: record.energies)].compactMapValues { $0 })
  }
}

extension MultitaskingSample {
  /// The disorder sample that the streams draw at this point.
  init(_ point: MultitaskingHebbianPoint, _ streams: SampleStreams) {
    let N = point.neuronCount
    let K = point.quantity == .highStorage ? Int((point.storageLoad * Double(N)).rounded()) : point.patternCount
    var disorder = streams.stream(.disorder), data = streams.stream(.data)
    let patterns = DilutedPatterns(neuronCount: N, patternCount: K, dilution: point.dilution, random: &disorder)
    let columns =
      point.storageProtocol == .storage
      ? DataColumns(storing: patterns)
      : DataColumns(
        examplesOf: patterns, count: point.examplesPerPattern, quality: point.exampleQuality,
        isSupervised: point.storageProtocol == .supervised, random: &data)
    self.init(patterns: patterns, columns: columns, fieldNormalization: point.gamma)
  }
}

extension MultitaskingHebbianPoint {
  /// Whether a sample consists of classes of sites alone: equilibrium on stored patterns that have few classes.
  var isDrawnByClasses: Bool {
    quantity == .equilibrium && storageProtocol == .storage && !usesSampleMeanField
      && SpinClasses.countOfStored(patternCount: patternCount)
        <= Double(MultitaskingSample.largestClassCount(neuronCount: neuronCount))
  }

  /// Whether a sweep over classes of stored patterns takes auxiliary fields.
  var hasAuxiliaryFields: Bool {
    let layout = DataLayout(storing: patternCount, neuronCount: neuronCount)
    return ClassChain.cheapestDynamics(
      largestSquare: Double(patternCount), scale: layout.scale(temperature: temperature, fieldNormalization: gamma))
      == .auxiliaryField
  }

  /// Where the spins start.
  var spinStart: SpinStart {
    switch initialState {
    case .pure: .pure
    case .hierarchical: .hierarchical
    case .parallel: .parallel
    case .random: .random
    case .prescribed: .prescribed(magnetization: initialMagnetization, dilution: dilution)
    case .dominant: preconditionFailure("a simulation has no dominant start")
    }
  }
}

extension DilutedPatterns {
  /// The instance of section 8: ξ_i^mu = (((7i² + 3 i mu + 5 mu² + i) mod 11) mod 3) - 1, i = 0 ... N-1, mu = 1 ... K.
  static func enumerated(neuronCount N: Int, patternCount K: Int) -> DilutedPatterns {
    var entries: [Int8] = []
    for i in 0..<N {
      for mu in 1...K {
        let number = 7 * i * i + 3 * i * mu + 5 * mu * mu + i
        entries.append(Int8(number % 11 % 3 - 1))
      }
    }
    return DilutedPatterns(neuronCount: N, patternCount: K, entries: entries)
  }
}
