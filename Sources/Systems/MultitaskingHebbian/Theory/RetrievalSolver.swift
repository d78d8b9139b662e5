import NumericalMethods
import RealModule
import SystemInterface

/// The stable state that the iteration of F reaches from a seed.
struct RetrievalSolver<Equations: RetrievalEquations> {
  /// The equations; they keep the nodes of their integrals.
  var equations: Equations
  /// 1 - d, the scale of overlaps.
  let amplitude: Double

  /// A state, and how it was found.
  struct State {
    /// n.
    var overlaps: [Double]
    /// Smallest eigenvalue of Hs.
    var smallestEigenvalue: Double
    /// Evaluations of F.
    var iterations: Int
    /// max |F(n) - n|.
    var residual: Double
    /// How many saddles were left on the way.
    var saddles: Int
  }

  static var tolerance: Double { 1e-13 }
  static var largestIterationCount: Int { 50_000 }
  /// Newton steps are tried below this residual, and accepted below this length: not to change the basin.
  private static var newtonResidual: Double { 1e-4 }
  private static var largestNewtonStep: Double { 0.05 }
  private static var safeNewtonStep: Double { 1e-3 }
  /// Iterations without Newton after one that was not possible.
  private static var newtonPause: Int { 8 }
  /// Directions less unstable than this take so long to grow that a step helps them.
  private static var slowInstability: Double { 0.3 }
  /// Largest step out of a saddle, over 1 - d.
  private static var largestSaddleStep: Double { 0.05 }
  /// Rounding of an eigenvalue that is zero.
  private static var marginalEigenvalue: Double { -1e-9 }
  /// Overlaps below this that may be zero are.
  private static var negligibleOverlap: Double { 1e-9 }

  /// Iterates from `seed`; a saddle is left along its most unstable direction (page, section 3.3).
  ///
  /// - Throws: `SolverError.notConverged`, or an error of LAPACK.
  mutating func state(from seed: [Double]) throws -> State {
    var n = seed, iterations = 0
    for saddles in 0...(4 * seed.count + 10) {
      let residual = try converge(&n, &iterations)
      let hessian = equations.hessian(at: n)
      let smallest = try hessian.symmetricEigenvalues()[0]
      guard smallest < Self.marginalEigenvalue else {
        return State(
          overlaps: n, smallestEigenvalue: smallest, iterations: iterations, residual: residual, saddles: saddles)
      }
      let direction = try Self.escape(hessian, n)
      // A push beyond the states next to a weak saddle may lead back to it: later ones are shorter.
      let push = 0.02 * amplitude * Double.pow(0.3, max(0, saddles - seed.count))
      for mu in n.indices { n[mu] += push * direction[mu] }
    }
    throw SolverError.notConverged(iterations: iterations, residual: 0, best: n, what: "no stable state of retrieval")
  }

  /// Iterates to a fixed point, stable or not.
  private mutating func converge(_ n: inout [Double], _ iterations: inout Int) throws -> Double {
    var best = (residual: Double.infinity, n: n), nextNewton = 0
    for iteration in 0..<Self.largestIterationCount {
      let image = equations.image(of: n)
      iterations += 1
      let change = zip(image, n).map { $0 - $1 }
      let residual = change.reduce(0) { max($0, abs($1)) }
      guard residual.isFinite else { throw SolverError.notFinite(what: "overlaps") }
      if residual < best.residual { best = (residual, n) }
      if residual < Self.tolerance {
        n = image
        return try cleared(&n, residual)
      }
      if residual < Self.newtonResidual, iteration >= nextNewton {
        if let step = newtonStep(at: n, change) {
          for mu in n.indices { n[mu] += step[mu] }
          continue
        }
        if let step = try saddleStep(at: n, change) {
          for mu in n.indices { n[mu] += step[mu] }
          continue
        }
        nextNewton = iteration + Self.newtonPause
      }
      n = image
    }
    throw SolverError.notConverged(
      iterations: iterations, residual: best.residual, best: best.n, what: "overlaps with the data")
  }

  /// Takes overlaps that only have not yet decayed for zero, where zero solves their equation.
  private mutating func cleared(_ n: inout [Double], _ residual: Double) throws -> Double {
    guard n.contains(where: { $0 != 0 && abs($0) < Self.negligibleOverlap }) else { return residual }
    var clean = n.map { abs($0) < Self.negligibleOverlap ? 0 : $0 }
    for _ in 0..<100 {
      let image = equations.image(of: clean)
      let residual = zip(image, clean).reduce(0) { max($0, abs($1.0 - $1.1)) }
      clean = image
      if residual < Self.tolerance {
        n = clean
        return residual
      }
    }
    return residual
  }

