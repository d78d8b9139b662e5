import SystemInterface

/// The 32-bit cyclic redundancy check of zip, gzip and PNG, to tell which data a result was computed from.
///
/// Polynomial 0x04C11DB7, bits reflected, initial value and final exclusive-or all ones; the nine bytes `123456789` give
/// 0xCBF43926. 32 bits, so that a diagnostic holds the value exactly, as a number.
enum CRC32 {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 0 ? value >> 1 : value >> 1 ^ 0xEDB8_8320 }
  }

  /// The check value of `bytes`.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    table.withUnsafeBufferPointer { table in
      ~bytes.reduce(UInt32.max) { table[Int(($0 ^ UInt32($1)) & 0xFF)] ^ $0 >> 8 }
    }
  }
}
