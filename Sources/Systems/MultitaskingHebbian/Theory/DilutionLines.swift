import NumericalMethods
import RealModule
import SystemInterface

/// Lines in the (d, T) plane of stored patterns with Γ = 1, and dilutions that mark it (page, sections 3.4 and 3.5).
enum DilutionLines {
  /// d_c(K), root of Σ_{j=1}^{K-1} d^j = 1: the full hierarchy exists at T = 0 below; 1 for K <= 2.
  static func hierarchicalLimit(patternCount K: Int) throws -> Double {
    guard K > 2 else { return 1 }
    return try RootFinding.brent(in: 0.5...0.7, what: "limit of the hierarchy") { d in
      d * (1 - Double.pow(d, Double(K - 1))) / (1 - d) - 1
    }
  }

  /// d_* = 1 - E c⁴/(3 R²): just below T_c pure states win at smaller dilution, parallel ones at larger.
  static func pureParallel(_ law: DataLaw) -> Double {
    1 - law.fourthMoment / (3 * law.secondMoment * law.secondMoment)
  }

  /// T_pure(d): pure states are stable above; `nil` for d = 0 or d >= 2/3.
  ///
  /// With x = m/T both conditions, T = (1 - d) tanh(x)/x and T = (1 - d)[1 - (1 - d) tanh² x], leave one equation for x.
  static func pureStability(dilution d: Double) throws -> Double? {
    guard d > 0, d < 2.0 / 3 else { return nil }
    func excess(_ x: Double) -> Double {
      let t = Double.tanh(x)
      return t / x - 1 + (1 - d) * t * t
    }
    // From x²(2/3 - d) at small x to -d at large x.
    var lower = 0.5, upper = 2 / d
    while excess(lower) < 0, lower > 1e-7 { lower /= 2 }
    while excess(upper) > 0 { upper *= 2 }
    // Next to d = 2/3 the root lies where rounding hides it: the line meets T_c there.
    guard excess(lower) > 0 else { return 1 - d }
    let x = try RootFinding.brent(in: lower...upper, what: "stability of pure states", excess)
    return (1 - d) * Double.tanh(x) / x
  }

  /// T_par(K, d): lower end of the window of temperatures where the parallel state is stable.
  ///
  /// `nil` for d = 0, K = 1, or if there is no window. Along x = m/T, which grows as T falls, the state exists at
  /// T(x) = (1 - d) E tanh(x (1 + S_{K-1}))/x and is stable against its transverse modes where T(x) > D - O.
  static func parallelStability(patternCount K: Int, dilution d: Double) throws -> Double? {
    guard K > 1, d > 0 else { return nil }
    let law = ParallelLaw(patternCount: K, dilution: d)
    let grid = (0...700).map { Double.pow(10, -2 + 0.02 * Double($0)) }
    // The lowest temperatures lie at the largest x, where the state is unstable for d > 0.
    var previous = grid[grid.count - 1]
    for x in grid.dropLast().reversed() {
      if law.transverseMargin(x) > 0 {
        return law.temperature(
          at: try RootFinding.brent(in: x...previous, what: "stability of parallel states") { law.transverseMargin($0) }
        )
      }
      previous = x
    }
    return nil
  }
}

/// The parallel state along x = m/T (page, section 3.5).
struct ParallelLaw {
  private let active: Double
  /// Laws of the sums of K - 1 and of K - 2 entries, from -n to n.
  private let others: [Double]
  private let fewer: [Double]

  init(patternCount K: Int, dilution d: Double) {
    active = 1 - d
    fewer = Self.law(of: K - 2, dilution: d)
    others = Self.convolved(fewer, dilution: d)
  }

  /// Law of the sum of n entries.
  static func law(of n: Int, dilution d: Double) -> [Double] {
    (0..<n).reduce([1.0]) { law, _ in convolved(law, dilution: d) }
  }

  private static func convolved(_ law: [Double], dilution d: Double) -> [Double] {
    let half = 0.5 * (1 - d)
    var sum = [Double](repeating: 0, count: law.count + 2)
    for (place, probability) in law.enumerated() {
      sum[place] += half * probability
      sum[place + 1] += d * probability
      sum[place + 2] += half * probability
    }
    return sum
  }

  /// E f(shift + S) of a symmetric law.
  private func mean(_ law: [Double], shift: Double, _ f: (Double) -> Double) -> Double {
    let n = law.count / 2
    return law.indices.reduce(0) { $0 + law[$1] * f(shift + Double($1 - n)) }
  }

  /// The temperature at which the parallel state has m = x T.
  func temperature(at x: Double) -> Double { active * mean(others, shift: 1) { Double.tanh(x * $0) } / x }

  /// T(x) - (D - O): positive where the state is stable against its K - 1 transverse modes.
  func transverseMargin(_ x: Double) -> Double {
    func square(_ s: Double) -> Double {
      let c = Double.cosh(x * s)
      return 1 / (c * c)
    }
    let D = active * mean(others, shift: 1, square)
    let O = 0.5 * active * active * (mean(fewer, shift: 2, square) - mean(fewer, shift: 0, square))
    return temperature(at: x) - (D - O)
  }
}
