import NumericalMethods
import RealModule
import SystemInterface

/// Exact thermal averages over all 2^N states.
struct EnumeratedAverages: Sendable {
  /// <H>/N, not shifted.
  var energy: Double
  /// -(T/N) ln Z.
  var freeEnergy: Double
  /// <m²>.
  var squaredMagnetization: Double
  /// <m⁴>.
  var fourthMoment: Double

  /// Sums over all states of `disorder` at temperature `T`, in Gray-code order: one flip a state.
  init(_ disorder: DisorderSample, temperature T: Double) {
    let N = disorder.spinCount
    precondition(N <= 24, "2^\(N) states are too many to enumerate")
    var chain = SpinChain(on: disorder, from: [Int8](repeating: 1, count: N), rule: .zeroTemperature)
    var states: [(energy: Double, squaredOverlap: Double)] = []
    states.reserveCapacity(1 << N)
    for index in 1...(1 << N) {
      let m = chain.magnetization()
      states.append((chain.energy(), m * m))
      if index < 1 << N { chain.flip(site: index.trailingZeroBitCount) }
    }
    // Weights relative to the lowest energy cannot overflow.
    let lowest = states.reduce(Double.infinity) { min($0, $1.energy) }
    var Z = 0.0, energySum = 0.0, squareSum = 0.0, fourthSum = 0.0
    for state in states {
      let weight = Double.exp(-(state.energy - lowest) / T)
      Z += weight
      energySum += weight * state.energy
      squareSum += weight * state.squaredOverlap
      fourthSum += weight * state.squaredOverlap * state.squaredOverlap
    }
    energy = energySum / Z / Double(N)
    freeEnergy = (lowest - T * Double.log(Z)) / Double(N)
    squaredMagnetization = squareSum / Z
    fourthMoment = fourthSum / Z
  }
}

extension DenseHebbian {
  /// Exact sums over the instance defined by a formula; Binder's cumulant 1 - <m⁴>/(3 <m²>²) as a diagnostic.
  func exactEnumerationTheory(_ point: DenseHebbianPoint) -> TheoryResult {
    let averages = EnumeratedAverages(Self.enumeratedInstance(point), temperature: point.temperature)
    var diagnostics = derivedSizes(at: point)
    let square = averages.squaredMagnetization
    diagnostics["binderCumulant"] = .number(1 - averages.fourthMoment / (3 * square * square))
    return TheoryResult(
      observables: [
        "energy": .scalar(averages.energy), "freeEnergy": .scalar(averages.freeEnergy),
        "squaredMagnetization": .scalar(averages.squaredMagnetization),
      ], diagnostics: diagnostics)
  }

  /// The instance without random numbers: xi_i^mu = -1 if ((i+1)² + 3(mu+1)(i+2) + i mu) mod 7 < 3, else +1.
  ///
  /// With examples, k = (3i + 5mu + i mu) mod (M+1) of the M have the sign of the archetype, y = xi (2k - M).
  static func enumeratedInstance(_ point: DenseHebbianPoint) -> DisorderSample {
    let N = point.spinCount ?? 10, K = point.archetypeCount(spinCount: point.spinCount ?? 10)
    let sites = (0..<N).flatMap { i in (0..<K).map { mu in (i, mu) } }
    let signs = sites.map { i, mu -> Int8 in ((i + 1) * (i + 1) + 3 * (mu + 1) * (i + 2) + i * mu) % 7 < 3 ? -1 : 1 }
    let archetype = (0..<N).map { signs[$0 * K] }
    guard case .finite(let M, _) = point.dataset.examples else {
      return DisorderSample(
        point, spinCount: N, columns: K, archetype: archetype, rows: .signs(.copy(of: signs)))
    }
    let means = zip(sites, signs).map { site, sign -> Int16 in
      let k = (3 * site.0 + 5 * site.1 + site.0 * site.1) % (M + 1)
      return Int16(sign) * Int16(2 * k - M)
    }
    return DisorderSample(
      point, spinCount: N, columns: K, archetype: archetype, rows: .integers(.copy(of: means)))
  }
}
