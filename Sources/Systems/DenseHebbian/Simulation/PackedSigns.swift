import CKernels
import SystemInterface

/// Rows of ±1, one bit an entry, set where the entry is −1; every row is padded with clear bits.
///
/// The memory belongs to whoever calls ``deallocate()``.
struct PackedSigns {
  /// Columns with their padding.
  let paddedColumnCount: Int
  private let words: UnsafeMutableBufferPointer<UInt32>

  /// Copies entries [row][column].
  init(_ signs: UnsafeMutableBufferPointer<Int8>, rowCount: Int, columnCount C: Int) {
    precondition(signs.count == rowCount * C, "\(signs.count) entries for \(rowCount) rows of \(C)")
    let padding = Int(SPINODAL_SIGN_PADDING)
    paddedColumnCount = (C + padding - 1) / padding * padding
    let wordsOfRow = paddedColumnCount / 32
    words = .allocate(capacity: rowCount * wordsOfRow)
    words.initialize(repeating: 0)
    for row in 0..<rowCount {
      for c in 0..<C where signs[row * C + c] < 0 { words[row * wordsOfRow + c >> 5] |= 1 << UInt32(c & 31) }
    }
  }

  /// The bits of one row.
  @inline(__always)
  func row(_ row: Int) -> UnsafePointer<UInt32> {
    UnsafePointer(words.baseAddress! + row * (paddedColumnCount / 32))
  }

  /// Whether an entry is −1.
  func isNegative(_ row: Int, _ column: Int) -> Bool { self.row(row)[column >> 5] >> UInt32(column & 31) & 1 == 1 }

  /// Gives the memory back.
  func deallocate() { words.deallocate() }
}
