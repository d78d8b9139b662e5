import RealModule
import SystemInterface

extension MultitaskingHebbian {
  /// Exact sums over all 2^N states of the instance of section 8, in Gray-code order: one flip a state.
  func exactEnumerationTheory(_ point: MultitaskingHebbianPoint) -> TheoryResult {
    let N = point.neuronCount, K = point.patternCount, T = point.temperature
    let patterns = DilutedPatterns.enumerated(neuronCount: N, patternCount: K)
    var spins = [Int8](repeating: 1, count: N)
    var sums = patterns.sums(with: spins)
    // Σ_mu (N m_mu)² by state; H = -that/(2N). Weights relative to the lowest energy cannot overflow.
    let unit = 1 / (2 * Double(N) * T)
    let largest = Self.forEachState(patterns, &spins, &sums) { sums, largest in
      largest = max(largest, Self.square(sums))
    }
    var Z = 0.0, energy = 0.0, squares = [Double](repeating: 0, count: K)
    spins = [Int8](repeating: 1, count: N)
    sums = patterns.sums(with: spins)
    _ = Self.forEachState(patterns, &spins, &sums) { sums, _ in
      let square = Self.square(sums), weight = Double.exp(Double(square - largest) * unit)
      Z += weight
      energy += weight * Double(square)
      for mu in sums.indices { squares[mu] += weight * Double(sums[mu] * sums[mu]) }
    }
    let size = Double(N)
    return TheoryResult(observables: [
      "energy": .scalar(-energy / Z / (2 * size * size)),
      "squaredMagnetization": .patterns(squares.map { $0 / Z / (size * size) }),
      "logPartitionFunction": .scalar(Double.log(Z) + Double(largest) * unit),
    ])
  }

  private static func square(_ sums: [Int]) -> Int { sums.reduce(0) { $0 + $1 * $1 } }

  /// Calls `body` with Σ_i ξ_i s_i in every state, and hands on a number that it may change.
  private static func forEachState(
    _ patterns: DilutedPatterns, _ spins: inout [Int8], _ sums: inout [Int], _ body: (_ sums: [Int], inout Int) -> Void
  ) -> Int {
    let N = patterns.neuronCount, K = patterns.patternCount
    var carried = 0
    for index in 1...(1 << N) {
      body(sums, &carried)
      guard index < 1 << N else { break }
      let i = index.trailingZeroBitCount
      spins[i] = -spins[i]
      for mu in 0..<K { sums[mu] += 2 * Int(patterns.entries[i * K + mu]) * Int(spins[i]) }
    }
    return carried
  }
}
