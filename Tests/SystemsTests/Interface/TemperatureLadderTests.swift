import Foundation
import NumericalMethods
import StatisticalTesting
import SystemTesting
import Testing

@testable import ReplicaExchange
@testable import SystemInterface

/// Rungs of replica exchange: where they stand at first, and where tuning moves them.
@Suite struct TemperatureLadderTests {
  @Test("Equal ratios between the ends, the nearest rung at the temperature asked for")
  func geometric() {
    let ladder = TemperatureLadder(geometricFrom: 0.1, to: 1.6, count: 5, holding: 0.45)
    let exact = [0.1, 0.2, 0.45, 0.8, 1.6]
    for (T, expected) in zip(ladder.temperatures, exact) { expectClose(T, expected, 1e-14, "rung") }
    #expect(ladder.heldRung == 2)
    #expect(ladder.inverseTemperatures[2] == 1 / 0.45 && ladder.inverseTemperatures[0] == 1 / 0.1)
    #expect(TemperatureLadder(geometricFrom: 0.1, to: 1.6, count: 5, holding: 0.1).heldRung == 0)
    #expect(TemperatureLadder(geometricFrom: 0.1, to: 1.6, count: 5, holding: 1.6).heldRung == 4)
    let two = TemperatureLadder(geometricFrom: 0.1, to: 1.6, count: 2, holding: 0.9)
    #expect(two.heldRung == 1 && two.inverseTemperatures == [10, 1 / 0.9])
  }

  /// Energies E ~ Gamma(shape a, scale T): a constant heat capacity a. Rejection depends on the ratio of temperatures only,
  /// so that the ladder of equal rejection is geometric.
  private func gammaEnergy(shape a: Int, _ T: Double, _ random: inout RandomStream) -> Double {
    (0..<a).reduce(0) { sum, _ in sum - log(random.openUniform()) } * T
  }

  private func tuned(
    from start: TemperatureLadder, rounds: Int, rule: ExchangeRule = .exact, seed: UInt64
  ) -> (ladder: TemperatureLadder, rejections: [Double]) {
    var sets = [ReplicaExchange(on: start, random: stream(seed))], draws = stream(seed + 1)
    for round in 0..<rounds {
      if round > 0 { sets.retune() }
      for _ in 0..<(1000 << round) {
        let energies = start.inverseTemperatures.indices.map {
          gammaEnergy(shape: 6, 1 / sets[0].inverseTemperature(of: $0), &draws)
        }
        sets[0].exchange(energies: energies, rule: rule)
      }
    }
    return (sets[0].ladder, sets[0].links.compactMap(\.acceptance).map { 1 - $0 })
  }

  /// Rejection is 0.44 for each of eight links of equal ratio; equal steps of T begin with rates from 0.92 to 0.17.
  ///
  /// 64000 exchanges in the last look give rates to 0.002; what the look before left them unequal by is 0.003.
  @Test("Tuning makes rejection equal: for a constant heat capacity the ladder becomes geometric")
  func equalRejection() throws {
    let linear = TemperatureLadder(
      inverseTemperatures: (0..<9).map { 1 / (0.1 + 1.5 * Double($0) / 8) }, heldRung: 0)
    let untuned = tuned(from: linear, rounds: 1, seed: 40).rejections
    #expect(try #require(untuned.max()) > 4 * (try #require(untuned.min())))
    let (ladder, rejections) = tuned(from: linear, rounds: 7, seed: 42)
    let mean = rejections.reduce(0, +) / Double(rejections.count)
    #expect(abs(mean - 0.44) < 0.01, "\(mean)")
    for (link, rejection) in rejections.enumerated() {
      #expect(abs(rejection - mean) < 0.02, "link \(link): \(rejection), mean \(mean)")
    }
    for (rung, T) in ladder.temperatures.enumerated() {
      let geometric = 0.1 * pow(16, Double(rung) / 8)
      #expect(abs(T / geometric - 1) < 0.03, "rung \(rung): \(T), geometric \(geometric)")
    }
    #expect(ladder.inverseTemperatures[0] == linear.inverseTemperatures[0])
    #expect(ladder.inverseTemperatures[8] == linear.inverseTemperatures[8])
  }

  /// The held temperature 0.5 is at ln 5/ln 16 = 0.58 of the barrier: rung 5 of 8, with equal ratios on either side.
  @Test("The held temperature stays, on the rung that its barrier asks for")
  func heldRung() {
    let start = TemperatureLadder(
      inverseTemperatures: [0.1, 0.25, 0.5, 0.7, 0.9, 1.1, 1.3, 1.45, 1.6].map { 1 / $0 }, heldRung: 2)
    let (ladder, _) = tuned(from: start, rounds: 7, seed: 44)
    #expect(ladder.heldRung == 5)
    #expect(ladder.inverseTemperatures[5] == 1 / 0.5)
    for (rung, T) in ladder.temperatures.enumerated() {
      let exact = rung <= 5 ? 0.1 * pow(5, Double(rung) / 5) : 0.5 * pow(3.2, Double(rung - 5) / 3)
      #expect(abs(T / exact - 1) < 0.03, "rung \(rung): \(T), exact \(exact)")
    }
  }

  @Test("Tuning of rates that are equal changes nothing, and what it gives is always a ladder")
  func retuning() {
    let ladder = TemperatureLadder(geometricFrom: 0.2, to: 2, count: 7, holding: 0.2 * pow(10, 0.5))
    let same = ladder.retuned(rejections: Array(repeating: 0.3, count: 6))
    for (a, b) in zip(ladder.inverseTemperatures, same.inverseTemperatures) { expectClose(b, a, 1e-13, "rung") }
    var random = stream(46)
    for _ in 0..<200 {
      let count = 2 + random.index(below: 20), held = random.index(below: count)
      var T = 0.1
      let rungs = (0..<count).map { _ -> Double in
        T *= 1 + 2 * random.openUniform()
        return 1 / T
      }
      let start = TemperatureLadder(inverseTemperatures: rungs, heldRung: held)
      let rejections = (1..<count).map { _ in pow(10, -4 * random.uniform()) }
      let tuned = start.retuned(rejections: rejections)
      #expect(zip(tuned.inverseTemperatures, tuned.inverseTemperatures.dropFirst()).allSatisfy { $0 > $1 })
      #expect(tuned.inverseTemperatures[tuned.heldRung] == rungs[held])
      #expect(tuned.inverseTemperatures[0] == rungs[0] && tuned.inverseTemperatures[count - 1] == rungs[count - 1])
    }
  }
}
