import Foundation
import NumericalMethods
import ReplicaExchange
import StatisticalTesting
import Statistics
import SystemTesting
import Testing

@testable import DenseHebbian
@testable import SystemInterface

/// Replica exchange on the enumerated instance of ten spins against exact sums.
@Suite struct GlassStatisticsTests {
  struct Instance: Sendable, CustomTestStringConvertible {
    var order: Int
    /// The load that scales the ladder, by which the hottest replica forgets within a few sweeps. (The instance has five
    /// archetypes; at P = 4 and 1.5 T_K of that load each would be left once in 10⁵ sweeps.)
    var ladderLoad: Double
    var temperature: Double
    var testDescription: String { "P=\(order) T=\(temperature)" }

    var network: BruteForceNetwork {
      DenseHebbianEnumerationTests.Row(
        order: order, temperature: temperature, form: .distinctIndices, hasExamples: false, allUp: 0, energy: 0,
        freeEnergy: 0, squaredMagnetization: 0
      ).network
    }
  }

  static let instances = [
    Instance(order: 2, ladderLoad: 5.0 / 9, temperature: 0.7), Instance(order: 4, ladderLoad: 0.2, temperature: 0.5),
  ]

  /// Probability of each distance between two independent states.
  private func distanceLaw(_ states: EnumeratedStates) -> [Double] {
    var law = [Double](repeating: 0, count: states.spinCount + 1)
    for a in states.weights.indices {
      for b in states.weights.indices { law[(a ^ b).nonzeroBitCount] += states.weights[a] * states.weights[b] }
    }
    return law
  }

  /// Largest |z| over the energy of every rung and over P(q) on every q of probability above 0.002.
  ///
  /// 64 independent runs of 3000 measurements each; energies are compared at the temperatures each run has tuned.
  private func largestScore(
    _ instance: Instance, equilibrationSweeps: Int, rule: ExchangeRule = .exact, runs: Int = 64
  ) throws -> Double {
    let point = try Request.point(
      "quantity=glass interactionOrder=\(instance.order) spinCount=10 storageLoad=\(instance.ladderLoad) "
        + "temperature=\(instance.temperature) exchangeTemperatures=6 measurementSweeps=3000 "
        + "equilibrationSweeps=\(equilibrationSweeps)", for: .simulate)
    let disorder = DenseHebbian.enumeratedInstance(
      try Request.point("quantity=exactEnumeration interactionOrder=\(instance.order)"))
    let states = EnumeratedStates(instance.network, temperature: instance.temperature)
    let shift = disorder.infiniteTemperatureEnergy(skipsCondensed: false) / 10
    var energies = Array(repeating: [Double](), count: 6), densities = Array(repeating: [Double](), count: 11)
    for run in 0..<runs {
      let streams = SampleStreams(seed: 8, system: 0, point: UInt64(instance.order), sample: UInt32(run))
      var simulation = try GlassSimulation(point, on: disorder, streams, rule: rule)
      let result = try simulation.finished()
      guard case .numbers(let temperatures) = result.diagnostics["ladderTemperatures"],
        case .numbers(let means) = result.diagnostics["ladderEnergies"],
        case .curve(let curve) = result.observables["overlapDistribution"]
      else {
        Issue.record("no ladder, or no distribution")
        return .infinity
      }
      for (rung, T) in temperatures.enumerated() {
        let lowest = states.energies.min() ?? 0
        let weights = states.energies.map { exp(-($0 - lowest) / T) }
        let exact = zip(weights, states.energies).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +) / 10
        energies[rung].append(means[rung] + shift - exact)
      }
      for (place, value) in curve.values.enumerated() { densities[place].append((value ?? .nan) * 2 / 10) }
    }
    let law = distanceLaw(states)
    var largest = 0.0
    for (values, exact) in zip(energies + densities, [Double](repeating: 0, count: 6) + law.reversed()) {
      guard exact == 0 || exact > 0.002 else { continue }
      let estimate = try #require(Estimate(of: values))
      largest = max(largest, abs(estimate.mean - exact) / max(try #require(estimate.standardError), 1e-12))
    }
    return largest
  }

  /// Up to 17 scores an instance; Student's law with 63 degrees of freedom puts 1e-7 beyond six, each.
  ///
  /// The coldest energy is known to about 0.0005; see below how far wrong rules are off.
  @Test("Energies on every rung and P(q) are exact, tuned or not", arguments: instances, [40, 1000])
  func exactness(instance: Instance, equilibrationSweeps: Int) throws {
    let score = try largestScore(instance, equilibrationSweeps: equilibrationSweeps)
    #expect(score < 6, "z = \(score)")
  }

  @Test("The same scores reject a swap of the wrong sign, and one that does not reach the replicas")
  func plantedBugs() throws {
    for instance in Self.instances {
      for rule in [ExchangeRule.wrongSign, .forgotten] {
        let score = try largestScore(instance, equilibrationSweeps: 40, rule: rule, runs: 16)
        #expect(score > 12, "a wrong rule passes at \(instance.testDescription): z = \(score)")
      }
    }
  }

  /// Section 5 of the physics: P = 2, N = 300, alpha = 0.2, T = 0.7 has e = -0.533 ± 0.005; RS -0.553 is too low.
  @Test("The pairwise glass lies above its replica-symmetric energy")
  func pairwiseGlass() throws {
    let request = "quantity=glass interactionOrder=2 spinCount=300 storageLoad=0.2 temperature=0.7 "
    let energy = try #require(
      Request.means(
        request + "exchangeTemperatures=10 equilibrationSweeps=600 measurementSweeps=600", samples: 8)["glassEnergy"])
    let error = try #require(energy.standardError)
    expectAgrees(
      energy.mean, standardError: (error * error + 0.005 * 0.005).squareRoot(), exact: -0.533, "e")
    let symmetric = try #require(Request.theory(request)["glassEnergy"])
    #expect(abs(symmetric + 0.553) < 0.0005)
    #expect(error < 0.012 && energy.mean > symmetric, "\(energy)")
  }
}
