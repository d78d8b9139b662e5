import RealModule

/// A quantity at infinite size, extrapolated from finite sizes with errors.
///
/// Least squares fit of x(N) = x + a N^-ω, weights 1/σ². Where the fit is bad (p < 0.05) the smallest size is left out, as long
/// as four remain before; an error of a fit that stays bad is enlarged by √(χ²/degrees of freedom) (Particle Data Group,
/// Review of Particle Physics, section 5.2.2).
public struct SizeExtrapolation: Sendable, Equatable {
  /// x.
  public let value: Double
  /// Its standard error.
  public let standardError: Double
  /// a.
  public let amplitude: Double
  /// χ² of the fit.
  public let chiSquared: Double
  /// Sizes that were used minus two.
  public let degreesOfFreedom: Int
  /// Probability of a larger χ²; `nil` without a degree of freedom.
  public let probability: Double?
  /// The smallest size that was used.
  public let smallestSize: Double

  /// Fits values with errors at two or more sizes, in ascending order.
  ///
  /// - Returns: `nil` for fewer than two sizes with a positive error, unless all values are equal: that one, without error.
  public init?(sizes: [Double], values: [Double], errors: [Double], exponent: Double = 1) {
    precondition(sizes.count == values.count && sizes.count == errors.count, "one value and one error a size")
    precondition(zip(sizes, sizes.dropFirst()).allSatisfy { $0 < $1 } && sizes.allSatisfy { $0 > 0 }, "\(sizes) ascend")
    precondition(exponent > 0, "corrections vanish with a positive exponent, got \(exponent)")
    guard sizes.count >= 2 else { return nil }
    guard errors.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      guard let first = values.first, values.allSatisfy({ $0 == first }) else { return nil }
      self.init(Fit(value: first, error: 0, amplitude: 0, chiSquared: 0), sizes)
      return
    }
    var first = 0
    while true {
      let used = first..<sizes.count
      let fit = Fit(used.map { Double.pow(sizes[$0], -exponent) }, Array(values[used]), Array(errors[used]))
      self.init(fit, Array(sizes[used]))
      guard let probability, probability < 0.05, used.count >= 4 else { return }
      first += 1
    }
  }

  private init(_ fit: Fit, _ sizes: [Double]) {
    value = fit.value
    amplitude = fit.amplitude
    chiSquared = fit.chiSquared
    degreesOfFreedom = sizes.count - 2
    smallestSize = sizes[0]
    let freedom = Double(degreesOfFreedom)
    let probability =
      degreesOfFreedom > 0 ? ChiSquaredDistribution.survival(fit.chiSquared, degreesOfFreedom: freedom) : nil
    self.probability = probability
    let isBad = probability.map { $0 < 0.05 } ?? false
    standardError = fit.error * (isBad ? (fit.chiSquared / freedom).squareRoot() : 1)
  }

  /// A straight line through values with errors.
  private struct Fit {
    var value: Double
    var error: Double
    var amplitude: Double
    var chiSquared: Double

    init(value: Double, error: Double, amplitude: Double, chiSquared: Double) {
      self.value = value
      self.error = error
      self.amplitude = amplitude
      self.chiSquared = chiSquared
    }

    init(_ x: [Double], _ y: [Double], _ errors: [Double]) {
      let weights = errors.map { 1 / ($0 * $0) }, total = weights.reduce(0, +)
      let meanX = zip(weights, x).reduce(0) { $0 + $1.0 * $1.1 } / total
      let meanY = zip(weights, y).reduce(0) { $0 + $1.0 * $1.1 } / total
      var spread = 0.0, product = 0.0
      for i in x.indices {
        spread += weights[i] * (x[i] - meanX) * (x[i] - meanX)
        product += weights[i] * (x[i] - meanX) * (y[i] - meanY)
      }
      let slope = product / spread
      amplitude = slope
      value = meanY - slope * meanX
      error = (1 / total + meanX * meanX / spread).squareRoot()
      var squares = 0.0
      for i in x.indices {
        let rest = y[i] - meanY - slope * (x[i] - meanX)
        squares += weights[i] * rest * rest
      }
      chiSquared = squares
    }
  }
}

/// Where two curves with errors cross, such as Binder cumulants of two sizes.
///
/// The crossing divides the points into a side where the difference is negative and one where it is positive; of all
/// divisions the one that contradicts the data least is taken (sum of squared wrong-sided differences in units of their
/// errors), and both sides must show a difference of two errors at least once. The place is the zero of a straight line
/// fitted to the two points on either side.
public struct CurveCrossing: Sendable, Equatable {
  /// Place of the crossing.
  public let position: Double
  /// Its standard error.
  public let standardError: Double

  /// Finds the crossing of a difference that is given at ascending places.
  ///
  /// - Returns: `nil` where there is no significant change of sign.
  public init?(at places: [Double], differences: [Double], errors: [Double]) {
    precondition(places.count == differences.count && places.count == errors.count, "one difference and error a place")
    let usable = places.indices.filter { errors[$0] > 0 && differences[$0].isFinite }
    let x = usable.map { places[$0] }, z = usable.map { differences[$0] / errors[$0] }
    guard x.count >= 2, let division = Self.division(z) else { return nil }
    let near = max(0, division - 2)..<min(x.count, division + 2)
    let weights = near.map { 1 / (errors[usable[$0]] * errors[usable[$0]]) }, total = weights.reduce(0, +)
    let meanX = zip(weights, near).reduce(0) { $0 + $1.0 * x[$1.1] } / total
    let meanD = zip(weights, near).reduce(0) { $0 + $1.0 * differences[usable[$1.1]] } / total
    var spread = 0.0, product = 0.0
    for (weight, i) in zip(weights, near) {
      spread += weight * (x[i] - meanX) * (x[i] - meanX)
      product += weight * (x[i] - meanX) * (differences[usable[i]] - meanD)
    }
    let slope = product / spread
    guard slope != 0, slope.isFinite else { return nil }
    position = meanX - meanD / slope
    let distance = position - meanX
    standardError = (1 / total + distance * distance / spread).squareRoot() / abs(slope)
    guard position >= x[near.lowerBound], position <= x[near.upperBound - 1] else { return nil }
  }

  /// Number of the first point beyond the crossing.
  private static func division(_ z: [Double]) -> Int? {
    var best: (division: Int, violation: Double)?
    for sign in [1.0, -1.0] {
      for division in 1..<z.count {
        let before = z[..<division].map { -sign * $0 }, after = z[division...].map { sign * $0 }
        guard before.contains(where: { $0 > 2 }), after.contains(where: { $0 > 2 }) else { continue }
        let violation = (before + after).reduce(0) { $0 + min(0, $1) * min(0, $1) }
        if violation < best?.violation ?? .infinity { best = (division, violation) }
      }
    }
    return best?.division
  }
}
