import NumericalMethods
import StatisticalTesting
import SystemTesting
import Testing

@testable import DenseHebbian
@testable import SystemInterface

/// Sampled averages against exact ones.
@Suite struct SpinChainStatisticsTests {
  static let kinds = [
    TestNetwork.Kind(order: 2, form: .distinctIndices, rows: .archetypes),
    TestNetwork.Kind(order: 4, form: .distinctIndices, rows: .classMeans),
    TestNetwork.Kind(order: 4, form: .fullPower, rows: .examples),
    TestNetwork.Kind(order: 6, form: .distinctIndices, rows: .archetypes),
  ]

  /// Exact states stay exact states: one sweep after a draw from the Boltzmann law changes no average.
  ///
  /// Six comparisons a kind, 2e-9 each. A field wrong by 10 % moves the mean energy by more than twenty errors.
  @Test("A sweep leaves the exact distribution as it is", arguments: kinds)
  func invariance(kind: TestNetwork.Kind) throws {
    let N = 8, draws = 20_000, beta = 1.5
    let network = try TestNetwork(kind, spinCount: N, archetypeCount: 3, seed: 51)
    let states = EnumeratedStates(network.bruteForce, temperature: 1 / beta)
    var cumulative: [Double] = []
    for weight in states.weights { cumulative.append((cumulative.last ?? 0) + weight) }
    let quantities: [(String, (Int) -> Double)] = [
      ("E", { states.energies[$0] }), ("E^2", { states.energies[$0] * states.energies[$0] }),
      ("m^2", { states.squaredOverlap($0, with: network.archetype) }),
    ]
    for rule in [UpdateRule.heatBath(beta: beta), .metropolis(beta: beta)] {
      var random = stream(50)
      var ends: [Int] = []
      for _ in 0..<draws {
        let u = random.uniform()
        let start = cumulative.firstIndex { $0 > u } ?? cumulative.count - 1
        var chain = network.chain(from: EnumeratedStates.spins(start, count: N), rule: rule)
        _ = chain.sweep(using: &random)
        ends.append(chain.state.enumerated().reduce(0) { $0 | ($1.element > 0 ? 1 << $1.offset : 0) })
      }
      for (name, value) in quantities {
        expectSeriesAgrees(ends.map(value), exact: states.mean(value), "\(name) after a sweep, \(rule)")
      }
    }
  }

  /// 4·10⁵ sweeps in 100 blocks; six comparisons a kind, 3e-8 each.
  ///
  /// The mean energy is known to about 1e-3 of itself: a field without its factor 2, or of the wrong sign, is hundreds of
  /// errors away.
  @Test("Long chains have the exact averages", arguments: kinds)
  func longChains(kind: TestNetwork.Kind) throws {
    let N = 10, beta = 1.5
    let network = try TestNetwork(kind, spinCount: N, archetypeCount: 4, seed: 52)
    let states = EnumeratedStates(network.bruteForce, temperature: 1 / beta)
    let energy = states.mean { states.energies[$0] }
    for rule in [UpdateRule.heatBath(beta: beta), .metropolis(beta: beta)] {
      var random = stream(60)
      var chain = network.chain(from: randomSpins(N, &random), rule: rule)
      for _ in 0..<1000 { _ = chain.sweep(using: &random) }
      var energies: [Double] = [], squares: [Double] = [], overlaps: [Double] = []
      for _ in 0..<400_000 {
        _ = chain.sweep(using: &random)
        let m = chain.magnetization()
        energies.append(chain.energy())
        squares.append(m * m)
        overlaps.append(m)
      }
      expectSeriesAgrees(energies, exact: energy, "E, \(rule)")
      expectSeriesAgrees(
        squares, exact: states.mean { states.squaredOverlap($0, with: network.archetype) }, "m^2, \(rule)")
      expectSeriesAgrees(overlaps, exact: 0, "m, \(rule)")
    }
  }
}
