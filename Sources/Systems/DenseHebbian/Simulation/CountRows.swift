import CKernels
import SystemInterface

/// Rows of whole numbers y = 2 k - M as counts k = 0 ... M in half a byte or a byte each, [site][column], padded.
///
/// A quarter or half of the memory that a row of 16-bit numbers takes; estimates read nothing else.
final class CountRows: @unchecked Sendable {
  // Immutable after initialization, hence safe to share.
  /// M, the largest |y|.
  let largestEntry: Int
  /// Columns with padding.
  let paddedColumnCount: Int
  /// Whether two counts share a byte.
  let isPacked: Bool
  private let bytesOfRow: Int
  private let bytes: UnsafeMutableBufferPointer<UInt8>

  /// Copies entries [row][column]; `nil` if they are not 2 k - M with the largest of them, M, below 128.
  init?(_ entries: UnsafeMutableBufferPointer<Int16>, rowCount: Int, columnCount C: Int, largestEntry M: Int) {
    guard (1...127).contains(M), entries.allSatisfy({ abs(Int($0)) <= M && (Int($0) + M).isMultiple(of: 2) }) else {
      return nil
    }
    let unit = Int(SPINODAL_COUNT_PADDING), padding = 2 * unit
    let padded = (C + padding - 1) / padding * padding, isPacked = M <= 15
    largestEntry = M
    paddedColumnCount = padded
    self.isPacked = isPacked
    bytesOfRow = isPacked ? padded / 2 : padded
    bytes = .zeros(rowCount * bytesOfRow)
    for row in 0..<rowCount {
      let start = row * bytesOfRow
      for c in 0..<C {
        let count = UInt8((Int(entries[row * C + c]) + M) / 2)
        if isPacked {
          bytes[start + c / unit * (unit / 2) + c % (unit / 2)] |= c % unit < unit / 2 ? count : count << 4
        } else {
          bytes[start + c] = count
        }
      }
    }
  }

  deinit { bytes.deallocate() }

  /// The counts of one row.
  @inline(__always)
  func row(_ row: Int) -> UnsafePointer<UInt8> { UnsafePointer(bytes.baseAddress! + row * bytesOfRow) }
}
