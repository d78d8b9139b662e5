import NumericalMethods
import RealModule
import StatisticalTesting
import Statistics
import SystemTesting
import Testing

@testable import MultitaskingHebbian
@testable import SystemInterface

/// Samples of stored patterns that are drawn class by class, against the law of patterns drawn site by site.
@Suite struct SpinClassesTests {
  private static func drawn(
    _ K: Int, neuronCount N: Int, dilution: Double, _ number: Int, start: SpinStart = .hierarchical
  ) -> (classes: SpinClasses, upCounts: [Int]) {
    var disorder = SimulationInstances.stream(.disorder, number),
      first = SimulationInstances.stream(.initialState, number)
    let classes = SpinClasses(storing: K, neuronCount: N, dilution: dilution, random: &disorder)
    return (classes, classes.upCounts(at: start, using: &first))
  }

  @Test("Every row once up to its sign, sizes that add up to N", arguments: [1, 2, 3, 5])
  func rows(K: Int) {
    let classes = Self.drawn(K, neuronCount: 10_000_000, dilution: 0.4, 1).classes
    #expect(Double(classes.count) == SpinClasses.countOfStored(patternCount: K))
    #expect(classes.sizes.reduce(0, +) == 10_000_000)
    var seen: Set<[Int8]> = []
    for g in 0..<classes.count {
      let row = Array(classes.patterns[g * K..<(g + 1) * K])
      #expect(row.allSatisfy { abs($0) <= 1 } && row.map(Double.init) == Array(classes.rows[g * K..<(g + 1) * K]))
      #expect(seen.insert(row).inserted && (row.allSatisfy { $0 == 0 } || seen.insert(row.map { -$0 }).inserted))
    }
  }

  @Test("Without dilution no site is blank")
  func dense() {
    for number in 0..<200 {
      let classes = Self.drawn(2, neuronCount: 1000, dilution: 0, number).classes
      #expect(classes.count == 2 && !classes.patterns.contains(0))
    }
  }

  /// Means and variances of the sizes over 4000 samples of 60 sites: each of 2·5 comparisons a false alarm at 2e-9.
  @Test("Sizes have the multinomial law, as sites drawn one by one have")
  func sizes() throws {
    let N = 60, d = 0.3, count = 4000
    var sizes: [[Int8]: [Double]] = [:]
    for number in 0..<count {
      let classes = Self.drawn(2, neuronCount: N, dilution: d, number).classes
      for g in 0..<classes.count {
        sizes[Array(classes.patterns[2 * g..<2 * g + 2]), default: []].append(Double(classes.sizes[g]))
      }
    }
    #expect(sizes.count == 5)
    for (row, found) in sizes {
      let values = found + [Double](repeating: 0, count: count - found.count)
      let blanks = row.count { $0 == 0 }
      let p = Double.pow(d, blanks) * Double.pow((1 - d) / 2, 2 - blanks) * (blanks == 2 ? 1 : 2)
      let mean = Double(N) * p, variance = mean * (1 - p)
      let estimate = try #require(Estimate(of: values))
      expectAgrees(estimate.mean, standardError: estimate.standardError ?? 0, exact: mean, "size of \(row)")
      let squares = try #require(Estimate(of: values.map { ($0 - mean) * ($0 - mean) }))
      expectAgrees(squares.mean, standardError: squares.standardError ?? 0, exact: variance, "variance of \(row)")
    }
  }

  @Test(
    "Starts: the magnetizations of spins drawn site by site",
    arguments: [
      SpinStart.pure, .hierarchical, .parallel, .random, .prescribed(magnetization: [0.2, -0.1, 0.3], dilution: 0.4),
    ])
  func starts(start: SpinStart) throws {
    let N = 500, K = 3
    var differences = [[Double]](repeating: [], count: K)
    for number in 0..<400 {
      let (classes, up) = Self.drawn(K, neuronCount: N, dilution: 0.4, number, start: start)
      let chain = ClassChain(on: classes, upCounts: up, scale: 100, dynamics: .auxiliaryField)
      var disorder = SimulationInstances.stream(.data, number), first = SimulationInstances.stream(.dynamics, number)
      let patterns = DilutedPatterns(neuronCount: N, patternCount: K, dilution: 0.4, random: &disorder)
      let sums = patterns.sums(with: patterns.spins(at: start, using: &first))
      for mu in 0..<K { differences[mu].append(Double(chain.patternSums()[mu] - sums[mu])) }
    }
    for mu in 0..<K {
      let estimate = try #require(Estimate(of: differences[mu]))
      expectAgrees(estimate.mean, standardError: estimate.standardError ?? 0, exact: 0, "pattern \(mu + 1)")
    }
  }

