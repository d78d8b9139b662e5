import Foundation
import StatisticalTesting
import Testing

@testable import NumericalMethods

@Suite struct RandomStreamTests {
  static let key = StreamKey(seed: 2026, system: 3, point: 17, sample: 5, replica: 2, purpose: .dynamics)

  static func words(_ stream: RandomStream, _ count: Int) -> [UInt32] {
    var stream = stream
    return (0..<count).map { _ in stream.nextUInt32() }
  }

  @Test("Philox4x32-10 gives the vectors published with Random123 (kat_vectors)")
  func knownAnswers() {
    let zero = RandomStream(key: (0, 0), counterHigh: (0, 0))
    #expect(Self.words(zero, 4) == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])

    var ones = RandomStream(key: (.max, .max), counterHigh: (.max, .max))
    ones.nextBlock = .max
    #expect(Self.words(ones, 4) == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])

    var digits = RandomStream(key: (0xa409_3822, 0x299f_31d0), counterHigh: (0x1319_8a2e, 0x0370_7344))
    digits.nextBlock = 0x85a3_08d3_243f_6a88
    #expect(Self.words(digits, 4) == [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1])
  }

  @Test("The identity of a stream enters as the documented table says")
  func identityTable() {
    let key = StreamKey(
      seed: 0x299f_31d0_a409_3822, system: 0x243f_6a88, point: 0x1319_8a2e_85a3_08d3, sample: 0x0370_7344,
      replica: 0xffff, purpose: .init(rawValue: 0xeeee))
    // The first identity block is the published vector above; the second is built here by hand.
    var second = RandomStream(key: (0xa409_3822, 0x299f_31d0), counterHigh: (0x5001_e420, 0x2412_6ea1))
    second.nextBlock = 0x94fd_cceb_0000_0000 | UInt64(0xd16c_fe09 ^ 0xeeee_ffff as UInt32)
    let derived = Self.words(second, 4)
    let expected = RandomStream(key: (derived[0], derived[1]), counterHigh: (derived[2], derived[3]))
    #expect(RandomStream(key) == expected)
  }

  @Test("The first numbers of a stream are pinned: a change would change every stored result")
  func pinnedNumbers() {
    var stream = RandomStream(Self.key)
    let words: [UInt64] = [
      14_463_647_199_594_598_262, 14_953_130_710_193_764_621, 7_577_837_038_718_280_002, 17_085_083_850_788_178_568,
    ]
    #expect((0..<4).map { _ in stream.next() } == words)
    #expect(stream.uniform() == 0.5515932272930403)
    #expect(stream.openUniform() == 0.49094212152767625)
    #expect((0..<3).map { _ in stream.normal() } == [0.444624488693458, 0.28580775380894513, -0.8772441672044573])
    #expect((0..<8).map { _ in stream.sign() } == [-1, 1, 1, -1, 1, -1, -1, -1])
    #expect((0..<4).map { _ in stream.index(below: 1000) } == [386, 625, 76, 229])
  }

  @Test("A 64-bit draw is an aligned pair of words, low word first, and drops an odd word before it")
  func mixedWidths() {
    let words = Self.words(RandomStream(Self.key), 8).map(UInt64.init)
    var stream = RandomStream(Self.key)
    #expect(stream.next() == words[0] | words[1] << 32)
    #expect(stream.nextUInt32() == words[2])
    #expect(stream.next() == words[4] | words[5] << 32)
    #expect(stream.nextUInt32() == words[6])
    #expect(stream.nextUInt32() == words[7])
    var odd = RandomStream(Self.key)
    _ = odd.nextUInt32()
    #expect(odd.next() == words[2] | words[3] << 32)
  }

  @Test("A stored stream goes on with the number that would have come next", arguments: 0..<9)
  func codable(drawn: Int) throws {
    var stream = RandomStream(Self.key)
    for _ in 0..<drawn { _ = stream.nextUInt32() }
    var restored = try JSONDecoder().decode(RandomStream.self, from: JSONEncoder().encode(stream))
    #expect(restored == stream)
    #expect((0..<9).map { _ in restored.nextUInt32() } == (0..<9).map { _ in stream.nextUInt32() })
  }

