import NumericalMethods
import SystemInterface

/// Glauber dynamics on couplings, for more columns than spins: J = A Aᵀ without its diagonal, and the fields of all spins.
///
/// An attempt costs O(1) and a flip O(N). Couplings and fields are whole numbers, so that the chain takes the decisions of
/// `GlauberChain`, random number by random number.
final class CouplingChain: HeatBathChain {
  private let patterns: DilutedPatterns
  private let columns: DataColumns
  /// J, shape [site][site].
  private let couplings: [Double]
  /// Σ_i q_i.
  private let squareTotal: Double
  private var spins: [Int8]
  /// X_i.
  private var fields: [Double]
  /// Σ of the recorded spins.
  private var recorded: [Double]
  private var recordCount = 0
  private var attempts: AttemptBlock

  /// Larger samples keep their columns: the couplings would take more than half a gigabyte.
  static let largestNeuronCount = 8192

  /// A chain in the state `spins`; `scale` = T Γ_C N/2.
  init(on columns: DataColumns, patterns: DilutedPatterns, from spins: [Int8], scale: Double) {
    let N = columns.neuronCount
    self.patterns = patterns
    self.columns = columns
    attempts = AttemptBlock(neuronCount: N, scale: scale)
    self.spins = spins
    // Sums of products of whole numbers: exact whatever the library does.
    var product = Matrix(rows: columns.columnCount, columns: N) { c, i in Double(columns.entry(i, c)) }.gram()
    var total = 0.0
    for i in 0..<N {
      total += product[i, i]
      product[i, i] = 0
    }
    squareTotal = total
    couplings = product.elements
    fields = []
    recorded = [Double](repeating: 0, count: N)
    fields = fields(of: spins)
  }

  private func fields(of spins: [Int8]) -> [Double] {
    Matrix(rows: spins.count, columns: spins.count, columnMajor: couplings).multiply(spins.map(Double.init))
  }

  func sweep(using random: inout RandomStream) -> Int {
    attempts.forEachOfSweep(using: &random) { block, count in
      var flips = 0
      for k in 0..<count {
        let i = Int(block.sites[k])
        guard Double(spins[i]) * (fields[i] - block.thresholds[k]) < 0 else { continue }
        flip(i)
        flips += 1
      }
      return flips
    }
  }

  private func flip(_ i: Int) {
    let N = spins.count, shift = -2 * Double(spins[i])
    spins[i] = -spins[i]
    couplings.withUnsafeBufferPointer { couplings in
      fields.withUnsafeMutableBufferPointer { fields in
        for j in 0..<N { fields[j] += shift * couplings[i * N + j] }
      }
    }
  }

  func patternSums() -> [Int] { patterns.sums(with: spins) }

  /// Σ_c S_c² = Σ_i s_i X_i + Σ_i q_i.
  func squareSum() -> Double { zip(spins, fields).reduce(squareTotal) { $0 + Double($1.0) * $1.1 } }

  func recordColumns() {
    for i in spins.indices { recorded[i] += Double(spins[i]) }
    recordCount += 1
  }

  func forgetRecords() {
    for k in recorded.indices { recorded[k] = 0 }
    recordCount = 0
  }

  func meanColumnSums() -> [Double] {
    var sums = [Double](repeating: 0, count: columns.columnCount)
    for i in spins.indices {
      for c in sums.indices { sums[c] += recorded[i] / Double(recordCount) * Double(columns.entry(i, c)) }
    }
    return sums
  }

  func isStable() -> Bool { zip(spins, fields).allSatisfy { Double($0) * $1 >= 0 } }

  var state: ChainState {
    get { ChainState(spins: spins, recorded: recorded, recordCount: recordCount) }
    set {
      spins = newValue.spins
      fields = fields(of: spins)
      recorded = newValue.recorded
      recordCount = newValue.recordCount
    }
  }
}
