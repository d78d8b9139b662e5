import ComplexModule
import RealModule

/// The resolvent of S = X Xᵀ whose P = αN columns are Gaussian with covariance diag(Λ)/N, in the limit N → ∞.
///
/// (S + z)⁻¹ behaves as diag 1/(z + s Λ_j) = (κ/z) diag 1/(κ + Λ_j), κ = z/s, where z = κ (α − <Λ/(κ + Λ)>) and <·> is the
/// average over the Λ_j (Silverstein & Bai, J. Multivar. Anal. 54, 175 (1995)). At z = 0 κ is κ₀: zero unless α is
/// below the fraction p of positive Λ_j. All solutions are given as δ = κ − κ₀, to full relative accuracy, from
/// z = δ [max(0, α − p) + κ <u/(κ + Λ)>], u = Λ/(κ₀ + Λ), which does not cancel as z → 0.
public struct SampleCovarianceResolvent: Sendable {
  /// α = P/N.
  public let ratio: Double
  /// Λ_j ≥ 0.
  public let values: [Double]
  /// The weight of each Λ_j, of sum 1.
  public let weights: [Double]
  /// p, the weight of the positive Λ_j.
  public let positiveFraction: Double
  /// κ₀.
  public let kappaAtZero: Double
  /// weight_j Λ_j/(κ₀ + Λ_j); zero for Λ_j = 0.
  let reducedWeights: [Double]
  /// max(0, α − p).
  let excess: Double

  /// The resolvent at ratio α for a discrete law of the Λ_j.
  ///
  /// - Precondition: as many weights as values, none negative, some Λ_j of positive weight positive, sum of weights 1.
  /// - Throws: `SolverError` where κ₀ cannot be found.
  public init(ratio: Double, values: [Double], weights: [Double]) throws {
    precondition(ratio > 0 && ratio.isFinite, "the ratio must be positive, got \(ratio)")
    precondition(values.count == weights.count && !values.isEmpty, "each covariance eigenvalue needs a weight")
    precondition(zip(values, weights).allSatisfy { $0 >= 0 && $1 >= 0 }, "a covariance has no negative eigenvalues")
    self.ratio = ratio
    self.values = values
    self.weights = weights
    let positive = zip(values, weights).filter { $0.0 > 0 && $0.1 > 0 }
    precondition(!positive.isEmpty, "all covariance eigenvalues are zero")
    // One minus what is missing is exactly 1 where nothing is.
    let p = 1 - zip(values, weights).reduce(0) { $1.0 > 0 ? $0 : $0 + $1.1 }
    positiveFraction = p
    var kappa = 0.0
    if ratio < p {
      let inverse = positive.reduce(0) { $0 + $1.1 / $1.0 }, mean = positive.reduce(0) { $0 + $1.0 * $1.1 }
      let lower = Double.log(0.5 * (p - ratio) / inverse), upper = Double.log(2 * mean / ratio)
      kappa = Double.exp(
        try RootFinding.brent(in: lower...upper, tolerance: 1e-16, what: "kappa at z = 0") { logarithm in
          let kappa = Double.exp(logarithm)
          return p - ratio - positive.reduce(0) { $0 + $1.1 * kappa / (kappa + $1.0) }
        })
    }
    kappaAtZero = kappa
    reducedWeights = zip(values, weights).map { $0 > 0 ? $1 * $0 / (kappa + $0) : 0 }
    excess = max(0, ratio - p)
  }

  /// Whether α = p: the bulk reaches zero, and E(1/λ) is infinite.
  public var isCritical: Bool { abs(ratio - positiveFraction) <= 1e-12 * ratio }

  /// <f(Λ)>.
  public func average(_ f: (Double) -> Double) -> Double {
    zip(values, weights).reduce(0) { $1.1 > 0 ? $0 + $1.1 * f($1.0) : $0 }
  }

  /// z(δ) and dz/dδ = α − <Λ²/(κ + Λ)²> on the real axis.
  public func argument(at delta: Double) -> (value: Double, slope: Double) {
    let kappa = kappaAtZero + delta
    var first = 0.0, second = 0.0
    for (value, weight) in zip(values, reducedWeights) where weight > 0 {
      let inverse = 1 / (kappa + value)
      first += weight * inverse
      second += weight * inverse * inverse
    }
    return (delta * (excess + kappa * first), excess + (kappa + delta) * first - delta * kappa * second)
  }

