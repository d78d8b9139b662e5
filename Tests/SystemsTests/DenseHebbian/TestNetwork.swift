import NumericalMethods
import SystemTesting
import Testing

@testable import DenseHebbian
@testable import SystemInterface

/// A small network drawn for a test: the sample under test, and the same network by brute force.
struct TestNetwork {
  /// One kind of network.
  struct Kind: Sendable, CustomTestStringConvertible {
    var order: Int
    var form: InteractionForm
    var rows: Rows

    enum Rows: String, Sendable, CaseIterable {
      /// Archetypes, ±1.
      case archetypes
      /// Class means of three examples, as whole numbers.
      case classMeans
      /// Class means of one magnitude: different sites are counted exactly.
      case equalMeans
      /// Two examples of each archetype without a teacher, ±1.
      case examples
    }

    var testDescription: String { "P=\(order) \(form) \(rows)" }

    /// Every order, form and kind of rows.
    static let all = [2, 4, 6, 8].flatMap { order in
      [InteractionForm.distinctIndices, .fullPower].flatMap { form in
        Rows.allCases.map { Kind(order: order, form: form, rows: $0) }
      }
    }
  }

  let disorder: DisorderSample
  let bruteForce: BruteForceNetwork
  /// Archetype 1.
  let archetype: [Int]
  /// Class means of archetype 1 over their standard deviation √R.
  let standardizedEntries: [Double]

  /// A network of `N` spins and `K` archetypes of that kind, with noise on the synapses of strength `tau`.
  init(_ kind: Kind, spinCount N: Int, archetypeCount K: Int, seed: UInt64, synapticNoise tau: Double = 0) throws {
    var random = RandomStream(StreamKey(seed: seed, system: 0, point: 0, purpose: .data))
    let M = kind.rows == .examples ? 2 : kind.rows == .archetypes ? 1 : 3
    let r = 0.6, R = kind.rows == .archetypes ? 1 : r * r + (1 - r * r) / Double(M)
    var request = "interactionOrder=\(kind.order) interactionForm=\(kind.form.rawValue) spinCount=\(max(N, 9))"
    if M > 1 { request += " examplesPerArchetype=\(M) datasetQuality=\(r)" }
    if kind.rows == .examples { request += " learningProtocol=unsupervised" }
    let point = try Request.point(request)

    let archetypes = (0..<K).map { _ in (0..<N).map { _ in Int(random.sign()) } }
    let columns = archetypes.flatMap { xi -> [[Int]] in
      switch kind.rows {
      case .archetypes: return [xi]
      case .classMeans: return [xi.map { $0 * (2 * random.index(below: 4) - 3) }]
      case .equalMeans: return [xi.map { $0 * 3 }]
      case .examples: return (0..<M).map { _ in xi.map { random.uniform() < (1 + r) / 2 ? $0 : -$0 } }
      }
    }
    let entries = (0..<N).flatMap { site in columns.map { $0[site] } }
    let holdsSums = kind.rows == .classMeans || kind.rows == .equalMeans
    archetype = archetypes[0]
    disorder = DisorderSample(
      point, spinCount: N, columns: columns.count, archetype: archetype.map(Int8.init),
      rows: holdsSums ? .integers(.copy(of: entries.map(Int16.init))) : .signs(.copy(of: entries.map(Int8.init))),
      synapticNoise: tau == 0
        ? nil : SynapticNoise(order: kind.order, spinCount: N, strength: tau, random: &random))
    bruteForce = BruteForceNetwork(
      order: kind.order, isDistinct: kind.form == .distinctIndices, columns: columns, unit: holdsSums ? M : 1,
      multiplicity: kind.rows == .examples ? M : 1, R: R)
    let condensed = columns.prefix(kind.rows == .examples ? M : 1)
    standardizedEntries = (0..<N).map { site in
      Double(condensed.reduce(0) { $0 + $1[site] }) / (Double(M) * R.squareRoot())
    }
  }

  /// The inverse temperature at which a typical field in the deepest state, a stored pattern, is worth one unit.
  var lukewarmBeta: Double {
    let spins = bruteForce.columns[0].map { $0.signum() }
    let fields = spins.indices.map { abs(bruteForce.field(spins, site: $0)) }
    return Double(fields.count) / fields.reduce(0, +)
  }

  /// H by definition, noise on the synapses included.
  func energy(_ spins: [Int]) -> Double {
    guard let noise = disorder.synapticNoise else { return bruteForce.energy(spins) }
    return bruteForce.energy(spins) - noise.product(spins)
  }

  /// Half of what the energy falls by when site i points up instead of down.
  func field(_ spins: [Int], site i: Int) -> Double {
    var up = spins, down = spins
    up[i] = 1
    down[i] = -1
    return (energy(down) - energy(up)) / 2
  }

  /// All states at temperature `T`.
  func states(temperature T: Double) -> EnumeratedStates {
    let N = bruteForce.spinCount
    return EnumeratedStates(
      spinCount: N, energies: (0..<1 << N).map { energy(EnumeratedStates.spins($0, count: N)) }, temperature: T)
  }

  /// A chain on the network.
  func chain(from spins: [Int], rule: UpdateRule) -> SpinChain {
    SpinChain(on: disorder, from: spins.map(Int8.init), rule: rule)
  }
}

extension SynapticNoise {
  /// Σ over rising sites of the coupling times the spins, by nested loops.
  func product(_ spins: [Int]) -> Double {
    var sum = 0.0
    let N = spinCount
    for i in 0..<N {
      for j in i + 1..<N {
        if order == 2 { sum += coupling([i, j]) * Double(spins[i] * spins[j]) }
        guard order == 4 else { continue }
        for k in j + 1..<N {
          for l in k + 1..<N { sum += coupling([i, j, k, l]) * Double(spins[i] * spins[j] * spins[k] * spins[l]) }
        }
      }
    }
    return sum
  }
}

extension SpinChain {
  /// The spins as whole numbers.
  var state: [Int] { spins.map(Int.init) }
}

/// Independent random spins.
func randomSpins(_ count: Int, _ random: inout RandomStream) -> [Int] { (0..<count).map { _ in Int(random.sign()) } }
