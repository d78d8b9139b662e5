import CKernels
import SystemInterface

/// The overlaps of rows of ±1 at P = 2 and 4, and what a flip changes, in whole numbers: sums are exact in any order.
///
/// A field needs (G(X+2) - G(X-2))/2 of each column, an odd polynomial v of X with whole coefficients times a `unit`: X
/// with unit 4 at P = 2, X(X² - 3N + 8) with unit 8 at P = 4 (distinct indices; X(X² + 4) for full powers). The sum over
/// columns with the signs of a row is the sum over all less twice that over the marked ones.
/// At P = 4 the v are rounded to planes of few bits, coarse and fine: sums of the coarse plane are estimates whose error
/// cannot exceed what the fine plane holds in all columns and half a fine level in each. The few columns with a large
/// overlap, such as the retrieved archetype, stand apart.
/// The memory belongs to whoever calls ``deallocate()``.
struct SignedColumns {
  private let instructions: spinodal_instructions
  private let rows: PackedSigns
  private let columnCount: Int
  private let unit: Double
  private let evenConstant: Double
  private let evenSquare: Double
  /// X_c, and zeros up to the padding.
  let overlaps: UnsafeMutableBufferPointer<Int16>
  private let wideChunks: UnsafeMutableBufferPointer<UInt8>
  /// The planes at P = 4. Behind a pointer, so that nobody copies them.
  private let planes: UnsafeMutablePointer<Planes>?
  private var linearSum: Int64 = 0
  /// Σ_c of G(X) - (G(X+2) + G(X-2))/2.
  private(set) var evenDifference = 0.0

  /// What v at P = 4 is made of.
  private struct Planes {
    var columns: spinodal_cubic_columns
    var sums = spinodal_cubic_sums()
    /// v of the heavy columns, in the order of their list.
    let heavyValues: UnsafeMutableBufferPointer<Int64>
    init(columns: spinodal_cubic_columns, heavyValues: UnsafeMutableBufferPointer<Int64>) {
      self.columns = columns
      self.heavyValues = heavyValues
    }

    mutating func move(_ row: UnsafePointer<UInt32>, by shift: Int, _ instructions: spinodal_instructions) {
      sums = spinodal_move_cubic_overlaps(instructions, row, Int32(shift), &columns)
      for k in 0..<sums.heavy_count {
        let x = Int64(columns.overlap[Int(columns.heavy[k])])
        heavyValues[k] = x * (x * x - Int64(columns.offset))
      }
    }

    /// Σ y v over the heavy columns.
    @inline(__always)
    func heavySum(_ row: UnsafePointer<UInt32>) -> Int64 {
      var sum: Int64 = 0
      for k in 0..<sums.heavy_count {
        let c = columns.heavy[k]
        let isNegative = Int64(row[Int(c >> 5)] >> UInt32(truncatingIfNeeded: c & 31) & 1)
        sum &+= (heavyValues[k] ^ -isNegative) &+ isNegative
      }
      return sum
    }
  }

  /// Largest |X| of columns in planes: its square has 15 bits.
  private static let largestLimit = 181

  /// Columns of `spinCount` spins with all overlaps zero; `nil` where they do not fit.
  ///
  /// At P = 4 six standard deviations of an overlap must lie within the planes, hence N <= 910.
  init?(
    _ rows: PackedSigns, columnCount: Int, spinCount: Int, interaction: InteractionPolynomial,
    instructions: spinodal_instructions
  ) {
    let N = Double(spinCount), limit = (6 * N.squareRoot()).rounded(.down)
    let (odd, even) = interaction.halfDifferences(variance: N)
    switch interaction.order {
    case 2: guard spinCount < 1 << 15 else { return nil }
    case 4: guard Int(limit) <= Self.largestLimit else { return nil }
    default: return nil
    }
    self.instructions = instructions
    self.rows = rows
    self.columnCount = columnCount
    evenConstant = even[0] * Double(columnCount)
    evenSquare = even[1]
    let padded = rows.paddedColumnCount, chunks = padded / Int(SPINODAL_CHUNK) + 1
    overlaps = .zeros(padded)
    wideChunks = .zeros(chunks)
    guard interaction.order == 4 else {
      unit = odd[0]
      planes = nil
      return
    }
    unit = odd[1]
    var columns = spinodal_cubic_columns()
    columns.count = columnCount
    columns.limit = Int32(limit)
    columns.offset = Int32(-odd[0] / odd[1])
    let largestFactor = max(abs(Int(columns.limit * columns.limit - columns.offset)), abs(Int(columns.offset)))
    columns.overlap_shift = Self.shift(filling: 15, with: Int(limit))
    columns.factor_shift = Self.shift(filling: 15, with: largestFactor)
    columns.split = 15 - columns.overlap_shift - columns.factor_shift
    if columns.split < 0 {
      columns.factor_shift += columns.split
      columns.split = 0
    }
    // The coarse levels of a standard deviation, √6 N^(3/2), are 5 to 10: 126 serve the eight columns of a lane.
    let deviation = 6.0.squareRoot() * N * N.squareRoot()
    while deviation > Double(10 << (columns.split + SPINODAL_COARSENING)) {
      columns.factor_shift -= 1
      columns.split += 1
    }
    columns.overlap = overlaps.baseAddress
    columns.coarse = UnsafeMutableBufferPointer.zeros(padded).baseAddress
    columns.fine = UnsafeMutableBufferPointer.zeros(padded).baseAddress
    columns.heavy = UnsafeMutableBufferPointer.zeros(padded).baseAddress
    planes = .allocate(capacity: 1)
    planes!.initialize(to: Planes(columns: columns, heavyValues: .zeros(padded)))
  }

