import NumericalMethods
import RealModule
import Testing

@testable import MultitaskingHebbian
@testable import SystemInterface

@Suite("Multitasking Hebbian: averages over entries by Fourier integrals") struct FieldStatisticsTests {
  private static func compare(_ law: DataLaw, dilution d: Double, _ a: [Double], tolerance: Double) {
    let exact = EntryEnumeration(law, dilution: d)
    var fields = FieldStatistics(law, dilution: d)
    let expected = exact.averages(a), found = fields.averages(a)
    let scale = max(1, a.reduce(0) { $0 + abs($1) })
    for mu in a.indices {
      #expect(abs(expected.exampleOverlaps[mu] - found.exampleOverlaps[mu]) <= tolerance, "n, \(law) d=\(d) a=\(a)")
      #expect(abs(expected.magnetizations[mu] - found.magnetizations[mu]) <= tolerance, "m, \(law) d=\(d) a=\(a)")
    }
    #expect(abs(expected.logarithm - found.logarithm) <= tolerance * scale, "ln cosh, \(law) d=\(d) a=\(a)")
    #expect(fields.exampleOverlaps(a) == found.exampleOverlaps)
    let moments = exact.moments(a), curvature = fields.curvature(a)
    for mu in a.indices {
      for nu in a.indices {
        #expect(abs(moments[mu, nu] - curvature.matrix[mu, nu]) <= 4 * tolerance, "sech², \(law) d=\(d) a=\(a)")
      }
    }
    #expect(abs(fields.meanCurvature(a) - curvature.mean) <= 1e-15)
  }

  @Test("Stored patterns, against 3^K entries", arguments: [0, 0.1, 0.4, 0.7, 0.95])
  func storage(d: Double) {
    for a in [[0.3], [1.5, -0.2], [20, 8, 3], [7, 7, 7], [0, 2, 0, 1], [9, 5, 0, 2, 0.01], [1e-8, 3e-9, 0]] {
      Self.compare(.storage, dilution: d, a, tolerance: 1e-14)
    }
  }

  @Test("M examples, against all their means", arguments: [1, 2, 3, 7, 20])
  func examples(M: Int) {
    for (d, r) in [(0.0, 0.5), (0.4, 0.2), (0.7, 0.9)] {
      for a in [[0.5], [3, -1], [12, 4], [2, 2, 2]] where M <= 7 || a.count < 3 {
        Self.compare(.examples(count: M, quality: r), dilution: d, a, tolerance: 1e-14)
      }
    }
  }

  @Test("Gaussian data, against a fine trapezoidal rule")
  func gaussian() {
    for (d, r, rho) in [(0.0, 1.0, 0.5), (0.4, 0.5, 0.2), (0.7, 0.2, 3.0), (0.3, 1, 1e-4)] {
      for a in [[0.5], [1.5, -0.4]] {
        Self.compare(.gaussian(quality: r, variance: rho * r * r), dilution: d, a, tolerance: 1e-14)
      }
    }
  }

  /// The error of a power by plain squaring would be of order M · 2⁻⁵³.
  @Test("Very many examples tend to the Gaussian law and to the patterns")
  func manyExamples() {
    let r = 1e-3, M = 100_000_000, a = [4 / r, 1.5 / r]
    var exact = FieldStatistics(.examples(count: M, quality: r), dilution: 0.4)
    var gaussian = FieldStatistics(.gaussian(quality: r, variance: (1 - r * r) / Double(M)), dilution: 0.4)
    for (x, y) in zip(exact.averages(a).magnetizations, gaussian.averages(a).magnetizations) {
      #expect(abs(x - y) < 1e-9)
    }
    var perfect = FieldStatistics(.examples(count: M, quality: 1), dilution: 0.4)
    var storage = FieldStatistics(.storage, dilution: 0.4)
    for (x, y) in zip(perfect.averages([4, 1.5]).magnetizations, storage.averages([4, 1.5]).magnetizations) {
      #expect(abs(x - y) < 1e-14)
    }
  }

  @Test("A Gaussian field on top, against a fine trapezoidal rule")
  func noise() {
    let a = [3.0, 1.2], s = 2.5
    var fields = FieldStatistics(.storage, dilution: 0.4, noise: s)
    let rule = Quadrature.gaussianTrapezoid(step: 0.02, cutoff: 9), exact = EntryEnumeration(.storage, dilution: 0.4)
    var overlaps = [0.0, 0.0], curvature = 0.0
    exact.forEachDraw(2) { values, _, p in
      for (z, w) in zip(rule.nodes, rule.weights) {
        let h = a[0] * values[0] + a[1] * values[1] + s * z
        for mu in 0..<2 { overlaps[mu] += p * w * values[mu] * Double.tanh(h) }
        curvature += p * w / (Double.cosh(h) * Double.cosh(h))
      }
    }
    for (x, y) in zip(fields.exampleOverlaps(a), overlaps) { #expect(abs(x - y) < 1e-14) }
    #expect(abs(fields.meanCurvature(a) - curvature) < 1e-14)
  }

  @Test("One example fewer: E sech² h with an active entry whose one example is taken out", arguments: [2, 3, 6])
  func withoutExample(M: Int) {
    let r = 0.4, d = 0.3, a = [2.0, 0.7]
    var fields = FieldStatistics(.examples(count: M, quality: r), dilution: d)
    // Two single examples i ≠ j of pattern 1: E[η_i η_j sech²] - E[η_i² sech²] of the transverse mode leaves the law of M - 2
    // examples beside one pair that cancels.
    let remaining = EntryEnumeration(.examples(count: max(M - 2, 1), quality: r), dilution: 0)
    let other = EntryEnumeration(.examples(count: M, quality: r), dilution: d)
    var expected = 0.0
    for atom in remaining.atoms where atom.probability > 0 {
      for second in other.atoms {
        let value = M == 2 ? 0 : atom.value * Double(M - 2) / Double(M)
        let c = Double.cosh(a[0] * value + a[1] * second.value)
        expected += atom.probability * second.probability / (c * c)
      }
    }
    #expect(abs(fields.curvature(a).withoutExample[0] - expected) < 1e-14)
  }

  @Test("Moments of the data", arguments: [1, 2, 3, 8])
  func moments(M: Int) {
    let law = DataLaw.examples(count: M, quality: 0.3)
    let atoms = EntryEnumeration(law, dilution: 0).atoms.filter { $0.entry > 0 }
    func moment(_ n: Int) -> Double { 2 * atoms.reduce(0) { $0 + $1.probability * Double.pow($1.value, n) } }
    #expect(abs(moment(1) - law.mean) < 1e-15)
    #expect(abs(moment(2) - law.secondMoment) < 1e-15)
    #expect(abs(moment(4) - law.fourthMoment) < 1e-15)
  }
}
