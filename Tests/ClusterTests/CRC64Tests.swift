import Foundation
import Testing

@testable import Cluster

@Suite struct CRC64Tests {
  /// Check value of CRC-64/XZ in the catalogue of parametrised CRC algorithms (reveng.sourceforge.io).
  @Test func knownAnswer() {
    #expect(CRC64.checksum(Data("123456789".utf8)) == 0x995D_C9BB_DF19_39FA)
    #expect(CRC64.checksum([UInt8]()) == 0)
  }

  @Test func textHasSixteenDigits() {
    #expect(CRC64.text(0xAB) == "00000000000000ab")
    #expect(CRC64.text(.max) == "ffffffffffffffff")
  }

  @Test func everySingleBitCounts() {
    let bytes = [UInt8](repeating: 0x55, count: 40)
    var seen: Set<UInt64> = [CRC64.checksum(bytes)]
    for bit in 0..<(8 * bytes.count) {
      var changed = bytes
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(seen.insert(CRC64.checksum(changed)).inserted, "bit \(bit)")
    }
  }
}
