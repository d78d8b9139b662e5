/// Maxima of functions of one variable.
public enum Maximization {
  /// The maximum of a unimodal function by golden-section search (Kiefer, Proc. Am. Math. Soc. 4, 502 (1953)).
  ///
  /// A smooth maximum is located to about √ε ≈ 10⁻⁸ of its scale at best, whatever the tolerance, because there the
  /// function changes by less than its rounding error; the *value* is accurate to rounding.
  /// - Parameters:
  ///   - interval: where to search. A maximum at an end of it is found as well.
  ///   - tolerance: the width of the last interval, relative to max(1, |x|).
  public static func goldenSection(
    in interval: ClosedRange<Double>, tolerance: Double = 1e-10, _ f: (Double) throws -> Double
  ) rethrows -> (location: Double, value: Double) {
    precondition(tolerance > 0, "the tolerance of a golden-section search must be positive, got \(tolerance)")
    // 1 − 1/φ, the fraction at which the next interval contains one of the points already known.
    let section = 0.3819660112501051
    var (lower, upper) = (interval.lowerBound, interval.upperBound)
    var best = (location: lower, value: try f(lower))
    func evaluate(_ x: Double) throws -> Double {
      let value = try f(x)
      if value > best.value { best = (x, value) }
      return value
    }
    _ = try evaluate(upper)
    var left = lower + section * (upper - lower)
    var right = upper - section * (upper - lower)
    var valueAtLeft = try evaluate(left)
    var valueAtRight = try evaluate(right)
    while upper - lower > tolerance * max(1, abs(best.location)), left < right {
      if valueAtLeft >= valueAtRight {
        upper = right
        (right, valueAtRight) = (left, valueAtLeft)
        left = lower + section * (upper - lower)
        valueAtLeft = try evaluate(left)
      } else {
        lower = left
        (left, valueAtLeft) = (right, valueAtRight)
        right = upper - section * (upper - lower)
        valueAtRight = try evaluate(right)
      }
    }
    return best
  }

  /// All local maxima of `f` that a grid can see, each refined between its grid neighbours, highest first.
  ///
  /// A grid point is a candidate if no neighbour is higher; of a plateau of equal values the first point counts. The ends
  /// of the grid, and points beside a hole where `f` is `nil`, are candidates with the neighbour that they have.
  /// - Parameters:
  ///   - grid: ascending.
  ///   - tolerance: as for ``goldenSection(in:tolerance:_:)``.
  ///   - f: the function; `nil` or a value that is not finite where it is undefined.
  public static func scanThenGoldenSection(
    over grid: [Double], tolerance: Double = 1e-10, _ f: (Double) throws -> Double?
  ) rethrows -> [(location: Double, value: Double)] {
    func value(_ x: Double) throws -> Double {
      guard let value = try f(x), value.isFinite else { return -.infinity }
      return value
    }
    let values = try grid.map(value)
    var maxima: [(location: Double, value: Double)] = []
    var first = 0
    while first < grid.count {
      precondition(first == 0 || grid[first - 1] < grid[first], "the grid must ascend, at \(grid[first])")
      var last = first
      while last + 1 < grid.count, values[last + 1] == values[first] {
        last += 1
      }
      let before = first > 0 ? values[first - 1] : -.infinity
      let after = last + 1 < grid.count ? values[last + 1] : -.infinity
      if values[first] > before, values[first] > after {
        let lower = before.isFinite ? first - 1 : first
        let upper = after.isFinite ? last + 1 : last
        var found = try goldenSection(in: grid[lower]...grid[upper], tolerance: tolerance, value)
        // Beyond a jump of the function the search may have missed what the grid has seen.
        if found.value < values[first] { found = (grid[first], values[first]) }
        maxima.append(found)
      }
      first = last + 1
    }
    return maxima.sorted { ($0.value, $1.location) > ($1.value, $0.location) }
  }
}
