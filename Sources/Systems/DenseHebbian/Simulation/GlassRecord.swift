import RealModule
import ReplicaExchange
import Statistics
import SystemInterface

/// What two sets of replicas showed at every measurement: energies on all rungs, overlaps at the temperature asked for.
struct GlassRecord: Sendable, Codable, Equatable {
  /// H at the temperature asked for [set][measurement], not shifted.
  private(set) var energies: [[Double]] = [[], []]
  /// Sites where A and B agree minus those where they differ, N q, at the temperature asked for.
  private(set) var overlaps: [Int] = []
  /// Sum of H [set][rung].
  private(set) var energySums: [[Double]]
  /// Sum over sets and measurements of the largest overlap with any archetype.
  private(set) var archetypeOverlapSum = 0.0

  /// Nothing yet, on a ladder of `rungCount` rungs.
  init(rungCount: Int) {
    energySums = Array(repeating: Array(repeating: 0, count: rungCount), count: 2)
  }

  /// Number of measurements.
  var count: Int { overlaps.count }

  /// Takes one measurement before an exchange.
  ///
  /// - Parameters:
  ///   - energies: H [set][replica].
  ///   - held: the two replicas at the temperature asked for, A first.
  mutating func measure(
    _ energies: [[Double]], of held: [ReplicaMessage.Measured], on sets: [ReplicaExchange], spinCount N: Int
  ) {
    precondition(held.count == 2, "an overlap needs two replicas, got \(held.count)")
    for (set, exchange) in sets.enumerated() {
      for (rung, replica) in exchange.replicas.enumerated() { energySums[set][rung] += energies[set][replica] }
      self.energies[set].append(energies[set][exchange.heldReplica])
    }
    overlaps.append(N - 2 * held[0].spins.distance(to: held[1].spins))
    archetypeOverlapSum += held[0].largestArchetypeOverlap + held[1].largestArchetypeOverlap
  }

  /// Mean of a power of q.
  private func overlapMoment(_ power: Int, spinCount N: Int) -> Double {
    overlaps.reduce(0) { $0 + Double.pow(Double($1) / Double(N), power) } / Double(count)
  }

  /// P(q) on the N + 1 values of q, as a density: times 2/N it sums to one.
  private func distribution(spinCount N: Int) -> Curve {
    var counts = [Int](repeating: 0, count: N + 1)
    for overlap in overlaps { counts[(overlap + N) / 2] += 1 }
    let density = Double(N) / 2 / Double(count)
    return Curve(
      dimensions: ["overlap"], coordinates: ["overlap": (0...N).map { Double(2 * $0 - N) / Double(N) }],
      values: counts.map { Double($0) * density })
  }

  /// Observables, errors and remarks of the finished sample.
  func result(_ sets: [ReplicaExchange], spinCount N: Int, energyShift: Double) -> SampleResult {
    let series = energies.map { $0.map { ($0 - energyShift) / Double(N) } }
    let means = series.map { $0.reduce(0, +) / Double(count) }
    let errors = series.compactMap { Autocorrelation.standardError(of: $0) }
    let second = overlapMoment(2, spinCount: N)
    var result = SampleResult(
      observables: [
        "glassEnergy": .scalar((means[0] + means[1]) / 2), "overlapDistribution": .curve(distribution(spinCount: N)),
      ],
      diagnostics: exchangeDiagnostics(sets, spinCount: N, energyShift: energyShift),
      moments: [
        "replicaOverlap": OrderParameterMoments(second: second, fourth: overlapMoment(4, spinCount: N))
      ],
      equilibration: evidence(series))
    result.diagnostics["meanSquareOverlap"] = .number(second)
    result.diagnostics["largestArchetypeOverlap"] = .number(archetypeOverlapSum / Double(2 * count))
    result.diagnostics["energyDifferenceOfSets"] = .number(means[0] - means[1])
    result.diagnostics["splitRHat"] = (result.equilibration?.splitRHat).map { .number($0) }
    if errors.count == 2 {
      let error = (errors[0] * errors[0] + errors[1] * errors[1]).squareRoot()
      result.thermalErrors["glassEnergy"] = error / 2
      // A sign would average away over samples.
      let disagreement = min(abs(means[0] - means[1]) / error, 1e6)
      result.diagnostics["disagreementOfSets"] = .number(disagreement)
      result.equilibration?.setDisagreement = disagreement
    }
    let times = series.compactMap { Autocorrelation.integratedTime(of: $0) }
    if times.count == 2 { result.diagnostics["autocorrelationTime"] = .number((times[0] + times[1]) / 2) }
    return result
  }

  /// The energies of A and B at the temperature asked for, against each other and half against half.
  private func evidence(_ series: [[Double]]) -> EquilibrationEvidence? {
    guard count >= 4 else { return nil }
    let mean = zip(series[0], series[1]).map { ($0 + $1) / 2 }, half = count / 2
    let first = mean.prefix(half).reduce(0, +), second = mean.suffix(half).reduce(0, +)
    return EquilibrationEvidence(
      splitRHat: Equilibration.splitRHat(series), drift: (second - first) / Double(half),
      truncatedFraction: Double(Equilibration.truncation(of: mean)) / Double(count))
  }

  private func exchangeDiagnostics(
    _ sets: [ReplicaExchange], spinCount N: Int, energyShift: Double
  ) -> [String: Diagnostic] {
    let acceptances = sets.pooledLinks.compactMap(\.acceptance)
    let attempts = sets.pooledLinks.reduce(0) { $0 + $1.attemptCount }
    let trips = sets.flatMap(\.roundTrips), ladder = sets[0].ladder
    let rungEnergies = (0..<ladder.count).map { rung in
      let mean = (energySums[0][rung] + energySums[1][rung]) / Double(2 * count)
      return (mean - energyShift) / Double(N)
    }
    var diagnostics: [String: Diagnostic] = [
      "exchangeAcceptance": .numbers(acceptances), "exchangeAttempts": .number(Double(attempts)),
      "communicationBarrier": .number(acceptances.reduce(0) { $0 + (1 - $1) }),
      "roundTrips": .number(Double(trips.reduce(0, +))), "roundTripsOfReplicas": .numbers(trips.map(Double.init)),
      "ladderTemperatures": .numbers(ladder.temperatures), "ladderEnergies": .numbers(rungEnergies),
    ]
    diagnostics["smallestExchangeAcceptance"] = acceptances.min().map { .number($0) }
    return diagnostics
  }
}
