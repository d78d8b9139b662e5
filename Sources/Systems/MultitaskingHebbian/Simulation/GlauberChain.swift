import CKernels
import NumericalMethods
import SystemInterface

/// Glauber dynamics with overlaps kept up to date: N attempts a sweep, each at a random site (page, section 4).
///
/// Fields and overlaps are whole numbers: they do not drift, and all instruction sets take the same decisions. At T = 0 a
/// spin without field stays.
final class GlauberChain: HeatBathChain {
  let patterns: DilutedPatterns
  let columns: DataColumns
  private let instructions: spinodal_instructions
  private(set) var spins: [Int8]
  private var sums: Sums
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
    sums = Sums(of: spins, on: columns)
    recorded = [Double](repeating: 0, count: columns.columnCount)
  }

  func sweep(using random: inout RandomStream) -> Int {
    attempts.forEachOfSweep(using: &random) { updateSpins($0, count: $1) }
  }

  private func updateSpins(_ block: borrowing AttemptBlock, count: Int) -> Int {
    switch (columns.rows, sums) {
    case (.bytes(let rows), .words(var overlaps)) where columns.stride == 8:
      sums = .none
      defer { sums = .words(overlaps) }
      return rows.withUnsafeBytes {
        let rows = $0.baseAddress!.assumingMemoryBound(to: UInt64.self)
        return columns.hasShortSums
          ? spinodal_steady_heat_bath(
            instructions, rows, &spins, &overlaps, block.sites, block.thresholds, count)
          : spinodal_packed_heat_bath(
            instructions, rows, columns.columnCount, &spins, &overlaps, block.sites, block.thresholds, count)
      }
    case (.bytes(let rows), .words(var overlaps)):
      sums = .none
      defer { sums = .words(overlaps) }
      return spinodal_byte_heat_bath(
        instructions, rows, columns.stride, columns.squares, &spins, &overlaps, block.sites, block.thresholds, count)
    case (.bytes(let rows), .shorts(var overlaps)):
      sums = .none
      defer { sums = .shorts(overlaps) }
      return spinodal_short_heat_bath(
        instructions, rows, columns.stride, columns.squares, &spins, &overlaps, block.sites, block.thresholds, count)
    case (.halves(let rows), .doubles(var overlaps)):
      sums = .none
      defer { sums = .doubles(overlaps) }
      return spinodal_half_heat_bath(
        instructions, rows, columns.stride, &spins, &overlaps, block.sites, block.thresholds, count)
    default: preconditionFailure("sums of another kind than the rows")
    }
  }

  /// S_c.
  var columnSums: [Double] {
    let C = columns.columnCount
    return switch sums {
    case .shorts(let sums): sums.prefix(C).map(Double.init)
    case .words(let sums): sums.prefix(C).map(Double.init)
    case .doubles(let sums): Array(sums.prefix(C))
    case .none: []
    }
  }

  func patternSums() -> [Int] {
    columns.layout.storesPatterns ? columnSums.map { Int($0) } : patterns.sums(with: spins)
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
      sums = Sums(of: spins, on: columns)
      recorded = newValue.recorded
      recordCount = newValue.recordCount
    }
  }

  /// S_c with padding, in the form that the kernel for the rows takes.
  private enum Sums {
    case shorts([Int16])
    case words([Int32])
    case doubles([Double])
    /// While a kernel has them, so that nothing is copied.
    case none

    init(of spins: [Int8], on columns: DataColumns) {
      let sums = columns.sums(with: spins)
      let padded = sums + [Double](repeating: 0, count: columns.stride - columns.columnCount)
      if case .halves = columns.rows {
        self = .doubles(padded)
      } else if columns.stride > 8, columns.hasShortSums {
        self = .shorts(padded.map { Int16($0) })
      } else {
        self = .words(padded.map { Int32($0) })
      }
    }
  }
}
