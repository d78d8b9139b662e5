import NumericalMethods
import RealModule
import SystemInterface

extension DenseHebbian {
  /// Solves the theory of the quantity asked for.
  ///
  /// - Throws: `SolverError` where a solver did not converge.
  public func theory(at point: DenseHebbianPoint) throws -> TheoryResult {
    switch point.quantity {
    case .equilibrium: try equilibriumTheory(point)
    case .criticalLoad: try criticalLoadTheory(point)
    case .criticalTemperature: try criticalTemperatureTheory(point)
    case .glass: try glassTheory(point)
    case .oneStep: oneStepTheory(point)
    case .exactEnumeration: exactEnumerationTheory(point)
    case .plefka, .structuredData: preconditionFailure("\(point.quantity) has no theory")
    }
  }

  /// The equations of a point without its load.
  func lines(_ point: DenseHebbianPoint) -> CriticalLines {
    let noise =
      point.synapticNoise > 0
      ? PatternNoise.ofSynapses(order: point.interactionOrder)
      : PatternNoise.ofArchetypes(
        order: point.interactionOrder, form: point.interactionForm, dataset: point.dataset)
    return CriticalLines(
      order: point.interactionOrder, law: point.dataset.law, noise: noise, oneStepGlass: noise.oneStepGlass)
  }

  /// The load that multiplies the noise: alpha_eff, or tau² of noise on the synapses.
  func noiseLoad(_ point: DenseHebbianPoint) -> Double {
    point.synapticNoise > 0 ? point.synapticNoise * point.synapticNoise : point.effectiveLoad
  }

  private func equilibriumTheory(_ point: DenseHebbianPoint) throws -> TheoryResult {
    let lines = lines(point), load = noiseLoad(point), T = point.temperature
    let retrieval = try lines.retrieval(load: load, temperature: T)
    let glass = try lines.glass(load: load, temperature: T)
    let brokenGlass = try lines.brokenGlass(load: load, temperature: T)
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
      "glassFreeEnergyRSB": brokenGlass.map { .scalar($0.freeEnergy) } ?? .missing(reason: Self.noBrokenGlass),
      "effectiveLoad": .scalar(point.effectiveLoad),
    ])
    result.phase = Self.phase(retrieval: retrieval, glass: glass, brokenGlass: brokenGlass)
    result.diagnostics = [
      "branch": .text(retrieval == nil ? "without retrieval" : "retrieval"),
      "iterations": .number(Double(state.iterations)),
      "residual": .number(state.residual),
    ]
    result.diagnostics.merge(derivedSizes(at: point)) { $1 }
    return result
  }

  static let noBrokenGlass =
    "one-step replica symmetry breaking is solved for P >= 4 and distinctIndices only"

  /// Where one-step replica symmetry breaking is known, it tells the glass and what is global.
  static func phase(
    retrieval: ReplicaSymmetricState?, glass: ReplicaSymmetricState, brokenGlass: OneStepGlass.State?
  ) -> String {
    if let retrieval {
      return retrieval.freeEnergy < brokenGlass?.freeEnergy ?? glass.freeEnergy ? "retrieval" : "metastable-retrieval"
    }
    return glass.replicaOverlap > 0 || brokenGlass?.innerOverlap != nil ? "spin-glass" : "paramagnet"
  }

  private func criticalLoadTheory(_ point: DenseHebbianPoint) throws -> TheoryResult {
    let lines = lines(point), T = point.temperature
    let spinodal = lines.spinodal(temperature: T)
    let none = ObservableValue.missing(reason: "no retrieval at this temperature, at any load")
    let firstOrder = { (glass: CriticalLines.GlassKind) -> ObservableValue in
      // The spinodal stands, whatever happens on the way to the first-order line.
      do {
        return Self.value(of: try lines.firstOrder(temperature: T, spinodal: spinodal, against: glass))
      } catch {
        return .missing(reason: "\(error)")
      }
    }
    var diagnostics: [String: Diagnostic] = [:]
    if let others = spinodal?.otherMaxima, !others.isEmpty { diagnostics["otherSpinodalLoads"] = .numbers(others) }
    return TheoryResult(
      observables: [
        "spinodalLoad": spinodal.map { .scalar($0.load) } ?? none,
        "spinodalMagnetization": spinodal.map { .scalar($0.magnetization) } ?? none,
        "firstOrderLoad": firstOrder(.replicaSymmetric),
        "firstOrderLoadRSB": lines.oneStepGlass == nil ? .missing(reason: Self.noBrokenGlass) : firstOrder(.best),
      ], diagnostics: diagnostics)
  }

  private static func value(of firstOrder: CriticalLines.FirstOrder) -> ObservableValue {
    switch firstOrder {
    case .load(let load): .scalar(load)
    case .metastableEverywhere: .missing(reason: "retrieval is metastable at every load (T > T_first)")
    case .globalUpToSpinodal: .missing(reason: "retrieval is global up to the spinodal")
    case .noRetrieval: .missing(reason: "no retrieval at this temperature, at any load")
    }
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
