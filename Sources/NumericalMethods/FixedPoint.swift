/// Solutions of x = map(x) by damped iteration, optionally with Anderson acceleration.
public enum FixedPoint {
  /// A converged fixed point.
  public struct Solution: Sendable, Equatable {
    /// The x at which the residual was measured.
    public let state: [Double]
    /// The number of evaluations of the map.
    public let iterations: Int
    /// The max norm of map(x) − x.
    public let residual: Double
  }

  /// Anderson acceleration: the next iterate comes from a least-squares combination of the last residuals.
  ///
  /// Anderson, J. ACM 12, 547 (1965); in the form of Walker & Ni, SIAM J. Numer. Anal. 49, 1715 (2011).
  public struct Anderson: Sendable, Equatable {
    /// The number of earlier residuals that are combined.
    public let memory: Int

    /// Acceleration over the last `memory` residuals, at least 1.
    public init(memory: Int = 5) {
      precondition(memory >= 1, "Anderson acceleration needs a memory of at least 1, got \(memory)")
      self.memory = memory
    }
  }

  /// Iterates x ← (1 − d) x + d map(x), d = `damping`, until the max norm of map(x) − x is at most `tolerance`.
  ///
  /// With acceleration a step after which the residual has doubled, or is not finite, is taken back: the iteration goes
  /// on from the plain damped step and forgets its memory, so that it is never much worse than the plain one.
  /// - Parameters:
  ///   - start: the first iterate.
  ///   - what: name of the quantity, for the error message.
  ///   - map: x ↦ map(x), an array as long as x.
  /// - Throws: `SolverError.notConverged` with the iterate of the smallest residual, `.notFinite` when the map gives an
  ///   infinity or not-a-number, and what `map` throws.
  public static func iterate(
    from start: [Double], damping: Double = 1, tolerance: Double = 1e-13, maximumIterations: Int = 6000,
    accelerate: Anderson? = nil, what: String = "fixed point", _ map: ([Double]) throws -> [Double]
  ) throws -> Solution {
    precondition(damping > 0 && damping <= 1, "the damping must be in (0, 1], got \(damping)")
    precondition(!start.isEmpty, "a fixed point needs at least one component")
    var state = start
    var best = (state: start, residual: Double.infinity)
    var history = accelerate.map { AndersonHistory(memory: $0.memory) }
    // The plain step from the point before and its residual, while the current state is an accelerated one.
    var fallback: (state: [Double], residual: Double)?

    for iteration in stride(from: 1, through: maximumIterations, by: 1) {
      let image = try map(state)
      precondition(image.count == state.count, "a map of \(state.count) components returned \(image.count)")
      let change = zip(image, state).map { $0 - $1 }
      let residual = maximumNorm(change)
      if let plain = fallback, !(residual <= 2 * plain.residual) {
        state = plain.state
        fallback = nil
        history?.removeAll()
        continue
      }
      guard residual.isFinite else { throw SolverError.notFinite(what: what) }
      if residual < best.residual { best = (state, residual) }
      if residual <= tolerance { return Solution(state: state, iterations: iteration, residual: residual) }

      let plain = zip(state, change).map { $0 + damping * $1 }
      if let accelerated = history?.step(from: state, residual: change, damping: damping) {
        fallback = (plain, residual)
        state = accelerated
      } else {
        fallback = nil
        state = plain
      }
    }
    throw SolverError.notConverged(
      iterations: maximumIterations, residual: best.residual, best: best.state, what: what)
  }

  /// The largest magnitude; not-a-number if any component is.
  private static func maximumNorm(_ vector: [Double]) -> Double {
    var norm = 0.0
    for component in vector {
      guard component.isFinite else { return .nan }
      norm = max(norm, abs(component))
    }
    return norm
  }
}
