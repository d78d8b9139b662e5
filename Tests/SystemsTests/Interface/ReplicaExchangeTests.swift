import Foundation
import NumericalMethods
import Statistics
import SystemTesting
import Testing

@testable import ReplicaExchange
@testable import SystemInterface

/// Swaps of temperatures between replicas, on energies whose law is known.
@Suite struct ReplicaExchangeTests {
  private func ladder(_ inverseTemperatures: [Double]) -> TemperatureLadder {
    TemperatureLadder(inverseTemperatures: inverseTemperatures, heldRung: 0)
  }

  /// Largest violation of pi(a) P(a -> b) = pi(b) P(b -> a) over a grid of temperatures and energies, relative.
  private func imbalance(_ rule: ExchangeRule) -> Double {
    var worst = 0.0
    for (cold, hot) in [(2.0, 1.5), (1.0, 0.2), (0.7, 0.69)] {
      for (first, second) in [(-3.0, -1.0), (-1.0, -3.0), (0.5, 0.5), (-4, 2)] {
        let forward = exp(-cold * first - hot * second) * rule.acceptance(cold - hot, first - second)
        let backward = exp(-cold * second - hot * first) * rule.acceptance(cold - hot, second - first)
        worst = max(worst, abs(forward - backward) / max(forward, backward))
      }
    }
    return worst
  }

  @Test("The swap rule is in detailed balance with the product of Boltzmann laws")
  func detailedBalance() {
    #expect(imbalance(.exact) < 1e-14)
    #expect(imbalance(.wrongSign) > 0.1)
  }

