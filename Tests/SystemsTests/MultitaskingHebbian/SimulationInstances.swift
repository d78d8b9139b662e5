import NumericalMethods

@testable import MultitaskingHebbian
@testable import SystemInterface

/// Samples and reference chains for the tests of the simulation.
enum SimulationInstances {
  static func stream(_ purpose: StreamKey.Purpose, _ number: Int = 0) -> RandomStream {
    RandomStream(StreamKey(seed: 5, system: 0, point: UInt64(number), purpose: purpose))
  }

  static func patterns(_ N: Int, _ K: Int, dilution: Double, _ number: Int = 0) -> DilutedPatterns {
    var random = stream(.disorder, number)
    return DilutedPatterns(neuronCount: N, patternCount: K, dilution: dilution, random: &random)
  }

  static func storage(_ N: Int, _ K: Int, dilution: Double, _ number: Int = 0) -> MultitaskingSample {
    let patterns = patterns(N, K, dilution: dilution, number)
    return MultitaskingSample(patterns: patterns, columns: DataColumns(storing: patterns), fieldNormalization: 1)
  }

  static func learning(
    _ N: Int, _ K: Int, dilution: Double, examples M: Int, quality r: Double, isSupervised: Bool, Gamma: Double = 1
  ) -> MultitaskingSample {
    let patterns = patterns(N, K, dilution: dilution)
    var random = stream(.data)
    return MultitaskingSample(
      patterns: patterns,
      columns: DataColumns(examplesOf: patterns, count: M, quality: r, isSupervised: isSupervised, random: &random),
      fieldNormalization: Gamma)
  }

  /// The instance of section 8.
  static func enumerated(_ N: Int, _ K: Int) -> MultitaskingSample {
    let patterns = DilutedPatterns.enumerated(neuronCount: N, patternCount: K)
    return MultitaskingSample(patterns: patterns, columns: DataColumns(storing: patterns), fieldNormalization: 1)
  }

  static func randomSpins(_ N: Int, _ number: Int = 0) -> [Int8] {
    var random = stream(.initialState, number)
    return (0..<N).map { _ in random.sign() }
  }
}

/// The chain of the page in its plainest form: fields of section 4 summed afresh at every attempt, probabilities by exp.
struct PlainHeatBath {
  let sample: MultitaskingSample
  let temperature: Double
  var spins: [Int8]

  /// h_i = (1/(Γ_C N)) Σ_c A_ic Σ_{j≠i} A_jc s_j.
  func field(site i: Int) -> Double {
    var sum = 0.0
    for c in 0..<sample.columns.columnCount {
      let a = sample.columns.entry(i, c)
      if a == 0 { continue }
      for j in spins.indices where j != i { sum += Double(a * sample.columns.entry(j, c) * Int(spins[j])) }
    }
    return sum / (sample.columnNormalization * Double(spins.count))
  }

  mutating func sweep(using random: inout RandomStream) -> Int {
    let N = spins.count
    var flips = 0
    for start in stride(from: 0, to: N, by: AttemptBlock.size) {
      let count = min(AttemptBlock.size, N - start)
      let sites = (0..<count).map { _ in random.index(below: N) }
      let uniforms = (0..<count).map { _ in temperature > 0 ? random.uniform() : 0 }
      for (i, u) in zip(sites, uniforms) {
        let h = field(site: i), old = spins[i]
        if temperature > 0 {
          spins[i] = u < 1 / (1 + Double.exp(-2 * h / temperature)) ? 1 : -1
        } else if abs(h) > 1e-14 {
          spins[i] = h > 0 ? 1 : -1
        }
        if spins[i] != old { flips += 1 }
      }
    }
    return flips
  }
}

/// Sums over all 2^N states, with the i = j terms in the energy.
struct AllStates {
  private(set) var logPartitionFunction = 0.0
  private(set) var energy = 0.0
  private(set) var squaredMagnetization: [Double]
  /// Boltzmann weights, normalised, by the bits of the state.
  private(set) var probabilities: [Double] = []

  static func spins(_ state: Int, _ N: Int) -> [Int8] { (0..<N).map { state >> $0 & 1 == 1 ? 1 : -1 } }

  init(_ sample: MultitaskingSample, temperature: Double) {
    let N = sample.neuronCount
    let energies = (0..<1 << N).map { state in
      let sums = sample.columns.sums(with: Self.spins(state, N))
      return Double(N)
        * sample.columns.layout.energy(
          squareSum: sums.reduce(0) { $0 + $1 * $1 }, fieldNormalization: sample.fieldNormalization)
    }
    let lowest = energies.min()!
    let weights = energies.map { Double.exp(-($0 - lowest) / temperature) }
    let total = weights.reduce(0, +)
    logPartitionFunction = Double.log(total) - lowest / temperature
    probabilities = weights.map { $0 / total }
    squaredMagnetization = [Double](repeating: 0, count: sample.patterns.patternCount)
    for (state, p) in probabilities.enumerated() {
      energy += p * energies[state] / Double(N)
      for (mu, sum) in sample.patterns.sums(with: Self.spins(state, N)).enumerated() {
        squaredMagnetization[mu] += p * Double(sum * sum) / Double(N * N)
      }
    }
  }
}
