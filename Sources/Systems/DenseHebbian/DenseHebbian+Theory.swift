import NumericalMethods
import RealModule

extension DenseHebbian {
  /// Solves the theory of the quantity asked for.
  ///
  /// - Throws: `SolverError` where a solver did not converge.
  public func theory(at point: DenseHebbianPoint) throws -> TheoryResult {
    switch point.quantity {
    case .equilibrium: try equilibriumTheory(point)
    case .criticalLoad: try criticalLoadTheory(point)
    case .criticalTemperature: try criticalTemperatureTheory(point)
    case .oneStep: oneStepTheory(point)
    case .exactEnumeration: exactEnumerationTheory(point)
    }
  }

  /// The equations of a point without its load.
  func lines(_ point: DenseHebbianPoint) -> CriticalLines {
    let noise =
      point.synapticNoise > 0
      ? PatternNoise.ofSynapses(order: point.interactionOrder)
      : PatternNoise.ofArchetypes(
        order: point.interactionOrder, form: point.interactionForm, dataset: point.dataset)
    return CriticalLines(order: point.interactionOrder, law: point.dataset.law, noise: noise)
  }

  /// The load that multiplies the noise: alpha_eff, or tau² of noise on the synapses.
  func noiseLoad(_ point: DenseHebbianPoint) -> Double {
    point.synapticNoise > 0 ? point.synapticNoise * point.synapticNoise : point.effectiveLoad
  }

  private func equilibriumTheory(_ point: DenseHebbianPoint) throws -> TheoryResult {
    let lines = lines(point), load = noiseLoad(point), T = point.temperature
    let retrieval = try lines.retrieval(load: load, temperature: T)
    let glass = try lines.glass(load: load, temperature: T)
    let state = retrieval ?? glass
    var result = TheoryResult(observables: [
      "magnetization": .scalar(state.magnetization),
      "classOverlap": .scalar(state.classOverlap),
      "exampleMagnetization": .scalar(state.classOverlap * point.dataset.signal),
      "replicaOverlap": .scalar(state.replicaOverlap),
      "energy": .scalar(state.energy),
      "freeEnergy": .scalar(state.freeEnergy),
      "repliconEigenvalue": state.replicon.map { .scalar($0) }
        ?? .missing(reason: "tends to minus infinity at zero temperature"),
      "glassFreeEnergy": .scalar(glass.freeEnergy),
      "glassFreeEnergyRSB": .missing(reason: Self.brokenSymmetryReason(point)),
      "effectiveLoad": .scalar(point.effectiveLoad),
    ])
    result.phase = Self.phase(retrieval: retrieval, glass: glass)
    result.diagnostics = [
      "branch": .text(retrieval == nil ? "without retrieval" : "retrieval"),
      "iterations": .number(Double(state.iterations)),
      "residual": .number(state.residual),
    ]
    result.diagnostics.merge(derivedSizes(at: point)) { $1 }
    return result
  }

  static func brokenSymmetryReason(_ point: DenseHebbianPoint) -> String {
    point.interactionOrder == 2 || point.interactionForm == .fullPower
      ? "one-step replica symmetry breaking is solved for P >= 4 and distinctIndices only"
      : "one-step replica symmetry breaking is not yet available"
  }

  private static func phase(retrieval: ReplicaSymmetricState?, glass: ReplicaSymmetricState) -> String {
    if let retrieval { return retrieval.freeEnergy < glass.freeEnergy ? "retrieval" : "metastable-retrieval" }
    return glass.replicaOverlap > 0 ? "spin-glass" : "paramagnet"
  }

  private func criticalLoadTheory(_ point: DenseHebbianPoint) throws -> TheoryResult {
    let lines = lines(point)
    let spinodal = lines.spinodal(temperature: point.temperature)
    let none = ObservableValue.missing(reason: "no retrieval at this temperature, at any load")
    let firstOrder: ObservableValue =
      switch try lines.firstOrder(temperature: point.temperature, spinodal: spinodal) {
      case .load(let load): .scalar(load)
      case .metastableEverywhere: .missing(reason: "retrieval is metastable at every load (T > T_first)")
      case .globalUpToSpinodal: .missing(reason: "retrieval is global up to the spinodal")
      case .noRetrieval: none
      }
    var diagnostics: [String: Diagnostic] = [:]
    if let others = spinodal?.otherMaxima, !others.isEmpty { diagnostics["otherSpinodalLoads"] = .numbers(others) }
    return TheoryResult(
      observables: [
        "spinodalLoad": spinodal.map { .scalar($0.load) } ?? none,
        "spinodalMagnetization": spinodal.map { .scalar($0.magnetization) } ?? none,
        "firstOrderLoad": firstOrder,
        "firstOrderLoadRSB": .missing(reason: Self.brokenSymmetryReason(point)),
      ], diagnostics: diagnostics)
  }

  private func criticalTemperatureTheory(_ point: DenseHebbianPoint) throws -> TheoryResult {
    let lines = lines(point)
    return TheoryResult(observables: [
      "spinodalTemperature": .scalar(lines.unloadedSpinodalTemperature().temperature),
      "firstOrderTemperature": .scalar(try lines.unloadedFirstOrderTemperature()),
    ])
  }

  /// m1 = E erf(J1 e/(s√2)), J1 = (P/2)(r/√R)^{P-1}, s² the noise variance of the archetype state.
  private func oneStepTheory(_ point: DenseHebbianPoint) -> TheoryResult {
    let lines = lines(point)
    let variance = point.effectiveLoad * lines.noise.oneStepVariance
    let signal = Double(point.interactionOrder) / 2 * Double.pow(point.dataset.signal, point.interactionOrder - 1)
    let magnetization =
      variance == 0
      ? (signal > 0 ? lines.law.meanSign : 0)
      : ZeroTemperatureEquations(order: lines.order, law: lines.law, noise: lines.noise)
        .averages(signal / variance.squareRoot()).m
    return TheoryResult(
      observables: ["oneStepMagnetization": .scalar(magnetization)], diagnostics: derivedSizes(at: point))
  }
}
