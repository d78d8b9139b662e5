import Foundation
import NumericalMethods
import RealModule
import StatisticalTesting
import SystemTesting
import Testing

@testable import DenseHebbian
@testable import SystemInterface

/// Parallel dynamics: fixed points, cycles of two states, stationary laws.
@Suite struct ParallelDynamicsTests {
  static let kinds = [
    TestNetwork.Kind(order: 2, form: .distinctIndices, rows: .archetypes),
    TestNetwork.Kind(order: 2, form: .fullPower, rows: .classMeans),
    TestNetwork.Kind(order: 4, form: .distinctIndices, rows: .archetypes),
    TestNetwork.Kind(order: 4, form: .fullPower, rows: .examples),
  ]

  @Test("Noiseless fixed points are those of sequential updates", arguments: kinds)
  func fixedPoints(kind: TestNetwork.Kind) throws {
    let N = 9
    let network = try TestNetwork(kind, spinCount: N, archetypeCount: 4, seed: 71)
    var random = stream(71), count = 0
    for state in 0..<1 << N {
      let spins = EnumeratedStates.spins(state, count: N)
      var sequential = network.chain(from: spins, rule: .zeroTemperature)
      var chain = network.chain(from: spins, rule: .zeroTemperature)
      var dynamics = ParallelDynamics()
      let flips = dynamics.step(&chain, rule: .zeroTemperature, using: &random)
      #expect((flips == 0) == (sequential.sweep(using: &random) == 0), "state \(state)")
      #expect(dynamics.cycleLength == (flips == 0 ? 1 : 0))
      // All fields are those of one state.
      for i in 0..<N {
        let field = network.bruteForce.field(spins, site: i)
        guard abs(field) > 1e-12 else { continue }
        #expect(Double(chain.spins[i]) * field > 0, "state \(state), site \(i)")
      }
      if flips == 0 { count += 1 }
    }
    #expect(count >= 2 && count < 1 << N)
  }

  /// One archetype, P = 2, half of the spins along it: every spin feels the others with the opposite sign, -s_i/(N-1).
  private static func balancedPair(_ N: Int) throws -> DisorderSample {
    try DisorderSample(
      Request.point("interactionOrder=2 archetypeCount=1 spinCount=\(N)"), spinCount: N, columns: 1,
      archetype: [Int8](repeating: 1, count: N), rows: .signs(.copy(of: [Int8](repeating: 1, count: N))))
  }

  private static func trajectory(_ disorder: DisorderSample, _ start: [Int8], sweeps: Int) -> Trajectory {
    Trajectory(
      on: disorder, from: start, rule: .zeroTemperature, updates: .parallel, equilibrationSweeps: 0,
      measurementSweeps: sweeps, random: stream(72))
  }

  @Test("A cycle of two states is found, and both are measured")
  func twoCycle() throws {
    let N = 10, disorder = try Self.balancedPair(10)
    let start = (0..<N).map { $0 < N / 2 ? Int8(1) : -1 }
    for sweeps in [2, 3, 100] {
      var trajectory = Self.trajectory(disorder, start, sweeps: sweeps)
      var steps = 0
      while !trajectory.isFinished {
        trajectory.sweep()
        steps += 1
      }
      #expect(steps == 2 && trajectory.cycleLength == 2 && trajectory.record.magnetizations == [0, 0])
      // A state and its mirror image.
      #expect(trajectory.record.spinMeans == [Double](repeating: 0, count: N))
    }
    // One step does not show whether a state comes back.
    var single = Self.trajectory(disorder, start, sweeps: 1)
    while !single.isFinished { single.sweep() }
    #expect(single.cycleLength == 0 && single.record.magnetizations.count == 1)
    // Sequential updates end at a fixed point.
    var random = stream(73)
    var chain = SpinChain(on: disorder, from: start, rule: .zeroTemperature)
    while chain.sweep(using: &random) > 0 {}
    #expect(abs(chain.magnetization()) == 1)
  }

  @Test("Restored on the way into a cycle, it ends there with the same bits")
  func restored() throws {
    let disorder = try Self.balancedPair(10)
    let start = (0..<10).map { $0 < 5 ? Int8(1) : -1 }
    var whole = Self.trajectory(disorder, start, sweeps: 20)
    whole.sweep()
    let state = try JSONEncoder().encode(whole.state)
    var other = Self.trajectory(disorder, [Int8](repeating: 1, count: 10), sweeps: 20)
    try other.restore(JSONDecoder().decode(Trajectory.State.self, from: state))
    whole.sweep()
    other.sweep()
    #expect(whole.isFinished && other.isFinished && other.cycleLength == 2)
    #expect(whole.record.magnetizations == other.record.magnetizations)
    #expect(whole.record.energies == other.record.energies)
    #expect(whole.record.blockSpinSums == other.record.blockSpinSums && other.record.sweepCount == 2)
  }

