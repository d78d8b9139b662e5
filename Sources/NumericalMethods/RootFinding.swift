/// Zeros of functions of one variable.
public enum RootFinding {
  /// A zero of `f` in an interval at whose ends `f` has opposite signs.
  ///
  /// Brent's method (*Algorithms for Minimization without Derivatives*, 1973, chapter 4): inverse quadratic interpolation
  /// or secant steps, with bisection where they do not shrink the bracket.
  /// - Parameters:
  ///   - interval: the bracket; either end may be the zero itself.
  ///   - tolerance: relative error of the zero. A zero at 0 is found to `tolerance` · 2⁻⁵² · (width of the interval).
  ///   - what: name of the quantity, for the error message.
  /// - Throws: `SolverError.notBracketed`, `.notFinite`, `.notConverged`; and what `f` throws.
  public static func brent(
    in interval: ClosedRange<Double>, tolerance: Double = 1e-14, maximumIterations: Int = 200, what: String = "root",
    _ f: (Double) throws -> Double
  ) throws -> Double {
    precondition(tolerance >= 0, "a tolerance cannot be negative, got \(tolerance)")
    func value(_ x: Double) throws -> Double {
      let result = try f(x)
      guard result.isFinite else { throw SolverError.notFinite(what: "\(what) at \(x)") }
      return result
    }
    // b is the best estimate, c the other end of the bracket, a the estimate before b.
    var (a, b) = (interval.lowerBound, interval.upperBound)
    var fa = try value(a)
    if fa == 0 { return a }
    var fb = try value(b)
    if fb == 0 { return b }
    guard (fa < 0) != (fb < 0) else {
      throw SolverError.notBracketed(lower: a, upper: b, valueAtLower: fa, valueAtUpper: fb, what: what)
    }
    let smallest = Double.ulpOfOne * (b - a)
    var (c, fc) = (a, fa)
    var step = b - a
    var stepBefore = step

    for _ in 0..<maximumIterations {
      if abs(fc) < abs(fb) {
        (a, b, c) = (b, c, b)
        (fa, fb, fc) = (fb, fc, fb)
      }
      let allowed = 2 * Double.ulpOfOne * abs(b) + 0.5 * tolerance * (abs(b) + smallest)
      let half = 0.5 * (c - b)
      if abs(half) <= allowed || fb == 0 { return b }

      if abs(stepBefore) >= allowed, abs(fa) > abs(fb), let trial = interpolatedStep(a, b, c, fa, fb, fc),
        2 * abs(trial) < min(3 * abs(half) - allowed, abs(stepBefore)), (trial > 0) == (half > 0)
      {
        stepBefore = step
        step = trial
      } else {
        step = half
        stepBefore = half
      }
      (a, fa) = (b, fb)
      b += abs(step) > allowed ? step : (half > 0 ? allowed : -allowed)
      fb = try value(b)
      if (fb > 0) == (fc > 0) {
        (c, fc) = (a, fa)
        step = b - a
        stepBefore = step
      }
    }
    throw SolverError.notConverged(iterations: maximumIterations, residual: abs(fb), best: [b], what: what)
  }

  /// The step from b to the zero of the inverse parabola through (fa, a), (fb, b), (fc, c); of the secant if a = c.
  private static func interpolatedStep(
    _ a: Double, _ b: Double, _ c: Double, _ fa: Double, _ fb: Double, _ fc: Double
  ) -> Double? {
    let s = fb / fa
    let p: Double
    let q: Double
    if a == c {
      p = (c - b) * s
      q = 1 - s
    } else {
      let t = fa / fc
      let r = fb / fc
      p = s * ((c - b) * t * (t - r) - (b - a) * (r - 1))
      q = (t - 1) * (r - 1) * (s - 1)
    }
    let step = a == c ? p / q : -p / q
    return step.isFinite ? step : nil
  }

  /// The intervals between neighbouring grid points over which `f` changes sign, in grid order.
  ///
  /// A grid point where `f` is exactly 0 gives one interval of zero width. A point where `f` is not finite ends the run
  /// of values on either side of it: a change of sign across it may be a pole and is not reported.
  /// - Parameter grid: ascending.
  public static func bracketedRoots(
    over grid: [Double], _ f: (Double) throws -> Double
  ) rethrows -> [ClosedRange<Double>] {
    var brackets: [ClosedRange<Double>] = []
    var previous: (x: Double, value: Double)?
    for x in grid {
      precondition(previous.map { $0.x < x } ?? true, "the grid of a root search must ascend, at \(x)")
      let value = try f(x)
      guard value.isFinite else {
        previous = nil
        continue
      }
      if value == 0 {
        brackets.append(x...x)
      } else if let previous, previous.value != 0, (previous.value < 0) != (value < 0) {
        brackets.append(previous.x...x)
      }
      previous = (x, value)
    }
    return brackets
  }
}
