import Foundation

/// The 64-bit cyclic redundancy check known as CRC-64/XZ, to recognise damaged files.
///
/// Polynomial 0x42F0E1EBA9EA3693 of ECMA-182, bits reflected, initial value and final exclusive-or all ones; the
/// nine bytes `123456789` give 0x995DC9BBDF1939FA. It finds every error burst of up to 64 bits; it is no protection
/// against intent.
public enum CRC64 {
  /// The reflected polynomial applied to each possible byte.
  private static let table: [UInt64] = (0..<256).map { byte in
    var value = UInt64(byte)
    for _ in 0..<8 {
      value = value & 1 == 0 ? value >> 1 : value >> 1 ^ 0xC96C_5795_D787_0F42
    }
    return value
  }

  /// The check value of `bytes`.
  public static func checksum(_ bytes: some ContiguousBytes) -> UInt64 {
    bytes.withUnsafeBytes { buffer in
      table.withUnsafeBufferPointer { table in
        var value = UInt64.max
        for byte in buffer {
          value = table[Int(truncatingIfNeeded: value ^ UInt64(byte)) & 0xFF] ^ value >> 8
        }
        return ~value
      }
    }
  }

  /// `checksum` as 16 lower-case hexadecimal digits, the form in which files state it.
  public static func text(_ checksum: UInt64) -> String {
    let digits = String(checksum, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
