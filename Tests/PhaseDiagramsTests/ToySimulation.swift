import Foundation
import NumericalMethods

@testable import SystemInterface

/// An error that no solver throws.
struct ToyFailure: Error, CustomStringConvertible {
  var description: String { "the toy is broken" }
}

/// The toy system in steps: the level is `field` plus the mean of one Gaussian number for each step.
struct ToySimulation: SampleSimulation {
  /// What goes to disk.
  struct State: Codable, Equatable {
    var field: Double
    var steps: Int
    var sum: Double
    var random: RandomStream
  }

  /// The state does not belong to this simulation.
  struct WrongState: Error {}

  private(set) var state: State
  private let size: Int
  /// Microseconds that a step takes.
  private let pause: UInt32

  init(point: ToySystem.Point, random: RandomStream, pause: UInt32 = 1000) {
    state = State(field: point.field, steps: 0, sum: 0, random: random)
    size = point.size ?? 1
    self.pause = pause
  }

  var isFinished: Bool { state.steps >= size }

  mutating func advance() throws {
    precondition(!isFinished, "a finished simulation must not go on")
    state.sum += state.random.normal()
    state.steps += 1
    usleep(pause)
  }

  func result() throws -> SampleResult {
    let level = state.field + state.sum / Double(size)
    return SampleResult(
      observables: ["level": .scalar(level), "gap": .missing(reason: "no gap in steps")],
      diagnostics: ["draws": .number(Double(state.steps))])
  }

  func encodedState() throws -> Data? { try JSONEncoder().encode(state) }

  mutating func restore(_ data: Data) throws {
    let saved = try JSONDecoder().decode(State.self, from: data)
    guard saved.field == state.field, saved.steps <= size else { throw WrongState() }
    state = saved
  }
}
