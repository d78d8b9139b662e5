import CKernels
import SystemInterface

/// Fields of whole-number rows at P = 2 and 4 in single precision, with a bound of their error.
///
/// With z = y s_i the cavity sum of [g(x0 + y) - g(x0 - y)]/2 for g = a1 x⁴ + a0 V x², x0 = X - z s_i², times the spin, is
/// Σ_c z (A - z (B - z (D - z E))) with A = 4 a1 X³ + 2 a0 V X, B = 12 a1 X² + 2 a0 V, D = 16 a1 X, E = 8 a1.
/// An estimate decides an update only where its bound allows no doubt, so that no chain depends on it.
/// The memory belongs to whoever calls ``deallocate()``.
struct CavityEstimates {
  private let linear: Double
  private let cubic: Double
  private let largestEntry: Double
  /// A, B and D one after the other, [3][column].
  private let columns: UnsafeMutableBufferPointer<Float>
  private let columnCount: Int
  /// Largest error of an estimate of the present overlaps.
  private(set) var bound = Double.infinity

  /// Estimates for entries |y| ≤ `largestEntry`; `nil` at orders that have none.
  init?(columnCount: Int, interaction: InteractionPolynomial, largestEntry: Int) {
    guard interaction.order <= 4 else { return nil }
    linear = 2 * interaction.kernelCoefficients[0]
    cubic = interaction.kernelCoefficients[1]
    self.largestEntry = Double(largestEntry)
    self.columnCount = columnCount
    columns = .allocate(capacity: 3 * columnCount)
    columns.initialize(repeating: 0)
  }

  /// Gives the memory back.
  func deallocate() { columns.deallocate() }

  /// Follows the overlaps; returns whether estimates are of any use, which they are not beyond single precision.
  mutating func prepare(
    overlaps: UnsafeMutableBufferPointer<Double>, variances: UnsafeMutableBufferPointer<Double>,
    instructions: spinodal_instructions
  ) -> Bool {
    let start = columns.baseAddress!
    bound = spinodal_prepare_estimates(
      instructions, overlaps.baseAddress!, variances.baseAddress!, linear, cubic, largestEntry, start,
      start + columnCount, start + 2 * columnCount, columnCount)
    return bound < 1e25
  }

  /// The sums times the spins of up to eight sites.
  @inline(__always)
  func sums(
    sites: UnsafeBufferPointer<Int32>, rows: UnsafeMutableBufferPointer<Int16>, spins: UnsafeMutableBufferPointer<Int8>,
    into sums: UnsafeMutablePointer<Double>, instructions: spinodal_instructions
  ) {
    withUnsafeTemporaryAllocation(of: UnsafePointer<Int16>?.self, capacity: Int(SPINODAL_BLOCK)) { pointers in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: Int(SPINODAL_BLOCK)) { signs in
        for r in 0..<sites.count {
          pointers[r] = UnsafePointer(rows.baseAddress! + Int(sites[r]) * columnCount)
          signs[r] = Float(spins[Int(sites[r])])
        }
        let start = columns.baseAddress!
        spinodal_cavity_estimates(
          instructions, pointers.baseAddress!, signs.baseAddress!, Int32(sites.count), start, start + columnCount,
          start + 2 * columnCount, Float(8 * cubic), columnCount, sums)
      }
    }
  }
}
