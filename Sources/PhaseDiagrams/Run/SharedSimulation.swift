import Cluster
import Foundation
import SystemInterface

/// A divisible simulation on a group of ranks, each of which advances its share of the parts.
///
/// With the messages of the parts go what each rank wants: to go on, to save, to save and stop, or to report a failure. The
/// strongest wish counts for all, at the same exchange: a checkpoint holds all parts at one moment.
struct SharedSimulation {
  let group: Communicator
  let checkpointInterval: Duration
  let stop: StopCondition

  /// What a rank wants after an exchange; the larger value outweighs.
  private enum Wish: UInt8 {
    case goOn, save, stop, fail
  }

  /// Goes on to the end; false when it had to stop and has saved.
  ///
  /// - Throws: on every rank of the group what one of them threw.
  func advance(
    _ simulation: inout any DivisibleSimulation, save: (any DivisibleSimulation) throws -> Void
  ) throws -> Bool {
    var saving = SavingSchedule(interval: checkpointInterval, start: .now)
    while !simulation.isFinished {
      let wish = try step(&simulation, isTimeToSave: saving.isDue(at: .now))
      guard wish != .goOn, !simulation.isFinished else { continue }
      let begun = ContinuousClock.now
      try collectParts(&simulation)
      try save(simulation)
      if wish == .stop { return false }
      saving.saved(begun: begun)
    }
    return true
  }

  /// The parts of a rank: consecutive ones, as many for each rank as goes; none where there are more ranks than parts.
  static func share(of rank: Int, among ranks: Int, parts: Int) -> Range<Int> {
    parts * rank / ranks..<parts * (rank + 1) / ranks
  }

  /// One step of all parts and the exchange; the common wish.
  private func step(_ simulation: inout any DivisibleSimulation, isTimeToSave: Bool) throws -> Wish {
    let parts = Self.share(of: group.rank, among: group.size, parts: simulation.partCount)
    var wish = stop.reason != nil ? Wish.stop : group.isRoot && isTimeToSave ? .save : .goOn
    var messages: [[UInt8]] = []
    do {
      try simulation.advance(parts: parts)
      messages = try simulation.messages(of: parts)
    } catch {
      wish = .fail
      messages = [PartFailure(error).encoded]
    }
    let received = try group.allGather([wish.rawValue] + Self.packed(messages))
    let wishes = received.map { $0.first.flatMap(Wish.init) ?? .fail }
    for (wish, message) in zip(wishes, received) where wish == .fail {
      throw PartFailure(decoding: Self.unpacked(message.dropFirst()).first ?? [])
    }
    try simulation.exchange(received.flatMap { Self.unpacked($0.dropFirst()) })
    return wishes.max { $0.rawValue < $1.rawValue } ?? .goOn
  }

  /// Brings all parts up to date on rank 0 of the group, which saves.
  private func collectParts(_ simulation: inout any DivisibleSimulation) throws {
    let parts = Self.share(of: group.rank, among: group.size, parts: simulation.partCount)
    // A rank that fails alone would leave the others waiting for its states.
    let result = Result { try simulation.encodedParts(parts).map { Array($0) } }
    var failure: [UInt8] = []
    if case .failure(let error) = result { failure = PartFailure(error).encoded }
    if let first = try group.allGather(failure).first(where: { !$0.isEmpty }) { throw PartFailure(decoding: first) }
    let own = try result.get()
    for (rank, packed) in (try group.gather(Self.packed(own)) ?? []).enumerated() where rank != group.rank {
      let first = Self.share(of: rank, among: group.size, parts: simulation.partCount).lowerBound
      try simulation.adopt(Self.unpacked(packed[...]).map { Data($0) }, from: first)
    }
  }

  /// Messages one after the other, each with its length in four bytes before it.
  static func packed(_ messages: [[UInt8]]) -> [UInt8] {
    messages.flatMap { message in withUnsafeBytes(of: UInt32(message.count).littleEndian) { Array($0) } + message }
  }

  static func unpacked(_ bytes: ArraySlice<UInt8>) -> [[UInt8]] {
    var messages: [[UInt8]] = [], rest = bytes
    while rest.count >= 4 {
      let count = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
      messages.append(Array(rest.dropFirst(4).prefix(count)))
      rest = rest.dropFirst(4 + count)
    }
    return messages
  }
}

/// The computation failed on one rank of a group.
///
/// The record is that of a single rank, whose first part to fail is the first one of the first rank that fails.
struct PartFailure: Error, CustomStringConvertible {
  /// What the record of the failure says.
  let kind: TaskRecord.FailureKind
  /// The message.
  let description: String

  init(_ error: any Error) {
    kind = TaskRecord.FailureKind(error)
    description = "\(error)"
  }

  /// The message after one byte for the kind.
  var encoded: [UInt8] { [kind == .notConverged ? 1 : 0] + Array(description.utf8) }

  init(decoding bytes: [UInt8]) {
    kind = bytes.first == 1 ? .notConverged : .failed
    description = String(decoding: bytes.dropFirst(), as: UTF8.self)
  }
}
