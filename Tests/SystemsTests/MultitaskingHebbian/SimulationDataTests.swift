import NumericalMethods
import StatisticalTesting
import Testing

@testable import MultitaskingHebbian
@testable import SystemInterface

@Suite("Multitasking Hebbian: patterns and examples") struct SimulationDataTests {
  @Test("Entries are blank with probability d and have no preferred sign")
  func patterns() {
    let N = 20000, patterns = SimulationInstances.patterns(N, 3, dilution: 0.3)
    let blank = Double(patterns.entries.filter { $0 == 0 }.count) / Double(3 * N)
    expectAgrees(blank, standardError: (0.3 * 0.7 / Double(3 * N)).squareRoot(), exact: 0.3, "blank")
    let mean = Double(patterns.entries.reduce(0) { $0 + Int($1) }) / Double(3 * N)
    expectAgrees(mean, standardError: (0.7 / Double(3 * N)).squareRoot(), exact: 0, "mean")
  }

  @Test("Supervised sums are the sums of the unsupervised examples of the same stream", arguments: [5, 200])
  func sharedExamples(M: Int) {
    let sums = SimulationInstances.learning(50, 3, dilution: 0.3, examples: M, quality: 0.4, isSupervised: true)
    let single = SimulationInstances.learning(50, 3, dilution: 0.3, examples: M, quality: 0.4, isSupervised: false)
    #expect(sums.patterns == single.patterns)
    for i in 0..<50 {
      for mu in 0..<3 {
        #expect(sums.columns.entry(i, mu) == (0..<M).reduce(0) { $0 + single.columns.entry(i, mu * M + $1) })
      }
    }
  }

  @Test("Examples keep an entry with probability (1 + r)/2 and leave blanks blank")
  func quality() {
    let N = 5000,
      sample = SimulationInstances.learning(N, 1, dilution: 0.3, examples: 4, quality: 0.4, isSupervised: false)
    var kept = 0, active = 0
    for i in 0..<N {
      for a in 0..<4 {
        let entry = sample.columns.entry(i, a), pattern = Int(sample.patterns.entries[i])
        #expect((entry == 0) == (pattern == 0))
        kept += entry * pattern > 0 ? 1 : 0
        active += abs(pattern)
      }
    }
    let fraction = Double(kept) / Double(active)
    expectAgrees(fraction, standardError: (0.7 * 0.3 / Double(active)).squareRoot(), exact: 0.7, "kept")
  }

  @Test("Energy equals the product of losses for every configuration, to 1e-14 (section 2.4)")
  func lossIdentity() {
    let samples = [
      SimulationInstances.storage(37, 3, dilution: 0.4),
      SimulationInstances.learning(37, 2, dilution: 0.4, examples: 7, quality: 0.5, isSupervised: true, Gamma: 0.7),
      SimulationInstances.learning(37, 2, dilution: 0.4, examples: 7, quality: 0.5, isSupervised: false, Gamma: 0.7),
    ]
    for sample in samples {
      for number in 0..<200 {
        let spins = SimulationInstances.randomSpins(37, number)
        let sums = sample.columns.sums(with: spins)
        let energy = sample.columns.layout.energy(
          squareSum: sums.reduce(0) { $0 + $1 * $1 }, fieldNormalization: sample.fieldNormalization)
        let loss = sample.columns.lossEnergy(of: spins, fieldNormalization: sample.fieldNormalization)
        #expect(abs(energy - loss) <= 1e-14, "\(energy), \(loss)")
      }
    }
  }

  @Test("Starts: one pattern, the first that is not blank, their majority, a prescribed mean")
  func starts() {
    let N = 40000, patterns = SimulationInstances.patterns(N, 3, dilution: 0.4)
    func spins(_ start: SpinStart) -> [Int8] {
      var random = SimulationInstances.stream(.initialState)
      return patterns.spins(at: start, using: &random)
    }
    let (pure, first, majority) = (spins(.pure), spins(.hierarchical), spins(.parallel))
    for i in 0..<N {
      let row = patterns.entries(site: i)
      if row.first! != 0 { #expect(pure[i] == row.first!) }
      if let entry = row.first(where: { $0 != 0 }) { #expect(first[i] == entry) }
      let sum = row.reduce(0) { $0 + Int($1) }
      if sum != 0 { #expect(Int(majority[i]) == sum.signum()) }
    }
    let free = (0..<N).filter { i in patterns.entries(site: i).allSatisfy { $0 == 0 } }
    let mean = Double(free.reduce(0) { $0 + Int(first[$1]) }) / Double(free.count)
    expectAgrees(mean, standardError: 1 / Double(free.count).squareRoot(), exact: 0, "free spins")
    let m0 = [0.35, 0.2, 0.05]
    let sums = patterns.sums(with: spins(.prescribed(magnetization: m0, dilution: 0.4)))
    for mu in 0..<3 {
      expectAgrees(
        Double(sums[mu]) / Double(N), standardError: (0.6 / Double(N)).squareRoot(), exact: m0[mu], "m_\(mu + 1)")
    }
  }
}
