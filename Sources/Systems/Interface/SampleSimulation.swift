import Foundation

/// One disorder sample in the middle of its simulation: a state that moves on step by step and can be put on disk.
///
/// A simulation that was saved and restored must go on with the same bits as one that was never interrupted. What can be
/// drawn again from the streams (the disorder) does not belong to the state.
public protocol SampleSimulation {
  /// Whether the result is there.
  var isFinished: Bool { get }

  /// Does the next piece of work: small against a second for any sensible size (a sweep, some training steps).
  mutating func advance() throws

  /// What was measured.
  ///
  /// - Precondition: `isFinished`.
  func result() throws -> SampleResult

  /// The state as one line of text without line breaks, or `nil` for a simulation that is not worth saving.
  func encodedState() throws -> Data?

  /// Takes over a state that `encodedState` gave for the same point, seed and sample.
  ///
  /// - Throws: where the state does not belong to this simulation.
  mutating func restore(_ state: Data) throws
}

/// A sample that is simulated in one piece, for systems whose samples take seconds at most.
public struct UndividedSimulation: SampleSimulation {
  private let body: @Sendable () throws -> SampleResult
  private var outcome: SampleResult?

  /// A simulation of one step, `body`.
  public init(_ body: @escaping @Sendable () throws -> SampleResult) { self.body = body }

  /// Whether the step was made.
  public var isFinished: Bool { outcome != nil }
  /// The whole simulation.
  public mutating func advance() throws { outcome = try body() }
  /// The sample, once it is finished.
  public func result() throws -> SampleResult {
    guard let outcome else { preconditionFailure("the sample was not simulated") }
    return outcome
  }
  /// Nothing to save.
  public func encodedState() throws -> Data? { nil }
  /// Nothing to restore.
  public mutating func restore(_ state: Data) throws {}
}

extension SampleSimulation {
  /// Goes on to the end.
  public mutating func finished() throws -> SampleResult {
    while !isFinished { try advance() }
    return try result()
  }
}
