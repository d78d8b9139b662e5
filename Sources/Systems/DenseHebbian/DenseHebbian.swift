import NumericalMethods
import RealModule

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
    guard margins.count == 2 else { return nil }
    if margins[0].value >= 0 { return "retrieval" }
    return margins[1].value >= 0 ? "spin-glass" : "paramagnet"
  }

  /// |u| - 1/2 decides retrieval, |q| - 4/√N the frozen order of what is not retrieved.
  public func phaseMargins(at point: DenseHebbianPoint, means: [String: Double]) -> [PhaseMargin] {
    guard point.quantity == .equilibrium, let u = means["classOverlap"], let q = means["replicaOverlap"] else {
      return []
    }
    let threshold = 4 / Double(point.spinCount ?? 1).squareRoot()
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
      let N = point.spinCount ?? 64
      let attempts = Double(N * 2 * (point.equilibrationSweeps + point.measurementSweeps + 1))
      return attempts * Double(columnCount(point, spinCount: N)) + 1e4
    }
  }

  /// Bytes of the rows of one disorder sample while it is drawn, of the overlaps of its columns, and of what three chains
  /// hold and record.
  public func memory(at point: DenseHebbianPoint) -> Double {
    let N = Double(point.spinCount ?? 64), K = Double(point.archetypeCount(spinCount: point.spinCount ?? 64))
    var rows = 2 * N * K, columns = K
    if case .finite(let M, _) = point.dataset.examples {
      if !point.dataset.isSupervised { columns *= Double(M) }
      rows = N * K + (point.dataset.isSupervised ? 4 * N * K : N * columns)
    }
    let sweeps = Double(point.equilibrationSweeps + point.measurementSweeps)
    return rows + 48 * columns + 300 * N + 72 * sweeps
  }

  /// Heavy-tailed noise of high interaction orders at small size.
  public func warnings(for verb: Verb, at point: DenseHebbianPoint) -> [String] {
    guard verb == .simulate, point.quantity != .exactEnumeration, let N = point.spinCount else { return [] }
    guard point.interactionOrder >= 6, N < 100 else { return [] }
    let P = point.interactionOrder
    return ["P = \(P) at N = \(N) < 100: the noise is heavy-tailed, a few samples stand far off whatever the mean"]
  }

  /// The defaults that follow from other parameters.
  public func parametersInForce(
    _ given: GivenParameters, for verb: Verb
  ) -> [(name: String, value: ParameterValue)] {
    var values = Dictionary(uniqueKeysWithValues: given.inForce(for: verb).map { ($0.name, $0.value) })
    let isEnumeration = given.option == "exactEnumeration"
    let fixesCount = given.isExplicit("archetypeCount")
    let usesLoad = ["equilibrium", "oneStep"].contains(given.option) && !fixesCount
    values["storageLoad"] = usesLoad ? given["storageLoad"] : nil
    let order = given["interactionOrder"]?.integer ?? 4
    values["storageExponent"] = usesLoad ? given["storageExponent"] ?? .integer(order - 1) : nil
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
