import NumericalMethods
import RealModule
import SystemInterface

/// Replica-symmetric theory of K = alpha N stored patterns, L of them condensed (page, section 3.9).
///
/// m_mu = E[ξ_mu tanh β(m·ξ + s z)], q = E tanh², s = A √(alpha q)/(1 - β A (1 - q)), A = 1 - d. The Gaussian field s z only
/// multiplies the characteristic function of the local field, so that the integrals of section 3.2 hold.
struct HighStorage {
  /// d.
  let dilution: Double
  /// T.
  let temperature: Double
  /// alpha.
  let load: Double

  /// m, q, s.
  struct State {
    var magnetizations: [Double]
    var replicaOverlap: Double
    var noise: Double
    var iterations: Int
    var residual: Double
  }

  private var amplitude: Double { 1 - dilution }

  /// Iterates m, with the largest root s at every m.
  ///
  /// - Throws: `SolverError` where the iteration did not converge or there is no s.
  func state(from seed: [Double]) throws -> State {
    let solution = try FixedPoint.iterate(
      from: seed, tolerance: 1e-12, maximumIterations: 20_000, what: "condensed magnetizations"
    ) { m in
      var fields = fields(m, noise: try noise(at: m))
      return fields.exampleOverlaps(argument(m))
    }
    // What decays towards zero is zero.
    let m = solution.state.map { abs($0) < 1e-9 ? 0 : $0 }
    let s = try noise(at: m)
    return State(
      magnetizations: m, replicaOverlap: replicaOverlap(m, noise: s), noise: s, iterations: solution.iterations,
      residual: solution.residual)
  }

  private func argument(_ m: [Double]) -> [Double] { m.map { $0 / temperature } }

  private func fields(_ m: [Double], noise s: Double) -> FieldStatistics {
    FieldStatistics(.storage, dilution: dilution, noise: s / temperature)
  }

  /// q = 1 - E sech².
  private func replicaOverlap(_ m: [Double], noise s: Double) -> Double {
    var fields = fields(m, noise: s)
    return max(0, 1 - fields.meanCurvature(argument(m)))
  }

  /// s (1 - β A (1 - q)) - A √(alpha q).
  private func excess(_ m: [Double], _ s: Double) -> Double {
    let q = replicaOverlap(m, noise: s)
    return s * (1 - amplitude / temperature * (1 - q)) - amplitude * (load * q).squareRoot()
  }

  /// The largest root s at fixed m, downwards from where the excess is positive; zero without one.
  private func noise(at m: [Double]) throws -> Double {
    var upper = 3.0
    while excess(m, upper) < 0 {
      upper *= 2
      guard upper < 1e9 else { throw SolverError.notFinite(what: "noise of the uncondensed patterns") }
    }
    while upper > 1e-9 {
      let lower = 0.9 * upper
      if excess(m, lower) < 0 {
        return try RootFinding.brent(in: lower...upper, tolerance: 1e-14, what: "noise") { excess(m, $0) }
      }
      upper = lower
    }
    return 0
  }
}
