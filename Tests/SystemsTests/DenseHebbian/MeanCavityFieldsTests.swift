import NumericalMethods
import RealModule
import StatisticalTesting
import SystemTesting
import Testing

@testable import DenseHebbian
@testable import SystemInterface

/// Mean cavity fields over independent spins, and Onsager's reaction, against sums over all states.
@Suite struct MeanCavityFieldsTests {
  static let kinds = [2, 4].flatMap { order in
    TestNetwork.Kind.Rows.allCases.flatMap { rows in
      [InteractionForm.distinctIndices, .fullPower].prefix(order == 2 ? 2 : 1).map {
        TestNetwork.Kind(order: order, form: $0, rows: rows)
      }
    }
  }

  /// Probabilities of the states of independent spins with means `m`.
  private static func productLaw(_ m: [Double]) -> [Double] {
    (0..<1 << m.count).map { state in
      zip(EnumeratedStates.spins(state, count: m.count), m).reduce(1) { $0 * (1 + Double($1.0) * $1.1) / 2 }
    }
  }

  @Test("They are the mean of the cavity field over all states", arguments: kinds)
  func enumeration(kind: TestNetwork.Kind) throws {
    let N = 9
    let network = try TestNetwork(kind, spinCount: N, archetypeCount: 5, seed: 81)
    var random = stream(81)
    let m = (0..<N).map { _ in 2 * random.uniform() - 1 }
    let weights = Self.productLaw(m)
    let energies = weights.indices.map { network.energy(EnumeratedStates.spins($0, count: N)) }
    let fields = MeanCavityFields(network.disorder)(m)
    for i in 0..<N {
      var exact = 0.0
      for state in weights.indices {
        exact += weights[state] * (energies[state & ~(1 << i)] - energies[state | 1 << i]) / 2
      }
      expectClose(fields[i], exact, 1e-12, "site \(i)")
    }
    // At means ±1 they are the fields of a chain.
    let spins = randomSpins(N, &random)
    let chain = network.chain(from: spins, rule: .zeroTemperature)
    let sharp = MeanCavityFields(network.disorder)(spins.map(Double.init))
    for i in 0..<N { expectClose(sharp[i], chain.cavityField(site: i), 1e-12, "site \(i) of a state") }
  }

  /// y D3 - 3 y² m D2 + 6 y³ m² D1 with D3 = X³ - 3XV leaves out 2 p3 - 6 a³: each column adds 8 w m³ (and what averages
  /// away), alpha (N-1)(N-2)(N-3) columns 8 alpha m³, which is not small against a field of 2 m³.
  @Test("Without the third power sums a field would hold the self-interaction 8 alpha m³")
  func selfInteraction() throws {
    let N = 9, K = 300, m = 0.7
    let kind = TestNetwork.Kind(order: 4, form: .distinctIndices, rows: .archetypes)
    let alpha = Double(K) / Double((N - 1) * (N - 2) * (N - 3))
    var surplus: [Double] = []
    for seed in 0..<100 as Range<UInt64> {
      let network = try TestNetwork(kind, spinCount: N, archetypeCount: K, seed: seed)
      let fields = MeanCavityFields(network.disorder)([Double](repeating: m, count: N))
      for i in 0..<N {
        let truncated = network.bruteForce.columns.reduce(0.0) { sum, column in
          let y = Double(column[i]), X = m * Double(column.reduce(0, +)), V = Double(N) * m * m
          return sum + y * (X * X * X - 3 * X * V) - 3 * m * (X * X - V) + 6 * y * m * m * X
        }
        surplus.append((4 * network.disorder.energyWeight * truncated - fields[i]) / (m * m * m))
      }
    }
    // Sites of one network are close to independent here; blocks of nine are.
    expectSeriesAgrees(surplus, exact: 8 * alpha, "surplus over m³")
  }

  /// The external fields x along archetype 1 are given, the means exact: atanh m = x + beta(h - O m) up to third order.
  ///
  /// Averaged over 300 networks of eight spins the naive equations miss beta O m; of that second order leaves at most a third,
  /// and a reaction of the wrong sign doubles it.
  @Test("The reaction is what the naive equations miss", arguments: [2, 4])
  func reaction(order P: Int) throws {
    let N = 8, K = P == 2 ? 4 : 42, beta = P == 2 ? 0.25 : 0.12, x = 0.9, samples = 300
    let kind = TestNetwork.Kind(order: P, form: .distinctIndices, rows: .archetypes)
    let load = Double(K) / (1..<P).reduce(1) { $0 * Double(N - $1) }
    let noise = PatternNoise.ofArchetypes(
      order: P, form: .distinctIndices,
      dataset: Dataset(examples: .clean, isSupervised: true, usesGaussianAverage: false))
    var missing = [-1.0: 0.0, 0: 0, 1: 0]
    for seed in 0..<samples {
      let network = try TestNetwork(kind, spinCount: N, archetypeCount: K, seed: UInt64(seed))
      let fieldEnergies = (0..<1 << N).map { state -> Double in
        let spins = EnumeratedStates.spins(state, count: N)
        let along = zip(spins, network.archetype).reduce(0) { $0 + $1.0 * $1.1 }
        return network.energy(spins) - x / beta * Double(along)
      }
      let states = EnumeratedStates(spinCount: N, energies: fieldEnergies, temperature: 1 / beta)
      let m = (0..<N).map { i in states.mean { $0 >> i & 1 == 1 ? 1 : -1 } }
      let q = m.reduce(0) { $0 + $1 * $1 } / Double(N)
      for scale in missing.keys {
        let equations = PlefkaEquations(
          fields: MeanCavityFields(network.disorder), load: load, noise: noise, beta: beta, reactionScale: scale)
        let reaction = try equations.reaction(q: q), h = equations.fields(m)
        for i in 0..<N {
          let xi = Double(network.archetype[i])
          missing[scale]! += xi * (Double.atanh(m[i]) - xi * x - beta * (h[i] - reaction * m[i])) / Double(N * samples)
        }
      }
    }
    let (wrong, naive, tap) = (missing[-1]!, missing[0]!, missing[1]!)
    #expect(abs(tap) < abs(naive) / 3 && abs(wrong) > 1.6 * abs(naive), "naive \(naive), TAP \(tap), wrong \(wrong)")
  }
}
