import CKernels
import NumericalMethods
import RealModule
import StatisticalTesting
import Testing

@testable import MultitaskingHebbian
@testable import SystemInterface

@Suite("Multitasking Hebbian: chains") struct SimulationChainTests {
  /// Samples that use each kind of rows, with a temperature at which a few to many spins flip.
  private static let samples: [(name: String, sample: MultitaskingSample, temperature: Double)] = [
    ("storage, K = 1", SimulationInstances.storage(300, 1, dilution: 0.3), 0.3),
    ("storage, K = 3", SimulationInstances.storage(300, 3, dilution: 0.4), 0.25),
    ("storage, K = 7", SimulationInstances.storage(1500, 7, dilution: 0.4), 0.05),
    ("storage, K = 8", SimulationInstances.storage(300, 8, dilution: 0.4), 0.5),
    ("storage, K = 40", SimulationInstances.storage(200, 40, dilution: 0.4), 0.3),
    ("supervised", supervised(40), 0.2),
    ("supervised with long sums", supervised(120), 0.2),
    ("supervised in 16 bits", supervised(200), 0.2),
    ("unsupervised in one row", unsupervised(3), 0.2),
    ("unsupervised", unsupervised(30), 0.2),
  ]

  private static func supervised(_ M: Int) -> MultitaskingSample {
    SimulationInstances.learning(
      M == 120 ? 300 : 200, M == 120 ? 9 : 3, dilution: 0.3, examples: M, quality: 0.5, isSupervised: true, Gamma: 0.3)
  }

  private static func unsupervised(_ M: Int) -> MultitaskingSample {
    SimulationInstances.learning(200, 2, dilution: 0.3, examples: M, quality: 0.5, isSupervised: false, Gamma: 0.3)
  }

  private static let sets = [spinodal_portable, spinodal_avx2, spinodal_avx512].filter {
    $0.rawValue <= spinodal_best_instructions().rawValue
  }

  @Test("Kernels take the decisions of the plain chain, flip by flip", arguments: 0..<samples.count, [true, false])
  func plainTwin(index: Int, isCold: Bool) {
    let (name, sample, warm) = Self.samples[index], temperature = isCold ? 0 : warm
    let start = SimulationInstances.randomSpins(sample.neuronCount)
    var plain = PlainHeatBath(sample: sample, temperature: temperature, spins: start)
    let chains = Self.sets.map {
      GlauberChain(
        on: sample.columns, patterns: sample.patterns, from: start, scale: sample.scale(temperature: temperature),
        instructions: $0)
    }
    var random = SimulationInstances.stream(.dynamics)
    for _ in 0..<6 {
      var own = random
      let flips = plain.sweep(using: &own)
      for chain in chains {
        var copy = random
        #expect(chain.sweep(using: &copy) == flips, "\(name)")
        #expect(copy == own, "\(name): the streams stand elsewhere")
        #expect(chain.spins == plain.spins, "\(name)")
        #expect(chain.columnSums == sample.columns.sums(with: plain.spins), "\(name)")
      }
      random = own
    }
    if isCold {
      while plain.sweep(using: &random) > 0 {}
      let resting = PlainHeatBath(sample: sample, temperature: 0, spins: plain.spins)
      let isStable = plain.spins.indices.allSatisfy { resting.field(site: $0) * Double(plain.spins[$0]) >= -1e-14 }
      let chain = GlauberChain(on: sample.columns, patterns: sample.patterns, from: plain.spins, scale: 0)
      #expect(chain.isStable() == isStable, "\(name)")
    }
  }

  /// Thresholds on and beside whole numbers, and beyond all fields.
  @Test("The kernel without branches takes the decisions of the one by groups", arguments: 1...8)
  func steadyKernel(columns C: Int) {
    let N = 300, count = 1000
    var random = SimulationInstances.stream(.dynamics)
    let entries = (0..<N * 8).map { $0 % 8 < C ? Int8(random.index(below: 19) - 9) : 0 }
    let rows = (0..<N).map { i in
      (0..<8).reduce(UInt64(0)) { $0 | UInt64(UInt8(bitPattern: entries[i * 8 + $1])) << UInt64(8 * $1) }
    }
    let start = (0..<N).map { _ in random.sign() }
    let sums = (0..<8).map { c in (0..<N).reduce(Int32(0)) { $0 + Int32(entries[$1 * 8 + c]) * Int32(start[$1]) } }
    let sites = (0..<count).map { _ in UInt32(random.index(below: N)) }
    let thresholds = (0..<count).map { k -> Double in
      let near = Double(random.index(below: 4001) - 2000)
      return k % 4 == 0 ? near : k % 50 == 1 ? near * 1e12 : near + random.uniform()
    }
    for set in Self.sets {
      var (spins, overlaps) = (start, sums)
      let flips = spinodal_packed_heat_bath(set, rows, C, &spins, &overlaps, sites, thresholds, count)
      var (others, otherOverlaps) = (start, sums)
      #expect(spinodal_steady_heat_bath(set, rows, &others, &otherOverlaps, sites, thresholds, count) == flips)
      #expect(spins == others && overlaps == otherOverlaps && flips > 100)
    }
  }

