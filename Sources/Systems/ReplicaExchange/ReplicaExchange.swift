import NumericalMethods
import RealModule

/// Replica exchange on one temperature ladder: temperatures move between replicas, configurations stay where they are.
///
/// The neighbouring rungs that try to swap are the even links at one exchange and the odd links at the next
/// (deterministic even–odd, hence non-reversible, scheme of Okabe et al., Chem. Phys. Lett. 335, 435 (2001), and Syed,
/// Bouchard-Côté, Deligiannidis & Doucet, J. R. Stat. Soc. B 84, 321 (2022)): a replica that is never rejected runs straight
/// through the ladder, and the time of a round trip grows with the number of rungs only linearly.
///
/// Energies are all that an exchange needs to know. Its random numbers come from a stream of its own, one for every link
/// that is tried: whoever sees the same energies draws the same conclusions.
public struct ReplicaExchange: Sendable, Codable, Equatable {
  /// The temperatures.
  public private(set) var ladder: TemperatureLadder
  /// The replica on each rung.
  public private(set) var replicas: [Int]
  /// The rung of each replica.
  public private(set) var rungs: [Int]
  /// Exchanges so far.
  public private(set) var exchangeCount = 0
  /// What was seen of each link, the coldest first, since `restartStatistics`.
  public private(set) var links: [Link]
  /// Round trips of each replica since `restartStatistics`: coldest rung, hottest rung, and back.
  public private(set) var roundTrips: [Int]
  private var lastEnd: [End]
  private var random: RandomStream

  /// What happened at the link between two neighbouring rungs.
  public struct Link: Sendable, Codable, Equatable {
    /// Swaps tried.
    public var attemptCount = 0
    /// Swaps done.
    public var swapCount = 0
    /// Sum of the acceptance probabilities: a less noisy estimate than the number of swaps.
    public var acceptanceSum = 0.0

    /// Mean acceptance probability; `nil` before the first attempt.
    public var acceptance: Double? { attemptCount == 0 ? nil : acceptanceSum / Double(attemptCount) }
  }

  /// The end of the ladder on which a replica was last.
  private enum End: Int, Codable {
    /// None, or the hottest before it ever was on the coldest.
    case none
    /// The coldest rung.
    case coldest
    /// The hottest rung, after the coldest.
    case hottest
  }

  /// Replica k on rung k.
  public init(on ladder: TemperatureLadder, random: RandomStream) {
    self.ladder = ladder
    self.random = random
    replicas = Array(0..<ladder.count)
    rungs = replicas
    (links, roundTrips, lastEnd) = ([], [], [])
    restartStatistics()
  }

  /// Temperature of a replica, as beta = 1/T.
  public func inverseTemperature(of replica: Int) -> Double { ladder.inverseTemperatures[rungs[replica]] }

  /// The replica on the rung at the temperature that is asked for.
  public var heldReplica: Int { replicas[ladder.heldRung] }

  /// Tries to swap the temperatures of neighbours.
  ///
  /// - Parameters:
  ///   - energies: H of each replica, by replica.
  ///   - rule: the exact one, but for tests that must notice a wrong one.
  public mutating func exchange(energies: [Double], rule: ExchangeRule = .exact) {
    precondition(energies.count == replicas.count, "\(energies.count) energies for \(replicas.count) replicas")
    for link in stride(from: rule.firstLink(exchangeCount), to: links.count, by: 2) {
      let (cold, hot) = (replicas[link], replicas[link + 1])
      let acceptance = rule.acceptance(
        ladder.inverseTemperatures[link] - ladder.inverseTemperatures[link + 1], energies[cold] - energies[hot])
      links[link].attemptCount += 1
      links[link].acceptanceSum += acceptance
      guard random.uniform() < acceptance else { continue }
      links[link].swapCount += 1
      (replicas[link], replicas[link + 1]) = (hot, cold)
      if rule.movesTemperatures { (rungs[cold], rungs[hot]) = (link + 1, link) }
    }
    exchangeCount += 1
    noteEnds()
  }

  private mutating func noteEnds() {
    let (cold, hot) = (replicas[0], replicas[replicas.count - 1])
    if lastEnd[cold] == .hottest { roundTrips[cold] += 1 }
    lastEnd[cold] = .coldest
    if lastEnd[hot] == .coldest { lastEnd[hot] = .hottest }
  }

