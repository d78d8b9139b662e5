import Foundation
import NumericalMethods

@testable import SystemInterface

/// Four parts that draw numbers by themselves, and at every exchange pass part of them on to their neighbours.
struct EdgeLadder: DivisibleSimulation {
  static let partCount = 4
  private static let steps = 6

  /// What goes to disk.
  private struct State: Codable {
    var step: Int
    var values: [Double]
    var streams: [RandomStream]
    var shared: RandomStream
  }

  private var state: State
  private let point: EdgeSystem.Point

  init(point: EdgeSystem.Point, streams: SampleStreams) {
    self.point = point
    state = State(
      step: 0, values: [Double](repeating: 0, count: Self.partCount),
      streams: (0..<Self.partCount).map { streams.stream(.dynamics, replica: $0) }, shared: streams.stream(.exchange))
  }

  var partCount: Int { Self.partCount }
  var isFinished: Bool { state.step == Self.steps }

  mutating func advance(parts: Range<Int>) throws {
    for part in parts { state.values[part] += state.streams[part].normal() }
  }

  func messages(of parts: Range<Int>) throws -> [[UInt8]] {
    parts.map { part in withUnsafeBytes(of: state.values[part].bitPattern.littleEndian) { Array($0) } }
  }

  mutating func exchange(_ messages: [[UInt8]]) throws {
    state.values = messages.map { message in
      Double(bitPattern: message.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
    let first = Int(state.shared.uniform() * Double(Self.partCount - 1))
    state.values.swapAt(first, first + 1)
    state.values[first] += 0.25 * state.values[first + 1]
    state.step += 1
  }

  func encodedParts(_ parts: Range<Int>) throws -> [Data] {
    try parts.map { try JSONEncoder().encode(state.streams[$0]) }
  }

  mutating func adopt(_ states: [Data], from first: Int) throws {
    for (offset, data) in states.enumerated() {
      state.streams[first + offset] = try JSONDecoder().decode(RandomStream.self, from: data)
    }
  }

  func result() throws -> SampleResult {
    // Parts count differently, so that exchanges show in the result.
    let sum = state.values.enumerated().reduce(0) { $0 + Double($1.offset + 1) * $1.element }
    let margins = point.margins.map { $0 + point.thermalError * sum / 10 }
    return SampleResult(observables: EdgeSystem.observables(margins))
  }

  func encodedState() throws -> Data? { try JSONEncoder().encode(state) }
  mutating func restore(_ data: Data) throws { state = try JSONDecoder().decode(State.self, from: data) }
}