  @Test("The chain on couplings takes the decisions of the chain on columns", arguments: [0.0, 0.3])
  func couplings(temperature: Double) {
    let sample = SimulationInstances.learning(
      60, 3, dilution: 0.3, examples: 30, quality: 0.5, isSupervised: false, Gamma: 0.3)
    let start = SimulationInstances.randomSpins(60), scale = sample.scale(temperature: temperature)
    let chain = sample.chain(from: start, temperature: temperature)
    #expect(chain is CouplingChain)
    let other = GlauberChain(on: sample.columns, patterns: sample.patterns, from: start, scale: scale)
    var random = SimulationInstances.stream(.dynamics), copy = random
    for _ in 0..<30 {
      #expect(chain.sweep(using: &random) == other.sweep(using: &copy))
      #expect(chain.state.spins == other.spins)
      #expect(chain.squareSum() == other.squareSum())
      #expect(chain.patternSums() == other.patternSums())
      #expect(chain.isStable() == other.isStable())
      chain.recordColumns()
      other.recordColumns()
    }
    for (a, b) in zip(chain.meanColumnSums(), other.meanColumnSums()) { expectClose(a, b, 1e-12, "mean of S") }
  }

  @Test("The chosen chain: classes where they are few, with fields of their own unless it is too cold")
  func choice() {
    let storage = SimulationInstances.storage(2000, 3, dilution: 0.4), spins = SimulationInstances.randomSpins(2000)
    #expect(storage.chain(from: spins, temperature: 0.1) is ClassChain)
    #expect(SimulationInstances.storage(2000, 30, dilution: 0.4).chain(from: spins, temperature: 0.1) is GlauberChain)
    let rows = SiteClasses(of: storage.columns, patterns: storage.patterns, largestCount: 100)
    // 3^3 rows, two by two of opposite sign.
    #expect(rows?.classes.count == 14)
  }

  @Test("Detailed balance of the rule: π(a) P(a → b) = π(b) P(b → a) for the energy with its i = j terms")
  func detailedBalance() {
    let temperature = 0.2
    for sample in [
      SimulationInstances.enumerated(8, 3),
      SimulationInstances.learning(8, 2, dilution: 0.3, examples: 3, quality: 0.4, isSupervised: true, Gamma: 0.4),
      SimulationInstances.learning(8, 2, dilution: 0.3, examples: 3, quality: 0.4, isSupervised: false, Gamma: 0.4),
    ] {
      let N = 8, scale = sample.scale(temperature: temperature)
      let exact = AllStates(sample, temperature: temperature)
      for state in 0..<1 << N {
        let spins = AllStates.spins(state, N)
        let chain = GlauberChain(on: sample.columns, patterns: sample.patterns, from: spins, scale: scale)
        for i in 0..<N where spins[i] < 0 {
          let up = 1 / (1 + Double.exp(-chain.cavityField(site: i) / scale)), other = state | 1 << i
          expectClose(
            exact.probabilities[state] * up, exact.probabilities[other] * (1 - up), 1e-14, "state \(state), spin \(i)")
        }
      }
    }
  }

  /// Chains of each kind on a small sample, whatever `chain(from:temperature:)` would choose.
  private static func chains(_ sample: MultitaskingSample, temperature: Double) -> [(String, any HeatBathChain)] {
    let spins = SimulationInstances.randomSpins(sample.neuronCount), scale = sample.scale(temperature: temperature)
    let classes = SiteClasses(
      of: sample.columns, patterns: sample.patterns, largestCount: sample.neuronCount)!
    return [
      ("plain", GlauberChain(on: sample.columns, patterns: sample.patterns, from: spins, scale: scale)),
      ("classes", ClassChain(on: classes, from: spins, scale: scale, dynamics: .glauber)),
      (
        "auxiliary fields",
        ClassChain(on: classes, from: spins, scale: scale, dynamics: .auxiliaryField)
      ),
    ]
  }

