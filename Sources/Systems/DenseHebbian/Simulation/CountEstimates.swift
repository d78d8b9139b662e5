import CKernels
import RealModule

/// Fields of rows of counts at P = 2 and 4 from planes of bytes, with a bound of their error.
///
/// The cavity sum times the spin is Σ_c z (A - z (B - z (D - z E))) with z = y s_i; see ``CavityEstimates``. A is rounded to
/// 12 bits, B to 7, and y² may be rounded as well. D and E are smaller by 1/N: z³ is replaced by (3/4) M² z, from which it
/// differs by M³/4 at most, and z⁴ by M⁴/2. The few columns with a large overlap, such as the retrieved class, are summed
/// exactly.
/// The memory belongs to whoever calls ``deallocate()``.
struct CountEstimates {
  private let rows: CountRows
  private let columnCount: Int
  /// X_c, exact.
  let overlaps: UnsafeMutableBufferPointer<Float>
  /// v_c of ``CavityEstimates``.
  private let linear: UnsafeMutableBufferPointer<Float>
  private let instructions: spinodal_instructions
  private let planes: UnsafeMutablePointer<spinodal_count_planes>
  private let squares: UnsafeMutableBufferPointer<UInt8>
  /// y² ≈ squareOffset + squareUnit squares[…], up to squareError.
  private let squareOffset: Double
  private let squareUnit: Double
  private let squareError: Double
  private var prepared = spinodal_prepared_counts()
  /// A, B, D, v in single precision, of the heavy columns, [heavy column][3].
  private let heavyCoefficients: UnsafeMutableBufferPointer<Double>
  /// Largest error of an estimate of the present overlaps.
  private(set) var bound = Double.infinity

  /// Estimates of `spinCount` spins for columns of these square lengths, with all overlaps zero; `nil` at orders that have
  /// none, and where overlaps would not be exact.
  init?(
    _ rows: CountRows, spinCount: Int, variances: UnsafeMutableBufferPointer<Double>,
    interaction: InteractionPolynomial, instructions: spinodal_instructions
  ) {
    let C = variances.count, variance = variances.reduce(0, +) / Double(C)
    guard interaction.order <= 4, variance > 0, spinCount * rows.largestEntry < 1 << 24 else { return nil }
    self.rows = rows
    self.instructions = instructions
    columnCount = C
    let linear = 2 * interaction.kernelCoefficients[0], cubic = interaction.kernelCoefficients[1]
    let M = rows.largestEntry
    let table = SquareTable(largestEntry: M, isExact: rows.isPacked)
    (squareOffset, squareUnit, squareError) = (table.offset, table.unit, table.error)
    squares = .copy(of: table.entries)
    // Overlaps up to so many standard deviations are within the levels: about eight columns are not.
    let width = (2 * Double.log(Double(max(C, 100)) / 8)).squareRoot(), x = width * variance.squareRoot()
    let v = cubic == 0 ? linear : linear * variance
    var planes = spinodal_count_planes()
    planes.cubic = cubic
    overlaps = .copy(of: [Float](repeating: 0, count: C))
    self.linear = .copy(of: variances.map { Float(cubic == 0 ? linear : linear * $0) })
    planes.extra = 12 * cubic * Double(M * M)
    planes.padded = rows.paddedColumnCount
    planes.is_packed = rows.isPacked ? 1 : 0
    planes.square_shift = Int32(table.shift)
    planes.squares = UnsafePointer(squares.baseAddress!)
    planes.most_coarse = Int32(min(127, 32767 / (8 * M)))
    planes.fine_unit =
      abs(x * (4 * cubic * x * x + v)) / Double(planes.most_coarse << SPINODAL_COARSENING)
    planes.slope_unit = max(abs(12 * cubic * x * x + v), abs(v)) / Double(SPINODAL_MOST_SLOPE - 1)
    planes.coarse = UnsafeMutableBufferPointer.zeros(planes.padded).baseAddress
    planes.fine = UnsafeMutableBufferPointer.zeros(planes.padded).baseAddress
    planes.slope = UnsafeMutableBufferPointer.zeros(planes.padded).baseAddress
    planes.heavy = UnsafeMutableBufferPointer.zeros(C).baseAddress
    self.planes = .allocate(capacity: 1)
    self.planes.initialize(to: planes)
    heavyCoefficients = .allocate(capacity: 3 * C)
    heavyCoefficients.initialize(repeating: 0)
  }

  /// Gives the memory back.
  func deallocate() {
    planes.pointee.coarse.deallocate()
    planes.pointee.fine.deallocate()
    planes.pointee.slope.deallocate()
    planes.pointee.heavy.deallocate()
    planes.deallocate()
    squares.deallocate()
    overlaps.deallocate()
    linear.deallocate()
    heavyCoefficients.deallocate()
  }

  /// Moves the overlaps by `shift` times a row of entries.
  mutating func move(_ entries: UnsafePointer<Int16>, by shift: Double) {
    prepared = spinodal_move_count_overlaps(
      instructions, entries, Float(shift), overlaps.baseAddress!, linear.baseAddress!, planes, columnCount)
    let fixed = planes.pointee, cubic = fixed.cubic
    for k in 0..<prepared.heavy_count {
      let c = Int(fixed.heavy[k]), X = Double(overlaps[c]), v = Double(linear[c])
      heavyCoefficients[3 * k] = X * (4 * cubic * X * X + v)
      heavyCoefficients[3 * k + 1] = 12 * cubic * X * X + v
      heavyCoefficients[3 * k + 2] = 16 * cubic * X
    }
    let C = Double(columnCount), M = Double(rows.largestEntry), roundedUp = 1 + 0x1p-9
    let levels = 0.51 * C * (M * fixed.fine_unit + (M * M / 2 + squareError) * fixed.slope_unit)
    let leftOut = M * M * M * abs(cubic) * (16.0 / 4 * prepared.overlap_size + 8.0 / 2 * M * C)
    let rounding = 0x1p-9 * M * M * fixed.slope_unit
    bound = (levels + leftOut + (squareError * fixed.slope_unit + rounding) * prepared.slope_size) * roundedUp
  }

  /// Whether estimates are of any use, which they are not beyond single precision.
  var serve: Bool { bound < 1e25 }

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
    let M = Int64(rows.largestEntry), shift = Int64(SPINODAL_COARSENING)
    let fixed = planes.pointee, middle = Double(M * M) / 2, lightCount = Double(columnCount - prepared.heavy_count)
    let levels = 2 * (found.coarse << shift + found.fine) - M * (prepared.coarse << shift + prepared.fine)
    // y² less M²/2 with the rounded slopes, M²/2 with the exact ones: rounding then counts half.
    let squares =
      squareUnit * Double(found.square) + (squareOffset - middle) * Double(prepared.slope) + middle
      * prepared.exact_slope
    var sum =
      spin * fixed.fine_unit * Double(levels) - fixed.slope_unit * squares
      - 8 * fixed.cubic * 2 * middle * middle * lightCount
    let cubic = fixed.cubic
    for k in 0..<prepared.heavy_count {
      let z = spin * Double(entries[Int(fixed.heavy[k])])
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
