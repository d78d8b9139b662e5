extension RandomStream: Codable {
  private enum CodingKeys: String, CodingKey {
    case key, counterHigh, nextBlock, wordsUsed
  }

  /// Writes the key, the counter and the position within the block; the block itself is recomputed on reading.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(UInt64(key0) | UInt64(key1) << 32, forKey: .key)
    try container.encode(UInt64(counter2) | UInt64(counter3) << 32, forKey: .counterHigh)
    try container.encode(nextBlock, forKey: .nextBlock)
    try container.encode(wordsUsed, forKey: .wordsUsed)
  }

  /// The stream at the stored position: it goes on with the number that would have come next.
  /// - Throws: `DecodingError.dataCorrupted` when the stored position cannot be one of a stream.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let key = try container.decode(UInt64.self, forKey: .key)
    let high = try container.decode(UInt64.self, forKey: .counterHigh)
    let block = try container.decode(UInt64.self, forKey: .nextBlock)
    let used = try container.decode(UInt32.self, forKey: .wordsUsed)
    guard (1...4).contains(used), block > 0 || used == 4 else {
      throw DecodingError.dataCorruptedError(
        forKey: .wordsUsed, in: container,
        debugDescription: "a random stream cannot have used \(used) words of the block before block \(block)")
    }
    self.init(
      key: (UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32)),
      counterHigh: (UInt32(truncatingIfNeeded: high), UInt32(truncatingIfNeeded: high >> 32)))
    if block > 0 {
      nextBlock = block - 1
      computeBlock()
    }
    wordsUsed = used
  }
}
