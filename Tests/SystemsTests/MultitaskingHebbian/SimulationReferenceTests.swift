import NumericalMethods
import StatisticalTesting
import Statistics
import SystemTesting
import Testing

@testable import MultitaskingHebbian
@testable import SystemInterface

/// The table "Simulation" of the page, section 8, and what else can be said of whole samples.
@Suite("Multitasking Hebbian: simulated samples") struct SimulationReferenceTests {
  /// A mean with its standard error, as printed in the table.
  struct Printed: Sendable {
    let mean: Double
    let error: Double
    init(_ mean: Double, _ error: Double) { (self.mean, self.error) = (mean, error) }
  }

  /// A row of the table.
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let N: Int
    let K: Int
    let d: Double
    let T: Double
    let start: SpinStart
    let sweeps: (before: Int, measured: Int)
    var examples: (M: Int, r: Double, isSupervised: Bool)?
    var samples = 20
    let magnetizations: [Printed]
    let energy: Printed
    var testDescription: String { name }
  }

  static let storage: [Row] = [
    Row(
      name: "storage, hierarchical", N: 10000, K: 3, d: 0.4, T: 0.04, start: .hierarchical, sweeps: (50, 50),
      magnetizations: [.init(0.5994, 0.0012), .init(0.2418, 0.0014), .init(0.0944, 0.0015)],
      energy: .init(-0.2134, 0.0006)),
    Row(
      name: "storage, parallel", N: 20000, K: 3, d: 0.8, T: 0.12, start: .parallel, sweeps: (60, 100),
      magnetizations: [.init(0.1385, 0.0015), .init(0.1427, 0.0011), .init(0.1413, 0.0019)],
      energy: .init(-0.02985, 0.00026)),
    Row(
      name: "storage, pure", N: 10000, K: 3, d: 0.3, T: 0.3, start: .pure, sweeps: (60, 100),
      magnetizations: [.init(0.6867, 0.0010), .init(0.005, 0.007), .init(-0.001, 0.007)],
      energy: .init(-0.2367, 0.0006)),
  ]
  static let learning: [Row] = [true, false].map { isSupervised in
    Row(
      name: isSupervised ? "supervised" : "unsupervised", N: 10000, K: 2, d: 0.4, T: 0.05, start: .hierarchical,
      sweeps: (50, 50), examples: (40, 0.6, isSupervised),
      magnetizations: [.init(0.5957, 0.0012), .init(0.2460, 0.0020)],
      energy: isSupervised ? .init(-0.2002, 0.0005) : .init(-0.2003, 0.0005))
  }
  static func lost(isSupervised: Bool) -> Row {
    Row(
      name: "few poor examples", N: 10000, K: 2, d: 0.3, T: 0.25, start: .hierarchical, sweeps: (100, 100),
      examples: (3, 0.2, isSupervised), samples: 6, magnetizations: [],
      energy: isSupervised ? .init(-0.1787, 0.0010) : .init(-0.2272, 0.0009))
  }

  private static func sample(_ row: Row, _ number: Int) -> (MultitaskingSample, SampleStreams) {
    let streams = SampleStreams(seed: 1, system: 0, point: 0, sample: UInt32(number))
    var disorder = streams.stream(.disorder), data = streams.stream(.data)
    let patterns = DilutedPatterns(neuronCount: row.N, patternCount: row.K, dilution: row.d, random: &disorder)
    guard let (M, r, isSupervised) = row.examples else {
      return (
        MultitaskingSample(patterns: patterns, columns: DataColumns(storing: patterns), fieldNormalization: 1), streams
      )
    }
    let columns = DataColumns(examplesOf: patterns, count: M, quality: r, isSupervised: isSupervised, random: &data)
    let R = r * r + (1 - r * r) / Double(M)
    return (MultitaskingSample(patterns: patterns, columns: columns, fieldNormalization: R), streams)
  }

  private static func simulation(_ row: Row, _ number: Int, meanField: Bool = false) -> RetrievalSimulation {
    let (sample, streams) = sample(row, number)
    return RetrievalSimulation(
      on: sample,
      .init(
        start: row.start, temperature: row.T, equilibrationSweeps: row.sweeps.before,
        measurementSweeps: row.sweeps.measured, usesSampleMeanField: meanField,
        phaseThreshold: max(0.02 * (1 - row.d), 4 / Double(row.N).squareRoot())),
      streams)
  }

  private static func results(_ row: Row, meanField: Bool = false) throws -> [SampleResult] {
    try (0..<row.samples).map { number in
      var simulation: any SampleSimulation = simulation(row, number, meanField: meanField)
      return try simulation.finished()
    }
  }

  /// Mean over samples within five combined standard errors: 6e-7 false alarms a comparison.
  private func expectAgrees(_ values: [Double], _ printed: Printed, _ what: String) {
    guard let estimate = Estimate(of: values), let own = estimate.standardError else {
      Issue.record("\(what): no estimate")
      return
    }
    let error = (own * own + printed.error * printed.error).squareRoot()
    #expect(abs(estimate.mean - printed.mean) <= 5 * error, "\(what): \(estimate.mean) ± \(own), \(printed)")
  }

  @Test("Rows of section 8", arguments: storage + learning)
  func rows(row: Row) throws {
    let results = try Self.results(row, meanField: row.examples?.isSupervised != false)
    for mu in 0..<row.K {
      expectAgrees(
        results.map { $0.observables.curve("magnetization")[mu] ?? .nan }, row.magnetizations[mu], "m_\(mu + 1)")
    }
    expectAgrees(results.compactMap { $0["energy"] }, row.energy, "e")
    for result in results {
      // Thermal noise of the mean and a bias of order 1/N; without it a wrong Γ or self-term shows at once.
      if let deviation = result["sampleMeanFieldDeviation"] { #expect(deviation < 0.02) }
      let squares = result.observables.curve("squaredMagnetization"), means = result.observables.curve("magnetization")
      for (square, mean) in zip(squares, means) { #expect(square! >= mean! * mean! - 1e-12) }
    }
  }

  @Test("In stiff states the samples follow their own mean field to 4e-4, with and without labels")
  func meanField() throws {
    for var row in [Self.storage[0], Self.learning[0], Self.learning[1]] {
      row.samples = 2
      for result in try Self.results(row, meanField: true) {
        #expect(try #require(result["sampleMeanFieldDeviation"]) < 4e-4, "\(row.name)")
      }
    }
  }

  @Test("Few poor examples: without labels the archetype is lost, with them it is not")
  func splitting() throws {
    let unsupervised = try Self.results(Self.lost(isSupervised: false))
    let supervised = try Self.results(Self.lost(isSupervised: true))
    expectAgrees(
      unsupervised.compactMap { $0["energy"] }, Self.lost(isSupervised: false).energy, "unsupervised e")
    expectAgrees(supervised.compactMap { $0["energy"] }, Self.lost(isSupervised: true).energy, "supervised e")
    let spreads = unsupervised.flatMap { $0.observables.curve("exampleSpread").compactMap { $0 } }
    #expect(try #require(Estimate(of: spreads)).mean > 1)
    for result in supervised { #expect(result.reason("exampleSpread") != nil) }
    let coherent = try Self.results(Self.learning[1]).map { $0.observables.curve("exampleSpread")[0] ?? .nan }
    #expect(coherent.allSatisfy { $0 < 0.1 })
  }

  /// Twelve ranks of 24 samples each; binomial error of formula and simulation together.
  @Test(
    "T = 0: the weakest rank keeps its sign as often as the table says", arguments: [(5, 1.0), (6, 0.875), (7, 0.58)])
  func logGrowth(K: Int, printed: Double) throws {
    let row = Row(
      name: "", N: 20000, K: K, d: 0.4, T: 0, start: .hierarchical, sweeps: (50, 50), samples: 24, magnetizations: [],
      energy: .init(0, 0))
    let positive = try Self.results(row).map { $0.observables.curve("signProbability")[K - 1] ?? .nan }
    let fraction = positive.reduce(0, +) / 24
    let variance = max(printed * (1 - printed), 1 / 24.0) / 24
    #expect(abs(fraction - printed) <= 5 * (2 * variance).squareRoot(), "\(fraction), \(printed)")
  }

  @Test("A random start reports magnitudes in descending order")
  func randomStart() throws {
    let row = Row(
      name: "", N: 2000, K: 3, d: 0.3, T: 0.1, start: .random, sweeps: (100, 50), samples: 8, magnetizations: [],
      energy: .init(0, 0))
    for result in try Self.results(row) {
      let m = result.observables.curve("magnetization").compactMap { $0 }
      #expect(m == m.sorted(by: >) && m[2] >= 0 && m[0] > 0.5)
    }
  }

  @Test("Saved and restored, a sample goes on with the same bits", arguments: [storage[0], learning[1]])
  func restored(row: Row) throws {
    var straight: any SampleSimulation = Self.simulation(row, 0)
    let interrupted = Self.simulation(row, 0)
    for _ in 0..<60 { interrupted.advance() }
    let resumed = Self.simulation(row, 0)
    try resumed.restore(try #require(try interrupted.encodedState()))
    while !resumed.isFinished { resumed.advance() }
    #expect(try resumed.result() == straight.finished())
    let foreign = Self.simulation(
      Row(
        name: "", N: 100, K: 1, d: 0, T: 1, start: .random, sweeps: (1, 1), magnetizations: [], energy: .init(0, 0)), 0)
    #expect(throws: ForeignState.self) { try foreign.restore(try #require(try interrupted.encodedState())) }
  }

  @Test("Glauber flow of section 8 at N = 40000, 6 samples, and its energies by two roads")
  func flow() {
    let m0 = [0.35, 0.2, 0.05],
      exact = [[0.507863139, 0.225239287, 0.069989321], [0.598309647, 0.239363706, 0.090620052]]
    var values = [[[Double]]](repeating: [[Double]](repeating: [], count: 3), count: 2)
    for number in 0..<6 {
      let streams = SampleStreams(seed: 1, system: 0, point: 0, sample: UInt32(number))
      var disorder = streams.stream(.disorder), start = streams.stream(.initialState)
      var dynamics = streams.stream(.dynamics)
      let patterns = DilutedPatterns(neuronCount: 40000, patternCount: 3, dilution: 0.4, random: &disorder)
      let sample = MultitaskingSample(
        patterns: patterns, columns: DataColumns(storing: patterns), fieldNormalization: 1)
      let spins = patterns.spins(at: .prescribed(magnetization: m0, dilution: 0.4), using: &start)
      let flow = sample.flow(from: spins, temperature: 0.05, sweeps: [1, 5], random: &dynamics)
      for t in 0..<2 {
        for mu in 0..<3 { values[t][mu].append(flow.magnetizations[t][mu]) }
        #expect(abs(flow.energies[t] - flow.lossEnergies[t]) <= 1e-14)
      }
    }
    for t in 0..<2 {
      // The scatter of six samples is itself uncertain: the error of order N^(-1/2) of the disorder is known better.
      for mu in 0..<3 { expectAgrees(values[t][mu], Printed(exact[t][mu], 0.002), "m_\(mu + 1) at time \(t)") }
    }
  }

  /// Theory of section 8: r = 0.4, M = 25, d = 0.3.
  @Test("One parallel update from the hierarchical state")
  func oneStep() throws {
    let row = Row(
      name: "", N: 20000, K: 3, d: 0.3, T: 0, start: .hierarchical, sweeps: (0, 1), examples: (25, 0.4, true),
      samples: 10, magnetizations: [.init(0.650508, 0), .init(0.231926, 0), .init(0.083091, 0)], energy: .init(0, 0))
    let steps = (0..<row.samples).map { number in
      let (sample, streams) = Self.sample(row, number)
      var start = streams.stream(.initialState)
      return sample.oneStepMagnetizations(from: sample.patterns.spins(at: .hierarchical, using: &start))
    }
    for mu in 0..<3 { expectAgrees(steps.map { $0[mu] }, row.magnetizations[mu], "m_\(mu + 1)") }
  }
}