  /// The standard error over samples contains the scatter of the sizes: a wrong one would show in z, not in the mean alone.
  @Test("Equilibrium from classes and from sites: means and their scatter over samples")
  func sameEquilibrium() throws {
    let words = "dilution=0.4 temperature=0.1 neuronCount=2000 equilibrationSweeps=30 measurementSweeps=30"
    let point = try MultitaskingRequest.point(words, for: .simulate)
    #expect(point.isDrawnByClasses)
    var values = [[[Double]]](repeating: [[Double]](repeating: [], count: 4), count: 2)
    for number in 0..<200 {
      let streams = SampleStreams(seed: 5, system: 2, point: 0, sample: UInt32(number))
      let classes = try MultitaskingHebbian().simulate(at: point, streams: streams)
      let sites = RetrievalSimulation(
        on: MultitaskingSample(point, streams),
        .init(
          start: .hierarchical, temperature: 0.1, equilibrationSweeps: 30, measurementSweeps: 30,
          usesSampleMeanField: false, phaseThreshold: 0.1), streams)
      while !sites.isFinished { sites.advance() }
      for (kind, result) in [classes, try sites.result()].enumerated() {
        for mu in 0..<3 { values[kind][mu].append(try #require(result.observables["magnetization"]?.curveValues)[mu]) }
        values[kind][3].append(try #require(result["energy"]))
      }
    }
    for k in 0..<4 {
      let a = try #require(Estimate(of: values[0][k])), b = try #require(Estimate(of: values[1][k]))
      let (ea, eb) = (try #require(a.standardError), try #require(b.standardError))
      expectAgrees(a.mean - b.mean, standardError: Double.hypot(ea, eb), exact: 0, "observable \(k)")
      // ln of the ratio of two standard deviations has the error √(2/(2·199)) = 0.071 for Gaussian values.
      expectAgrees(Double.log(ea / eb), standardError: 0.08, exact: 0, "scatter of observable \(k)")
    }
  }

  @Test("A thousand million spins take neither memory nor time, and follow the mean field to its noise")
  func large() throws {
    let words = "patternCount=3 dilution=0.4 temperature=0.3"
    let result = try MultitaskingRequest.sample(words + " neuronCount=1000000000")
    let theory = try MultitaskingRequest.theory(words)
    let m = try #require(result.observables["magnetization"]?.curveValues)
    for (mu, exact) in try #require(theory.observables["magnetization"]?.curveValues).enumerated() {
      // Soft directions move by √((1-d)/N)/λ with λ above 0.05.
      expectClose(m[mu], exact, 1e-3, "m_\(mu + 1)")
    }
    let point = try MultitaskingRequest.point(words + " neuronCount=1000000000", for: .simulate)
    #expect(MultitaskingHebbian().memory(at: point) < 1e6)
  }

  @Test("A saved chain on drawn classes goes on with the same bits")
  func continuation() throws {
    let point = try MultitaskingRequest.point("neuronCount=100000 measurementSweeps=20", for: .simulate)
    let streams = SampleStreams(seed: 7, system: 2, point: 0, sample: 3)
    let system = MultitaskingHebbian()
    var whole = try system.simulation(at: point, streams: streams),
      first = try system.simulation(at: point, streams: streams)
    for _ in 0..<55 { try first.advance() }
    var second = try system.simulation(at: point, streams: streams)
    try second.restore(try #require(try first.encodedState()))
    #expect(try whole.finished().observables == second.finished().observables)
  }

  @Test("Sites are drawn where something asks for them")
  func sites() throws {
    for words in [
      "sampleMeanField=on", "protocol=supervised examplesPerPattern=5 exampleQuality=0.8", "patternCount=12",
      "quantity=flow initialMagnetization=0.1,0.1,0.1",
    ] {
      #expect(try !MultitaskingRequest.point(words, for: .simulate).isDrawnByClasses, "\(words)")
    }
  }
}
