import NumericalMethods
import StatisticalTesting
import SystemTesting
import Testing

@testable import DenseHebbian
@testable import SystemInterface

/// Gaussian noise on the synapses: its law, fields and energies by brute force, sampled averages against exact sums.
@Suite struct SynapticNoiseTests {
  static let kinds = [
    TestNetwork.Kind(order: 2, form: .distinctIndices, rows: .archetypes),
    TestNetwork.Kind(order: 2, form: .fullPower, rows: .classMeans),
    TestNetwork.Kind(order: 4, form: .distinctIndices, rows: .archetypes),
    TestNetwork.Kind(order: 4, form: .distinctIndices, rows: .classMeans),
    TestNetwork.Kind(order: 4, form: .fullPower, rows: .examples),
  ]

  @Test("The field is half the energy difference of a flip, and has the bits of a fresh one", arguments: kinds)
  func fields(kind: TestNetwork.Kind) throws {
    let N = 11
    let network = try TestNetwork(kind, spinCount: N, archetypeCount: 4, seed: 61, synapticNoise: 0.7)
    var random = stream(61)
    var chain = network.chain(from: randomSpins(N, &random), rule: .heatBath(beta: 0.3))
    for _ in 0..<300 {
      _ = chain.sweep(using: &random)
      chain.flip(site: random.index(below: N))
    }
    expectClose(chain.energy(), network.energy(chain.state), 1e-12, "E")
    let fresh = network.chain(from: chain.state, rule: .zeroTemperature)
    for i in 0..<N {
      expectClose(chain.cavityField(site: i), network.field(chain.state, site: i), 1e-12, "field \(i)")
      #expect(chain.cavityField(site: i) == fresh.cavityField(site: i))
    }
  }

  /// E H(s)H(s') = (tau P!/2)² e_P(s s')/[(N-1)…(N-P+1)], N tau² P!/4 for s = s', by 4000 samples: errors of 2 to 3 %.
  ///
  /// A coupling that is missing, or counted twice, changes every one of them.
  @Test("The energies have the covariance of the theory", arguments: [2, 4])
  func covariance(order P: Int) {
    let N = 8, tau = 0.6, samples = 4000
    var random = stream(62)
    let states = (0..<4).map { k in (0..<N).map { $0 < 2 * k ? -1 : 1 } }
    var products = [[Double]](repeating: [], count: states.count)
    for _ in 0..<samples {
      let noise = SynapticNoise(order: P, spinCount: N, strength: tau, random: &random)
      let energies = states.map { -noise.product($0) }
      for k in states.indices { products[k].append(energies[0] * energies[k]) }
    }
    let tuples = (1..<P).reduce(1.0) { $0 * Double(N - $1) }
    for (k, state) in states.enumerated() {
      var elementary = [1.0] + [Double](repeating: 0, count: P)
      for s in state { for j in stride(from: P, to: 0, by: -1) { elementary[j] += Double(s) * elementary[j - 1] } }
      let prefactor = tau * factorial(P) / 2
      let exact = prefactor * prefactor * elementary[P] / tuples
      if k == 0 { expectClose(exact, Double(N) * tau * tau * factorial(P) / 4, 1e-12, "variance") }
      expectSeriesAgrees(products[k], exact: exact, "P = \(P), \(2 * k) spins reversed")
    }
  }

