import NumericalMethods
import RealModule
import SystemInterface

/// The dense Hebbian network: an associative memory with P-body interactions built from noisy examples.
///
/// Supervised energy of the default form: H = -(N/2) Σ_mu D_P(X_mu)/[N(N-1)…(N-P+1) R^{P/2}] with X_mu = Σ_i ȳ_i^mu s_i and
/// D_P the sum over products of different sites. Conventions, equations and algorithms: docs/systems/dense-hebbian.md.
public struct DenseHebbian: System {
  /// The system; it has no state.
  public init() {}

  /// Checks the rules that tie several parameters.
  public func point(_ given: GivenParameters, for verb: Verb) throws(InputProblems) -> DenseHebbianPoint {
    var check = DenseHebbianRequest(given: given, verb: verb)
    return try check.point()
  }

  /// The phase by simulated means: |u| >= 1/2 is retrieval (a run cannot tell global from metastable).
  public func phase(at point: DenseHebbianPoint, means: [String: Double]) -> String? {
    let margins = phaseMargins(at: point, means: means)
    guard let freezing = margins.last else { return nil }
    if margins.count == 2, margins[0].value >= 0 { return "retrieval" }
    return freezing.value >= 0 ? "spin-glass" : "paramagnet"
  }

  /// |u| - 1/2 decides retrieval, |q| - 4/√N the frozen order of what is not retrieved; without retrieval √<q²> - 4/√N.
  public func phaseMargins(at point: DenseHebbianPoint, means: [String: Double]) -> [PhaseMargin] {
    let threshold = 4 / Double(point.spinCount ?? 1).squareRoot()
    if point.quantity == .glass, let square = means["replicaOverlap.secondMoment"] {
      return [PhaseMargin("freezing", positivePhases: ["spin-glass"], value: square.squareRoot() - threshold)]
    }
    guard point.quantity == .equilibrium, let u = means["classOverlap"], let q = means["replicaOverlap"] else {
      return []
    }
    return [
      PhaseMargin("retrieval", positivePhases: ["retrieval"], value: abs(u) - 0.5),
      PhaseMargin("freezing", positivePhases: ["retrieval", "spin-glass"], value: abs(q) - threshold),
    ]
  }

  /// Retrieval becomes metastable where free energies cross, and ends at its spinodal.
  public func transitionKind(between first: String, and second: String) -> TransitionKind? {
    let phases: Set = [first, second]
    guard phases.contains("metastable-retrieval") else { return nil }
    return phases.contains("retrieval") ? .firstOrder : .spinodal
  }

  /// The replicas of both temperature ladders; everything else is of one piece.
  public func parts(at point: DenseHebbianPoint) -> Int {
    point.quantity == .glass ? 2 * point.exchangeTemperatures : 1
  }

  /// K, N and alpha_eff where they follow from the parameters.
  public func derivedSizes(at point: DenseHebbianPoint) -> [String: Diagnostic] {
    var sizes: [String: Diagnostic] = ["effectiveLoad": .number(point.effectiveLoad)]
    if let N = point.spinCount {
      sizes["archetypeCount"] = .number(Double(point.archetypeCount(spinCount: N)))
      sizes["spinCount"] = .number(Double(N))
    }
    return sizes
  }

  /// Spins times columns times sweeps, for a simulation; atoms of the entry law for theory.
  public func cost(of verb: Verb, at point: DenseHebbianPoint) -> Double {
    switch (verb, point.quantity) {
    case (.theory, .exactEnumeration):
      return Double.pow(2, point.spinCount ?? 10)
    case (.theory, _):
      guard case .finite(let M, _) = point.dataset.examples, !point.dataset.usesGaussianAverage else { return 1 }
      return Double(min(M, 1000) + 1)
    case (.simulate, _):
      if let data = point.structuredData { return data.work(interactionOrder: point.interactionOrder) }
      let N = point.spinCount ?? 64
      let replicas = point.quantity == .glass ? parts(at: point) : 2
      let sweeps = Double(point.equilibrationSweeps + point.measurementSweeps + 1)
      let attempts = Double(N) * Double(replicas) * sweeps
      let columns = Double(columnCount(point, spinCount: N))
      // Iterations of the naive and TAP equations, and the steps of the stochastic one.
      let iterations = point.quantity == .plefka ? 200 + min(sweeps, Double(PlefkaSimulation.largestStepCount)) : 0
      return attempts * columns + iterations * 4 * Double(N) * columns + synapseWork(point, attempts: attempts) + 1e4
    }
  }

  /// Work with noise on the synapses: to draw it, and that of the flips, one attempt in twenty.
  private func synapseWork(_ point: DenseHebbianPoint, attempts: Double) -> Double {
    let couplings = synapseMemory(point) / 4
    return couplings * 10 + couplings / Double(point.spinCount ?? 64) * attempts / 20
  }

