import Foundation
import Testing

@testable import NumericalMethods

@Suite struct MaximizationTests {
  @Test("Golden section finds an inner maximum, and one at an end")
  func goldenSection() {
    let parabola = Maximization.goldenSection(in: -3...5) { 2 - ($0 - 1.3) * ($0 - 1.3) }
    #expect(abs(parabola.location - 1.3) < 1e-7)
    #expect(abs(parabola.value - 2) < 1e-14)
    #expect(Maximization.goldenSection(in: 0...2) { $0 } == (2, 2))
    #expect(Maximization.goldenSection(in: 0...2) { -$0 } == (0, 0))
    let kink = Maximization.goldenSection(in: -1...1) { -abs($0 - 0.2) }
    #expect(abs(kink.location - 0.2) < 1e-10)
  }

  @Test("A scan finds every local maximum, highest first")
  func scan() {
    // Maxima of cos x − x/50 near 2πk, and the two ends.
    let grid = (0...80).map { -1 + 0.25 * Double($0) }
    let found = Maximization.scanThenGoldenSection(over: grid) { cos($0) - $0 / 50 }
    let places = found.map(\.location)
    #expect(places.count == 4)
    for (place, multiple) in zip(places, [0.0, 1, 2]) {
      #expect(abs(place - (2 * Double.pi * multiple - asin(0.02))) < 1e-7)
    }
    #expect(abs(places[3] - (6 * Double.pi - asin(0.02))) < 1e-7)
    #expect(found.map(\.value) == found.map(\.value).sorted(by: >))
  }

  @Test("Ends, holes and plateaus of a scan")
  func edges() {
    let ends = Maximization.scanThenGoldenSection(over: [-2, -1, 0, 1, 3]) { $0 * $0 }
    #expect(ends.map(\.location) == [3, -2])
    let hole = Maximization.scanThenGoldenSection(over: [0, 1, 2, 3, 4]) { $0 > 1.5 && $0 < 2.5 ? nil : $0 }
    #expect(hole.map(\.location) == [4, 1])
    let plateau = Maximization.scanThenGoldenSection(over: [0, 1, 2, 3, 4]) { min($0, 4 - $0, 1) }
    #expect(plateau.count == 1 && plateau[0].value == 1)
    #expect(Maximization.scanThenGoldenSection(over: [0, 1, 2]) { _ in nil }.isEmpty)
    #expect(Maximization.scanThenGoldenSection(over: []) { $0 }.isEmpty)
  }
}
