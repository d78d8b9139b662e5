import NumericalMethods
import StatisticalTesting
import SystemTesting
import Testing

@testable import DenseHebbian
@testable import SystemInterface

/// The instance of section 9 that a formula defines, and energies by brute force.
@Suite struct DenseHebbianEnumerationTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var order: Int
    var temperature: Double
    var form: InteractionForm
    var hasExamples: Bool
    var allUp, energy, freeEnergy, squaredMagnetization: Double

    var request: String {
      "quantity=exactEnumeration interactionOrder=\(order) temperature=\(temperature) interactionForm=\(form.rawValue)"
        + (hasExamples ? " examplesPerArchetype=3 datasetQuality=0.6" : "")
    }
    var testDescription: String { request }

    /// The instance by its formula, with M = 3 and r = 0.6 where it has examples.
    var network: BruteForceNetwork {
      let columns = (0..<5).map { mu in
        (0..<10).map { i in
          let xi = ((i + 1) * (i + 1) + 3 * (mu + 1) * (i + 2) + i * mu) % 7 < 3 ? -1 : 1
          return hasExamples ? xi * (2 * ((3 * i + 5 * mu + i * mu) % 4) - 3) : xi
        }
      }
      return BruteForceNetwork(
        order: order, isDistinct: form == .distinctIndices, columns: columns, unit: hasExamples ? 3 : 1,
        R: hasExamples ? 0.36 + 0.64 / 3 : 1)
    }

    var archetype: [Int] { (0..<10).map { (($0 + 1) * ($0 + 1) + 3 * ($0 + 2)) % 7 < 3 ? -1 : 1 } }
  }

  static let rows = [
    Row(
      order: 2, temperature: 0.5, form: .distinctIndices, hasExamples: false, allUp: -0.333333333,
      energy: -0.536652602, freeEnergy: -0.681836602, squaredMagnetization: 0.207511786),
    Row(
      order: 4, temperature: 0.5, form: .distinctIndices, hasExamples: false, allUp: 0.904761905,
      energy: -0.495859192, freeEnergy: -0.606726991, squaredMagnetization: 0.155171801),
    Row(
      order: 4, temperature: 0.5, form: .fullPower, hasExamples: false, allUp: -0.4, energy: -0.541651024,
      freeEnergy: -0.666808028, squaredMagnetization: 0.207521225),
    Row(
      order: 6, temperature: 0.5, form: .distinctIndices, hasExamples: false, allUp: -1.095238095,
      energy: -0.546761443, freeEnergy: -0.644226986, squaredMagnetization: 0.388046695),
    Row(
      order: 4, temperature: 0.4, form: .distinctIndices, hasExamples: true, allUp: 0.316797392,
      energy: -0.317086659, freeEnergy: -0.411207733, squaredMagnetization: 0.214015890),
    Row(
      order: 4, temperature: 0.4, form: .fullPower, hasExamples: true, allUp: -0.909500631, energy: -0.415997197,
      freeEnergy: -0.514393171, squaredMagnetization: 0.159477559),
  ]

  @Test("Published sums, from the quantity and from all states directly", arguments: rows)
  func publishedSums(row: Row) throws {
    let theory = try Request.theory(row.request)
    let direct = EnumeratedAverages(
      DenseHebbian.enumeratedInstance(try Request.point(row.request)), temperature: row.temperature)
    for (energy, freeEnergy, square) in [
      (theory["energy"], theory["freeEnergy"], theory["squaredMagnetization"]),
      (direct.energy, direct.freeEnergy, direct.squaredMagnetization),
    ] {
      expectClose(try #require(energy), row.energy, 1e-9, "e")
      expectClose(try #require(freeEnergy), row.freeEnergy, 1e-9, "f")
      expectClose(try #require(square), row.squaredMagnetization, 1e-9, "m2")
    }
  }

  @Test("All spins up, and every other state, by brute force", arguments: rows)
  func everyState(row: Row) throws {
    let disorder = DenseHebbian.enumeratedInstance(try Request.point(row.request))
    let network = row.network
    var chain = SpinChain(on: disorder, from: [Int8](repeating: 1, count: 10), rule: .zeroTemperature)
    expectClose(chain.energy(), row.allUp, 1e-9, "E(all up)")
    expectClose(network.energy([Int](repeating: 1, count: 10)), row.allUp, 1e-9, "E(all up) by brute force")
    #expect(disorder.archetype.map(Int.init) == row.archetype)

    let states = EnumeratedStates(network, temperature: row.temperature)
    expectClose(states.mean { states.energies[$0] } / 10, row.energy, 1e-9, "e by brute force")
    expectClose(states.freeEnergy, row.freeEnergy, 1e-9, "f by brute force")
    expectClose(
      states.mean { states.squaredOverlap($0, with: row.archetype) }, row.squaredMagnetization, 1e-9,
      "m2 by brute force")
    for state in 0..<1024 {
      let spins = EnumeratedStates.spins(state, count: 10).map(Int8.init)
      var chain = SpinChain(on: disorder, from: spins, rule: .zeroTemperature)
      expectClose(chain.energy(), states.energies[state], 1e-12, "E of state \(state)")
    }
  }

  @Test("Energies of random states", arguments: TestNetwork.Kind.all)
  func randomStates(kind: TestNetwork.Kind) throws {
    let network = try TestNetwork(kind, spinCount: 10, archetypeCount: 5, seed: 11)
    var random = stream(1)
    for _ in 0..<20 {
      let spins = randomSpins(10, &random)
      var chain = network.chain(from: spins, rule: .zeroTemperature)
      let energy = network.bruteForce.energy(spins)
      expectClose(chain.energy(), energy, 1e-12, "E")
      let isCountedExactly = kind.order == 2 || kind.form == .fullPower || kind.rows != .classMeans
      if kind.order <= 4, isCountedExactly {
        expectClose(network.bruteForce.energyByLoops(spins), energy, 1e-12, "E by nested loops")
      }
    }
  }

  /// The recursion of rows of unequal magnitude leaves out moments of relative order 1/N.
  @Test("Rows of unequal magnitude count different sites up to O(1/N)")
  func recursionError() throws {
    let errors = try [10, 40, 160].map { N -> Double in
      let kind = TestNetwork.Kind(order: 4, form: .distinctIndices, rows: .classMeans)
      let network = try TestNetwork(kind, spinCount: N, archetypeCount: 20, seed: 5)
      var random = stream(2)
      var difference = 0.0, square = 0.0
      for _ in 0..<200 {
        let spins = randomSpins(N, &random)
        let exact = network.bruteForce.energyOverDifferentSites(spins)
        let error = network.bruteForce.energy(spins) - exact
        difference += error * error
        square += exact * exact
      }
      return (difference / square).squareRoot()
    }
    #expect(errors[1] < 0.4 * errors[0] && errors[2] < 0.4 * errors[1], "\(errors)")
  }

  @Test("The energy at infinite temperature is the mean over all states", arguments: TestNetwork.Kind.all)
  func infiniteTemperature(kind: TestNetwork.Kind) throws {
    let network = try TestNetwork(kind, spinCount: 9, archetypeCount: 4, seed: 3)
    let condensed = network.disorder.condensedColumns.count
    #expect(condensed == (kind.rows == .examples ? 2 : 1))
    for skipsCondensed in [false, true] {
      let model = skipsCondensed ? network.bruteForce.dropping(condensed) : network.bruteForce
      let mean = EnumeratedStates(model, temperature: 1).energies.reduce(0, +) / 512
      let energy = network.disorder.infiniteTemperatureEnergy(skipsCondensed: skipsCondensed)
      #expect(abs(energy - mean) < 1e-12, "\(energy), expected \(mean), skipsCondensed \(skipsCondensed)")
    }
  }

  @Test("A single archetype has the energy -N/2 in its own state", arguments: [2, 4, 6, 8])
  func archetypeEnergy(order: Int) throws {
    for form in [InteractionForm.distinctIndices, .fullPower] {
      for rows in [TestNetwork.Kind.Rows.archetypes, .equalMeans] {
        let kind = TestNetwork.Kind(order: order, form: form, rows: rows)
        let network = try TestNetwork(kind, spinCount: 12, archetypeCount: 1, seed: 4)
        var chain = network.chain(from: network.archetype, rule: .zeroTemperature)
        let R = 0.36 + 0.64 / 3
        var power = 1.0
        for _ in 0..<order / 2 { power *= R }
        expectClose(chain.energy() * (rows == .archetypes ? 1 : power), -6, 1e-12, "E of P = \(order) \(form)")
      }
    }
  }
}
