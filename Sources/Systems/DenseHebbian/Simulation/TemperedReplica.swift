import NumericalMethods
import SystemInterface

/// One replica of a temperature ladder: a chain whose temperature changes, and its random numbers.
final class TemperedReplica {
  private var chain: SpinChain
  private var random: RandomStream
  private var inverseTemperature: Double

  /// A replica in the state `start`, to be swept by heat bath.
  init(on disorder: DisorderSample, from start: [Int8], inverseTemperature beta: Double, random: RandomStream) {
    chain = SpinChain(on: disorder, from: start, rule: .heatBath(beta: beta))
    inverseTemperature = beta
    self.random = random
  }

  /// One sweep at inverse temperature `beta`.
  func sweep(inverseTemperature beta: Double) {
    if beta != inverseTemperature {
      chain.follow(.heatBath(beta: beta))
      inverseTemperature = beta
    }
    _ = chain.sweep(using: &random)
  }

  /// What the exchange must know: the energy, and of a replica to be measured its overlaps and spins.
  func message(isMeasured: Bool) -> ReplicaMessage {
    ReplicaMessage(
      energy: chain.energy(),
      measured: isMeasured
        ? .init(largestArchetypeOverlap: chain.largestArchetypeOverlap(), spins: PackedSpins(chain.spins)) : nil)
  }

  /// All that is needed to go on with the same bits on the same disorder and at the same temperature.
  struct State: Codable {
    fileprivate var spins: PackedSpins
    fileprivate var siteOrder: [Int32]
    fileprivate var random: RandomStream
  }

  /// The state after the last sweep.
  var state: State { State(spins: PackedSpins(chain.spins), siteOrder: chain.siteOrder, random: random) }

  /// Goes on from `state`.
  ///
  /// - Throws: a state of another size.
  func restore(_ state: State) throws {
    let N = chain.disorder.spinCount
    guard state.spins.byteCount == PackedSpins.byteCount(for: N), state.siteOrder.count == N else {
      throw StateMismatch(expected: N, found: state.siteOrder.count)
    }
    chain = SpinChain(
      on: chain.disorder, from: state.spins.unpacked(count: N), rule: .heatBath(beta: inverseTemperature),
      siteOrder: state.siteOrder)
    random = state.random
  }
}

/// Spins ±1, eight in a byte, the lowest bit first; a set bit is +1.
struct PackedSpins: Codable, Equatable {
  private(set) var bytes: [UInt8]

  /// The spins of a chain.
  init(_ spins: some Collection<Int8>) {
    bytes = [UInt8](repeating: 0, count: Self.byteCount(for: spins.count))
    for (i, spin) in spins.enumerated() where spin > 0 { bytes[i >> 3] |= 1 << UInt8(i & 7) }
  }

  /// Spins as they came in a message.
  init(bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  /// Bytes of so many spins.
  static func byteCount(for spinCount: Int) -> Int { (spinCount + 7) / 8 }

  /// Number of bytes.
  var byteCount: Int { bytes.count }

  /// The first `count` spins.
  func unpacked(count: Int) -> [Int8] { (0..<count).map { bytes[$0 >> 3] >> UInt8($0 & 7) & 1 == 1 ? 1 : -1 } }

  /// Number of sites where two configurations differ.
  func distance(to other: PackedSpins) -> Int {
    zip(bytes, other.bytes).reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount }
  }
}

/// What one replica tells all processes at an exchange, as bytes of the same meaning on every machine.
struct ReplicaMessage: Equatable {
  /// H, not shifted.
  var energy: Double
  /// What only the replica at the temperature asked for tells, while measuring.
  var measured: Measured?

  /// One configuration at the temperature asked for.
  struct Measured: Equatable {
    /// Largest |overlap| with any archetype.
    var largestArchetypeOverlap: Double
    /// The spins.
    var spins: PackedSpins
  }

  init(energy: Double, measured: Measured?) {
    self.energy = energy
    self.measured = measured
  }

  /// Energy and overlap by their bits, low byte first, then the spins.
  var bytes: [UInt8] {
    var bytes = Self.bytes(of: energy)
    if let measured { bytes += Self.bytes(of: measured.largestArchetypeOverlap) + measured.spins.bytes }
    return bytes
  }

  /// The message of a replica of `spinCount` spins.
  ///
  /// - Throws: a message of another length.
  init(bytes: [UInt8], spinCount: Int, isMeasured: Bool) throws {
    let expected = isMeasured ? 16 + PackedSpins.byteCount(for: spinCount) : 8
    guard bytes.count == expected else { throw MessageMismatch(expected: expected, found: bytes.count) }
    energy = Self.number(bytes[..<8])
    measured =
      isMeasured
      ? Measured(largestArchetypeOverlap: Self.number(bytes[8..<16]), spins: PackedSpins(bytes: bytes[16...])) : nil
  }

  private static func bytes(of number: Double) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number.bitPattern >> (8 * UInt64($0))) }
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Double {
    Double(bitPattern: bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) })
  }
}

/// A message between the parts of a sample that does not fit the simulation.
struct MessageMismatch: Error, CustomStringConvertible {
  let expected: Int
  let found: Int
  var description: String { "a message between replicas has \(found) bytes, expected \(expected)" }
}
