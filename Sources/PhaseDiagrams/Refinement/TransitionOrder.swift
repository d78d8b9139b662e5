import Statistics
import SystemInterface

/// Tells a jump from a steep but continuous change by what is left of the difference on an edge of half the length.
///
/// A jump of the order parameter is the same on an edge and on the half that holds the boundary (ratio 1); a continuous
/// order parameter changes half as much, or 2^-β as much where it grows with a critical exponent β < 1 (β = 1/2: 0.71).
struct TransitionOrder {
  /// Differences of the order parameter over the edges a boundary crosses, and over the edges of twice the length.
  private var short: [Double] = []
  private var long: [Double] = []

  /// Adds an edge and the twice longer one around it.
  mutating func add(difference: Double, overTwiceTheLength longer: Double) {
    short.append(abs(difference))
    long.append(abs(longer))
  }

  /// Ratio of the mean differences, with its jackknife error over the edges.
  var ratio: (value: Double, error: Double)? {
    let a = short.reduce(0, +), b = long.reduce(0, +)
    guard short.count >= 3, b > 0 else { return nil }
    let partial = short.indices.map { b > long[$0] ? (a - short[$0]) / (b - long[$0]) : a / b }
    return (a / b, Jackknife.standardError(ofLeavingOneOut: partial))
  }

  /// Decided where the ratio lies two errors from the ratio 0.85 between the two kinds.
  var kind: TransitionKind? {
    guard let ratio else { return nil }
    if ratio.value - 2 * ratio.error > 0.85 { return .firstOrder }
    return ratio.value + 2 * ratio.error < 0.85 ? .continuous : nil
  }
}
