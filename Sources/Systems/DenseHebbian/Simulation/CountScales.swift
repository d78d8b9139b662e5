import CKernels
import RealModule
import SystemInterface

/// In which whole numbers ``CountEstimates`` keeps A and B of its columns, and how far these are from them.
///
/// A = X (4 a1 X² + v + extra), B = 12 a1 X² + v of columns up to a largest overlap; see `spinodal_count_planes`.
struct CountScales {
  /// v = linear · variance at order 4, v = linear at order 2.
  private let linear: Double
  /// a1.
  let cubic: Double
  /// 12 a1 M², what D adds to A.
  private let extra: Double
  /// What a level of A is, and the largest error of a rounded A in levels.
  let fineUnit: Double
  let levelError: Double
  /// The same of B.
  let slopeUnit: Double
  let slopeError: Double
  private let factorUnit: Double
  /// Shifts and factors; everything else is zero.
  private(set) var planes = spinodal_count_planes()

  /// Scales for columns of these square lengths and entries up to M; `nil` where the interaction does not ask for them.
  init?(
    _ interaction: InteractionPolynomial, variances: UnsafeMutableBufferPointer<Double>, largestEntry M: Int,
    hasDotProducts: Bool
  ) {
    let C = variances.count, variance = variances.reduce(0, +) / Double(C)
    let linear = 2 * interaction.kernelCoefficients[0], cubic = interaction.kernelCoefficients[1]
    let extra = 12 * cubic * Double(M * M)
    guard variance > 0, cubic >= 0, linear != 0 || cubic != 0 else { return nil }
    (self.linear, self.cubic, self.extra) = (linear, cubic, extra)
    // Overlaps up to so many standard deviations are within the levels: about eight columns are not.
    let width = (2 * Double.log(Double(max(C, 100)) / 8)).squareRoot()
    let limit = max(1, min((width * variance.squareRoot()).rounded(.down), 8192))
    let shift = Int16.bitWidth - 1 - (Int.bitWidth - Int(limit).leadingZeroBitCount)
    let largestSquare = Double(Int(limit * limit) << (2 * shift)) * 0x1p-15

    // The extremes of A, of its factor and of B, each linear in v.
    var largestProduct = 0.0, largestFactor = 4 * cubic * limit * limit, largestSlope = 0.0
    for v in [variances.min()!, variances.max()!].map({ cubic == 0 ? linear : linear * $0 }) {
      let turning = cubic == 0 ? 0 : max(0, -(v + extra) / (12 * cubic)).squareRoot()
      for x in [min(turning, limit), limit] {
        let factor = 4 * cubic * x * x + v + extra
        largestProduct = max(largestProduct, abs(x * factor))
        largestFactor = max(largestFactor, abs(factor))
        largestSlope = max(largestSlope, abs(12 * cubic * x * x + v))
      }
      largestFactor = max(largestFactor, abs(v + extra))
      largestSlope = max(largestSlope, abs(v))
    }

    // Levels as fine as their bytes allow, unless the factors of 15 bits are coarser.
    let mostOfByte = hasDotProducts ? 127 : min(127, 32767 / (8 * M)), coarsening = mostOfByte == 127 ? 8 : 4
    let mostLevels = Double(mostOfByte << coarsening)
    let unit = Double(1 << (15 - shift))
    let square = cubic * limit * limit / largestSquare
    let finest = max(largestFactor / 32600, largestProduct / unit / 32000, 4 * square * 1.001)
    let room = largestProduct / mostLevels / unit / finest
    let levelShift = room < 1 ? 0 : room.exponent
    let factorUnit = room < 1 ? finest : largestProduct / mostLevels / unit / Double(1 << levelShift)
    self.factorUnit = factorUnit
    fineUnit = unit * factorUnit * Double(1 << levelShift)
    levelError = 0.5 + 2.5 / Double(1 << levelShift)

    slopeUnit = largestSlope / (hasDotProducts ? 126 : 62)
    var slopeShift = 8
    while slopeShift > 0, 12 * square * 1.001 > slopeUnit / Double(1 << slopeShift) { slopeShift -= 1 }
    slopeError = 0.5 + 2 / Double(1 << slopeShift)

    planes.has_dot_products = hasDotProducts ? 1 : 0
    planes.coarsening = Int32(coarsening)
    planes.limit = Int32(limit)
    planes.overlap_shift = Int32(shift)
    planes.level_shift = Int32(levelShift)
    planes.slope_shift = Int32(slopeShift)
    planes.level_factor = Int32((4 * square / factorUnit * 0x1p15).rounded())
    planes.slope_factor = Int32((12 * square / slopeUnit * Double(1 << slopeShift) * 0x1p15).rounded())
  }

  /// v of a column of this square length.
  func linearCoefficient(variance: Double) -> Double { cubic == 0 ? linear : linear * variance }

  /// v + extra in units of the factor of A.
  func levelOffset(_ v: Double) -> Int16 { Int16(((v + extra) / factorUnit).rounded()) }

  /// v in levels of B, with the half that rounds them.
  func slopeOffset(_ v: Double) -> Int16 {
    let scale = Double(1 << planes.slope_shift)
    return Int16((v / slopeUnit * scale).rounded()) + Int16((scale / 2).rounded(.down))
  }
}
