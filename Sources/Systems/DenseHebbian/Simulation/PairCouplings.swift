import CKernels
import SystemInterface

/// Couplings J_ij = Σ_c y_ic y_jc of all pairs of spins at P = 2, for rows of ±1: [site][site], the diagonal included.
///
/// With them the fields Σ_c y_ic X_c = Σ_j J_ij s_j of all spins can be kept up to date: a flip costs O(N), an attempt O(1).
final class PairCouplings: @unchecked Sendable {
  // Immutable after initialization, hence safe to share.
  private let spinCount: Int
  private let couplings: UnsafeMutableBufferPointer<Int16>

  /// Spins up to which the couplings are worth their memory, 128 MiB.
  static let largestSpinCount = 8192
  /// Columns up to which twice a coupling has 15 bits.
  static let largestColumnCount = Int(Int16.max) / 2

  /// The couplings of `spinCount` rows.
  init(_ rows: PackedSigns, spinCount N: Int, columnCount C: Int, instructions: spinodal_instructions) {
    spinCount = N
    couplings = .allocate(capacity: N * N)
    couplings.initialize(repeating: 0)
    spinodal_pair_couplings(instructions, rows.row(0), rows.paddedColumnCount / 32, N, Int32(C), couplings.baseAddress!)
  }

  deinit { couplings.deallocate() }

  /// J of one spin with all spins.
  @inline(__always)
  func row(_ site: Int) -> UnsafePointer<Int16> { UnsafePointer(couplings.baseAddress! + site * spinCount) }
}

/// The fields Σ_j J_ij s_j of all spins of one chain. The memory belongs to whoever calls ``deallocate()``.
struct PairFields {
  private let couplings: PairCouplings
  private let instructions: spinodal_instructions
  /// Σ_j J_ij s_j, the spin itself included.
  let fields: UnsafeMutableBufferPointer<Int32>

  /// The fields of `spins`.
  init(_ couplings: PairCouplings, spins: UnsafeMutableBufferPointer<Int8>, instructions: spinodal_instructions) {
    self.couplings = couplings
    self.instructions = instructions
    fields = .zeros(spins.count)
    for i in 0..<spins.count { move(site: i, by: Int32(spins[i])) }
  }

  /// Adds `shift` to one spin.
  func move(site: Int, by shift: Int32) {
    spinodal_move_pair_fields(instructions, couplings.row(site), shift, fields.baseAddress!, fields.count)
  }

  /// Gives the memory back.
  func deallocate() { fields.deallocate() }
}

/// Whether fields of all spins, kept up to date, would have cost less than fields computed when they are asked for.
///
/// The couplings are made once what they would have saved so far is as much as they cost: never more than twice the cheaper
/// of the two ways. The choice rests on counts, not on clocks, and changes no bit of a chain.
struct PairFieldsLedger {
  private let costOfRow: Double
  private let costOfFlip: Double
  private let costOfCouplings: Double
  private var saved = 0.0

  /// Costs in units of one processor cycle, roughly.
  init(spinCount N: Int, columnCount C: Int) {
    costOfRow = Double(C) / 32 + 80
    costOfFlip = Double(N) / 4 + 50
    costOfCouplings = Double(N) * Double(N) * (Double(C) / 64 + 8) / 2
  }

  /// Notes what a sweep did; returns whether couplings pay.
  mutating func note(computedFields: Int, flips: Int) -> Bool {
    saved = max(0, saved + Double(computedFields) * costOfRow - Double(flips) * costOfFlip)
    return saved > costOfCouplings
  }
}
