import CRandom123

/// A counter-based stream of random numbers, Philox4x32-10, that depends on its ``StreamKey`` and on nothing else.
///
/// Philox4x32-10 (Salmon, Moraes, Dror & Shaw, *Parallel random numbers: as easy as 1, 2, 3*, SC'11, section 3.3) maps a
/// 128-bit counter under a 64-bit key to 128 bits. Words are written low word first, (w0, w1, w2, w3).
///
/// | step | Philox key | Philox counter | the 128 bits that come out |
/// | --- | --- | --- | --- |
/// | identity, first block | seed (low, high half) | (system, point low, point high, sample) | (a0, a1, a2, a3) |
/// | identity, second block | seed (low, high half) | (a0 ⊕ (replica + 2¹⁶ purpose), a1, a2, a3) | (k0, k1, h0, h1) |
/// | numbers, block b = 0, 1, … | (k0, k1) | (b low, b high, h0, h1) | four words, used in the order w0, w1, w2, w3 |
///
/// The identity has 160 bits, hence two chained blocks; each is a bijection of its counter. Two streams of one seed
/// therefore share (k, h) only by a 128-bit coincidence, and one stream repeats after 2⁶⁴ blocks.
///
/// A 32-bit draw uses the next word. A 64-bit draw uses the next *aligned* pair (w0, w1) or (w2, w3), low word first: an
/// odd word left by a 32-bit draw before it is dropped, so that the fast path has one branch. Doubles and Gaussians use
/// one 64-bit draw each. All methods here use integer operations, correctly rounded arithmetic and square roots only, so
/// that the bits are the same on every processor. The standard library's `random(in:using:)` and `shuffled(using:)` also
/// accept a stream, but their algorithms may change with the compiler: keep them away from stored results.
public struct RandomStream: RandomNumberGenerator, Sendable, Equatable {
  @usableFromInline let key0: UInt32
  @usableFromInline let key1: UInt32
  @usableFromInline let counter2: UInt32
  @usableFromInline let counter3: UInt32
  /// The number of the block that is computed next.
  @usableFromInline var nextBlock: UInt64 = 0
  @usableFromInline var lowPair: UInt64 = 0
  @usableFromInline var highPair: UInt64 = 0
  /// Words of the current block that were handed out, 1...4; 4 before the first block.
  @usableFromInline var wordsUsed: UInt32 = 4

  /// The stream of that identity, at its beginning.
  public init(_ key: StreamKey) {
    let seed0 = UInt32(truncatingIfNeeded: key.seed)
    let seed1 = UInt32(truncatingIfNeeded: key.seed >> 32)
    var block = spinodal_philox_block(
      word0: key.system,
      word1: UInt32(truncatingIfNeeded: key.point),
      word2: UInt32(truncatingIfNeeded: key.point >> 32),
      word3: key.sample)
    block = spinodal_philox4x32_10(block, seed0, seed1)
    block.word0 ^= UInt32(key.replica) | UInt32(key.purpose.rawValue) << 16
    block = spinodal_philox4x32_10(block, seed0, seed1)
    self.init(key: (block.word0, block.word1), counterHigh: (block.word2, block.word3))
  }

  init(key: (UInt32, UInt32), counterHigh: (UInt32, UInt32)) {
    key0 = key.0
    key1 = key.1
    counter2 = counterHigh.0
    counter3 = counterHigh.1
  }

  @inlinable
  @inline(__always)
  mutating func computeBlock() {
    let counter = spinodal_philox_block(
      word0: UInt32(truncatingIfNeeded: nextBlock),
      word1: UInt32(truncatingIfNeeded: nextBlock >> 32),
      word2: counter2,
      word3: counter3)
    let words = spinodal_philox4x32_10(counter, key0, key1)
    lowPair = UInt64(words.word0) | UInt64(words.word1) << 32
    highPair = UInt64(words.word2) | UInt64(words.word3) << 32
    nextBlock &+= 1
  }

