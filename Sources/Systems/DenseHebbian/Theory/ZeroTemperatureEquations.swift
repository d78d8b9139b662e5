import NumericalMethods
import RealModule
import SystemInterface

/// The replica-symmetric equations at zero temperature, parametrised by the signal-to-noise ratio t = J/sigma.
///
/// u(t) = E e erf(t e/√2), m(t) = E erf(t e/√2), sigma = (P/2) u^{P-1}/t, C = c/sigma with
/// c(t) = E √(2/π) exp(-t² e²/2); the load alpha(t) = sigma²/s²(C) follows from the noise per unit load s².
struct ZeroTemperatureEquations: Sendable {
  /// P.
  let order: Int
  /// Law of the entries e.
  let law: EntryLaw
  /// Noise per unit of load.
  let noise: PatternNoise

  /// u, m and c at signal-to-noise ratio `t`.
  func averages(_ t: Double) -> (u: Double, m: Double, c: Double) {
    switch law {
    case .discrete(let atoms):
      return atoms.reduce(into: (0.0, 0.0, 0.0)) { sum, atom in
        let m = Double.erf(t * atom.value / 2.0.squareRoot())
        sum.0 += atom.weight * atom.value * m
        sum.1 += atom.weight * m
        sum.2 += atom.weight * Self.rootTwoOverPi * Double.exp(-t * t * atom.value * atom.value / 2)
      }
    case .gaussian(let rho):
      let mean = 1 / (1 + rho).squareRoot(), variance = rho / (1 + rho)
      let width = 1 + t * t * variance
      let m = Double.erf(t * mean / (2 * width).squareRoot())
      let c = Self.rootTwoOverPi / width.squareRoot() * Double.exp(-t * t * mean * mean / (2 * width))
      return (mean * m + variance * t * c, m, c)
    }
  }

  /// alpha(t); `nil` where the susceptibility C reaches 1.
  func load(_ t: Double) -> Double? {
    let (u, _, c) = averages(t)
    let sigma = Double(order) / 2 * Double.pow(u, order - 1) / t
    guard sigma > 0, let perLoad = noise.zeroTemperatureVariance(susceptibility: c / sigma) else { return nil }
    return sigma * sigma / perLoad
  }

  /// All local maxima of alpha(t), largest first: the capacity, and for small odd M a second branch.
  func capacities() -> [(t: Double, load: Double, magnetization: Double)] {
    let grid = (0..<4000).map { Double.exp(Double.log(0.01) + Double.log(6000) * Double($0) / 3999) }
    return Maximization.scanThenGoldenSection(over: grid, tolerance: 1e-10) { load($0) }
      .filter { $0.location > 0.0101 }
      .map { ($0.location, $0.value, averages($0.location).m) }
  }

  /// The retrieval solution at `alpha`: the root of alpha(t) = alpha with the largest t, or `nil` above the capacity.
  func retrieval(load alpha: Double) throws -> ReplicaSymmetricState? {
    guard alpha > 0 else { return unloadedState }
    // alpha(t) falls as (P/2)² / (s² t²) at large t: start the search well beyond that.
    let perLoad = noise.zeroTemperatureVariance(susceptibility: 0) ?? 1
    let top = max(60, 3 * Double(order) / 2 * law.largeScale / (alpha * perLoad).squareRoot())
    let grid = (0...4000).map { Double.exp(Double.log(top) + Double.log(0.01 / top) * Double($0) / 4000) }
    guard let index = grid.firstIndex(where: { (load($0) ?? -1) >= alpha }) else {
      // The maximum may lie between two grid points.
      guard let best = capacities().first, best.load >= alpha else { return nil }
      return try root(of: alpha, in: best.t...(best.t * 1.01))
    }
    return try root(of: alpha, in: grid[index]...grid[max(0, index - 1)])
  }

  private func root(of alpha: Double, in bracket: ClosedRange<Double>) throws -> ReplicaSymmetricState {
    // Where the susceptibility C has reached 1 the load has fallen to zero (sites with e = 0 order among themselves).
    let t = try RootFinding.brent(in: bracket, what: "zero-temperature retrieval") { (load($0) ?? 0) - alpha }
    let (u, m, c) = averages(t)
    let sigma = Double(order) / 2 * Double.pow(u, order - 1) / t
    let f = -Double.pow(u, order) / 2 + alpha * noise.zeroTemperatureEnergy(susceptibility: c / sigma)
    let residual = abs((load(t) ?? .infinity) - alpha)
    return ReplicaSymmetricState(
      magnetization: m, classOverlap: u, replicaOverlap: 1, freeEnergy: f, energy: f, replicon: nil, iterations: 1,
      residual: residual)
  }

  /// alpha = 0: every entry that is not zero fixes its spin.
  private var unloadedState: ReplicaSymmetricState {
    let u = law.meanAbsoluteEntry
    let f = -Double.pow(u, order) / 2
    return ReplicaSymmetricState(
      magnetization: law.meanSign, classOverlap: u, replicaOverlap: law.probabilityNotZero, freeEnergy: f, energy: f,
      replicon: nil, iterations: 0, residual: 0)
  }

  /// The solution without retrieval, q = 1 (or the free spins of zero load, q = 0).
  func glass(load alpha: Double) throws -> ReplicaSymmetricState {
    var energy = 0.0
    if alpha > 0 {
      let C = try glassSusceptibility(load: alpha)
      energy = alpha * noise.zeroTemperatureEnergy(susceptibility: C)
    }
    return ReplicaSymmetricState(
      magnetization: 0, classOverlap: 0, replicaOverlap: alpha > 0 ? 1 : 0, freeEnergy: energy, energy: energy,
      replicon: nil, iterations: 1, residual: 0)
  }

  /// C = c/sigma(alpha, C) with c = √(2/π).
  private func glassSusceptibility(load alpha: Double) throws -> Double {
    switch noise {
    case .secondCumulant:
      return Self.rootTwoOverPi / (alpha * (noise.zeroTemperatureVariance(susceptibility: 0) ?? 1)).squareRoot()
    case .pairwise:
      // C sigma(C) rises from 0 to infinity below the limit.
      let top = noise.susceptibilityLimit * (1 - 1e-15)
      return try RootFinding.brent(in: 0...top, what: "zero-temperature susceptibility") { C in
        C * (alpha * (noise.zeroTemperatureVariance(susceptibility: C) ?? .infinity)).squareRoot() - Self.rootTwoOverPi
      }
    }
  }

  private static let rootTwoOverPi = (2 / Double.pi).squareRoot()
}

extension EntryLaw {
  /// Scale of u^{P-1} at large signal, at least 1: bounds the search for the retrieval root.
  fileprivate var largeScale: Double { max(1, meanAbsoluteEntry) }
}
