import CKernels
import NumericalMethods

/// Glauber dynamics with overlaps kept up to date: N attempts a sweep, each at a random site (page, section 4).
///
/// Fields and overlaps are whole numbers: they do not drift, and all instruction sets take the same decisions. At T = 0 a
/// spin without field stays.
final class GlauberChain: HeatBathChain {
  let patterns: DilutedPatterns
  let columns: DataColumns
  private let instructions: spinodal_instructions
  private(set) var spins: [Int8]
  /// S_c with padding: in 32 bits for rows of bytes, else in double precision.
  private var wordSums: [Int32]
  private var doubleSums: [Double]
  private var recorded: [Double]
  private var recordCount = 0
  private var attempts: AttemptBlock

  /// A chain in the state `spins`; `scale` = T Γ_C N/2.
  init(
    on columns: DataColumns, patterns: DilutedPatterns, from spins: [Int8], scale: Double,
    instructions: spinodal_instructions = spinodal_best_instructions()
  ) {
    precondition(spins.count == columns.neuronCount, "\(spins.count) spins on \(columns.neuronCount) sites")
    self.patterns = patterns
    self.columns = columns
    attempts = AttemptBlock(neuronCount: spins.count, scale: scale)
    attempts.instructions = instructions
    self.instructions = instructions
    self.spins = spins
    let sums = columns.sums(with: spins), padding = [Double](repeating: 0, count: columns.stride - columns.columnCount)
    if case .bytes = columns.rows {
      wordSums = (sums + padding).map { Int32($0) }
      doubleSums = []
    } else {
      wordSums = []
      doubleSums = sums + padding
    }
    recorded = [Double](repeating: 0, count: columns.columnCount)
  }

  func sweep(using random: inout RandomStream) -> Int {
    attempts.forEachOfSweep(using: &random) { updateSpins($0, count: $1) }
  }

  private func updateSpins(_ block: borrowing AttemptBlock, count: Int) -> Int {
    switch columns.rows {
    case .bytes(let rows) where columns.stride == 8:
      rows.withUnsafeBytes {
        spinodal_packed_heat_bath(
          instructions, $0.baseAddress!.assumingMemoryBound(to: UInt64.self), columns.columnCount, &spins, &wordSums,
          block.sites, block.thresholds, count)
      }
    case .bytes(let rows):
      spinodal_byte_heat_bath(
        instructions, rows, columns.stride, columns.squares, &spins, &wordSums, block.sites, block.thresholds, count)
    case .halves(let rows):
      spinodal_half_heat_bath(
        instructions, rows, columns.stride, &spins, &doubleSums, block.sites, block.thresholds, count)
    }
  }

  /// S_c.
  var columnSums: [Double] {
    wordSums.isEmpty
      ? Array(doubleSums.prefix(columns.columnCount)) : wordSums.prefix(columns.columnCount).map(Double.init)
  }

  func patternSums() -> [Int] {
    columns.storesPatterns ? columnSums.map { Int($0) } : patterns.sums(with: spins)
  }

  func squareSum() -> Double { columnSums.reduce(0) { $0 + $1 * $1 } }

  func recordColumns() {
    for (c, sum) in columnSums.enumerated() { recorded[c] += sum }
    recordCount += 1
  }

  func forgetRecords() {
    for k in recorded.indices { recorded[k] = 0 }
    recordCount = 0
  }

  func meanColumnSums() -> [Double] { recorded.map { $0 / Double(recordCount) } }

  /// X_i, from the overlaps.
  func cavityField(site i: Int) -> Double {
    let sums = columnSums, s = Double(spins[i])
    return sums.indices.reduce(0.0) { field, c in
      let a = Double(columns.entry(i, c))
      return field + a * (sums[c] - s * a)
    }
  }

  func isStable() -> Bool {
    let sums = columnSums
    return spins.indices.allSatisfy { i in
      let s = Double(spins[i])
      var field = 0.0
      for c in sums.indices {
        let a = Double(columns.entry(i, c))
        field += a * (sums[c] - s * a)
      }
      return s * field >= 0
    }
  }

  var state: ChainState {
    get { ChainState(spins: spins, recorded: recorded, recordCount: recordCount) }
    set {
      spins = newValue.spins
      let sums = columns.sums(with: spins)
      for c in sums.indices {
        if wordSums.isEmpty { doubleSums[c] = sums[c] } else { wordSums[c] = Int32(sums[c]) }
      }
      recorded = newValue.recorded
      recordCount = newValue.recordCount
    }
  }
}
