import NumericalMethods
import RealModule
import ReplicaExchange
import SystemInterface

extension DenseHebbian {
  /// The solution without retrieval at (alpha, T): replica symmetric, and with one step of replica symmetry breaking.
  func glassTheory(_ point: DenseHebbianPoint) throws -> TheoryResult {
    let lines = glassLines(point), load = noiseLoad(point), T = point.temperature
    let glass = try lines.glass(load: load, temperature: T)
    let broken = try lines.brokenGlass(load: load, temperature: T)
    let temperatures = try lines.oneStepGlass?.transitionTemperatures()
    let scale = load.squareRoot()
    let value = { (number: Double?) -> ObservableValue in
      number.map { .scalar($0) } ?? .missing(reason: Self.noBrokenGlass)
    }
    let ofBroken = { (number: Double?) -> ObservableValue in
      guard broken != nil else { return .missing(reason: Self.noBrokenGlass) }
      return number.map { .scalar($0) } ?? .missing(reason: "paramagnet: T >= T_K")
    }
    var result = TheoryResult(observables: [
      "glassOverlap": .scalar(glass.replicaOverlap), "glassEnergy": .scalar(glass.energy),
      "glassFreeEnergy": .scalar(glass.freeEnergy), "glassEnergyRSB": value(broken?.energy),
      "glassFreeEnergyRSB": value(broken?.freeEnergy), "glassInnerOverlap": ofBroken(broken?.innerOverlap),
      "glassBlockParameter": ofBroken(broken?.blockParameter),
      "dynamicTemperature": value(temperatures.map { $0.dynamic * scale }),
      "kauzmannTemperature": value(temperatures.map { $0.kauzmann * scale }),
    ])
    result.phase = Self.phase(retrieval: nil, glass: glass, brokenGlass: broken)
    result.diagnostics = derivedSizes(at: point)
    result.diagnostics["residual"] = .number(glass.residual)
    result.diagnostics["repliconEigenvalue"] = glass.replicon.map { .number($0) }
    return result
  }

  /// The equations without retrieval, to which the law of the condensed entries means nothing.
  private func glassLines(_ point: DenseHebbianPoint) -> CriticalLines {
    var clean = point
    clean.dataset.examples = .clean
    let noise = PatternNoise.ofArchetypes(
      order: point.interactionOrder, form: point.interactionForm, dataset: point.dataset)
    return CriticalLines(
      order: point.interactionOrder, law: clean.dataset.law, noise: noise, oneStepGlass: noise.oneStepGlass)
  }

  /// The temperature that scales the ladder of replica exchange: T_K, or where that is not known the largest temperature
  /// at which the paramagnet is linearly unstable.
  ///
  /// - Throws: `SolverError` where it is not found.
  func glassTemperature(_ point: DenseHebbianPoint) throws -> Double {
    let lines = glassLines(point), load = noiseLoad(point)
    if let glass = lines.oneStepGlass { return try glass.transitionTemperatures().kauzmann * load.squareRoot() }
    return try lines.noise.paramagneticInstability(load: load)
  }

  /// Equal ratios from min(T, 0.3 T_K) to max(T, 1.5 T_K), the rung nearest to T put there.
  ///
  /// - Throws: `SolverError` where T_K is not found.
  func temperatureLadder(_ point: DenseHebbianPoint) throws -> TemperatureLadder {
    let scale = try glassTemperature(point), T = point.temperature
    return TemperatureLadder(
      geometricFrom: min(T, 0.3 * scale), to: max(T, 1.5 * scale), count: point.exchangeTemperatures, holding: T)
  }

  /// What a user must know before trusting replica exchange.
  func glassWarnings(_ point: DenseHebbianPoint) -> [String] {
    var warnings: [String] = []
    let sweeps = point.equilibrationSweeps + point.measurementSweeps
    if sweeps < 4000 {
      warnings.append(
        "replica exchange of \(sweeps) sweeps: a glass needs thousands (equilibrationSweeps, measurementSweeps)")
    }
    if point.equilibrationSweeps < 64 {
      warnings.append(
        "equilibrationSweeps = \(point.equilibrationSweeps) < 64: too few to tune the temperature ladder")
    }
    return warnings
  }
}

extension PatternNoise {
  /// The largest temperature at which the replicon eigenvalue of the paramagnet (q = 0) vanishes, at load `alpha` > 0.
  ///
  /// P = 2: 1 = alpha beta² [1/(1-beta)² + (M-1) kappa²/(1-kappa beta)²], supervised T = 1 + √alpha. Full powers, P >= 4:
  /// T = √(alpha F''(0))/2. A single power P >= 4 is always stable, and has no such temperature.
  /// - Throws: `SolverError` where the root is not found.
  func paramagneticInstability(load alpha: Double) throws -> Double {
    // 1/(1 + y) - 1/2 has the sign of the eigenvalue 1 - y and stays bounded where the noise diverges.
    let excess = { (logBeta: Double) -> Double in
      let factor = alpha * repliconFactor(q: 0, oneMinusQ: 1, beta: Double.exp(logBeta))
      return factor.isFinite ? 1 / (1 + factor) - 0.5 : -0.5
    }
    let top = Double.log(min(susceptibilityLimit, 1e150)) - 1e-15
    // A load so small that rounding hides it: the noise diverges there whatever its strength.
    guard excess(top) < 0 else { return Double.exp(-top) }
    return Double.exp(-(try RootFinding.brent(in: -345...top, what: "glass temperature", excess)))
  }
}
