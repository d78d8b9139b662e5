import Foundation

/// A sample made of coupled parts, such as the replicas of a temperature ladder, that several processes may share.
///
/// Between two exchanges every part moves on by itself; at an exchange all processes learn the same messages and draw the
/// same conclusions. Every process holds the whole simulation, but only the parts that it advances are up to date there.
/// The result depends on neither the number of processes nor on who holds which part.
public protocol DivisibleSimulation: SampleSimulation {
  /// Number of parts.
  var partCount: Int { get }

  /// Moves these parts on to the next exchange.
  mutating func advance(parts: Range<Int>) throws

  /// What every process must know of these parts at the exchange, one message a part.
  func messages(of parts: Range<Int>) throws -> [[UInt8]]

  /// Measures and exchanges, from the messages of all parts in their order.
  mutating func exchange(_ messages: [[UInt8]]) throws

  /// The states of these parts, for the process that saves.
  func encodedParts(_ parts: Range<Int>) throws -> [Data]

  /// Takes over states of parts from another process, beginning with part `first`.
  mutating func adopt(_ states: [Data], from first: Int) throws
}

extension DivisibleSimulation {
  /// One step of a process that holds all parts.
  public mutating func advance() throws {
    try advance(parts: 0..<partCount)
    try exchange(try messages(of: 0..<partCount))
  }
}
