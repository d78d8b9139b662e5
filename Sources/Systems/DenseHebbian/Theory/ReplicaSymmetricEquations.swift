import NumericalMethods
import RealModule
import SystemInterface

/// A solution of the replica-symmetric equations.
struct ReplicaSymmetricState: Sendable {
  /// m, overlap with the archetype.
  var magnetization: Double
  /// u, overlap with the standardised class mean.
  var classOverlap: Double
  /// q, overlap of two replicas.
  var replicaOverlap: Double
  /// f per spin, zero of energy at infinite temperature.
  var freeEnergy: Double
  /// e per spin, same zero.
  var energy: Double
  /// Replicon eigenvalue; `nil` at zero temperature, where it tends to minus infinity at any load.
  var replicon: Double?
  /// Steps of the iteration that found it.
  var iterations: Int
  /// Largest change under one more application of the equations.
  var residual: Double
}

/// The replica-symmetric equations of the dense Hebbian network at T > 0 and a given load.
///
/// u = E e tanh x, q = E tanh² x, m = E tanh x with x = Jb e + √qh z, Jb = beta (P/2) u^{P-1} and qh the variance of the
/// noise (Agliari et al., arXiv:2212.00606 and 2211.14067; equations re-derived, conventions of docs/systems/dense-hebbian.md).
struct ReplicaSymmetricEquations: Sendable {
  /// P.
  let order: Int
  /// Law of the entries e.
  let law: EntryLaw
  /// Noise per unit of load.
  let noise: PatternNoise
  /// alpha, or tau² for noise on the synapses.
  let load: Double
  /// beta = 1/T.
  let beta: Double

  /// Below this class overlap there is no retrieval.
  static let retrievalThreshold = 1e-7

  /// The retrieval solution reached from u = q = 1, or `nil` where retrieval has vanished.
  ///
  /// For every u the overlap q is solved for first (the largest root), then u is replaced by its image: a sequence that
  /// falls to the stable branch. (Iterating both at once may overshoot into C >= 1 or circle around a stable solution.)
  /// Newton's method finishes, and is taken only to a solution of that kind close by. What is found must then be
  /// stable against fluctuations of u and q together; see `isLongitudinallyStable`.
  /// - Throws: `SolverError.notConverged` with the last iterate.
  func retrieval(maximumIterations: Int = 20_000) throws -> ReplicaSymmetricState? {
    // Pairwise retrieval ends at T = 1 for every law of the entries (E e² = 1), continuously at zero load.
    if order == 2, beta <= 1 { return nil }
    var u = 1.0, p = 0.0
    for iteration in 1...maximumIterations {
      p = try largestOverlap(classOverlap: u, atLeast: p)
      let image = averages(u, p).classOverlap, residual = abs(image - u)
      if residual < 1e-13 { return stableState(u, p, iterations: iteration) }
      u = image
      if u < Self.retrievalThreshold { return nil }
      if iteration % 8 == 0, let root = newton(u, p) { return stableState(root.u, root.p, iterations: iteration) }
    }
    throw SolverError.notConverged(
      iterations: maximumIterations, residual: abs(averages(u, p).classOverlap - u), best: [u, 1 - p],
      what: "replica-symmetric equations")
  }

  private func stableState(_ u: Double, _ p: Double, iterations: Int) -> ReplicaSymmetricState? {
    isLongitudinallyStable(classOverlap: u, oneMinusQ: p) ? state(u, p, iterations: iterations) : nil
  }

  /// 1 - q of the largest overlap q that solves q = E tanh² x at this u; it is not below `bound`.
  private func largestOverlap(classOverlap u: Double, atLeast bound: Double) throws -> Double {
    let excess = { (p: Double) -> Double in averages(u, p).oneMinusQ - p }
    // Beyond the top the noise diverges and the image of 1 - q is zero.
    let top = min(1, noise.susceptibilityLimit * (1 - 1e-15) / beta)
    var lower = min(bound, top), step = excess(lower)
    if step < 0 { (lower, step) = (0, excess(0)) }
    if step == 0 { return lower }
    var upper = min(top, lower + 2 * step)
    while upper < top, excess(upper) > 0 {
      let next = min(top, upper + 2 * (upper - lower))
      (lower, upper) = (upper, next)
    }
    // Where retrieval is being lost q tends to zero, and the sign at the top is rounding.
    if upper == 1, excess(1) >= 0 { return 1 }
    return try RootFinding.brent(in: lower...upper, tolerance: 1e-15, what: "replica overlap") { p in
      p == top && top < 1 ? -top : excess(p)
    }
  }

  /// The solution without retrieval (u = 0) of largest free energy: spin glass (q > 0) or paramagnet (q = 0).
  ///
  /// Roots of qh = qh(q(qh)) are bracketed on a logarithmic grid; in the replica limit the extremum is a maximum.
  func glass() throws -> ReplicaSymmetricState {
    var states: [ReplicaSymmetricState] = []
    if load == 0 || noise.hasParamagnet(beta: beta) { states.append(state(0, 1, iterations: 0)) }
    if load > 0 {
      let excess = { (logVariance: Double) -> Double in
        let averages = glassAverages(logVariance: logVariance)
        let perLoad = noise.fieldVariance(q: averages.replicaOverlap, oneMinusQ: averages.oneMinusQ, beta: beta)
        // Divergent noise exceeds any field; the finite value lets the bracketing see the sign.
        return perLoad.map { Double.log(load * $0) - logVariance } ?? 700
      }
      for bracket in RootFinding.bracketedRoots(over: logVarianceGrid, excess) {
        let root = try RootFinding.brent(in: bracket, what: "spin-glass overlap", excess)
        states.append(state(0, glassAverages(logVariance: root).oneMinusQ, iterations: 1))
      }
    }
    guard let best = states.max(by: { $0.freeEnergy < $1.freeEnergy }) else {
      throw SolverError.notConverged(
        iterations: 0, residual: .infinity, best: [], what: "spin-glass solution of the replica-symmetric equations")
    }
    return best
  }

