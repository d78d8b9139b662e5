import NumericalMethods
import RealModule
import SystemInterface

/// Equations for the magnetizations m_i of one sample from Plefka's expansion: m_i = tanh beta(h_i(m) - O(q) m_i).
///
/// h_i is the mean cavity field. First order, naive mean field: O = 0. Second order, TAP: O is Onsager's reaction, the
/// response of the other spins to spin i that comes back to it (Plefka, J. Phys. A 15, 1971 (1982)), averaged over the
/// patterns; for P = 2 its higher orders are summed as well (Mézard, Parisi & Virasoro, Spin Glass Theory and Beyond, 1987).
struct PlefkaEquations {
  /// h_i(m).
  let fields: MeanCavityFields
  /// K over the number that scales the load.
  let load: Double
  /// Source of the reaction.
  let noise: PatternNoise
  /// beta.
  let beta: Double
  /// What multiplies the reaction: 0 at first order, 1 at second.
  let reactionScale: Double

  /// The magnetizations have gone where the reaction of pairwise noise diverges.
  struct DivergentReaction: Error {}

  /// O at the mean square `q` of the magnetizations.
  ///
  /// - Throws: `DivergentReaction`.
  func reaction(q: Double) throws(DivergentReaction) -> Double {
    guard reactionScale != 0 else { return 0 }
    guard let perLoad = noise.onsagerReaction(q: q, oneMinusQ: 1 - q, beta: beta) else { throw DivergentReaction() }
    return reactionScale * load * perLoad
  }

  /// tanh beta(h_i - O m_i).
  ///
  /// - Throws: `DivergentReaction`.
  func map(_ m: [Double]) throws(DivergentReaction) -> [Double] {
    let q = m.reduce(0) { $0 + $1 * $1 } / Double(m.count)
    let reaction = try reaction(q: q)
    return zip(fields(m), m).map { Double.tanh(beta * ($0 - reaction * $1)) }
  }

  /// Half of the old and half of the new magnetizations, until none changes by more than 1e-10.
  ///
  /// - Throws: `SolverError`, `DivergentReaction`.
  func solution(from start: [Double], maximumIterations: Int = 2000) throws -> FixedPoint.Solution {
    try FixedPoint.iterate(
      from: start, damping: 0.5, tolerance: 1e-10, maximumIterations: maximumIterations, what: "magnetizations", map)
  }

  /// The same by drawing: spins ±1 with means tanh beta(h_i - O m_i), all at once, m their running average.
  ///
  /// m moves by t^{-2/3} of the way to the spins of step t, and the m of the second half of the steps are averaged
  /// (Robbins & Monro, Ann. Math. Stat. 22, 400 (1951); Polyak & Juditsky, SIAM J. Control Optim. 30, 838 (1992)).
  /// - Throws: `DivergentReaction`.
  func stochasticSolution(
    from start: [Double], steps: Int, using random: inout RandomStream
  ) throws(DivergentReaction) -> [Double] {
    var m = start
    var sums = [Double](repeating: 0, count: m.count)
    for step in 1...steps {
      let means = try map(m)
      let gain = Double.pow(Double(step + 1), -2.0 / 3)
      for i in m.indices {
        let spin = 2 * random.uniform() < 1 + means[i] ? 1.0 : -1
        m[i] += gain * (spin - m[i])
        if 2 * step > steps { sums[i] += m[i] }
      }
    }
    return sums.map { $0 / Double(steps - steps / 2) }
  }
}

extension PatternNoise {
  /// Onsager's reaction over the load; `nil` where pairwise noise diverges (C >= 1).
  ///
  /// P >= 4: beta (1-q) F''(q)/4. P = 2: C/(1-C) + (M-1) kappa² C/(1-kappa C).
  func onsagerReaction(q: Double, oneMinusQ p: Double, beta: Double) -> Double? {
    switch self {
    case .secondCumulant:
      return repliconFactor(q: q, oneMinusQ: p, beta: beta) * p / beta
    case .pairwise(let within, _):
      let C = beta * p
      guard C < susceptibilityLimit else { return nil }
      return C / (1 - C) + (within.map { $0.multiplicity * $0.strength * $0.strength * C / (1 - $0.strength * C) } ?? 0)
    }
  }
}