  /// Bytes of the noise on the synapses.
  func synapseMemory(_ point: DenseHebbianPoint) -> Double {
    guard point.synapticNoise > 0 else { return 0 }
    return SynapticNoise.memory(order: point.interactionOrder, spinCount: point.spinCount ?? 64)
  }

  /// Bytes of the rows of one disorder sample while it is drawn, of the overlaps of its columns, and of what three chains
  /// hold and record.
  public func memory(at point: DenseHebbianPoint) -> Double {
    if let data = point.structuredData { return data.memory }
    let N = Double(point.spinCount ?? 64), K = Double(point.archetypeCount(spinCount: point.spinCount ?? 64))
    var rows = 2 * N * K, columns = K
    // Overlaps and planes of one column of a chain.
    var bytesOfColumn = 20.0
    if case .finite(let M, _) = point.dataset.examples {
      if point.dataset.isSupervised {
        // As they are drawn, as numbers of 16 bits, and as counts.
        rows = 6 * N * K
        bytesOfColumn = 60
      } else {
        columns *= Double(M)
        rows = N * K + N * columns
      }
    }
    if point.interactionOrder == 2, N <= Double(PairCouplings.largestSpinCount) { rows += 2 * N * N }
    let sweeps = Double(point.equilibrationSweeps + point.measurementSweeps)
    if point.quantity == .plefka { rows += MeanCavityFields.memory(spinCount: N, columnCount: columns) }
    guard point.quantity == .glass else {
      return rows + 3 * bytesOfColumn * columns + 300 * N + 72 * sweeps + synapseMemory(point)
    }
    let hidden = point.dataset.examples == .clean ? 0 : N * K
    return rows + hidden + Double(parts(at: point)) * (bytesOfColumn * columns + 64 * N) + 24 * sweeps
  }

  /// Heavy-tailed noise of high interaction orders at small size, what the theory leaves out, short runs of replica exchange.
  public func warnings(for verb: Verb, at point: DenseHebbianPoint) -> [String] {
    guard verb == .simulate, point.quantity != .exactEnumeration, point.structuredData == nil,
      let N = point.spinCount
    else { return [] }
    var warnings = point.quantity == .glass ? glassWarnings(point) : []
    let P = point.interactionOrder, K = point.archetypeCount(spinCount: N)
    if P >= 6, N < 100 {
      warnings.append(
        "P = \(P) at N = \(N) < 100: the noise is heavy-tailed, a few samples stand far off whatever the mean")
    }
    if point.synapticNoise > 0, K > 1 {
      warnings.append(
        "theory with synapticNoise neglects the noise of the patterns: K = \(K) of them act in the simulation")
    }
    if point.quantity == .equilibrium, point.dynamics == .parallel, point.temperature > 0 {
      warnings.append(
        "parallel dynamics does not sample exp(-H/T), and theory is that of sequential updates"
          + (P == 2 ? "" : "; its stationary law is not known for P >= 4"))
    }
    return warnings
  }

  /// The defaults that follow from other parameters.
  public func parametersInForce(
    _ given: GivenParameters, for verb: Verb
  ) -> [(name: String, value: ParameterValue)] {
    var values = Dictionary(uniqueKeysWithValues: given.inForce(for: verb).map { ($0.name, $0.value) })
    let isEnumeration = given.option == "exactEnumeration"
    let fixesCount = given.isExplicit("archetypeCount")
    let usesLoad = ["equilibrium", "oneStep", "glass", "plefka"].contains(given.option) && !fixesCount
    values["storageLoad"] = usesLoad ? given["storageLoad"] : nil
    let order = given["interactionOrder"]?.integer ?? 4
    let usesExponent = usesLoad && given.option != "glass" && given.option != "plefka"
    values["storageExponent"] = usesExponent ? given["storageExponent"] ?? .integer(order - 1) : nil
    if isEnumeration {
      values["archetypeCount"] = given["archetypeCount"] ?? .integer(5)
      values["spinCount"] = given["spinCount"] ?? .integer(10)
    } else if verb == .simulate, usesLoad || fixesCount {
      values["spinCount"] = given["spinCount"] ?? .integer(64)
    }
    if given.isExplicit("datasetEntropy") {
      values["examplesPerArchetype"] = nil
      values["datasetQuality"] = nil
    }
    return Self.parameters.compactMap { declaration in values[declaration.name].map { (declaration.name, $0) } }
  }

  /// Number of stored columns: K class means, or K M single examples.
  func columnCount(_ point: DenseHebbianPoint, spinCount N: Int) -> Int {
    let K = point.archetypeCount(spinCount: N)
    guard !point.dataset.isSupervised, case .finite(let M, _) = point.dataset.examples else { return K }
    return K * M
  }
}
