import CKernels
import NumericalMethods
import RealModule
import Synchronization
import SystemInterface

/// The quenched data of one sample: what the network has stored, column by column, row-major by site.
///
/// A column is a class mean in units of 1/M (supervised, y = M ȳ), or a single example (unsupervised); archetypes are
/// columns of ±1. The first `condensedColumns` belong to archetype 1. Energy: H = -w Σ_c G(X_c), X_c = Σ_i y_ic s_i.
final class DisorderSample: @unchecked Sendable {
  // Immutable after initialization but for what is made when it is asked for, which is locked: hence safe to share.

  /// Entries as they are given, [site][column].
  enum Entries {
    /// ±1 entries.
    case signs(UnsafeMutableBufferPointer<Int8>)
    /// Integer entries |y| <= M.
    case integers(UnsafeMutableBufferPointer<Int16>)
  }

  /// Entries as they are stored, [site][column].
  enum Rows {
    /// ±1 entries, one bit each.
    case signs(PackedSigns)
    /// Integer entries |y| <= M.
    case integers(UnsafeMutableBufferPointer<Int16>)
  }

  /// N.
  let spinCount: Int
  /// C.
  let columnCount: Int
  /// The columns, row by row.
  let rows: Rows
  /// Archetype 1, xi_i = ±1.
  let archetype: [Int8]
  /// Entries ±1 of all archetypes [site][archetype], kept on demand where the columns are noisy examples.
  let hiddenArchetypes: [Int8]?
  /// Columns of archetype 1: 0..<1, or 0..<M.
  let condensedColumns: Range<Int>
  /// u = classOverlapScale Σ over condensed columns of X_c.
  let classOverlapScale: Double
  /// w of the energy.
  let energyWeight: Double
  /// G.
  let interaction: InteractionPolynomial
  /// Largest |y|.
  let largestEntry: Int
  /// V_c = Σ_i y_ic².
  let variances: UnsafeMutableBufferPointer<Double>
  /// Noise on the synapses beside the columns.
  private(set) var synapticNoise: SynapticNoise?

  /// Draws the archetypes and their examples from `random`, after them the noise on the synapses if there is any.
  convenience init(_ point: DenseHebbianPoint, spinCount N: Int, random: inout RandomStream) {
    self.init(columnsOf: point, spinCount: N, random: &random)
    guard point.synapticNoise > 0 else { return }
    synapticNoise = SynapticNoise(
      order: point.interactionOrder, spinCount: N, strength: point.synapticNoise, random: &random)
  }

  private convenience init(columnsOf point: DenseHebbianPoint, spinCount N: Int, random: inout RandomStream) {
    let K = point.archetypeCount(spinCount: N)
    var archetypes = [Int8](repeating: 1, count: N * K)
    for i in archetypes.indices { archetypes[i] = random.sign() }
    let archetype = (0..<N).map { archetypes[$0 * K] }
    guard case .finite(let M, let r) = point.dataset.examples else {
      self.init(point, spinCount: N, columns: K, archetype: archetype, rows: .signs(.copy(of: archetypes)))
      return
    }
    let hidden = point.quantity == .glass ? archetypes : nil
    if point.dataset.isSupervised {
      let law = BinomialTable(count: M, probability: (1 + r) / 2)
      if M == 1 {
        for i in archetypes.indices where law.draw(&random) == 0 { archetypes[i] = -archetypes[i] }
        self.init(
          point, spinCount: N, columns: K, archetype: archetype, hiddenArchetypes: hidden,
          rows: .signs(.copy(of: archetypes)))
      } else {
        let means = archetypes.map { Int16($0) * Int16(2 * law.draw(&random) - M) }
        self.init(
          point, spinCount: N, columns: K, archetype: archetype, hiddenArchetypes: hidden,
          rows: .integers(.copy(of: means)))
      }
    } else {
      let examples = UnsafeMutableBufferPointer<Int8>.allocate(capacity: N * K * M)
      for i in archetypes.indices {
        for a in 0..<M { examples[i * M + a] = random.uniform() < (1 + r) / 2 ? archetypes[i] : -archetypes[i] }
      }
      self.init(
        point, spinCount: N, columns: K * M, archetype: archetype, hiddenArchetypes: hidden, rows: .signs(examples))
    }
  }

