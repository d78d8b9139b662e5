import CKernels
import NumericalMethods

/// Glauber dynamics with overlaps kept up to date: N attempts a sweep, each at a random site (page, section 4).
///
/// Random numbers come in blocks of `blockSize` attempts: first the sites, then the uniform numbers u of the attempts. A
/// spin is set up iff u < 1/(1 + exp(-X/scale)), that is iff X > scale ln(u/(1-u)). Fields and overlaps are whole numbers:
/// they do not drift, and all instruction sets take the same decisions. At T = 0 all thresholds vanish, and a spin without
/// field stays.
final class GlauberChain: HeatBathChain {
  /// Attempts whose random numbers are drawn together.
  static let blockSize = 1024

  let patterns: DilutedPatterns
  let columns: DataColumns
  private let scale: Double
  private let instructions: spinodal_instructions
  private(set) var spins: [Int8]
  /// S_c with padding: in 32 bits for rows of bytes, else in double precision.
  private var wordSums: [Int32]
  private var doubleSums: [Double]
  private var recorded: [Double]
  private var recordCount = 0
  private var sites = [UInt32](repeating: 0, count: blockSize)
  private var thresholds = [Double](repeating: 0, count: blockSize)

  /// A chain in the state `spins`; `scale` = T Γ_C N/2.
  init(
    on columns: DataColumns, patterns: DilutedPatterns, from spins: [Int8], scale: Double,
    instructions: spinodal_instructions = spinodal_best_instructions()
  ) {
    precondition(spins.count == columns.neuronCount, "\(spins.count) spins on \(columns.neuronCount) sites")
    self.patterns = patterns
    self.columns = columns
    self.scale = scale
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
    let N = spins.count
    var flips = 0
    for start in stride(from: 0, to: N, by: Self.blockSize) {
      let count = min(Self.blockSize, N - start)
      sites.withUnsafeMutableBufferPointer { random.fillIndices(.init(rebasing: $0[..<count]), below: N) }
      if scale > 0 {
        thresholds.withUnsafeMutableBufferPointer {
          random.fill(.init(rebasing: $0[..<count]))
          spinodal_logits(instructions, $0.baseAddress!, scale, count)
        }
      }
      flips += updateSpins(count: count)
    }
    return flips
  }

  private func updateSpins(count: Int) -> Int {
    switch columns.rows {
    case .bytes(let rows) where columns.stride == 8:
      rows.withUnsafeBytes {
        spinodal_packed_heat_bath(
          instructions, $0.baseAddress!.assumingMemoryBound(to: UInt64.self), columns.columnCount, &spins, &wordSums,
          sites, thresholds, count)
      }
    case .bytes(let rows):
      spinodal_byte_heat_bath(
        instructions, rows, columns.stride, columns.squares, &spins, &wordSums, sites, thresholds, count)
    case .halves(let rows):
      spinodal_half_heat_bath(instructions, rows, columns.stride, &spins, &doubleSums, sites, thresholds, count)
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
