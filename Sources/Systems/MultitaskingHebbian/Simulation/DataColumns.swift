import NumericalMethods
import SystemInterface

/// What the network has stored, as N rows of C whole numbers A_ic (page, section 4).
///
/// | protocol | column | A | Γ_C |
/// | --- | --- | --- | --- |
/// | storage | mu | ξ^mu | Γ |
/// | supervised | mu | Σ_a η^{mu,a} = M xhat^mu | M² Γ |
/// | unsupervised | (mu, a), a faster | η^{mu,a} | M Γ |
///
/// In all of them H = -Σ_c S_c²/(2 Γ_C N) with the whole numbers S_c = Σ_i A_ic s_i.
struct DataColumns: Sendable {
  /// Rows with padding, shape [site][stride]; the padding is zero.
  enum Rows: Sendable {
    /// Entries of a byte, where all S_c and all fields fit into 32 bits; 8 entries a row, or a multiple of 16.
    case bytes([Int8])
    /// Entries of 16 bits, a multiple of 8 a row.
    case halves([Int16])
  }

  /// What the columns are.
  let layout: DataLayout
  /// The rows.
  let rows: Rows
  /// Entries from the beginning of a row to that of the next.
  let stride: Int
  /// Whether all S_c fit into 16 bits.
  let hasShortSums: Bool
  /// q_i = Σ_c A_ic².
  let squares: [Int32]
  /// N.
  var neuronCount: Int { layout.neuronCount }
  /// C.
  var columnCount: Int { layout.columnCount }

  /// Largest number of examples whose sums fit into 16 bits.
  static let largestExampleCount = Int(Int16.max)

  /// Columns of at most `largestEntry` in size; `rowOf` is called site by site.
  private init(
    _ layout: DataLayout, largestEntry: Int, rowOf: (_ site: Int, UnsafeMutableBufferPointer<Int32>) -> Void
  ) {
    let N = layout.neuronCount, C = layout.columnCount
    precondition(largestEntry <= Self.largestExampleCount, "entries up to \(largestEntry) have over 16 bits")
    // |S_c| <= N A, and a field is at most C A (N A + A).
    let product = Double(C) * Double(largestEntry) * Double(largestEntry) * Double(N + 1)
    let fitsBytes = largestEntry <= Int(Int8.max) && product < 0x1p31
    precondition(product < 0x1p53, "\(C) columns of entries up to \(largestEntry) on \(N) sites: sums are not exact")
    let stride = fitsBytes ? (C <= 8 ? 8 : (C + 15) / 16 * 16) : (C + 7) / 8 * 8
    var bytes = [Int8](repeating: 0, count: fitsBytes ? N * stride : 0)
    var halves = [Int16](repeating: 0, count: fitsBytes ? 0 : N * stride)
    var squares = [Int32](repeating: 0, count: fitsBytes ? N : 0)
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: C) { row in
      for i in 0..<N {
        rowOf(i, row)
        if fitsBytes {
          for c in 0..<C {
            bytes[i * stride + c] = Int8(row[c])
            squares[i] += row[c] * row[c]
          }
        } else {
          for c in 0..<C { halves[i * stride + c] = Int16(row[c]) }
        }
      }
    }
    self.layout = layout
    self.stride = stride
    hasShortSums = N * largestEntry <= Int(Int16.max)
    rows = fitsBytes ? .bytes(bytes) : .halves(halves)
    self.squares = squares
  }

  /// The patterns themselves.
  init(storing patterns: DilutedPatterns) {
    let K = patterns.patternCount
    self.init(DataLayout(storing: K, neuronCount: patterns.neuronCount), largestEntry: 1) { i, row in
      for mu in 0..<K { row[mu] = Int32(patterns.entries[i * K + mu]) }
    }
  }

  /// M examples of each pattern, entries flipped with probability (1 - r)/2: their sums or, unsupervised, each of them.
  ///
  /// Both forms draw the same examples from the same stream: M uniform numbers for every entry that is not blank.
  init(
    examplesOf patterns: DilutedPatterns, count M: Int, quality r: Double, isSupervised: Bool,
    random: inout RandomStream
  ) {
    let K = patterns.patternCount, kept = (1 + r) / 2
    var stream = random
    var uniforms = [Double](repeating: 0, count: M)
    let layout = DataLayout(
      neuronCount: patterns.neuronCount, columnCount: isSupervised ? K : K * M,
      overlapUnit: isSupervised ? Double(M) : 1,
      normalizationFactor: isSupervised ? Double(M) * Double(M) : Double(M), columnsOfPattern: isSupervised ? 1 : M,
      hasSingleExamples: !isSupervised)
    self.init(layout, largestEntry: isSupervised ? M : 1) { i, row in
      for mu in 0..<K {
        let entry = Int32(patterns.entries[i * K + mu])
        if entry != 0 { uniforms.withUnsafeMutableBufferPointer { stream.fill($0) } }
        if isSupervised {
          var sum: Int32 = 0
          if entry != 0 { for u in uniforms { sum += u < kept ? entry : -entry } }
          row[mu] = sum
        } else {
          for a in 0..<M { row[mu * M + a] = entry == 0 ? 0 : uniforms[a] < kept ? entry : -entry }
        }
      }
    }
    random = stream
  }

  /// A_ic.
  func entry(_ i: Int, _ c: Int) -> Int {
    switch rows {
    case .bytes(let entries): Int(entries[i * stride + c])
    case .halves(let entries): Int(entries[i * stride + c])
    }
  }

  /// S_c = Σ_i A_ic s_i.
  func sums(with spins: [Int8]) -> [Double] {
    var sums = [Double](repeating: 0, count: columnCount)
    switch rows {
    case .bytes(let entries): add(entries, spins, to: &sums)
    case .halves(let entries): add(entries, spins, to: &sums)
    }
    return sums
  }

  private func add<Entry: FixedWidthInteger>(_ entries: [Entry], _ spins: [Int8], to sums: inout [Double]) {
    var totals = [Int](repeating: 0, count: columnCount)
    entries.withUnsafeBufferPointer { entries in
      for i in 0..<neuronCount {
        let spin = Int(spins[i]), row = i * stride
        for c in 0..<columnCount { totals[c] &+= spin &* Int(entries[row + c]) }
      }
    }
    for c in 0..<columnCount { sums[c] = Double(totals[c]) }
  }

  /// The right-hand side of the identity of section 2.4, (1/(2Γ)) Σ (L₊ L₋ - A²), from the distances themselves.
  ///
  /// L_± = |x ∓ s|²/(2N) for x the column over its unit; unsupervised the mean over the examples of a pattern.
  func lossEnergy(of spins: [Int8], fieldNormalization: Double) -> Double {
    let N = Double(neuronCount)
    var total = 0.0
    for c in 0..<columnCount {
      var plus = 0.0, minus = 0.0, norm = 0.0
      for i in 0..<neuronCount {
        let x = Double(entry(i, c)) / layout.overlapUnit, s = Double(spins[i])
        plus += (x - s) * (x - s)
        minus += (x + s) * (x + s)
        norm += x * x
      }
      let A = (1 + norm / N) / 2
      total += plus / (2 * N) * (minus / (2 * N)) - A * A
    }
    return total / (2 * fieldNormalization * Double(layout.columnsOfPattern))
  }
}
