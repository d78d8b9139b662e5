import CKernels

/// The overlaps of rows of ±1 at P = 2 and 4, and what a flip changes, in whole numbers: sums are exact in any order.
///
/// A field needs (G(X+2) - G(X-2))/2 of each column, an odd polynomial of X with whole coefficients whose greatest common
/// divisor `unit` is taken out: for distinct indices X(X² - 3N + 8) with unit 8 at P = 4, X with unit 4 at P = 2. The sum
/// over columns with the signs of a row is the sum over all less twice that over the marked ones.
/// The memory belongs to whoever calls ``deallocate()``.
struct SignedColumns {
  private let instructions: spinodal_instructions
  private let rows: PackedSigns
  private let columnCount: Int
  private let unit: Double
  private let linear: Int32
  private let cubic: Int32
  private let evenCoefficients: [Double]
  /// X_c.
  let overlaps: UnsafeMutableBufferPointer<Int32>
  /// (G(X+2) - G(X-2))/(2 unit) of each column, and zeros up to the padding.
  private let oddDifferences: UnsafeMutableBufferPointer<Int32>
  /// Marks of the chunks of columns whose sums may exceed 32 bits.
  private let wideChunks: UnsafeMutableBufferPointer<UInt8>
  private var sumOfDifferences: Int64 = 0
  /// Σ_c of G(X) - (G(X+2) + G(X-2))/2.
  private(set) var evenDifference = 0.0

  /// Columns of `spinCount` spins with all overlaps zero; `nil` where the differences may exceed 29 bits.
  init?(
    _ rows: PackedSigns, columnCount: Int, spinCount: Int, interaction: InteractionPolynomial,
    instructions: spinodal_instructions
  ) {
    guard interaction.order <= 4 else { return nil }
    let N = Double(spinCount), limit = 0x1p29
    let (odd, even) = interaction.halfDifferences(variance: N)
    guard N < limit, abs(odd[0]) < 0x1p53, abs(odd[1]) < 0x1p53 else { return nil }
    let unit = greatestCommonDivisor(Int(abs(odd[0])), Int(abs(odd[1])))
    let linear = odd[0] / Double(unit), cubic = odd[1] / Double(unit)
    guard (abs(linear) + abs(cubic) * N * N) * N < limit, cubic == 0 || N < 2896 else { return nil }
    self.instructions = instructions
    self.rows = rows
    self.columnCount = columnCount
    self.unit = Double(unit)
    self.linear = Int32(linear)
    self.cubic = Int32(cubic)
    evenCoefficients = even
    overlaps = .allocate(capacity: columnCount)
    overlaps.initialize(repeating: 0)
    oddDifferences = .allocate(capacity: rows.paddedColumnCount)
    oddDifferences.initialize(repeating: 0)
    wideChunks = .allocate(capacity: rows.paddedColumnCount / Int(SPINODAL_CHUNK) + 1)
    wideChunks.initialize(repeating: 0)
  }

  /// Gives the memory back.
  func deallocate() {
    overlaps.deallocate()
    oddDifferences.deallocate()
    wideChunks.deallocate()
  }

  /// Adds `shift` times the row of a site to the overlaps.
  mutating func move(site: Int, by shift: Int32) {
    let sums = spinodal_move_marked_overlaps(
      instructions, rows.row(site), shift, overlaps.baseAddress!, oddDifferences.baseAddress!, wideChunks.baseAddress!,
      linear, cubic, columnCount)
    sumOfDifferences = sums.value
    evenDifference = evenCoefficients[0] * Double(columnCount) + evenCoefficients[1] * Double(sums.square)
  }

  /// Σ_c y_ic (G(X_c+2) - G(X_c-2))/2 of up to eight sites i, in one pass over the columns.
  @inline(__always)
  func oddSums(
    sites: UnsafeBufferPointer<Int32>, into sums: UnsafeMutablePointer<Double>
  ) {
    withUnsafeTemporaryAllocation(of: UnsafePointer<UInt32>?.self, capacity: Int(SPINODAL_BLOCK)) { pointers in
      withUnsafeTemporaryAllocation(of: Int64.self, capacity: Int(SPINODAL_BLOCK)) { marked in
        for r in 0..<sites.count { pointers[r] = rows.row(Int(sites[r])) }
        spinodal_marked_sums(
          instructions, pointers.baseAddress!, Int32(sites.count), oddDifferences.baseAddress!,
          wideChunks.baseAddress!, rows.paddedColumnCount, marked.baseAddress!)
        for r in 0..<sites.count { sums[r] = Double(sumOfDifferences - 2 * marked[r]) * unit }
      }
    }
  }
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? max(a, 1) : greatestCommonDivisor(b, a % b) }
