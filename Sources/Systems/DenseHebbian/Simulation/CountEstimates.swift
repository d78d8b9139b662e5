import CKernels
import SystemInterface

/// Fields of rows of counts at P = 2 and 4 from planes of bytes, with a bound of their error.
///
/// The cavity sum times the spin is Σ_c z (A - z (B - z (D - z E))) with z = y s_i; see ``CavityEstimates``. A is rounded to
/// 12 or 16 bits, B to 7 or 8, and y² may be rounded as well. D and E are smaller by 1/N: z³ is replaced by (3/4) M² z, from which it
/// differs by M³/4 at most, and z⁴ by M⁴/2. The few columns with a large overlap, such as the retrieved class, are summed
/// exactly.
/// The memory belongs to whoever calls ``deallocate()``.
struct CountEstimates {
  private let rows: CountRows
  private let columnCount: Int
  private let scales: CountScales
  /// v_c of ``CavityEstimates``, and their sum.
  private let linear: UnsafeMutableBufferPointer<Double>
  private let linearSum: Double
  private let instructions: spinodal_instructions
  private let planes: UnsafeMutablePointer<spinodal_count_planes>
  private let squareTable: SquareTable
  private let squares: UnsafeMutableBufferPointer<UInt8>
  private let offsets: UnsafeMutableBufferPointer<Int16>
  private var made = spinodal_count_columns()
  /// Σ B over the columns that are not heavy.
  private var slopeSum = 0.0
  /// A, B, D of the heavy columns, [heavy column][3].
  private let heavyCoefficients: UnsafeMutableBufferPointer<Double>
  /// Largest error of an estimate of the present overlaps.
  private(set) var bound = Double.infinity

  /// Estimates of `spinCount` spins for columns of these square lengths, with all overlaps zero; `nil` at orders that have
  /// none, and where overlaps do not fit into 16 bits. Dot products of bytes are for processors that have them.
  init?(
    _ rows: CountRows, spinCount: Int, variances: UnsafeMutableBufferPointer<Double>,
    interaction: InteractionPolynomial, instructions: spinodal_instructions,
    hasDotProducts: Bool = spinodal_has_dot_products() != 0
  ) {
    let C = variances.count, M = rows.largestEntry
    guard interaction.order <= 4, spinCount * M <= Int(Int16.max),
      let scales = CountScales(interaction, variances: variances, largestEntry: M, hasDotProducts: hasDotProducts)
    else { return nil }
    self.rows = rows
    self.scales = scales
    self.instructions = instructions
    columnCount = C
    squareTable = SquareTable(largestEntry: M, isExact: rows.isPacked)
    squares = .copy(of: squareTable.entries)
    linear = .copy(of: variances.map(scales.linearCoefficient))
    linearSum = linear.reduce(0, +)
    let padded = rows.paddedColumnCount
    offsets = .zeros(2 * padded)
    for c in 0..<padded {
      offsets[c] = c < C ? scales.levelOffset(linear[c]) : 0
      offsets[padded + c] = scales.slopeOffset(c < C ? linear[c] : 0)
    }
    var planes = scales.planes
    (planes.count, planes.padded) = (C, padded)
    planes.is_packed = rows.isPacked ? 1 : 0
    planes.square_shift = Int32(squareTable.shift)
    planes.squares = UnsafePointer(squares.baseAddress!)
    planes.level_offset = UnsafePointer(offsets.baseAddress!)
    planes.slope_offset = UnsafePointer(offsets.baseAddress! + padded)
    planes.overlap = UnsafeMutableBufferPointer.zeros(padded).baseAddress
    planes.coarse = UnsafeMutableBufferPointer.zeros(padded).baseAddress
    planes.fine = UnsafeMutableBufferPointer.zeros(padded).baseAddress
    planes.slope = UnsafeMutableBufferPointer.zeros(padded).baseAddress
    planes.heavy = UnsafeMutableBufferPointer.zeros(padded).baseAddress
    self.planes = .allocate(capacity: 1)
    self.planes.initialize(to: planes)
    heavyCoefficients = .allocate(capacity: 3 * C)
    heavyCoefficients.initialize(repeating: 0)
  }

  /// Gives the memory back.
  func deallocate() {
    planes.pointee.overlap.deallocate()
    planes.pointee.coarse.deallocate()
    planes.pointee.fine.deallocate()
    planes.pointee.slope.deallocate()
    planes.pointee.heavy.deallocate()
    planes.deallocate()
    squares.deallocate()
    offsets.deallocate()
    linear.deallocate()
    heavyCoefficients.deallocate()
  }

  /// X_c.
  var overlaps: UnsafeMutableBufferPointer<Int16> { .init(start: planes.pointee.overlap, count: columnCount) }

