extension RandomStream {
  /// Permutes the elements uniformly (Fisher–Yates from the last element down).
  @inlinable
  public mutating func shuffle(_ buffer: UnsafeMutableBufferPointer<Int32>) {
    var last = buffer.count - 1
    while last > 0 {
      buffer.swapAt(last, index(below: last + 1))
      last -= 1
    }
  }

  /// Fills the buffer with numbers uniform on [0, 1), in index order: the same numbers as that many ``uniform()``.
  @inlinable
  public mutating func fill(_ buffer: UnsafeMutableBufferPointer<Double>) {
    for index in buffer.indices {
      buffer[index] = uniform()
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