  @Test("A damaged stored stream is refused", arguments: [(0, 1), (1, 0), (1, 5)])
  func damagedCodable(block: Int, used: Int) {
    let text = #"{"key":1,"counterHigh":2,"nextBlock":\#(block),"wordsUsed":\#(used)}"#
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(RandomStream.self, from: Data(text.utf8)) }
  }

  @Test("Every byte of the words, and the leading bits of the doubles, are uniform")
  func uniformity() {
    var stream = RandomStream(Self.key)
    var bytes = [[Int]](repeating: [Int](repeating: 0, count: 256), count: 8)
    var bins = [Int](repeating: 0, count: 256)
    var sum = 0.0
    let count = 200_000
    for _ in 0..<count {
      let word = stream.next()
      for place in 0..<8 {
        bytes[place][Int(truncatingIfNeeded: word >> (8 * UInt64(place))) & 255] += 1
      }
      let number = stream.uniform()
      bins[Int(number * 256)] += 1
      sum += number
    }
    for place in 0..<8 { expectUniform(bytes[place], "byte \(place)") }
    expectUniform(bins, "uniform()")
    expectAgrees(sum / Double(count), standardError: (1 / 12 / Double(count)).squareRoot(), exact: 0.5, "mean")
  }

  @Test("uniform() stays in [0, 1) and openUniform() in (0, 1] at the extreme words")
  func extremes() {
    var lowest = RandomStream(key: (0, 0), counterHigh: (0, 0))
    (lowest.nextBlock, lowest.wordsUsed, lowest.highPair) = (1, 2, 0)
    var highest = lowest
    highest.highPair = .max
    var (a, b, c, d, e, f) = (lowest, lowest, highest, highest, lowest, highest)
    #expect(a.uniform() == 0)
    #expect(b.openUniform() == 0x1p-53)
    #expect(c.uniform() == 1 - 0x1p-53)
    #expect(d.openUniform() == 1)
    #expect(abs(e.normal() - 9.16) < 0.1)
    #expect(f.normal() == 0)
  }

  /// Keys that differ from ``key`` in one bit of one field, low and high halves.
  static let neighbours: [StreamKey] = [
    StreamKey(seed: 2027, system: 3, point: 17, sample: 5, replica: 2, purpose: .dynamics),
    StreamKey(seed: 2026 | 1 << 63, system: 3, point: 17, sample: 5, replica: 2, purpose: .dynamics),
    StreamKey(seed: 2026, system: 2, point: 17, sample: 5, replica: 2, purpose: .dynamics),
    StreamKey(seed: 2026, system: 3, point: 16, sample: 5, replica: 2, purpose: .dynamics),
    StreamKey(seed: 2026, system: 3, point: 17 | 1 << 63, sample: 5, replica: 2, purpose: .dynamics),
    StreamKey(seed: 2026, system: 3, point: 17, sample: 4, replica: 2, purpose: .dynamics),
    StreamKey(seed: 2026, system: 3, point: 17, sample: 5, replica: 3, purpose: .dynamics),
    StreamKey(seed: 2026, system: 3, point: 17, sample: 5, replica: 2, purpose: .initialState),
  ]

  /// With 50 000 pairs a correlation of 0.05 would show as z = 11; a reused stream as z = 220.
  @Test("Streams that differ in one field are different and uncorrelated", arguments: neighbours)
  func independence(neighbour: StreamKey) {
    var (first, second) = (RandomStream(Self.key), RandomStream(neighbour))
    #expect(first != second)
    var sum = 0.0
    var (agreeingBits, equalWords) = (0, 0)
    let count = 50_000
    for _ in 0..<count {
      let (a, b) = (first.next(), second.next())
      if a == b { equalWords += 1 }
      agreeingBits += (~(a ^ b)).nonzeroBitCount
      sum += (Double(a >> 11) * 0x1p-53 - 0.5) * (Double(b >> 11) * 0x1p-53 - 0.5)
    }
    #expect(equalWords == 0)
    let n = Double(count)
    expectAgrees(sum / n, standardError: 1 / (12 * n.squareRoot()), exact: 0, "covariance")
    expectAgrees(Double(agreeingBits), standardError: (16 * n).squareRoot(), exact: 32 * n, "agreeing bits")
  }

  @Test("No two of 60 000 streams of a run begin alike")
  func distinctness() {
    var seen = Set<UInt64>()
    for point in 0..<100 {
      for sample in 0..<100 {
        for replica in 0..<6 {
          var stream = RandomStream(
            StreamKey(
              seed: 1, system: 1, point: UInt64(point), sample: UInt32(sample), replica: UInt16(replica),
              purpose: .disorder))
          seen.insert(stream.next())
        }
      }
    }
    #expect(seen.count == 60_000)
  }

  @Test("Gaussian numbers have the moments and the distribution function of the unit Gaussian")
  func normalMoments() {
    var stream = RandomStream(Self.key)
    let count = 200_000
    var sums = [Double](repeating: 0, count: 5)
    var bins = [Int](repeating: 0, count: 256)
    var (product, previous) = (0.0, 0.0)
    for _ in 0..<count {
      let z = stream.normal()
      var power = 1.0
      for order in sums.indices {
        sums[order] += power
        power *= z
      }
      bins[min(255, Int(256 * 0.5 * erfc(-z / 2.0.squareRoot())))] += 1
      product += z * previous
      previous = z
    }
    let n = Double(count)
    // Variances of z, z², z³, z⁴ and of products of neighbours: 1, 2, 15, 96 and 1.
    expectAgrees(sums[1] / n, standardError: (1 / n).squareRoot(), exact: 0, "mean")
    expectAgrees(sums[2] / n, standardError: (2 / n).squareRoot(), exact: 1, "variance")
    expectAgrees(sums[3] / n, standardError: (15 / n).squareRoot(), exact: 0, "skewness")
    expectAgrees(sums[4] / n, standardError: (96 / n).squareRoot(), exact: 3, "kurtosis")
    expectAgrees(product / n, standardError: (1 / n).squareRoot(), exact: 0, "neighbours")
    expectUniform(bins, "Gaussian quantiles")
  }

  /// Multiplying without rejection would give residue 0 half of the time (narrow) and residue 2 a quarter (wide).
  @Test("Random indices have no bias at bounds that divide no word", arguments: [3, 3 << 30, 3 << 32, 3 << 61])
  func indexBias(bound: Int) {
    var stream = RandomStream(Self.key)
    var (residues, thirds, outside) = ([0, 0, 0], [0, 0, 0], 0)
    for _ in 0..<60_000 {
      let index = stream.index(below: bound)
      if index < 0 || index >= bound { outside += 1 }
      residues[index % 3] += 1
      thirds[min(2, index / (bound / 3))] += 1
    }
    #expect(outside == 0)
    for count in residues + thirds {
      let error = (60_000 * 2.0 / 9).squareRoot()
      expectAgrees(Double(count), standardError: error, exact: 20_000, "index below \(bound)")
    }
  }

  @Test("A random index below 1 is 0")
  func indexBelowOne() {
    var stream = RandomStream(Self.key)
    #expect((0..<10).allSatisfy { _ in stream.index(below: 1) == 0 })
  }

  @Test("All 24 orders of four elements are equally frequent after a shuffle")
  func shuffle() {
    var stream = RandomStream(Self.key)
    var counts: [[Int32]: Int] = [:]
    for _ in 0..<48_000 {
      var order: [Int32] = [0, 1, 2, 3]
      order.withUnsafeMutableBufferPointer { stream.shuffle($0) }
      counts[order, default: 0] += 1
    }
    #expect(counts.count == 24)
    expectUniform(Array(counts.values), "permutations")
  }

  @Test("Buffers are filled with the numbers of single calls; packed signs are the bits of the words")
  func fills() {
    var (first, second) = (RandomStream(Self.key), RandomStream(Self.key))
    var numbers = [Double](repeating: 0, count: 37)
    numbers.withUnsafeMutableBufferPointer { first.fill($0) }
    #expect(numbers == numbers.indices.map { _ in second.uniform() })
    numbers.withUnsafeMutableBufferPointer { first.fillNormal($0) }
    #expect(numbers == numbers.indices.map { _ in second.normal() })
    #expect(first == second)
    var signs = [Int8](repeating: 0, count: 70)
    signs.withUnsafeMutableBufferPointer { first.fillSigns($0) }
    let words = (0..<3).map { _ in second.nextUInt32() }
    #expect(signs == signs.indices.map { words[$0 / 32] >> UInt32($0 % 32) & 1 == 0 ? 1 : -1 })
    #expect(first == second)
  }

  /// Longer than what is computed at once, from every place within a block.
  @Test("Long fills and shuffles use the numbers of single calls and leave the stream where those do")
  func bulk() {
    for drawn in 0...5 {
      for count in [0, 1, 2, 3, 4, 5, 100, 255, 256, 257, 700, 3000] {
        var (first, second) = (RandomStream(Self.key), RandomStream(Self.key))
        for _ in 0..<drawn { #expect(first.nextUInt32() == second.nextUInt32()) }
        var numbers = [Double](repeating: 0, count: count)
        numbers.withUnsafeMutableBufferPointer { first.fill($0) }
        #expect(numbers == numbers.indices.map { _ in second.uniform() } && first == second)
        _ = (first.nextUInt32(), second.nextUInt32())
        var order = (0..<Int32(count)).map { $0 }, twin = order
        order.withUnsafeMutableBufferPointer { first.shuffle($0) }
        for last in stride(from: count - 1, to: 0, by: -1) { twin.swapAt(last, second.index(below: last + 1)) }
        #expect(order == twin && first == second)
        #expect(first.next() == second.next() && first.nextUInt32() == second.nextUInt32())
      }
    }
  }

  @Test("Signs are balanced and uncorrelated")
  func signs() {
    var stream = RandomStream(Self.key)
    let count = 200_000
    var (sum, product, previous, others) = (0, 0, 1, 0)
    for _ in 0..<count {
      let sign = Int(stream.sign())
      if abs(sign) != 1 { others += 1 }
      sum += sign
      product += sign * previous
      previous = sign
    }
    #expect(others == 0)
    expectAgrees(Double(sum), standardError: Double(count).squareRoot(), exact: 0, "signs")
    expectAgrees(Double(product), standardError: Double(count).squareRoot(), exact: 0, "products of neighbours")
  }
}