  /// Forgets acceptance rates and round trips, as at the beginning of a measurement.
  public mutating func restartStatistics() {
    links = Array(repeating: Link(), count: ladder.count - 1)
    roundTrips = Array(repeating: 0, count: ladder.count)
    lastEnd = Array(repeating: .none, count: ladder.count)
    lastEnd[replicas[0]] = .coldest
  }

  /// Goes on at other temperatures, each replica on the rung where it is, with fresh statistics.
  public mutating func move(to ladder: TemperatureLadder) {
    precondition(ladder.count == self.ladder.count, "\(ladder.count) rungs for \(replicas.count) replicas")
    self.ladder = ladder
    restartStatistics()
  }
}

/// Which swaps are tried and accepted.
///
/// Only the exact rule is right; the others exist so that tests can show that they would notice.
public struct ExchangeRule: Sendable {
  /// Probability of a swap from beta(cold) - beta(hot) and H(cold) - H(hot).
  public var acceptance: @Sendable (_ inverseTemperatureStep: Double, _ energyDifference: Double) -> Double
  /// The first link to try by the number of exchanges so far; every second one follows.
  public var firstLink: @Sendable (_ exchangeCount: Int) -> Int
  /// Whether replicas are told their new temperatures.
  public var movesTemperatures = true

  /// A rule of that acceptance that starts with that link.
  public init(
    acceptance: @escaping @Sendable (_ inverseTemperatureStep: Double, _ energyDifference: Double) -> Double,
    firstLink: @escaping @Sendable (_ exchangeCount: Int) -> Int
  ) {
    (self.acceptance, self.firstLink) = (acceptance, firstLink)
  }

  /// min(1, exp[(beta_a - beta_b)(H_a - H_b)]), which keeps the product of the Boltzmann laws; even and odd links in turn.
  public static let exact = ExchangeRule(acceptance: { min(1, Double.exp($0 * $1)) }, firstLink: { $0 % 2 })
}

extension [ReplicaExchange] {
  /// Acceptance, attempts and swaps of each link over several exchanges on one ladder, in their order.
  public var pooledLinks: [ReplicaExchange.Link] {
    self[0].links.indices.map { link in
      reduce(into: ReplicaExchange.Link()) { sum, exchange in
        sum.attemptCount += exchange.links[link].attemptCount
        sum.swapCount += exchange.links[link].swapCount
        sum.acceptanceSum += exchange.links[link].acceptanceSum
      }
    }
  }

  /// Moves all to the ladder on which their links would be rejected equally often.
  public mutating func retune() {
    // Half a rejection more than was seen: no link is free, and a short look proves little.
    let rejections = pooledLinks.map {
      (Double($0.attemptCount) - $0.acceptanceSum + 0.5) / Double($0.attemptCount + 1)
    }
    let ladder = self[0].ladder.retuned(rejections: rejections)
    for index in indices { self[index].move(to: ladder) }
  }
}

/// The stages of a run: equilibration in stretches, each twice as long as the one before, then measurement.
///
/// The ladder is tuned after every stretch but the last, which takes half of the equilibration and lets the replicas settle
/// on the rungs that the measurement uses.
public struct ExchangeSchedule: Sendable {
  /// Sweeps of each replica before measurement.
  public let equilibrationSweeps: Int
  /// Sweeps of each replica with measurement.
  public let measurementSweeps: Int

  /// That many sweeps before the first measurement, and with measurements.
  public init(equilibrationSweeps: Int, measurementSweeps: Int) {
    (self.equilibrationSweeps, self.measurementSweeps) = (equilibrationSweeps, measurementSweeps)
  }

  /// Shorter stretches tell too little of rejection rates.
  private static let shortestStretch = 32

  /// Sweeps of the whole run.
  public var sweepCount: Int { equilibrationSweeps + measurementSweeps }

  /// Whether the ladder is tuned after that many sweeps: after 1/2, 1/4, 1/8, … of the equilibration.
  public func tunesLadder(after sweeps: Int) -> Bool {
    var end = equilibrationSweeps / 2
    while end > sweeps { end /= 2 }
    return end == sweeps && sweeps >= Self.shortestStretch
  }

  /// Whether sweep number `sweep`, from 0, is followed by a measurement.
  public func measures(sweep: Int) -> Bool { sweep >= equilibrationSweeps }
}