  /// The next 64 random bits: the next aligned pair of words, low word first.
  @inlinable
  @inline(__always)
  public mutating func next() -> UInt64 {
    if wordsUsed <= 2 {
      wordsUsed = 4
      return highPair
    }
    computeBlock()
    wordsUsed = 2
    return lowPair
  }

  /// The next 32 random bits: the next word.
  @inlinable
  @inline(__always)
  public mutating func nextUInt32() -> UInt32 {
    if wordsUsed == 4 {
      computeBlock()
      wordsUsed = 1
      return UInt32(truncatingIfNeeded: lowPair)
    }
    let pair = wordsUsed == 1 ? lowPair : highPair
    let word = UInt32(truncatingIfNeeded: wordsUsed == 2 ? pair : pair >> 32)
    wordsUsed &+= 1
    return word
  }

  /// A number uniform on [0, 1): one of the 2⁵³ multiples of 2⁻⁵³, each equally likely.
  @inlinable
  @inline(__always)
  public mutating func uniform() -> Double {
    // Through Int64: before AVX-512 there is no instruction that converts an unsigned word.
    Double(Int64(truncatingIfNeeded: next() >> 11)) * 0x1p-53
  }

  /// A number uniform on (0, 1], safe under a logarithm: one of the multiples of 2⁻⁵³, each equally likely.
  @inlinable
  @inline(__always)
  public mutating func openUniform() -> Double {
    Double(Int64(truncatingIfNeeded: next() >> 11) &+ 1) * 0x1p-53
  }

  /// A standard Gaussian number by inversion: the highest bit of one 64-bit draw is the sign, the other 63 choose the tail.
  ///
  /// |z| = Φ⁻¹(1 − p) with p = (bits + ½) 2⁻⁶⁴ in (0, ½], by ``NormalDistribution``; |z| stays below 9.3.
  /// Inversion always uses exactly one draw, so that the n-th Gaussian of a stream needs none of those before it, and its
  /// bits do not depend on a mathematics library.
  @inlinable
  @inline(__always)
  public mutating func normal() -> Double {
    let bits = next()
    let tail = (Double(Int64(truncatingIfNeeded: bits & 0x7fff_ffff_ffff_ffff)) + 0.5) * 0x1p-64
    let magnitude = NormalDistribution.upperQuantile(tail: tail)
    return Double(bitPattern: magnitude.bitPattern ^ (bits & 0x8000_0000_0000_0000))
  }

  /// +1 or −1 with equal probability, from the highest bit of one word.
  @inlinable
  @inline(__always)
  public mutating func sign() -> Int8 {
    1 - 2 * Int8(truncatingIfNeeded: nextUInt32() >> 31)
  }

  /// A number uniform on 0 ..< `bound`, without bias (Lemire, ACM Trans. Model. Comput. Simul. 29, 3 (2019)).
  ///
  /// Uses one word for bounds below 2³² and one 64-bit draw above, and one more for each (rare) rejection.
  /// - Precondition: `bound` > 0.
  @inlinable
  @inline(__always)
  public mutating func index(below bound: Int) -> Int {
    precondition(bound > 0, "the bound of a random index must be positive, got \(bound)")
    guard let narrow = UInt32(exactly: bound) else { return wideIndex(below: UInt64(bound)) }
    var product = UInt64(nextUInt32()) &* UInt64(narrow)
    if UInt32(truncatingIfNeeded: product) < narrow {
      let threshold = (0 &- narrow) % narrow
      while UInt32(truncatingIfNeeded: product) < threshold {
        product = UInt64(nextUInt32()) &* UInt64(narrow)
      }
    }
    return Int(truncatingIfNeeded: product >> 32)
  }

  @usableFromInline
  mutating func wideIndex(below bound: UInt64) -> Int {
    var product = next().multipliedFullWidth(by: bound)
    let threshold = (0 &- bound) % bound
    while product.low < threshold {
      product = next().multipliedFullWidth(by: bound)
    }
    return Int(product.high)
  }
}