  /// A planted self-term (temperature 0.5, N = 12) shifts <E>/N by 0.015, over a hundred errors.
  @Test("Exact enumeration of section 8 by every chain", arguments: [(2, 0.3), (3, 0.5)])
  func enumeration(K: Int, temperature: Double) {
    let sample = SimulationInstances.enumerated(12, K)
    let exact = AllStates(sample, temperature: temperature)
    let printed = K == 2 ? ("-0.35549774804", "16.9896016294") : ("-0.2624498061", "12.0412177206")
    expectDigits(exact.energy, printed.0, "<E>/N")
    expectDigits(exact.logPartitionFunction, printed.1, "ln Z")
    let squares =
      K == 2 ? ["0.6428799488", "0.0681155473"] : ["0.3906279288", "0.0997254072", "0.0345462761"]
    for mu in 0..<K { expectDigits(exact.squaredMagnetization[mu], squares[mu], "<m_\(mu + 1)^2>") }
    for (name, chain) in Self.chains(sample, temperature: temperature) {
      var random = SimulationInstances.stream(.dynamics, K)
      var energies: [Double] = [], magnetizations = [[Double]](repeating: [], count: K)
      for _ in 0..<100 { _ = chain.sweep(using: &random) }
      for _ in 0..<200_000 {
        _ = chain.sweep(using: &random)
        energies.append(sample.columns.layout.energy(squareSum: chain.squareSum(), fieldNormalization: 1))
        for (mu, sum) in chain.patternSums().enumerated() { magnetizations[mu].append(Double(sum * sum) / 144) }
      }
      expectSeriesAgrees(energies, exact: exact.energy, "<E>/N, \(name)")
      for mu in 0..<K {
        expectSeriesAgrees(magnetizations[mu], exact: exact.squaredMagnetization[mu], "<m_\(mu + 1)^2>, \(name)")
      }
    }
  }

  @Test("Every chain visits the states of a supervised sample as often as the Boltzmann distribution says")
  func supervisedEnumeration() {
    let sample = SimulationInstances.learning(
      10, 2, dilution: 0.3, examples: 3, quality: 0.5, isSupervised: true, Gamma: 0.5)
    let exact = AllStates(sample, temperature: 0.4)
    for (name, chain) in Self.chains(sample, temperature: 0.4) {
      var random = SimulationInstances.stream(.dynamics, 9)
      var energies: [Double] = [], squares: [Double] = []
      for _ in 0..<100_000 {
        _ = chain.sweep(using: &random)
        energies.append(sample.columns.layout.energy(squareSum: chain.squareSum(), fieldNormalization: 0.5))
        let sum = Double(chain.patternSums()[1])
        squares.append(sum * sum / 100)
      }
      expectSeriesAgrees(energies, exact: exact.energy, "<E>/N, \(name)")
      expectSeriesAgrees(squares, exact: exact.squaredMagnetization[1], "<m_2^2>, \(name)")
    }
  }

  @Test("At N = 2000 the chains on classes have the means of the plain chain", arguments: [true, false])
  func sameDistribution(isSupervised: Bool) {
    let sample =
      isSupervised
      ? SimulationInstances.learning(
        2000, 2, dilution: 0.4, examples: 10, quality: 0.6, isSupervised: true, Gamma: 0.4)
      : SimulationInstances.storage(2000, 3, dilution: 0.4)
    let temperature = 0.35
    var random = SimulationInstances.stream(.initialState, 1)
    let start = sample.patterns.spins(at: .hierarchical, using: &random)
    let classes = SiteClasses(of: sample.columns, patterns: sample.patterns, largestCount: 2000)!
    let scale = sample.scale(temperature: temperature)
    let chains: [any HeatBathChain] = [
      GlauberChain(on: sample.columns, patterns: sample.patterns, from: start, scale: scale),
      ClassChain(on: classes, from: start, scale: scale, dynamics: .glauber),
      ClassChain(on: classes, from: start, scale: scale, dynamics: .auxiliaryField),
    ]
    // [chain][observable][block]
    let means = chains.map { chain in
      var random = SimulationInstances.stream(.dynamics, 3)
      for _ in 0..<200 { _ = chain.sweep(using: &random) }
      var blocks = [[Double]](repeating: [], count: 5)
      for _ in 0..<100 {
        var sums = [Double](repeating: 0, count: 5)
        for _ in 0..<100 {
          _ = chain.sweep(using: &random)
          let m = chain.patternSums().map { Double($0) / 2000 }
          let values = [
            m[0], m[1], m[0] * m[0], m[1] * m[1],
            sample.columns.layout.energy(squareSum: chain.squareSum(), fieldNormalization: sample.fieldNormalization),
          ]
          for k in 0..<5 { sums[k] += values[k] / 100 }
        }
        for k in 0..<5 { blocks[k].append(sums[k]) }
      }
      return blocks
    }
    for k in 0..<5 {
      for other in 1...2 {
        let differences = zip(means[0][k], means[other][k]).map { $0 - $1 }
        expectSeriesAgrees(differences, exact: 0, "observable \(k), chain \(other)")
      }
    }
  }

  /// K = 3, d = 0.05: pure dominates at T = 0.2, the symmetric mixture is metastable with m = 0.47 (page, section 3.5).
  @Test("Metastable states outlive 2000 sweeps of the auxiliary fields at N = 5000")
  func metastability() {
    let sample = SimulationInstances.storage(5000, 3, dilution: 0.05)
    var random = SimulationInstances.stream(.initialState, 2)
    let start = sample.patterns.spins(at: .parallel, using: &random)
    let chain = sample.chain(from: start, temperature: 0.2)
    #expect(chain is ClassChain)
    for _ in 0..<2000 { _ = chain.sweep(using: &random) }
    let m = chain.patternSums().map { Double($0) / 5000 }
    #expect(m.allSatisfy { $0 > 0.4 }, "\(m)")
  }
}