  /// Hs⁻¹ (F(n) - n) of the patterns that act, if Hs is positive definite there and the step is short.
  private mutating func newtonStep(at n: [Double], _ change: [Double]) -> [Double]? {
    let active = n.indices.filter { n[$0] != 0 }
    let hessian = equations.hessian(at: n)
    // The threshold of 1e-10 on the smallest eigenvalue.
    let block = Matrix(rows: active.count, columns: active.count) {
      hessian[active[$0], active[$1]] - ($0 == $1 ? 1e-10 : 0)
    }
    guard let solution = try? block.choleskySolve(active.map { change[$0] }),
      solution.allSatisfy({ abs($0) < Self.largestNewtonStep })
    else { return nil }
    var step = [Double](repeating: 0, count: n.count)
    for (p, mu) in active.enumerated() { step[mu] = solution[p] }
    // Near the solution Newton's step needs no proof; a long one might start a cycle.
    return solution.allSatisfy { abs($0) < Self.safeNewtonStep } ? step : descending(step, from: n)
  }

  /// A step through a region where Hs has small negative eigenvalues, in which the iteration would take very long.
  ///
  /// Along every eigenvector (F(n) - n) max(1, 1/|eigenvalue|): Newton's step where Hs is positive, its opposite where it is
  /// negative, never shorter than the iteration's. What is exactly symmetric stays so. `nil` unless it lowers f.
  private mutating func saddleStep(at n: [Double], _ change: [Double]) throws -> [Double]? {
    guard equations.scaledFreeEnergy(at: n) != nil else { return nil }
    let active = n.indices.filter { n[$0] != 0 }
    let hessian = equations.hessian(at: n)
    let block = Matrix(rows: active.count, columns: active.count) { hessian[active[$0], active[$1]] }
    let eigen = try block.symmetricEigendecomposition()
    guard let lowest = eigen.values.first, lowest > -Self.slowInstability else { return nil }
    var step = [Double](repeating: 0, count: n.count)
    for (place, value) in eigen.values.enumerated() {
      let vector = eigen.vectors.column(place)
      let share = active.indices.reduce(0) { $0 + vector[$1] * change[active[$1]] } * max(1, 1 / max(abs(value), 1e-12))
      for (p, mu) in active.enumerated() { step[mu] += share * vector[p] }
    }
    let length = step.reduce(0) { max($0, abs($1)) }
    let scale = min(1, Self.largestSaddleStep * amplitude / length)
    step = step.map { $0 * scale }
    return descending(step, from: n)
  }

  /// The step, or the largest of some parts of it, that does not raise f; `nil` if none. Taken as it is where f is not known.
  private mutating func descending(_ step: [Double], from n: [Double]) -> [Double]? {
    guard let before = equations.scaledFreeEnergy(at: n) else { return step }
    var step = step
    for _ in 0..<4 {
      // Where rounding hides the gain, the step is as good as any.
      if let after = equations.scaledFreeEnergy(at: zip(n, step).map { $0 + $1 }), after <= before + 1e-15 {
        return step
      }
      step = step.map { 0.25 * $0 }
    }
    return nil
  }

  /// Unit vector along the lowest eigenvalue of Hs; of a degenerate one, always the same: a pattern at rest, if one takes
  /// part, or else the projection of a decreasing vector.
  private static func escape(_ hessian: Matrix, _ n: [Double]) throws -> [Double] {
    let eigen = try hessian.symmetricEigendecomposition()
    let lowest = eigen.values[0], width = 1e-7 * max(1, abs(lowest)), K = n.count
    if let resting = n.indices.first(where: { n[$0] == 0 && abs(hessian[$0, $0] - lowest) < width }) {
      return n.indices.map { $0 == resting ? 1 : 0 }
    }
    let space = eigen.values.indices.prefix { eigen.values[$0] - lowest < width }.map { eigen.vectors.column($0) }
    var direction = [Double](repeating: 0, count: K), weight = 1.0
    var guide: [Double] = []
    for _ in 0..<K {
      guide.append(weight)
      weight *= 0.6
    }
    for vector in space {
      let share = zip(vector, guide).reduce(0) { $0 + $1.0 * $1.1 }
      for mu in 0..<K { direction[mu] += share * vector[mu] }
    }
    let norm = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return norm > 1e-6 ? direction.map { $0 / norm } : space[0]
  }
}