  /// A sample with given entries; takes over their memory.
  init(
    _ point: DenseHebbianPoint, spinCount N: Int, columns C: Int, archetype: [Int8], hiddenArchetypes: [Int8]? = nil,
    rows entries: Entries, synapticNoise: SynapticNoise? = nil
  ) {
    spinCount = N
    columnCount = C
    switch entries {
    case .signs(let signs):
      rows = .signs(PackedSigns(signs, rowCount: N, columnCount: C))
      largestEntry = 1
      signs.deallocate()
    case .integers(let integers):
      rows = .integers(integers)
      largestEntry = integers.reduce(0) { max($0, abs(Int($1))) }
    }
    self.synapticNoise = synapticNoise
    self.archetype = archetype
    self.hiddenArchetypes = hiddenArchetypes
    interaction = InteractionPolynomial(order: point.interactionOrder, form: point.interactionForm, spinCount: N)
    let P = point.interactionOrder, R = point.dataset.classMeanVariance
    let norm = Double(N) * point.loadNormalization(spinCount: N)
    var unit = 1.0, multiplicity = 1.0
    if case .finite(let M, _) = point.dataset.examples {
      if point.dataset.isSupervised { unit = Double(M) } else { multiplicity = Double(M) }
    }
    condensedColumns = 0..<Int(multiplicity)
    classOverlapScale = 1 / (Double(N) * unit * multiplicity * R.squareRoot())
    energyWeight = Double(N) / 2 / (norm * Double.pow(R, P / 2) * Double.pow(unit, P) * multiplicity)
    variances = .allocate(capacity: C)
    switch rows {
    case .signs: variances.initialize(repeating: Double(N))
    case .integers:
      for c in 0..<C { variances.initializeElement(at: c, to: moment(2, column: c)) }
    }
  }

  private let madeCouplings = Mutex<PairCouplings?>(nil)

  /// The couplings of all pairs at P = 2, made when a first chain asks; `nil` where they are not offered.
  func pairCouplings(instructions: spinodal_instructions) -> PairCouplings? {
    guard offersPairCouplings, case .signs(let rows) = rows else { return nil }
    return madeCouplings.withLock { made in
      if made == nil {
        made = PairCouplings(rows, spinCount: spinCount, columnCount: columnCount, instructions: instructions)
      }
      return made
    }
  }

  private let madeCountRows = Mutex<CountRows?>(nil)

  /// The rows of whole numbers as counts, made when a first chain asks; `nil` for other rows.
  func countRows() -> CountRows? {
    guard case .integers(let entries) = rows else { return nil }
    return madeCountRows.withLock { made in
      if made == nil {
        made = CountRows(entries, rowCount: spinCount, columnCount: columnCount, largestEntry: largestEntry)
      }
      return made
    }
  }

  /// Whether couplings of pairs exist and fit.
  var offersPairCouplings: Bool {
    guard case .signs = rows, interaction.order == 2 else { return false }
    return spinCount <= PairCouplings.largestSpinCount && columnCount <= PairCouplings.largestColumnCount
  }

  deinit {
    variances.deallocate()
    switch rows {
    case .signs(let signs): signs.deallocate()
    case .integers(let buffer): buffer.deallocate()
    }
  }

  /// y of a site and a column.
  func entry(site: Int, column: Int) -> Double {
    switch rows {
    case .signs(let signs): signs.isNegative(site, column) ? -1 : 1
    case .integers(let buffer): Double(buffer[site * columnCount + column])
    }
  }

  /// p_k = Σ_i y_ic^k of one column.
  func moment(_ k: Int, column c: Int) -> Double {
    (0..<spinCount).reduce(0) { $0 + Double.pow(entry(site: $1, column: c), k) }
  }

  /// Mean of H over uniform spins, over all columns or over those that are not condensed.
  func infiniteTemperatureEnergy(skipsCondensed: Bool) -> Double {
    let columns = (skipsCondensed ? condensedColumns.upperBound : 0)..<columnCount
    switch rows {
    case .signs:
      let N = Double(spinCount)
      return -energyWeight * Double(columns.count) * interaction.uniformMean(V: N, p4: N, p6: N, p8: N)
    case .integers:
      return -energyWeight
        * columns.reduce(0) { sum, c in
          let mean = interaction.uniformMean(
            V: variances[c], p4: moment(4, column: c), p6: moment(6, column: c), p8: moment(8, column: c))
          return sum + mean
        }
    }
  }
}

extension UnsafeMutableBufferPointer {
  /// Freshly allocated memory with the elements of `array`.
  static func copy(of array: [Element]) -> UnsafeMutableBufferPointer {
    let buffer = allocate(capacity: array.count)
    _ = buffer.initialize(from: array)
    return buffer
  }
}

/// Draws binomial numbers by inversion of the tabulated distribution.
struct BinomialTable: Sendable {
  /// Cumulative probabilities of 0…M.
  private let cumulative: [Double]

  init(count M: Int, probability p: Double) {
    var sum = 0.0
    cumulative = (0...M).map { k in
      let count = Double.logGamma(Double(M + 1)) - Double.logGamma(Double(k + 1)) - Double.logGamma(Double(M - k + 1))
      sum += Double.exp(count + Double(k) * Double.log(p) + Double(M - k) * Double.log(1 - p))
      return sum
    }
  }

  /// The smallest k whose cumulative probability exceeds a uniform number.
  func draw(_ random: inout RandomStream) -> Int {
    let u = random.uniform()
    var low = 0, high = cumulative.count - 1
    while low < high {
      let middle = (low + high) / 2
      if cumulative[middle] > u { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