  @Test("A sample reports where its replicas ended")
  func diagnostics() throws {
    let near = try Request.sample("spinCount=64 storageLoad=0.005 temperature=0 dynamics=parallel initialOverlap=0.9")
    #expect(near.diagnostics["cycleLength"]?.number == 1 && near.diagnostics["twoCycleFraction"]?.number == 0)
    let lengths = try (0..<12).map {
      try Request.sample(
        "interactionOrder=2 spinCount=60 archetypeCount=12 temperature=0 dynamics=parallel initialOverlap=random", $0
      ).diagnostics["cycleLength"]?.number
    }
    // Goles and Olivos: symmetric couplings of pairs have no longer cycles.
    #expect(lengths.allSatisfy { $0 == 1 || $0 == 2 } && lengths.contains(1) && lengths.contains(2), "\(lengths)")
    let short = try Request.sample(
      "spinCount=64 storageLoad=0.05 temperature=0 dynamics=parallel initialOverlap=0.1 equilibrationSweeps=0 "
        + "measurementSweeps=1")
    #expect(short.diagnostics["cycleLength"]?.number == 0)
    let warm = try Request.sample("spinCount=32 archetypeCount=2 temperature=0.5 dynamics=parallel")
    #expect(warm.diagnostics["cycleLength"] == nil)
    let sequential = try Request.sample("spinCount=64 storageLoad=0.005 temperature=0")
    #expect(sequential.diagnostics["cycleLength"] == nil)
  }

  /// P(a → b) = Π_i of the probabilities of single updates in the fields of a, [a][b].
  private func transitionMatrix(_ network: TestNetwork, _ rule: UpdateRule) -> [[Double]] {
    let N = network.bruteForce.spinCount
    return (0..<1 << N).map { a in
      let spins = EnumeratedStates.spins(a, count: N)
      let chain = network.chain(from: spins, rule: rule)
      let flips = (0..<N).map { i in
        rule.flipProbability(fieldAlongSpin: Double(spins[i]) * chain.cavityField(site: i))
      }
      return (0..<1 << N).map { b -> Double in
        var product = 1.0
        for i in 0..<N { product *= (a ^ b) & (1 << i) != 0 ? flips[i] : 1 - flips[i] }
        return product
      }
    }
  }

  /// Peretto, Biol. Cybern. 50, 51 (1984): for symmetric couplings of pairs π ∝ Π_i 2 cosh(beta h_i).
  private func perettoLaw(_ network: TestNetwork, beta: Double) -> [Double] {
    let N = network.bruteForce.spinCount
    let weights = (0..<1 << N).map { a in
      let spins = EnumeratedStates.spins(a, count: N)
      return (0..<N).reduce(1.0) { $0 * 2 * Double.cosh(beta * network.field(spins, site: $1)) }
    }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  @Test("Pairs: detailed balance with Peretto's law, and not with that of the energy", arguments: kinds.prefix(2))
  func perettoBalance(kind: TestNetwork.Kind) throws {
    let N = 7, beta = 1.2
    for tau in [0, 0.5] {
      let network = try TestNetwork(kind, spinCount: N, archetypeCount: 3, seed: 74, synapticNoise: tau)
      let matrix = transitionMatrix(network, .heatBath(beta: beta))
      let law = perettoLaw(network, beta: beta)
      let boltzmann = network.states(temperature: 1 / beta).weights
      var violation = 0.0, ofBoltzmann = 0.0
      for a in law.indices {
        for b in law.indices {
          let forth = law[a] * matrix[a][b], back = law[b] * matrix[b][a]
          violation = max(violation, abs(forth - back) / max(forth, back))
          let up = boltzmann[a] * matrix[a][b], down = boltzmann[b] * matrix[b][a]
          ofBoltzmann = max(ofBoltzmann, abs(up - down) / max(up, down))
        }
      }
      #expect(violation < 1e-11 && ofBoltzmann > 0.1, "\(violation), \(ofBoltzmann)")
    }
  }

  /// The law by power iteration of the matrix (P = 4) or Peretto's (P = 2) against 60 000 steps.
  ///
  /// A spin updated in a field that already knows another update would change <H> by tens of errors.
  @Test("Long runs have the stationary averages", arguments: kinds)
  func stationaryAverages(kind: TestNetwork.Kind) throws {
    let N = 7, beta = 1.2
    let network = try TestNetwork(kind, spinCount: N, archetypeCount: 3, seed: 75)
    let rule = UpdateRule.heatBath(beta: beta)
    var law = perettoLaw(network, beta: beta)
    if kind.order > 2 {
      let matrix = transitionMatrix(network, rule)
      for _ in 0..<400 {
        var next = [Double](repeating: 0, count: law.count)
        for a in law.indices { for b in law.indices { next[b] += law[a] * matrix[a][b] } }
        law = next
      }
    }
    let states = network.states(temperature: 1 / beta)
    let mean = { (value: (Int) -> Double) in law.indices.reduce(0.0) { $0 + law[$1] * value($1) } }
    var random = stream(75)
    var chain = network.chain(from: randomSpins(N, &random), rule: rule)
    var dynamics = ParallelDynamics()
    var energies: [Double] = [], squares: [Double] = []
    for step in 0..<61_000 {
      _ = dynamics.step(&chain, rule: rule, using: &random)
      guard step >= 1000 else { continue }
      let m = chain.magnetization()
      energies.append(chain.energy())
      squares.append(m * m)
    }
    expectSeriesAgrees(energies, exact: mean { states.energies[$0] }, "E")
    expectSeriesAgrees(squares, exact: mean { states.squaredOverlap($0, with: network.archetype) }, "m^2")
  }
}