  /// The largest shift that keeps `value` below 2^bits.
  private static func shift(filling bits: Int, with value: Int) -> Int32 {
    Int32(bits - (Int.bitWidth - max(value, 1).leadingZeroBitCount))
  }

  /// Gives the memory back.
  func deallocate() {
    overlaps.deallocate()
    wideChunks.deallocate()
    guard let planes else { return }
    planes.pointee.columns.coarse.deallocate()
    planes.pointee.columns.fine.deallocate()
    planes.pointee.columns.heavy.deallocate()
    planes.pointee.heavyValues.deallocate()
    planes.deallocate()
  }

  /// Whether there are estimates that cost less than exact sums.
  var hasEstimates: Bool { planes != nil }

  /// Adds `shift` times the row of a site to the overlaps.
  mutating func move(site: Int, by shift: Int) {
    guard let planes else {
      linearSum = spinodal_move_linear_overlaps(
        instructions, rows.row(site), Int16(shift), overlaps.baseAddress!, wideChunks.baseAddress!, columnCount)
      evenDifference = evenConstant
      return
    }
    planes.pointee.move(rows.row(site), by: shift, instructions)
    evenDifference = evenConstant + evenSquare * Double(planes.pointee.sums.square)
  }

  /// Σ_c y_ic (G(X_c+2) - G(X_c-2))/2 of up to eight sites i.
  @inline(__always)
  func oddSums(sites: UnsafeBufferPointer<Int32>, into sums: UnsafeMutablePointer<Double>) {
    if let planes {
      for r in 0..<sites.count {
        sums[r] =
          Double(spinodal_cubic_sum(instructions, rows.row(Int(sites[r])), &planes.pointee.columns)) * unit
      }
      return
    }
    withRows(sites) { pointers, marked in
      spinodal_marked_sums(
        instructions, pointers, Int32(sites.count), overlaps.baseAddress!, wideChunks.baseAddress!,
        rows.paddedColumnCount, marked)
      for r in 0..<sites.count { sums[r] = Double(linearSum - 2 * marked[r]) * unit }
    }
  }

  /// At P = 2 the field h_i from Σ_c y_ic X_c, with the same bits as from `oddSums`.
  @inline(__always)
  func field(weight w: Double, spin: Double, overlapSum: Int64) -> Double {
    w / 2 * (spin * evenDifference + Double(overlapSum) * unit)
  }

  /// Estimates of the same sums from the coarse plane; returns a bound of their errors.
  @inline(__always)
  func estimatedSums(sites: UnsafeBufferPointer<Int32>, into sums: UnsafeMutablePointer<Double>) -> Double {
    guard let planes else { preconditionFailure("no estimates at P = 2") }
    let shift = Int64(planes.pointee.columns.split + SPINODAL_COARSENING)
    withRows(sites) { pointers, marked in
      spinodal_marked_byte_sums(
        instructions, pointers, Int32(sites.count), planes.pointee.columns.coarse, rows.paddedColumnCount, marked)
      for r in 0..<sites.count {
        let sum = (planes.pointee.sums.coarse - 2 * marked[r]) << shift + planes.pointee.heavySum(pointers[r]!)
        sums[r] = Double(sum) * unit
      }
    }
    return Double(planes.pointee.sums.residue << Int64(planes.pointee.columns.split)) * unit + refinedBound
  }

  /// What the fine plane adds to the estimates of up to eight sites.
  @inline(__always)
  func refinements(sites: UnsafeBufferPointer<Int32>, into refinements: UnsafeMutablePointer<Double>) {
    guard let planes else { preconditionFailure("no estimates at P = 2") }
    withRows(sites) { pointers, marked in
      spinodal_marked_byte_sums(
        instructions, pointers, Int32(sites.count), planes.pointee.columns.fine, rows.paddedColumnCount, marked)
      for r in 0..<sites.count {
        refinements[r] =
          Double((planes.pointee.sums.fine - 2 * marked[r]) << Int64(planes.pointee.columns.split)) * unit
      }
    }
  }

  /// A bound of the errors of refined estimates: half a level of fine in every column.
  var refinedBound: Double { Double(columnCount) * Double(1 << (planes?.pointee.columns.split ?? 0)) / 2 * unit }

  @inline(__always)
  private func withRows(
    _ sites: UnsafeBufferPointer<Int32>,
    _ body: (UnsafeMutablePointer<UnsafePointer<UInt32>?>, UnsafeMutablePointer<Int64>) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: UnsafePointer<UInt32>?.self, capacity: Int(SPINODAL_BLOCK)) { pointers in
      withUnsafeTemporaryAllocation(of: Int64.self, capacity: Int(SPINODAL_BLOCK)) { marked in
        for r in 0..<sites.count { pointers[r] = rows.row(Int(sites[r])) }
        body(pointers.baseAddress!, marked.baseAddress!)
      }
    }
  }
}

extension UnsafeMutableBufferPointer where Element: FixedWidthInteger {
  /// Freshly allocated zeros.
  static func zeros(_ count: Int) -> UnsafeMutableBufferPointer {
    let buffer = allocate(capacity: count)
    buffer.initialize(repeating: 0)
    return buffer
  }
}
