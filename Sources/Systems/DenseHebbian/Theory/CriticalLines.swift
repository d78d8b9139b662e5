import NumericalMethods
import RealModule
import SystemInterface

/// Where retrieval ends: spinodal and first-order loads at a temperature, and the temperatures at zero load.
///
/// The spinodal comes from the inverse parametrisation: instead of (alpha, T) choose the signal Jb and find the noise
/// ratio g = √qh/Jb that belongs to T; the load is then explicit, and its maximum over Jb is the spinodal.
struct CriticalLines: Sendable {
  /// P.
  let order: Int
  /// Law of the entries e.
  let law: EntryLaw
  /// Noise per unit of load.
  let noise: PatternNoise

  /// End of retrieval at one temperature.
  struct Spinodal: Sendable {
    /// Largest load with retrieval.
    var load: Double
    /// m there.
    var magnetization: Double
    /// Other local maxima of the load (a second branch at small odd M).
    var otherMaxima: [Double]
  }

  /// A first-order load, or why there is none.
  enum FirstOrder: Sendable, Equatable {
    /// Retrieval has the lower free energy up to this load.
    case load(Double)
    /// Retrieval is above the other solution at every load (T > T_first).
    case metastableEverywhere
    /// Retrieval is below the other solution up to the spinodal.
    case globalUpToSpinodal
    /// There is no retrieval at this temperature.
    case noRetrieval
  }

  /// The glass with one step of replica symmetry breaking, where it is known; it then decides what is global.
  let oneStepGlass: OneStepGlass?

  /// Whether a temperature is that of the noiseless formulas: below 1e-10 they are right to all digits that count, and
  /// inverse temperatures overflow in the end.
  private static func isZero(_ T: Double) -> Bool { T < 1e-10 }

  private var zeroTemperature: ZeroTemperatureEquations {
    ZeroTemperatureEquations(order: order, law: law, noise: noise)
  }

  /// The largest load with retrieval at temperature `T`; `nil` where there is none at any load.
  func spinodal(temperature T: Double) -> Spinodal? {
    let maxima =
      Self.isZero(T)
      ? zeroTemperature.capacities().map { (load: $0.load, magnetization: $0.magnetization) }
      : loadMaxima(temperature: T)
    guard let best = maxima.first else { return nil }
    return Spinodal(load: best.load, magnetization: best.magnetization, otherMaxima: maxima.dropFirst().map(\.load))
  }

  /// Ends of stable branches, the largest load first: maxima of the load over the signal, or where the branch becomes
  /// unstable before it has reached one.
  private func loadMaxima(temperature T: Double) -> [(load: Double, magnetization: Double)] {
    let top = Double(order) / 2 * Double.pow(law.meanAbsoluteEntry, order - 1) / T
    // At low temperature the spinodal lies close to the largest signal: the grid gets denser towards it.
    let grid = (0...160).map { place in
      let fraction = 1 - Double(place) / 160
      return Double.log(top) - Double.log(2000) * fraction * fraction - 1e-9
    }
    let maxima = Maximization.scanThenGoldenSection(over: grid, tolerance: 1e-10) { solution(logSignal: $0, T)?.load }
    return maxima.compactMap { endOfStableBranch(at: $0.location, grid, T) }
      .filter { $0.load > 0 }
      .map { ($0.load, $0.magnetization) }
      .sorted { $0.load > $1.load }
  }

  /// The end of the stable branch that rises to a maximum of the load from the side of larger signals: the maximum
  /// itself, or the place where stability is lost before; `nil` where that side is unstable as well.
  private func endOfStableBranch(at maximum: Double, _ grid: [Double], _ T: Double) -> Solution? {
    if isStable(logSignal: maximum, T) == true { return solution(logSignal: maximum, T) }
    // The rise ends at the next minimum of the load, or with the last solution.
    var foot = maximum, load = Double.infinity
    for place in grid where place > maximum {
      guard let next = solution(logSignal: place, T)?.load, next < load else { break }
      (foot, load) = (place, next)
    }
    guard foot > maximum, isStable(logSignal: foot, T) == true else { return nil }
    var (unstable, stable) = (maximum, foot)
    while stable - unstable > 1e-10 {
      let middle = (stable + unstable) / 2
      if isStable(logSignal: middle, T) == true { stable = middle } else { unstable = middle }
    }
    return solution(logSignal: stable, T)
  }

  /// Whether the solution with this signal is longitudinally stable, up to the fold; `nil` where there is none.
  private func isStable(logSignal: Double, _ T: Double) -> Bool? {
    guard let solution = solution(logSignal: logSignal, T) else { return nil }
    return equations(solution.load, T)
      .isLongitudinallyStable(classOverlap: solution.classOverlap, oneMinusQ: solution.oneMinusQ)
  }

  /// A solution found by its signal.
  private struct Solution {
    var load, magnetization, classOverlap, oneMinusQ: Double
  }

  /// Load and overlaps of the solution with signal Jb = exp(logSignal) at temperature T; `nil` where there is none.
  private func solution(logSignal: Double, _ T: Double) -> Solution? {
    let Jb = Double.exp(logSignal), P = Double(order)
    // (P/2) u^{P-1}/Jb is the temperature that a noise ratio g belongs to; it falls as g grows.
    let excess = { (g: Double) -> Double in
      let u = FieldAverages(law: law, signal: Jb, noiseVariance: g * g * Jb * Jb).classOverlap
      return P / 2 * Double.pow(u, order - 1) / Jb - T
    }
    guard excess(0) > 0 else { return nil }
    var upper = 1.0
    while excess(upper) > 0 {
      upper *= 2
      guard upper < 1e6 else { return nil }
    }
    guard let g = try? RootFinding.brent(in: 0...upper, tolerance: 1e-14, what: "noise ratio", excess) else {
      return nil
    }
    let qh = g * g * Jb * Jb
    let averages = FieldAverages(law: law, signal: Jb, noiseVariance: qh)
    guard
      let perLoad = noise.fieldVariance(
        q: averages.replicaOverlap, oneMinusQ: averages.oneMinusQ, beta: 1 / T), perLoad > 0
    else { return nil }
    return Solution(
      load: qh / perLoad, magnetization: averages.magnetization, classOverlap: averages.classOverlap,
      oneMinusQ: averages.oneMinusQ)
  }

