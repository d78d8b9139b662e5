import NumericalMethods
import RealModule
import StatisticalTesting
import Testing

@testable import DenseHebbian
@testable import SystemInterface

/// The update rule as a transition matrix over all states: no randomness.
@Suite struct DetailedBalanceTests {
  static let beta = 1.3
  static let rules = [UpdateRule.heatBath(beta: beta), .metropolis(beta: beta)]

  /// P(state → state with spin i reversed) of one update of spin i, [state][i].
  private static func flips(_ network: TestNetwork, _ rule: UpdateRule, fieldFactor: Double = 1) -> [[Double]] {
    let N = network.bruteForce.spinCount
    return (0..<1 << N).map { state in
      let spins = EnumeratedStates.spins(state, count: N)
      let chain = network.chain(from: spins, rule: rule)
      return (0..<N).map { i in
        rule.flipProbability(fieldAlongSpin: fieldFactor * Double(spins[i]) * chain.cavityField(site: i))
      }
    }
  }

  /// Largest violations of π(a)P(a→b) = π(b)P(b→a) and of πP = π, relative to the probabilities.
  private static func violations(_ weights: [Double], _ flips: [[Double]]) -> (balance: Double, invariance: Double) {
    var balance = 0.0, invariance = 0.0
    let N = flips[0].count
    for a in weights.indices {
      var flow = 0.0
      for i in 0..<N {
        let b = a ^ (1 << i)
        let forth = weights[a] * flips[a][i], back = weights[b] * flips[b][i]
        balance = max(balance, abs(forth - back) / max(forth, back))
        flow += (back - forth) / Double(N)
      }
      invariance = max(invariance, abs(flow) / weights[a])
    }
    return (balance, invariance)
  }

  @Test("Detailed balance and invariance for every kind of network", arguments: TestNetwork.Kind.all)
  func balance(kind: TestNetwork.Kind) throws {
    let N = kind.order == 8 ? 9 : kind.order
    let network = try TestNetwork(kind, spinCount: max(N, 6) + (kind.order == 6 ? 1 : 0), archetypeCount: 3, seed: 31)
    let states = EnumeratedStates(network.bruteForce, temperature: 1 / Self.beta)
    for rule in Self.rules {
      let found = Self.violations(states.weights, Self.flips(network, rule))
      #expect(found.balance < 1e-12, "\(rule)")
      #expect(found.invariance < 1e-12, "\(rule)")
    }
  }

  @Test("A field of the wrong sign, or twice too large, breaks both")
  func plantedField() throws {
    let kind = TestNetwork.Kind(order: 4, form: .distinctIndices, rows: .classMeans)
    let network = try TestNetwork(kind, spinCount: 8, archetypeCount: 3, seed: 31)
    let states = EnumeratedStates(network.bruteForce, temperature: 1 / Self.beta)
    for rule in Self.rules {
      for factor in [-1.0, 2, 0.5] {
        let found = Self.violations(states.weights, Self.flips(network, rule, fieldFactor: factor))
        #expect(found.balance > 0.1 && found.invariance > 0.01, "\(rule), factor \(factor)")
      }
    }
  }

  @Test("The rules in numbers")
  func rules() {
    for field in [-3.0, -0.2, 0, 0.4, 50] {
      let boltzmann = exponential(-2 * Self.beta * field)
      expectClose(
        Self.rules[0].flipProbability(fieldAlongSpin: field), boltzmann / (1 + boltzmann), 1e-15, "heat bath")
      expectClose(Self.rules[1].flipProbability(fieldAlongSpin: field), min(1, boltzmann), 1e-15, "Metropolis")
    }
    #expect([-0.1, 0, 0.1].map { UpdateRule.zeroTemperature.flipProbability(fieldAlongSpin: $0) } == [1, 0, 0])
  }
}

/// e^x.
func exponential(_ x: Double) -> Double { Double.exp(x) }
