import RealModule

/// Initial-value problems dy/dt = f(t, y).
public enum OrdinaryDifferentialEquation {
  /// The solution at the requested times, by the adaptive Dormand–Prince 5(4) pair with dense output of order 4.
  ///
  /// Steps are chosen so that the root mean square over components of (local error)/(absoluteTolerance +
  /// relativeTolerance |y|) stays below 1 (Hairer, Nørsett & Wanner, *Solving Ordinary Differential Equations I*, 2nd ed.,
  /// section II.4); the coefficients are those of section II.5, and the interpolation is their code DOPRI5's.
  /// The global error is a problem-dependent multiple of the tolerances. Explicit: stiff problems need many steps.
  /// - Parameters:
  ///   - start: the state at `times[0]`.
  ///   - times: monotonic, ascending or descending; not empty.
  ///   - derivative: (t, y) ↦ dy/dt, as long as y.
  /// - Returns: shape `[time][component]`, the first being `start`.
  /// - Throws: `SolverError.notConverged` when the step size underflows or `maximumSteps` is reached (the residual is the
  ///   time left, `best` the state reached), `.notFinite` if the first derivative is not finite, and what `derivative`
  ///   throws.
  public static func integrate(
    from start: [Double], over times: [Double], relativeTolerance: Double = 1e-9, absoluteTolerance: Double = 1e-12,
    maximumSteps: Int = 1_000_000, what: String = "differential equation",
    derivative: (_ time: Double, _ state: [Double]) throws -> [Double]
  ) throws -> [[Double]] {
    guard let first = times.first, let last = times.last else {
      preconditionFailure("an integration needs at least one time")
    }
    precondition(
      relativeTolerance >= 0 && absoluteTolerance >= 0 && relativeTolerance + absoluteTolerance > 0,
      "the tolerances of an integration must not be negative, nor both zero")
    let direction: Double = last < first ? -1 : 1
    precondition(
      zip(times, times.dropFirst()).allSatisfy { direction * ($1 - $0) >= 0 } && first.isFinite && last.isFinite,
      "the times of an integration must be finite and monotonic")
    let scale = ErrorScale(relative: relativeTolerance, absolute: absoluteTolerance)

    var solution = [start]
    var time = first
    var state = start
    var slope = try derivative(time, state)
    precondition(slope.count == state.count, "a derivative of \(state.count) components returned \(slope.count)")
    guard slope.allSatisfy(\.isFinite) else { throw SolverError.notFinite(what: "\(what) at time \(time)") }
    while solution.count < times.count, times[solution.count] == first {
      solution.append(start)
    }
    guard solution.count < times.count else { return solution }

    var size = initialStepSize(state, slope, span: abs(last - first), scale: scale)
    var wasRejected = false
    var steps = 0
    while steps < maximumSteps {
      steps += 1
      let left = abs(last - time)
      let isFinal = size >= left
      let step = direction * min(size, left)
      let trial = try DormandPrinceStep(from: state, slope: slope, at: time, step: step, derivative)
      let error = trial.error(scale)
      if error <= 1 {
        let next = isFinal ? last : time + step
        while solution.count < times.count, direction * (next - times[solution.count]) >= 0 {
          let requested = times[solution.count]
          solution.append(requested == next ? trial.state : trial.interpolated(at: (requested - time) / step))
        }
        if solution.count == times.count { return solution }
        time = next
        state = trial.state
        slope = trial.slope
      }
      // Safety factor 0.9 and growth in [0.2, 10], without growth right after a rejection.
      let factor = error.isFinite ? 0.9 * Double.pow(max(error, 1e-10), -0.2) : 0.2
      size = abs(step) * min(wasRejected || error > 1 ? 1 : 10, max(0.2, factor))
      wasRejected = !(error <= 1)
      if !(size > 4 * Double.ulpOfOne * abs(time)) || size == 0 { break }
    }
    throw SolverError.notConverged(
      iterations: steps, residual: abs(last - time), best: state, what: "\(what) beyond time \(time)")
  }

  /// A first step for which an explicit Euler step changes the state by 1 % (the first half of the rule in HNW, section II.4).
  private static func initialStepSize(
    _ state: [Double], _ slope: [Double], span: Double, scale: ErrorScale
  ) -> Double {
    let sizeOfState = scale.norm(of: state, between: state, and: state)
    let sizeOfSlope = scale.norm(of: slope, between: state, and: state)
    let guess = sizeOfState < 1e-5 || sizeOfSlope < 1e-5 ? 1e-6 : 0.01 * sizeOfState / sizeOfSlope
    return min(guess, span)
  }
}