  @Test("Noise on the synapses leaves the patterns as they were drawn")
  func patterns() throws {
    for request in [
      "spinCount=12 archetypeCount=5", "spinCount=12 archetypeCount=5 examplesPerArchetype=3 datasetQuality=0.6",
      "spinCount=12 archetypeCount=5 examplesPerArchetype=3 datasetQuality=0.6 learningProtocol=unsupervised",
    ] {
      var first = stream(63), second = stream(63)
      let plain = try DisorderSample(Request.point(request), spinCount: 12, random: &first)
      let noisy = try DisorderSample(Request.point(request + " synapticNoise=0.3"), spinCount: 12, random: &second)
      #expect(plain.archetype == noisy.archetype && plain.synapticNoise == nil && noisy.synapticNoise != nil)
      for i in 0..<12 {
        for c in 0..<plain.columnCount { #expect(plain.entry(site: i, column: c) == noisy.entry(site: i, column: c)) }
      }
      // The noise starts where the patterns ended.
      let alone = SynapticNoise(order: 4, spinCount: 12, strength: 0.3, random: &first)
      #expect(noisy.synapticNoise?.coupling([0, 3, 7, 11]) == alone.coupling([0, 3, 7, 11]) && first == second)
    }
  }

  @Test("Detailed balance with the energy by brute force", arguments: kinds)
  func detailedBalance(kind: TestNetwork.Kind) throws {
    let N = 7, beta = 1.3
    let network = try TestNetwork(kind, spinCount: N, archetypeCount: 3, seed: 64, synapticNoise: 0.5)
    let weights = network.states(temperature: 1 / beta).weights
    for rule in [UpdateRule.heatBath(beta: beta), .metropolis(beta: beta)] {
      for a in weights.indices {
        let spins = EnumeratedStates.spins(a, count: N)
        let chain = network.chain(from: spins, rule: rule)
        for i in 0..<N where spins[i] > 0 {
          let b = a ^ (1 << i)
          let field = chain.cavityField(site: i)
          let forth = weights[a] * rule.flipProbability(fieldAlongSpin: field)
          let back = weights[b] * rule.flipProbability(fieldAlongSpin: -field)
          #expect(abs(forth - back) < 1e-12 * max(forth, back), "\(rule), state \(a), site \(i)")
        }
      }
    }
  }

  /// Two comparisons a kind and rule. The noise moves <H> by a quarter of itself, hundreds of errors.
  @Test("Long chains have the exact averages", arguments: kinds)
  func longChains(kind: TestNetwork.Kind) throws {
    let N = 10, beta = 1.2
    let network = try TestNetwork(kind, spinCount: N, archetypeCount: 3, seed: 65, synapticNoise: 0.4)
    let states = network.states(temperature: 1 / beta)
    let plain = EnumeratedStates(network.bruteForce, temperature: 1 / beta)
    for rule in [UpdateRule.heatBath(beta: beta), .metropolis(beta: beta)] {
      var random = stream(65)
      var chain = network.chain(from: randomSpins(N, &random), rule: rule)
      var energies: [Double] = [], squares: [Double] = []
      for sweep in 0..<61_000 {
        _ = chain.sweep(using: &random)
        guard sweep >= 1000 else { continue }
        let m = chain.magnetization()
        energies.append(chain.energy())
        squares.append(m * m)
      }
      let exact = states.mean { states.energies[$0] }
      expectSeriesAgrees(energies, exact: exact, "E, \(rule)")
      expectSeriesAgrees(
        squares, exact: states.mean { states.squaredOverlap($0, with: network.archetype) }, "m^2, \(rule)")
      #expect(abs(exact - plain.mean { plain.energies[$0] }) > 0.1 * abs(exact), "the noise must matter")
      #expect(chain.doubtCount == 0, "estimates know nothing of the noise")
    }
  }

  /// P = 2, a single archetype: the curve m(tau) at T = 0.4; and P = 4 at the size of the reference value.
  @Test("Retrieval under noise follows the theory", arguments: [0.1, 0.25, 0.4, -1])
  func theory(tau: Double) throws {
    let request =
      tau > 0
      ? "interactionOrder=2 spinCount=400 archetypeCount=1 temperature=0.4 synapticNoise=\(tau) measurementSweeps=150"
      : "interactionOrder=4 spinCount=56 archetypeCount=1 temperature=0.4 synapticNoise=0.12 measurementSweeps=150"
    let theory = try Request.theory(request)
    let means = try Request.means(request, samples: tau > 0 ? 8 : 6)
    for name in ["magnetization", "replicaOverlap", "energy"] {
      let mean = try #require(means[name])
      expectAgrees(
        mean.mean, standardError: try #require(mean.standardError), exact: try #require(theory[name]),
        "\(name) of \(request)")
    }
  }

  @Test("A simulation with noise says what theory leaves out, and what it needs")
  func sizes() throws {
    let system = DenseHebbian()
    let point = try Request.point("archetypeCount=9 spinCount=64 synapticNoise=0.1", for: .simulate)
    #expect(system.warnings(for: .simulate, at: point).contains { $0.contains("neglects") })
    let single = try Request.point("archetypeCount=1 spinCount=64 synapticNoise=0.1", for: .simulate)
    #expect(system.warnings(for: .simulate, at: single).isEmpty)
    var plain = single
    plain.synapticNoise = 0
    // 64 · (63 · 62 · 61)/6 couplings of four bytes.
    #expect(system.memory(at: single) - system.memory(at: plain) == 4 * 64 * 39_711)
    #expect(system.cost(of: .simulate, at: single) > system.cost(of: .simulate, at: plain))
  }
}
