import Testing

@testable import NumericalMethods

/// Curves that do not overshoot.
@Suite struct MonotoneInterpolationTests {
  @Test("Passes through its points, and is straight where they are")
  func points() {
    let places = [0.0, 1, 2.5, 3], values = [5.0, 4, -1, -1.5]
    let curve = MonotoneInterpolation(at: places, values: values)
    for (x, y) in zip(places, values) { #expect(curve(x) == y) }
    #expect(curve(-1) == 5 && curve(9) == -1.5)
    let line = MonotoneInterpolation(at: [0, 0.3, 2], values: [1, 1.6, 5])
    for k in 0...20 { #expect(abs(line(Double(k) / 10) - (1 + Double(k) / 5)) < 1e-14) }
  }

  @Test("Monotone between its points, even next to a step")
  func monotone() {
    for values in [[0, 0.001, 0.002, 1, 1.001, 1.1], [3, 2.9, -4, -4, -4.1, -9]] {
      let curve = MonotoneInterpolation(at: [0, 1, 1.5, 1.6, 4, 5], values: values)
      let samples = (0...5000).map { curve(Double($0) / 1000) }
      let sign = values[5] > values[0] ? 1.0 : -1
      #expect(zip(samples, samples.dropFirst()).allSatisfy { ($1 - $0) * sign >= -1e-15 })
    }
  }

  /// The error of a smooth curve falls at least as the square of the spacing; cubic inside.
  @Test("Second order and better for a smooth curve")
  func order() {
    let error = { (n: Int) -> Double in
      let places = (0...n).map { 1 + Double($0) / Double(n) }
      let curve = MonotoneInterpolation(at: places, values: places.map { 1 / $0 })
      return (0...1000).reduce(0) { max($0, abs(curve(1 + Double($1) / 1000) - 1 / (1 + Double($1) / 1000))) }
    }
    #expect(error(20) < error(10) / 3.5 && error(40) < error(20) / 3.5)
    #expect(error(40) < 2e-4)
  }
}