  private func glassAverages(logVariance: Double) -> FieldAverages {
    FieldAverages(law: .discrete([(1, 1)]), signal: 0, noiseVariance: Double.exp(logVariance))
  }

  /// ln qh over all noise variances that a solution can have.
  private var logVarianceGrid: [Double] {
    var top = load * (noise.fieldVariance(q: 1, oneMinusQ: 0, beta: beta) ?? 1)
    var decades = 9.0
    if noise.susceptibilityLimit < .infinity {
      // 1 - q <= √(2/(pi qh)): above this variance C is below half its limit, the noise below four times its value at q = 1.
      let limit = noise.susceptibilityLimit
      top = 4 * max(top, 2 / Double.pi * beta * beta / (limit * limit))
      decades = 17
    }
    let logTop = Double.log(top) + 1e-9
    return (0...120).map { logTop - decades * Double.log(10) * (1 - Double($0) / 120) }
  }

  private func averages(_ u: Double, _ p: Double, withLogTwoCosh: Bool = false) -> FieldAverages {
    let Jb = beta * Double(order) / 2 * Double.pow(u, order - 1)
    // Where the noise diverges no field is left of the signal: a very large, finite noise stands for it.
    let perLoad = load == 0 ? 0 : noise.fieldVariance(q: 1 - p, oneMinusQ: p, beta: beta) ?? 1e12
    return FieldAverages(law: law, signal: Jb, noiseVariance: load * perLoad, withLogTwoCosh: withLogTwoCosh)
  }

  /// Newton's method on the equations from a nearby iterate; `nil` unless it ends close by, at a stable solution.
  private func newton(_ u0: Double, _ p0: Double) -> (u: Double, p: Double)? {
    var u = u0, p = p0
    for _ in 0..<12 {
      let image = averages(u, p)
      let (du, dp) = (image.classOverlap - u, image.oneMinusQ - p)
      let jacobian = jacobian(u, p)
      if max(abs(du), abs(dp)) < 1e-14 || (max(abs(du), abs(dp)) < 1e-13 && u == u0) {
        let isNear = abs(u - u0) < 0.05 && abs(p - p0) < 0.1 && u > Self.retrievalThreshold
        return isNear && jacobian.isAttracting ? (u, p) : nil
      }
      let (a, b, c, d) = (jacobian.uu - 1, jacobian.up, jacobian.pu, jacobian.pp - 1)
      let determinant = a * d - b * c
      guard abs(determinant) > 1e-12 else { return nil }
      u -= (d * du - b * dp) / determinant
      p -= (a * dp - c * du) / determinant
      guard u > 0, u <= 2, p >= 0, p <= 1 else { return nil }
    }
    return nil
  }

  /// Whether both eigenvalues of the equations' Jacobian at a solution have real parts below 1.
  ///
  /// These are the longitudinal fluctuations of (u, q): a flow du/dt = E e tanh x - u, dq/dt = E tanh² x - q returns.
  /// At a fold one eigenvalue is 1, and the sign of the trace tells whether a stable branch ends there.
  func isLongitudinallyStable(classOverlap u: Double, oneMinusQ p: Double) -> Bool {
    let jacobian = jacobian(u, p)
    return jacobian.uu + jacobian.pp < 2
  }

  /// Derivatives of the images of u and p = 1 - q.
  private struct Jacobian {
    var uu, up, pu, pp: Double
    /// Attracts u when q follows it.
    var isAttracting: Bool { pp < 1 && uu + up * pu / (1 - pp) < 1 }
  }

  private func jacobian(_ u: Double, _ p: Double) -> Jacobian {
    let h = 1e-6 * u, k = max(1e-6 * p, 1e-14)
    let (right, left) = (averages(u + h, p), averages(u - h, p))
    let (up, down) = (averages(u, p + k), averages(u, max(0, p - k)))
    let width = k + min(p, k)
    return Jacobian(
      uu: (right.classOverlap - left.classOverlap) / (2 * h), up: (up.classOverlap - down.classOverlap) / width,
      pu: (right.oneMinusQ - left.oneMinusQ) / (2 * h), pp: (up.oneMinusQ - down.oneMinusQ) / width)
  }

  /// Order parameters, free energy, energy, replicon eigenvalue and residual of a solution (u, 1 - q = p).
  private func state(_ u: Double, _ p: Double, iterations: Int) -> ReplicaSymmetricState {
    let averages = averages(u, p, withLogTwoCosh: true)
    let q = averages.replicaOverlap, power = Double.pow(u, order)
    let noiseTerm = load == 0 ? 0 : load * noise.logPartition(q: q, oneMinusQ: p, beta: beta)
    let minusBetaF = -beta / 2 * Double(order - 1) * power + noiseTerm + averages.logTwoCosh
    let noiseEnergy = load == 0 ? 0 : load * noise.energy(q: q, oneMinusQ: p, beta: beta)
    let factor = load == 0 ? 0 : load * noise.repliconFactor(q: q, oneMinusQ: p, beta: beta)
    return ReplicaSymmetricState(
      magnetization: u == 0 ? 0 : averages.magnetization, classOverlap: u, replicaOverlap: q,
      freeEnergy: -minusBetaF / beta, energy: -power / 2 + noiseEnergy,
      replicon: 1 - factor * averages.squaredSusceptibility, iterations: iterations,
      residual: max(abs(averages.classOverlap - u), abs(averages.oneMinusQ - p)))
  }
}