  /// The load at which retrieval stops being the solution of lowest free energy at temperature `T`.
  ///
  /// - Throws: `SolverError` where a solution on the way did not converge.
  func firstOrder(temperature T: Double, spinodal: Spinodal?, against glass: GlassKind) throws -> FirstOrder {
    guard let spinodal else { return .noRetrieval }
    // A hair below the spinodal, where the retrieval solution still exists.
    let top = spinodal.load * (1 - 1e-6), bottom = spinodal.load * 1e-9
    let difference = { (load: Double) throws -> Double? in
      guard let retrieval = try retrieval(load: load, temperature: T) else { return nil }
      return retrieval.freeEnergy - (try glassFreeEnergy(glass, load: load, temperature: T))
    }
    guard let low = try difference(bottom) else { return .noRetrieval }
    if low > 0 { return .metastableEverywhere }
    guard let high = try difference(top) else {
      throw SolverError.notFinite(what: "retrieval free energy just below the spinodal \(spinodal.load)")
    }
    if high <= 0 { return .globalUpToSpinodal }
    let load = try RootFinding.brent(in: bottom...top, tolerance: 1e-12, what: "first-order load") {
      guard let value = try difference($0) else {
        throw SolverError.notFinite(what: "retrieval free energy at load \($0), below the spinodal \(spinodal.load)")
      }
      return value
    }
    return .load(load)
  }

  /// Which solution without retrieval is meant.
  enum GlassKind: Sendable {
    /// Replica symmetric.
    case replicaSymmetric
    /// One step of replica symmetry breaking where it is known, else replica symmetric.
    case best
  }

  /// Free energy of the solution without retrieval.
  ///
  /// - Throws: `SolverError` where it did not converge.
  func glassFreeEnergy(_ kind: GlassKind, load: Double, temperature T: Double) throws -> Double {
    if kind == .best, let state = try brokenGlass(load: load, temperature: T) { return state.freeEnergy }
    return try glass(load: load, temperature: T).freeEnergy
  }

  /// The glass with one step of replica symmetry breaking; `nil` where it is not known.
  ///
  /// - Throws: `SolverError` where it did not converge.
  func brokenGlass(load: Double, temperature T: Double) throws -> OneStepGlass.State? {
    guard let oneStepGlass else { return nil }
    return Self.isZero(T)
      ? try oneStepGlass.groundState(load: load) : try oneStepGlass.state(load: load, temperature: T)
  }

  /// The retrieval solution at (alpha, T), from the equations of T > 0 or T = 0.
  func retrieval(load: Double, temperature T: Double) throws -> ReplicaSymmetricState? {
    Self.isZero(T) ? try zeroTemperature.retrieval(load: load) : try equations(load, T).retrieval()
  }

  /// The solution without retrieval at (alpha, T).
  func glass(load: Double, temperature T: Double) throws -> ReplicaSymmetricState {
    Self.isZero(T) ? try zeroTemperature.glass(load: load) : try equations(load, T).glass()
  }

  private func equations(_ load: Double, _ T: Double) -> ReplicaSymmetricEquations {
    ReplicaSymmetricEquations(order: order, law: law, noise: noise, load: load, beta: 1 / T)
  }

  /// Largest temperature with retrieval at zero load: the maximum over the signal of (P/2) u^{P-1}/Jb; 1 for P = 2.
  func unloadedSpinodalTemperature() -> (temperature: Double, signal: Double) {
    guard order > 2 else { return (1, 0) }
    let grid = (0...2000).map { Double.log(1e-3) + Double.log(1e6) * Double($0) / 2000 }
    let best = Maximization.scanThenGoldenSection(over: grid, tolerance: 1e-12) { unloadedTemperature(logSignal: $0) }[
      0]
    return (best.value, Double.exp(best.location))
  }

  private func unloadedTemperature(logSignal: Double) -> Double {
    let Jb = Double.exp(logSignal)
    let u = FieldAverages(law: law, signal: Jb, noiseVariance: 0).classOverlap
    return Double(order) / 2 * Double.pow(u, order - 1) / Jb
  }

  /// Temperature at zero load where the free energy of retrieval is that of free spins, -T ln 2; 1 for P = 2.
  ///
  /// - Throws: `SolverError` where the root is not found.
  func unloadedFirstOrderTemperature() throws -> Double {
    guard order > 2 else { return 1 }
    let spinodal = unloadedSpinodalTemperature()
    // (P-1)u^P/2 - T E ln 2cosh(Jb e) + T ln 2 over T, along the stable branch beyond the spinodal signal.
    let excess = { (logSignal: Double) -> Double in
      let averages = FieldAverages(law: law, signal: Double.exp(logSignal), noiseVariance: 0, withLogTwoCosh: true)
      let T = unloadedTemperature(logSignal: logSignal)
      return Double(order - 1) / 2 * Double.pow(averages.classOverlap, order) / T - averages.logTwoCosh + Double.log(2)
    }
    let root = try RootFinding.brent(
      in: Double.log(spinodal.signal)...Double.log(1e4), what: "first-order temperature at zero load", excess)
    return unloadedTemperature(logSignal: root)
  }
}
