import NumericalMethods
import RealModule

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
  /// The plain map (damped by half for P = 2) descends monotonically to the stable branch; a Newton step finishes it,
  /// and is taken only to a solution that the map itself is attracted to.
  /// - Throws: `SolverError.notConverged` with the last iterate.
  func retrieval(maximumIterations: Int = 60_000) throws -> ReplicaSymmetricState? {
    // Pairwise retrieval ends at T = 1 for every law of the entries (E e² = 1), continuously at zero load.
    if order == 2, beta <= 1 { return nil }
    var u = 1.0, p = 0.0
    for iteration in 1...maximumIterations {
      let image = map(u, p)
      let residual = max(abs(image.u - u), abs(image.p - p))
      if residual < 1e-13 { return state(u, p, iterations: iteration, residual: residual) }
      u += damping * (image.u - u)
      p += damping * (image.p - p)
      if u < Self.retrievalThreshold { return nil }
      if iteration % 20 == 0, let root = newton(u, p) {
        return state(root.u, root.p, iterations: iteration, residual: root.residual)
      }
    }
    let last = map(u, p)
    throw SolverError.notConverged(
      iterations: maximumIterations, residual: max(abs(last.u - u), abs(last.p - p)), best: [u, 1 - p],
      what: "replica-symmetric equations")
  }

  /// The solution without retrieval (u = 0) of largest free energy: spin glass (q > 0) or paramagnet (q = 0).
  ///
  /// Roots of qh = qh(q(qh)) are bracketed on a logarithmic grid; in the replica limit the extremum is a maximum.
  func glass() throws -> ReplicaSymmetricState {
    var states: [ReplicaSymmetricState] = []
    if load == 0 || noise.hasParamagnet(beta: beta) { states.append(state(0, 1, iterations: 0, residual: 0)) }
    if load > 0 {
      let excess = { (logVariance: Double) -> Double in
        let qh = Double.exp(logVariance)
        let p = FieldAverages(law: .discrete([(1, 1)]), signal: 0, noiseVariance: qh).oneMinusQ
        // Divergent noise exceeds any field; the finite value lets the bracketing see the sign.
        guard let perLoad = noise.fieldVariance(oneMinusQ: p, beta: beta) else { return 700 }
        return Double.log(load * perLoad / qh)
      }
      for bracket in RootFinding.bracketedRoots(over: logVarianceGrid, excess) {
        let root = try RootFinding.brent(in: bracket, what: "spin-glass overlap", excess)
        let p = FieldAverages(law: .discrete([(1, 1)]), signal: 0, noiseVariance: Double.exp(root)).oneMinusQ
        states.append(state(0, p, iterations: 1, residual: abs(map(0, p).p - p)))
      }
    }
    guard let best = states.max(by: { $0.freeEnergy < $1.freeEnergy }) else {
      throw SolverError.notConverged(
        iterations: 0, residual: .infinity, best: [], what: "spin-glass solution of the replica-symmetric equations")
    }
    return best
  }

  /// ln qh over all noise variances that a solution can have.
  private var logVarianceGrid: [Double] {
    var top = load * (noise.fieldVariance(oneMinusQ: 0, beta: beta) ?? 1)
    var decades = 9.0
    if noise.susceptibilityLimit < .infinity {
      // 1 - q <= √(2/(pi qh)): above this variance C is below half its limit, the noise below four times its value at q = 1.
      let limit = noise.susceptibilityLimit
      top = 4 * max(top, 2 / Double.pi * beta * beta / (limit * limit))
      decades = 17
    }
    let logTop = Double.log(top) + 1e-9
    return (0...240).map { logTop - decades * Double.log(10) * (1 - Double($0) / 240) }
  }

  private func map(_ u: Double, _ p: Double) -> (u: Double, p: Double) {
    let averages = averages(u, p)
    return (averages.classOverlap, averages.oneMinusQ)
  }

  private func averages(_ u: Double, _ p: Double, withLogTwoCosh: Bool = false) -> FieldAverages {
    let Jb = beta * Double(order) / 2 * Double.pow(u, order - 1)
    // A transient iterate with C >= 1 feels a very large, finite noise.
    let perLoad = load == 0 ? 0 : noise.fieldVariance(oneMinusQ: p, beta: beta) ?? 1e12
    return FieldAverages(law: law, signal: Jb, noiseVariance: load * perLoad, withLogTwoCosh: withLogTwoCosh)
  }

  /// Newton's method on map(x) = x from a nearby iterate; `nil` unless it ends close by, at an attracting fixed point.
  private func newton(_ u0: Double, _ p0: Double) -> (u: Double, p: Double, residual: Double)? {
    var u = u0, p = p0
    for _ in 0..<12 {
      let image = map(u, p)
      let (du, dp) = (image.u - u, image.p - p)
      let jacobian = jacobian(u, p)
      if max(abs(du), abs(dp)) < 1e-14 || (max(abs(du), abs(dp)) < 1e-13 && u == u0) {
        return jacobian.isAttracting(damping: damping) && abs(u - u0) < 0.05 && abs(p - p0) < 0.1
          && u > Self.retrievalThreshold
          ? (u, p, max(abs(du), abs(dp))) : nil
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

  /// The second eigenvalue of the iteration at a fold, where a stable and an unstable branch meet and the first is 1.
  ///
  /// It is below 1 at the end of a stable branch, and above where two unstable branches meet.
  func secondEigenvalueAtFold(classOverlap u: Double, oneMinusQ p: Double) -> Double {
    jacobian(u, p).trace(damping: damping) - 1
  }

  /// Half for P = 2, where the plain map may oscillate.
  private var damping: Double { order == 2 ? 0.5 : 1.0 }

  private struct Jacobian {
    var uu, up, pu, pp: Double
    func trace(damping d: Double) -> Double { 2 + d * (uu + pp - 2) }

    /// Both eigenvalues of the damped map inside the unit circle (Jury's conditions).
    func isAttracting(damping d: Double) -> Bool {
      let determinant = (1 + d * (uu - 1)) * (1 + d * (pp - 1)) - d * d * up * pu
      return abs(determinant) < 1 && abs(trace(damping: d)) < 1 + determinant
    }
  }

  private func jacobian(_ u: Double, _ p: Double) -> Jacobian {
    let h = 1e-6 * u, k = max(1e-6 * p, 1e-14)
    let (right, left) = (map(u + h, p), map(u - h, p))
    let (up, down) = (map(u, p + k), map(u, max(0, p - k)))
    let width = k + min(p, k)
    return Jacobian(
      uu: (right.u - left.u) / (2 * h), up: (up.u - down.u) / width, pu: (right.p - left.p) / (2 * h),
      pp: (up.p - down.p) / width)
  }

  /// Order parameters, free energy, energy and replicon eigenvalue of a solution (u, 1 - q = p).
  private func state(_ u: Double, _ p: Double, iterations: Int, residual: Double) -> ReplicaSymmetricState {
    let averages = averages(u, p, withLogTwoCosh: true)
    let power = Double.pow(u, order)
    let noiseTerm = load == 0 ? 0 : load * noise.logPartition(oneMinusQ: p, beta: beta)
    let minusBetaF = -beta / 2 * Double(order - 1) * power + noiseTerm + averages.logTwoCosh
    let noiseEnergy = load == 0 ? 0 : load * noise.energy(oneMinusQ: p, beta: beta)
    let factor = load == 0 ? 0 : load * noise.repliconFactor(oneMinusQ: p, beta: beta)
    return ReplicaSymmetricState(
      magnetization: u == 0 ? 0 : averages.magnetization, classOverlap: u, replicaOverlap: 1 - p,
      freeEnergy: -minusBetaF / beta, energy: -power / 2 + noiseEnergy,
      replicon: 1 - factor * averages.squaredSusceptibility, iterations: iterations, residual: residual)
  }
}
