import CKernels

extension RandomStream {
  /// Blocks that are computed in one call.
  private static let blocksAtOnce = 128
  private static let instructions = spinodal_best_instructions()

  /// Permutes the elements uniformly (Fisher–Yates from the last element down): the order that as many ``index(below:)``
  /// give.
  public mutating func shuffle(_ buffer: UnsafeMutableBufferPointer<Int32>) {
    precondition(buffer.count < 1 << 32, "\(buffer.count) elements are too many to shuffle")
    var last = buffer.count - 1
    while last > 0, wordsUsed < 4 {
      buffer.swapAt(last, index(below: last + 1))
      last -= 1
    }
    guard last > 0 else { return }
    let first = nextBlock
    var used = 0
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 4 * min(Self.blocksAtOnce, (last + 3) / 4)) { words in
      var computed = 0
      func nextWord() -> UInt64 {
        if used == computed {
          compute(blocks: words, from: first + UInt64(computed / 4))
          computed += words.count
        }
        used += 1
        return UInt64(words[used - 1 - (computed - words.count)])
      }
      while last > 0 {
        let bound = UInt64(last + 1)
        var product = nextWord() &* bound
        if UInt64(UInt32(truncatingIfNeeded: product)) < bound {
          let threshold = (1 << 32 - bound) % bound
          while UInt64(UInt32(truncatingIfNeeded: product)) < threshold { product = nextWord() &* bound }
        }
        buffer.swapAt(last, Int(truncatingIfNeeded: product >> 32))
        last -= 1
      }
    }
    // The block of the last word, as if the words had been drawn one by one.
    nextBlock = first + UInt64((used - 1) / 4)
    computeBlock()
    wordsUsed = UInt32((used - 1) % 4 + 1)
  }

  private func compute(blocks words: UnsafeMutableBufferPointer<UInt32>, from first: UInt64) {
    spinodal_philox_blocks(
      Self.instructions, key0, key1, first, counter2, counter3, words.count / 4, words.baseAddress!)
  }

  /// Fills the buffer with numbers uniform on [0, 1), in index order: the same numbers as that many ``uniform()``.
  public mutating func fill(_ buffer: UnsafeMutableBufferPointer<Double>) {
    var filled = 0
    while filled < buffer.count, wordsUsed <= 2 {
      buffer[filled] = uniform()
      filled += 1
    }
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 4 * Self.blocksAtOnce) { words in
      // Two numbers a block; the last block is drawn one by one, so that the stream is where it should be.
      while buffer.count - filled > 2 {
        let blocks = min(Self.blocksAtOnce, (buffer.count - filled - 1) / 2)
        compute(blocks: UnsafeMutableBufferPointer(rebasing: words[..<(4 * blocks)]), from: nextBlock)
        for k in 0..<2 * blocks {
          let bits = UInt64(words[2 * k]) | UInt64(words[2 * k + 1]) << 32
          buffer[filled + k] = Double(Int64(truncatingIfNeeded: bits >> 11)) * 0x1p-53
        }
        filled += 2 * blocks
        nextBlock += UInt64(blocks)
      }
    }
    while filled < buffer.count {
      buffer[filled] = uniform()
      filled += 1
    }
  }

  /// Fills the buffer with numbers uniform on 0 ..< `bound`, in index order: the same as that many ``index(below:)``.
  ///
  /// - Precondition: 0 < `bound` < 2³².
  public mutating func fillIndices(_ buffer: UnsafeMutableBufferPointer<UInt32>, below bound: Int) {
    precondition(bound > 0, "the bound of a random index must be positive, got \(bound)")
    guard let narrow = UInt32(exactly: bound) else { preconditionFailure("an index below \(bound) has over 32 bits") }
    var filled = 0
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 4 * Self.blocksAtOnce) { words in
      while filled < buffer.count {
        // The last numbers one by one, so that the stream is where it should be.
        let blocks = min(Self.blocksAtOnce, (buffer.count - filled - 1) / 4)
        guard wordsUsed == 4, blocks > 0 else {
          buffer[filled] = UInt32(index(below: bound))
          filled += 1
          continue
        }
        compute(blocks: UnsafeMutableBufferPointer(rebasing: words[..<(4 * blocks)]), from: nextBlock)
        var mayReject: UInt32 = 0
        for k in 0..<4 * blocks {
          let product = UInt64(words[k]) &* UInt64(narrow)
          buffer[filled + k] = UInt32(truncatingIfNeeded: product >> 32)
          mayReject |= UInt32(truncatingIfNeeded: product) < narrow ? 1 : 0
        }
        if mayReject == 0 {
          nextBlock += UInt64(blocks)
        } else {
          for k in 0..<4 * blocks { buffer[filled + k] = UInt32(index(below: bound)) }
        }
        filled += 4 * blocks
      }
    }
  }

  /// Fills the buffer with standard Gaussian numbers, in index order: the same numbers as that many ``normal()``.
  @inlinable
  public mutating func fillNormal(_ buffer: UnsafeMutableBufferPointer<Double>) {
    for index in buffer.indices {
      buffer[index] = normal()
    }
  }

  /// Fills the buffer with ±1, 32 signs from each word, lowest bit first, a clear bit being +1.
  ///
  /// These are not the numbers that as many ``sign()`` would give, but 32 times cheaper.
  @inlinable
  public mutating func fillSigns(_ buffer: UnsafeMutableBufferPointer<Int8>) {
    var bits: UInt32 = 0
    for index in buffer.indices {
      if index & 31 == 0 {
        bits = nextUInt32()
      }
      buffer[index] = 1 - 2 * Int8(truncatingIfNeeded: bits & 1)
      bits >>= 1
    }
  }
}