  /// Moves the overlaps by `shift` times a row of entries.
  mutating func move(_ entries: UnsafePointer<Int16>, by shift: Int) {
    made = spinodal_move_count_overlaps(instructions, entries, Int16(shift), planes)
    let cubic = scales.cubic, heavy = planes.pointee.heavy!
    slopeSum = 12 * cubic * Double(made.square) + linearSum
    for k in 0..<made.heavy_count {
      let c = Int(heavy[k]), X = Double(overlaps[c]), v = linear[c]
      heavyCoefficients[3 * k] = X * (4 * cubic * X * X + v)
      heavyCoefficients[3 * k + 1] = 12 * cubic * X * X + v
      heavyCoefficients[3 * k + 2] = 16 * cubic * X
      slopeSum -= v
    }
    let C = Double(columnCount), M = Double(rows.largestEntry), roundedUp = 1 + 0x1p-20
    let slopeError = scales.slopeUnit * scales.slopeError
    let levels = C * (M * scales.fineUnit * scales.levelError + (M * M / 2 + squareTable.error) * slopeError)
    let roundedSquares = squareTable.error * (scales.slopeUnit * Double(made.slope_size) + slopeError * C)
    // Σ|X| ≤ √(C Σ X²).
    let overlapSize = (C * Double(made.square)).squareRoot()
    let leftOut = M * M * M * cubic * (16.0 / 4 * overlapSize + 8.0 / 2 * M * C)
    bound = (levels + roundedSquares + leftOut) * roundedUp
  }

  /// The sums times the spins of up to eight sites.
  @inline(__always)
  func sums(
    sites: UnsafeBufferPointer<Int32>, entries: UnsafeMutableBufferPointer<Int16>,
    spins: UnsafeMutableBufferPointer<Int8>,
    into sums: UnsafeMutablePointer<Double>
  ) {
    withUnsafeTemporaryAllocation(of: UnsafePointer<UInt8>?.self, capacity: Int(SPINODAL_BLOCK)) { pointers in
      withUnsafeTemporaryAllocation(of: spinodal_count_sums.self, capacity: Int(SPINODAL_BLOCK)) { found in
        for r in 0..<sites.count { pointers[r] = rows.row(Int(sites[r])) }
        spinodal_count_plane_sums(
          instructions, planes, pointers.baseAddress!, Int32(sites.count), found.baseAddress!)
        for r in 0..<sites.count {
          let site = Int(sites[r])
          sums[r] = estimate(
            found[r], entries: entries.baseAddress! + site * columnCount, spin: Double(spins[site]))
        }
      }
    }
  }

  @inline(__always)
  private func estimate(_ found: spinodal_count_sums, entries: UnsafePointer<Int16>, spin: Double) -> Double {
    let M = Int64(rows.largestEntry), shift = Int64(planes.pointee.coarsening)
    let heavy = planes.pointee.heavy!, middle = Double(M * M) / 2
    let lightCount = Double(columnCount - made.heavy_count)
    let levels = 2 * (found.coarse << shift + found.fine) - M * made.level
    // y² less M²/2 with the rounded slopes, M²/2 with the exact ones: rounding then counts half.
    let rounded = squareTable.unit * Double(found.square) + (squareTable.offset - middle) * Double(made.slope)
    let cubic = scales.cubic
    var sum =
      spin * scales.fineUnit * Double(levels) - scales.slopeUnit * rounded - middle * slopeSum
      - 8 * cubic * 2 * middle * middle * lightCount
    for k in 0..<made.heavy_count {
      let z = spin * Double(entries[Int(heavy[k])])
      let a = heavyCoefficients[3 * k], b = heavyCoefficients[3 * k + 1], d = heavyCoefficients[3 * k + 2]
      sum += z * (a - z * (b - z * (d - z * 8 * cubic)))
    }
    return sum
  }
}

/// Squares of y = 2 k - M in 16 entries of at most 60 by k >> shift.
struct SquareTable {
  private(set) var entries = [UInt8](repeating: 0, count: 16)
  private(set) var shift = 0
  private(set) var offset = 0.0
  private(set) var unit = 1.0
  /// Largest |y² - offset - unit entry|.
  private(set) var error = 0.0

  /// Exact for M <= 15.
  init(largestEntry M: Int, isExact: Bool) {
    let square = { (k: Int) in Double((2 * k - M) * (2 * k - M)) }
    if isExact {
      // Squares of even numbers are multiples of 4, those of odd ones are 1 more than multiples of 8.
      (offset, unit) = M.isMultiple(of: 2) ? (0, 4) : (1, 8)
      for k in 0...M { entries[k] = UInt8((square(k) - offset) / unit) }
      return
    }
    while M >> shift > 15 { shift += 1 }
    unit = Double(M * M) / 60
    for place in 0...M >> shift {
      let counts = place << shift...min(M, (place + 1) << shift - 1)
      let squares = counts.map(square)
      entries[place] = UInt8(((squares.min()! + squares.max()!) / 2 / unit).rounded())
      error = max(error, squares.map { abs($0 - unit * Double(entries[place])) }.max()!)
    }
  }
}
