import Cluster
import Foundation

/// Why a run ends before its work is done.
public enum StopReason: Sendable, Equatable, Codable {
  /// A signal asked for it.
  case signal(Int32)
  /// The time that the user allowed is over.
  case timeLimit

  /// The reason as a number that ranks can compare; a signal outweighs the time limit.
  var code: Int64 {
    switch self {
    case .signal(let number): 1000 + Int64(number)
    case .timeLimit: 1
    }
  }

  /// The reason with that code; `nil` for 0.
  init?(code: Int64) {
    guard code > 0 else { return nil }
    self = code > 1000 ? .signal(Int32(code - 1000)) : .timeLimit
  }
}

extension StopReason {
  /// Reads `timeLimit` or `signal N`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    if text == "timeLimit" {
      self = .timeLimit
    } else if text.hasPrefix("signal "), let number = Int32(text.dropFirst(7)) {
      self = .signal(number)
    } else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is no reason to stop")
    }
  }

  /// Writes `timeLimit` or `signal N`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .signal(let number): try container.encode("signal \(number)")
    case .timeLimit: try container.encode("timeLimit")
    }
  }
}

/// Tells when to save and end: after a watched signal, or when the time limit has passed.
struct StopCondition: Sendable {
  private let deadline: ContinuousClock.Instant?

  /// Stops `timeLimit` from now, or only for signals.
  init(timeLimit: Duration?) {
    deadline = timeLimit.map { ContinuousClock.now + $0 }
  }

  /// The reason to stop now.
  var reason: StopReason? {
    if let signal = Interrupts.received { return .signal(signal) }
    if let deadline, ContinuousClock.now >= deadline { return .timeLimit }
    return nil
  }
}
