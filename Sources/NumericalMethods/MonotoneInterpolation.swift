/// A smooth curve through given points that rises or falls wherever they do, and overshoots nowhere.
///
/// Piecewise cubic with the monotonicity conditions of Fritsch & Carlson (SIAM J. Numer. Anal. 17, 238 (1980)); the slopes at
/// the points are the weighted harmonic means of Fritsch & Butland (SIAM J. Sci. Stat. Comput. 5, 300 (1984)), at the ends
/// the slope of the secant.
public struct MonotoneInterpolation: Sendable {
  private let places: [Double]
  private let values: [Double]
  private let slopes: [Double]

  /// The curve through (`places[i]`, `values[i]`).
  ///
  /// - Precondition: at least two places, strictly increasing.
  public init(at places: [Double], values: [Double]) {
    precondition(places.count >= 2, "a curve needs two points, got \(places.count)")
    precondition(places.count == values.count, "\(values.count) values at \(places.count) places")
    precondition(zip(places, places.dropFirst()).allSatisfy { $0 < $1 }, "the places must increase")
    self.places = places
    self.values = values
    let widths = zip(places, places.dropFirst()).map { $1 - $0 }
    let secants = widths.indices.map { (values[$0 + 1] - values[$0]) / widths[$0] }
    slopes = places.indices.map { k in
      guard k > 0, k < widths.count else { return secants[k == 0 ? 0 : k - 1] }
      guard secants[k - 1] * secants[k] > 0 else { return 0 }
      let left = 2 * widths[k] + widths[k - 1], right = widths[k] + 2 * widths[k - 1]
      return (left + right) / (left / secants[k - 1] + right / secants[k])
    }
  }

  /// The value at `x`; beyond the ends, the value there.
  public func callAsFunction(_ x: Double) -> Double {
    guard x > places[0] else { return values[0] }
    guard x < places[places.count - 1] else { return values[values.count - 1] }
    var k = 0
    while places[k + 1] < x { k += 1 }
    let width = places[k + 1] - places[k], t = (x - places[k]) / width, s = 1 - t
    // Hermite form; the bits at the points are those of the values.
    return values[k] * (1 + 2 * t) * s * s + values[k + 1] * (1 + 2 * s) * t * t
      + width * t * s * (slopes[k] * s - slopes[k + 1] * t)
  }
}
