import NumericalMethods
import StatisticalTesting
import SystemTesting
import Testing

@testable import DenseHebbian
@testable import SystemInterface

/// The bookkeeping of a chain against brute force: fields, overlaps, cached probabilities, noiseless dynamics.
@Suite struct SpinChainTests {
  /// Forty columns: more than the lanes of a kernel, and not a multiple of them.
  @Test("The cavity field is half the energy difference of a flip", arguments: TestNetwork.Kind.all)
  func cavityField(kind: TestNetwork.Kind) throws {
    for (N, K) in [(10, 3), (13, 40)] {
      let network = try TestNetwork(kind, spinCount: N, archetypeCount: K, seed: 21)
      var random = stream(3)
      var chain = network.chain(from: randomSpins(N, &random), rule: .heatBath(beta: 0.3))
      for _ in 0..<40 {
        _ = chain.sweep(using: &random)
        for _ in 0..<N { chain.flip(site: random.index(below: N)) }
      }
      let fields = (0..<N).map { network.bruteForce.field(chain.state, site: $0) }
      let largest = fields.reduce(0) { max($0, abs($1)) }
      for i in 0..<N {
        let error = abs(chain.cavityField(site: i) - fields[i])
        #expect(error <= 1e-10 * max(abs(fields[i]), 1e-3 * largest), "site \(i): \(fields[i]) ± \(error)")
      }
    }
  }

  @Test("Overlaps and energies stay exact under flips", arguments: TestNetwork.Kind.all)
  func overlaps(kind: TestNetwork.Kind) throws {
    let N = 11
    let network = try TestNetwork(kind, spinCount: N, archetypeCount: 35, seed: 22)
    var random = stream(4)
    var spins = randomSpins(N, &random)
    var chain = network.chain(from: spins, rule: .zeroTemperature)
    for step in 1...3000 {
      let site = random.index(below: N)
      chain.flip(site: site)
      spins[site] = -spins[site]
      guard step.isMultiple(of: 500) else { continue }
      #expect(chain.state == spins && chain.flipCount == step)
      for (c, column) in network.bruteForce.columns.enumerated() {
        #expect(chain.overlap(column: c) == Double(zip(column, spins).reduce(0) { $0 + $1.0 * $1.1 }))
      }
      expectClose(chain.energy(), network.bruteForce.energy(spins), 1e-11, "E")
      let m = Double(zip(network.archetype, spins).reduce(0) { $0 + $1.0 * $1.1 }) / Double(N)
      let u = zip(network.standardizedEntries, spins).reduce(0) { $0 + $1.0 * Double($1.1) } / Double(N)
      expectClose(chain.magnetization(), m, 1e-14, "m")
      expectClose(chain.classOverlap(), u, 1e-13, "u")
    }
  }

  /// The same chain in plain words: no overlaps, no caches, every field from two energies.
  private struct ReferenceChain {
    let network: BruteForceNetwork
    let beta: Double
    let isHeatBath: Bool
    var spins: [Int]
    var order: [Int]

    mutating func sweep(using random: inout RandomStream) {
      for last in stride(from: order.count - 1, to: 0, by: -1) {
        order.swapAt(last, random.index(below: last + 1))
      }
      for i in order {
        var flipped = spins
        flipped[i] = -flipped[i]
        let cost = network.energy(flipped) - network.energy(spins)
        let boltzmann = exponential(-beta * cost)
        let probability = isHeatBath ? boltzmann / (1 + boltzmann) : min(1, boltzmann)
        if random.uniform() < probability { spins = flipped }
      }
    }
  }

  @Test("Cached probabilities give the chain that computes every field afresh", arguments: TestNetwork.Kind.all)
  func referenceChain(kind: TestNetwork.Kind) throws {
    let N = 12
    let network = try TestNetwork(kind, spinCount: N, archetypeCount: 4, seed: 23)
    for isHeatBath in [true, false] {
      var random = stream(5)
      let start = randomSpins(N, &random)
      let beta = network.lukewarmBeta
      var twin = random
      var chain = network.chain(from: start, rule: isHeatBath ? .heatBath(beta: beta) : .metropolis(beta: beta))
      var reference = ReferenceChain(
        network: network.bruteForce, beta: beta, isHeatBath: isHeatBath, spins: start, order: Array(0..<N))
      var flips = 0
      for _ in 0..<60 {
        flips += chain.sweep(using: &random)
        reference.sweep(using: &twin)
        guard chain.state == reference.spins else { break }
      }
      #expect(chain.state == reference.spins && random == twin, "heat bath \(isHeatBath)")
      #expect(flips == chain.flipCount && flips > 40, "\(flips) flips test no cache")
    }
  }