  /// δ(z) for real z ≥ 0.
  ///
  /// - Throws: `SolverError` where the equation has no numerical solution.
  public func delta(at z: Double) throws -> Double {
    precondition(z >= 0 && z.isFinite, "a real argument must not be negative, got \(z)")
    guard z > 0 else { return 0 }
    let lower = Double.log(0.5 * z / ratio), upper = Double.log(2 * (z + average { $0 }) / ratio)
    let logarithm = try RootFinding.brent(in: lower...upper, tolerance: 1e-16, what: "kappa at z = \(z)") { logarithm in
      let delta = Double.exp(logarithm), kappa = kappaAtZero + delta
      var sum = excess
      for (value, weight) in zip(values, reducedWeights) where weight > 0 { sum += weight * kappa / (kappa + value) }
      return logarithm + Double.log(sum) - Double.log(z)
    }
    // A logarithm of large size has lost digits, which one step of Newton's method gives back.
    let delta = Double.exp(logarithm), (value, slope) = argument(at: delta)
    return delta - (value - z) / slope
  }

  /// δ(z) for complex z off the negative real axis, by Newton's method from `guess`; `nil` if that leads elsewhere.
  ///
  /// The physical solution is the one with Im e · Im z < 0 and Im(z e) · Im z ≥ 0, e = (1/N) tr Λ(S + z)⁻¹ = ακ/z − 1.
  func delta(at z: Complex<Double>, from guess: Complex<Double>) -> Complex<Double>? {
    var delta = guess
    for _ in 0..<60 {
      let (value, slope) = argument(at: delta)
      let step = (value - z) / slope
      let next = delta - step
      guard next.real.isFinite, next.imaginary.isFinite else { return nil }
      delta = next
      if step.magnitude <= 4e-16 * delta.magnitude { break }
      // The last digits may wander: a step of rounding size that no longer shrinks is an answer.
      if step.magnitude <= 1e-13 * delta.magnitude, (argument(at: delta).value - z).magnitude <= 4e-15 * z.magnitude {
        break
      }
    }
    guard (argument(at: delta).value - z).magnitude <= 1e-11 * z.magnitude else { return nil }
    let kappa = Complex(kappaAtZero) + delta
    let zTimesE = Complex(ratio) * kappa - z
    let e = zTimesE / z
    let tolerance = 1e-12 * (1 + z.magnitude)
    let side: Double = z.imaginary > 0 ? 1 : -1
    guard side * e.imaginary < 1e-12, side * zTimesE.imaginary > -tolerance, side * delta.imaginary > 0 else {
      return nil
    }
    return delta
  }

  /// z(δ) and dz/dδ.
  func argument(at delta: Complex<Double>) -> (value: Complex<Double>, slope: Complex<Double>) {
    let x = kappaAtZero + delta.real, y = delta.imaginary
    var firstReal = 0.0, firstImaginary = 0.0, secondReal = 0.0, secondImaginary = 0.0
    for index in values.indices {
      let weight = reducedWeights[index], shifted = x + values[index]
      let inverse = 1 / (shifted * shifted + y * y)
      let real = shifted * inverse, imaginary = -y * inverse
      firstReal += weight * real
      firstImaginary += weight * imaginary
      secondReal += weight * (real * real - imaginary * imaginary)
      secondImaginary += weight * 2 * real * imaginary
    }
    let kappa = Complex(x, y), first = Complex(firstReal, firstImaginary)
    let second = Complex(secondReal, secondImaginary)
    let value = delta * (Complex(excess) + kappa * first)
    return (value, Complex(excess) + (kappa + delta) * first - delta * kappa * second)
  }

  /// δ at all nodes of a contour that starts near the positive real axis, each continued from the one before.
  ///
  /// - Parameter guesses: solutions at nearby nodes, such as those of the contour of a neighbouring time.
  /// - Throws: `SolverError.notConverged` where the continuation gets stuck.
  public func deltas(
    along nodes: [Complex<Double>], guesses: [Complex<Double>]? = nil
  ) throws -> [Complex<Double>] {
    var solutions: [Complex<Double>] = []
    var place: Complex<Double>?
    for (index, node) in nodes.enumerated() {
      if let guesses, let solution = delta(at: node, from: guesses[index]) {
        solutions.append(solution)
      } else {
        let start = place ?? Complex(nodes[0].magnitude)
        let value = try solutions.last ?? Complex(delta(at: start.real))
        solutions.append(try continued(from: start, value, to: node))
      }
      place = node
    }
    return solutions
  }

  private func continued(
    from start: Complex<Double>, _ value: Complex<Double>, to end: Complex<Double>
  ) throws -> Complex<Double> {
    var (here, solution) = (start, value)
    var step = 1.0, done = 0.0
    while done < 1 {
      let fraction = min(1, done + step)
      let target = fraction == 1 ? end : start + (end - start) * Complex(fraction)
      let predicted = solution + (target - here) / argument(at: solution).slope
      if let next = delta(at: target, from: predicted) ?? delta(at: target, from: solution) {
        (here, solution, done) = (target, next, fraction)
        step *= 2
      } else {
        step /= 2
        guard step > 1e-6 else {
          throw SolverError.notConverged(
            iterations: 60, residual: 1 - done, best: [solution.real, solution.imaginary],
            what: "resolvent at z = \(end)")
        }
      }
    }
    return solution
  }
}
