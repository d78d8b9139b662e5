import NumericalMethods
import StatisticalTesting
import SystemTesting
import Testing

@testable import DenseHebbian
@testable import SystemInterface

/// The laws of the quenched data.
@Suite struct DisorderSampleTests {
  private func draw(_ request: String, spinCount N: Int, seed: UInt64 = 8) throws -> DisorderSample {
    var random = RandomStream(StreamKey(seed: seed, system: 1, point: 0, purpose: .disorder))
    return DisorderSample(try Request.point(request + " spinCount=\(N)"), spinCount: N, random: &random)
  }

  /// Sum of independent ±1 numbers, or of others of unit variance: 6 σ, 2e-9 false alarms each.
  private func expectZero(_ sum: Double, terms: Int, _ what: String) {
    expectAgrees(sum / Double(terms), standardError: 1 / Double(terms).squareRoot(), exact: 0, what)
  }

  @Test("Clean archetypes are independent signs, the first of them is archetype 1")
  func archetypes() throws {
    let N = 200, K = 150
    let sample = try draw("archetypeCount=\(K)", spinCount: N)
    #expect(sample.columnCount == K && sample.condensedColumns == 0..<1)
    var sum = 0.0, neighbours = 0.0, columns = 0.0
    for i in 0..<N {
      #expect(sample.entry(site: i, column: 0) == Double(sample.archetype[i]))
      for c in 0..<K {
        #expect(abs(sample.entry(site: i, column: c)) == 1)
        sum += sample.entry(site: i, column: c)
        if i > 0 { neighbours += sample.entry(site: i, column: c) * sample.entry(site: i - 1, column: c) }
        if c > 0 { columns += sample.entry(site: i, column: c) * sample.entry(site: i, column: c - 1) }
      }
    }
    expectZero(sum, terms: N * K, "mean")
    expectZero(neighbours, terms: (N - 1) * K, "correlation of sites")
    expectZero(columns, terms: N * (K - 1), "correlation of archetypes")
  }

  /// y = xi (2k - M), k binomial: mean M r along the archetype, variance M(1 - r²).
  @Test("Class means are binomial", arguments: [1, 2, 5, 40])
  func classMeans(M: Int) throws {
    let N = 4000, r = 0.6
    let sample = try draw("archetypeCount=1 examplesPerArchetype=\(M) datasetQuality=\(r)", spinCount: N)
    let values = (0..<N).map { sample.entry(site: $0, column: 0) * Double(sample.archetype[$0]) }
    #expect(values.allSatisfy { abs($0) <= Double(M) && (Int($0) - M).isMultiple(of: 2) })
    let variance = Double(M) * (1 - r * r)
    let mean = values.reduce(0, +) / Double(N)
    expectAgrees(mean, standardError: (variance / Double(N)).squareRoot(), exact: Double(M) * r, "mean")
    let square = values.reduce(0) { $0 + ($1 - Double(M) * r) * ($1 - Double(M) * r) } / Double(N)
    // Fourth central moment of a binomial: variance² (3 - 2/M) + …, bounded by 3 variance² + M(1 - r²) · 4.
    let error = ((2 * variance * variance + 4 * variance) / Double(N)).squareRoot()
    expectAgrees(square, standardError: error, exact: variance, "variance")
  }

  @Test("Single examples agree with their archetype by r, and with each other by r^2")
  func examples() throws {
    let N = 3000, M = 4, r = 0.6
    let sample = try draw(
      "archetypeCount=2 examplesPerArchetype=\(M) datasetQuality=\(r) learningProtocol=unsupervised", spinCount: N)
    #expect(sample.columnCount == 2 * M && sample.condensedColumns == 0..<M)
    for a in 0..<M {
      let own = (0..<N).reduce(0.0) { $0 + sample.entry(site: $1, column: a) * Double(sample.archetype[$1]) }
      expectAgrees(own / Double(N), standardError: (0.64 / Double(N)).squareRoot(), exact: r, "example \(a)")
      let other = (0..<N).reduce(0.0) { $0 + sample.entry(site: $1, column: M + a) * Double(sample.archetype[$1]) }
      expectZero(other, terms: N, "example \(a) of the other archetype")
      let next = (a + 1) % M
      let pair = (0..<N).reduce(0.0) { $0 + sample.entry(site: $1, column: a) * sample.entry(site: $1, column: next) }
      expectAgrees(
        pair / Double(N), standardError: ((1 - 0.36 * 0.36) / Double(N)).squareRoot(), exact: r * r, "examples \(a)")
    }
  }

  @Test("Starts at an archetype have the overlap asked for", arguments: [-1.0, -0.4, 0, 0.6, 1])
  func starts(overlap: Double) throws {
    let N = 20_000
    let sample = try draw("archetypeCount=1", spinCount: N)
    var random = stream(70)
    let spins = sample.initialSpins(.archetype(overlap), using: &random)
    let m = Double(zip(spins, sample.archetype).reduce(0) { $0 + Int($1.0) * Int($1.1) }) / Double(N)
    if abs(overlap) == 1 {
      #expect(m == overlap)
    } else {
      let error = ((1 - overlap * overlap) / Double(N)).squareRoot()
      expectAgrees(m, standardError: error, exact: overlap, "m0")
    }
  }
}
