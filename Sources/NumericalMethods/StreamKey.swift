/// The identity of one random stream: what the numbers are for, never which rank or thread draws them.
///
/// Two keys that differ in any field name independent streams, so adding a point, a sample or an observable changes no
/// number that was drawn before. How the fields become a Philox key and counter is the table in ``RandomStream``.
public struct StreamKey: Hashable, Sendable {
  /// What the numbers of a stream decide.
  ///
  /// The raw values are part of the stored results' meaning: never renumber them.
  public struct Purpose: RawRepresentable, Hashable, Sendable {
    /// The number that enters the stream's identity.
    public let rawValue: UInt16

    /// A purpose with its number; numbers of different purposes must differ.
    public init(rawValue: UInt16) {
      self.rawValue = rawValue
    }

    /// Quenched disorder: couplings, patterns, teachers.
    public static let disorder = Purpose(rawValue: 1)
    /// The state a simulation starts from.
    public static let initialState = Purpose(rawValue: 2)
    /// Proposals and acceptances of the Monte Carlo dynamics, and noise of stochastic dynamics.
    public static let dynamics = Purpose(rawValue: 3)
    /// Training and test data.
    public static let data = Purpose(rawValue: 4)
    /// Replica exchange.
    public static let exchange = Purpose(rawValue: 5)
    /// Theories that sample.
    public static let theory = Purpose(rawValue: 6)
    /// Resampling of finished results.
    public static let bootstrap = Purpose(rawValue: 7)
  }

  /// The seed of the whole run.
  public let seed: UInt64
  /// The number of the system in the registry.
  public let system: UInt32
  /// The point of the phase diagram.
  public let point: UInt64
  /// The disorder sample at that point.
  public let sample: UInt32
  /// The replica or chain within the sample.
  public let replica: UInt16
  /// What the numbers decide.
  public let purpose: Purpose

  /// The identity of a stream from all its fields.
  public init(
    seed: UInt64, system: UInt32, point: UInt64, sample: UInt32 = 0, replica: UInt16 = 0, purpose: Purpose
  ) {
    self.seed = seed
    self.system = system
    self.point = point
    self.sample = sample
    self.replica = replica
    self.purpose = purpose
  }
}