  @Test("Noiseless dynamics never raises the energy and ends at a fixed point", arguments: TestNetwork.Kind.all)
  func zeroTemperature(kind: TestNetwork.Kind) throws {
    let N = 14
    for seed in 0..<5 as Range<UInt64> {
      let network = try TestNetwork(kind, spinCount: N, archetypeCount: 6, seed: 40 + seed)
      var random = stream(6 + seed)
      var chain = network.chain(from: randomSpins(N, &random), rule: .zeroTemperature)
      var energy = network.bruteForce.energy(chain.state), sweeps = 0
      while chain.sweep(using: &random) > 0, sweeps < 200 {
        let after = network.bruteForce.energy(chain.state)
        #expect(after <= energy + 1e-12)
        energy = after
        sweeps += 1
      }
      #expect(sweeps < 200, "still flipping")
      let largest = (0..<N).reduce(0) { max($0, abs(network.bruteForce.field(chain.state, site: $1))) }
      for i in 0..<N {
        let along = Double(chain.state[i]) * network.bruteForce.field(chain.state, site: i)
        #expect(along >= -1e-12 * largest, "site \(i) points against its field \(along)")
      }
    }
  }

  /// Two archetypes that differ at one site only: the fields that they exert there cancel.
  @Test("A spin without a field keeps its direction", arguments: [2, 4])
  func vanishingField(order: Int) throws {
    for form in [InteractionForm.distinctIndices, .fullPower] {
      #expect(try restlessSizes(order, form).isEmpty)
    }
  }

  @Test("A spin without a field keeps its direction at high orders, too", arguments: [6, 8])
  func vanishingFieldOfHighOrder(order: Int) throws {
    #expect(try restlessSizes(order, .fullPower).isEmpty)
    let sizes = try restlessSizes(order, .distinctIndices)
    #expect(sizes.isEmpty)
  }

  /// The N at which rounding moves a spin without a field.
  private func restlessSizes(_ order: Int, _ form: InteractionForm) throws -> [Int] {
    let point = try Request.point("interactionOrder=\(order) interactionForm=\(form.rawValue)")
    return (order + 1...40).filter { flipsWithoutField(point, spinCount: $0) > 0 }
  }

  /// Flips in ten noiseless sweeps of a state whose last spin feels no field, all others a strong one along them.
  private func flipsWithoutField(_ point: DenseHebbianPoint, spinCount N: Int) -> Int {
    var random = stream(20)
    let first = randomSpins(N, &random).map(Int8.init)
    let rows = first.indices.flatMap { [first[$0], $0 == N - 1 ? -first[$0] : first[$0]] }
    let disorder = DisorderSample(point, spinCount: N, columns: 2, archetype: first, rows: .signs(.copy(of: rows)))
    var chain = SpinChain(on: disorder, from: first, rule: .zeroTemperature)
    for _ in 0..<10 { _ = chain.sweep(using: &random) }
    return chain.flipCount
  }

  @Test("A chain that follows another temperature has the bits of one that started with it")
  func changedTemperature() throws {
    for rows in TestNetwork.Kind.Rows.allCases {
      let network = try TestNetwork(
        .init(order: 4, form: .distinctIndices, rows: rows), spinCount: 12, archetypeCount: 5, seed: 92)
      let beta = network.lukewarmBeta
      var random = stream(92)
      var chain = network.chain(from: randomSpins(12, &random), rule: .heatBath(beta: beta))
      for step in 0..<50 {
        let rule = UpdateRule.heatBath(beta: beta * [3, 0.3, 1][step % 3])
        var fresh = SpinChain(on: network.disorder, from: Array(chain.spins), rule: rule, siteOrder: chain.siteOrder)
        var same = random
        chain.follow(rule)
        for _ in 0..<3 { #expect(chain.sweep(using: &random) == fresh.sweep(using: &same)) }
        #expect(chain.state == fresh.state && random == same)
      }
    }
  }
}