  /// With every swap accepted, replicas run straight through four rungs: up on one link after the other, and down again.
  @Test("A hand-made sequence of swaps: who is where, and whose round trips count")
  func handMade() {
    let always = ExchangeRule(acceptance: { _, _ in 1 }, firstLink: { $0 % 2 })
    var exchange = ReplicaExchange(on: ladder([4, 3, 2, 1]), random: stream(1))
    let order = [[1, 0, 3, 2], [1, 3, 0, 2], [3, 1, 2, 0], [3, 2, 1, 0]]
    for replicas in order {
      exchange.exchange(energies: [0, 0, 0, 0], rule: always)
      #expect(exchange.replicas == replicas)
      for (rung, replica) in replicas.enumerated() { #expect(exchange.rungs[replica] == rung) }
    }
    #expect(exchange.roundTrips == [0, 0, 0, 0])
    for _ in 0..<4 { exchange.exchange(energies: [0, 0, 0, 0], rule: always) }
    #expect(exchange.replicas == [0, 1, 2, 3], "a round trip takes twice the number of rungs")
    // Replica 0 was coldest, hottest after three exchanges, and is coldest again; the others began in between.
    #expect(exchange.roundTrips == [1, 0, 0, 0])
    for _ in 0..<8 { exchange.exchange(energies: [0, 0, 0, 0], rule: always) }
    #expect(exchange.roundTrips == [2, 1, 1, 1])
    #expect(exchange.links.map(\.attemptCount) == [8, 8, 8] && exchange.links.map(\.swapCount) == [8, 8, 8])
    exchange.restartStatistics()
    for _ in 0..<6 { exchange.exchange(energies: [0, 0, 0, 0], rule: always) }
    #expect(exchange.roundTrips == [0, 0, 0, 0])
    exchange.exchange(energies: [0, 0, 0, 0], rule: always)
    #expect(exchange.roundTrips == [1, 0, 0, 0])
    let never = ExchangeRule(acceptance: { _, _ in 0 }, firstLink: { $0 % 2 })
    for _ in 0..<8 { exchange.exchange(energies: [0, 0, 0, 0], rule: never) }
    #expect(exchange.roundTrips == [1, 0, 0, 0] && exchange.replicas == [0, 2, 1, 3])
  }

  @Test("Two rungs exchange at every second step")
  func twoRungs() {
    var exchange = ReplicaExchange(on: ladder([2, 1]), random: stream(2))
    for step in 0..<6 {
      exchange.exchange(energies: [1, 0])
      // The lower energy goes to the colder rung at once, and back with probability exp(-1) at every second step.
      if step == 0 { #expect(exchange.replicas == [1, 0]) }
    }
    #expect(exchange.links[0].attemptCount == 3)
  }

  /// Exponential energies, drawn anew from their law at every step: acceptance and round trips are known.
  ///
  /// z-scores of the mean acceptance of each link, 2/(1 + beta_k/beta_{k+1}), and of the number of round trips of all
  /// replicas in an exchange, 1/[2 + 2 Σ r/(1-r)] with rejections r (Syed et al. 2022; exact for
  /// independent energies). Errors from 100 blocks.
  private func scores(_ rule: ExchangeRule, seed: UInt64) throws -> (acceptance: Double, roundTrips: Double) {
    let betas = [3.0, 2.0, 1.2, 0.8, 0.4]
    var exchange = ReplicaExchange(on: ladder(betas), random: stream(seed)), draws = stream(seed + 1)
    var acceptances = betas.dropLast().map { _ in [Double]() }, trips: [Double] = []
    let block = 4000
    for _ in 0..<100 {
      let before = exchange
      for _ in 0..<block {
        let energies = betas.indices.map { -log(draws.openUniform()) / exchange.inverseTemperature(of: $0) }
        exchange.exchange(energies: energies, rule: rule)
      }
      for link in acceptances.indices {
        let (now, then) = (exchange.links[link], before.links[link])
        acceptances[link].append(
          Double(now.swapCount - then.swapCount) / Double(max(1, now.attemptCount - then.attemptCount)))
      }
      trips.append(Double(exchange.roundTrips.reduce(0, +) - before.roundTrips.reduce(0, +)) / Double(block))
    }
    let exact = (0..<4).map { 2 / (1 + betas[$0] / betas[$0 + 1]) }
    let rate = 1 / (2 + 2 * exact.reduce(0) { $0 + (1 - $1) / $1 })
    let score = { (values: [Double], exact: Double) throws -> Double in
      let estimate = try #require(Estimate(of: values))
      return abs(estimate.mean - exact) / max(try #require(estimate.standardError), 1e-12)
    }
    return (try (0..<4).map { try score(acceptances[$0], exact[$0]) }.max() ?? 0, try score(trips, rate))
  }

  /// Five z-scores up to 6, 3e-8 each by Student's law.
  @Test("Acceptance and round trips on independent exponential energies, which wrong rules fail")
  func exponentialEnergies() throws {
    let right = try scores(.exact, seed: 10)
    #expect(right.acceptance < 6 && right.roundTrips < 6, "\(right)")
    let sign = try scores(.wrongSign, seed: 20)
    #expect(sign.acceptance > 20, "the wrong sign passes: \(sign)")
    // A rule that leaves odd links out, or does not move temperatures, samples the right laws but carries nobody around.
    for rule in [ExchangeRule.alwaysEven, .forgotten] {
      let wrong = try scores(rule, seed: 30)
      #expect(wrong.roundTrips > 20, "a wrong rule passes: \(wrong)")
    }
  }

  @Test("The state goes on with the same bits after it was written and read")
  func coding() throws {
    var exchange = ReplicaExchange(on: ladder([3, 2, 1]), random: stream(3)), draws = stream(4)
    for _ in 0..<25 { exchange.exchange(energies: (0..<3).map { _ in draws.normal() }) }
    var restored = try JSONDecoder().decode(ReplicaExchange.self, from: JSONEncoder().encode(exchange))
    #expect(restored == exchange)
    for _ in 0..<25 {
      let energies = (0..<3).map { _ in draws.normal() }
      exchange.exchange(energies: energies)
      restored.exchange(energies: energies)
    }
    #expect(restored == exchange)
  }

  @Test("Stretches of equilibration double, and the last is half of it")
  func schedule() {
    let schedule = ExchangeSchedule(equilibrationSweeps: 1000, measurementSweeps: 500)
    #expect((0...1500).filter(schedule.tunesLadder) == [62, 125, 250, 500])
    #expect((0..<1500).filter(schedule.measures) == Array(1000..<1500))
    let short = ExchangeSchedule(equilibrationSweeps: 63, measurementSweeps: 1)
    #expect((0...64).filter(short.tunesLadder).isEmpty && short.sweepCount == 64)
    #expect(!(0...9).contains(where: ExchangeSchedule(equilibrationSweeps: 0, measurementSweeps: 9).tunesLadder))
  }
}
