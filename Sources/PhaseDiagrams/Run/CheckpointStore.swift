import Cluster
import Foundation

/// States of tasks in the middle of their work, so that an interrupted run loses seconds of a task of days.
///
/// The last two generations of a task are kept, each a checksummed segment of its own, written aside, synced and renamed.
/// A damaged generation falls back to the one before. A task is independent of all others, so any set of generations is
/// consistent.
struct CheckpointStore: Sendable {
  private let folder: URL

  init(folder: URL) { self.folder = folder }

  /// What is stored under one generation.
  private struct Entry: Codable {
    var generation: Int
    var seconds: Double
    var state: String
  }

  private func store(_ task: String) -> RecordStore {
    let name = CRC64.text(CRC64.checksum(Data(task.utf8)))
    return RecordStore(folder: folder.appendingPathComponent(name, isDirectory: true))
  }

  /// Saves a state as generation `generation`, and forgets generations before the last two.
  ///
  /// - Throws: `StorageError`; then the earlier generations are untouched.
  func save(_ state: Data, task: String, generation: Int, seconds: Double) throws {
    let entry = Entry(generation: generation, seconds: seconds, state: String(decoding: state, as: UTF8.self))
    let store = store(task)
    _ = try store.commit([("\(generation) \(task)", try JSONEncoder().encode(entry))])
    let generations = try self.generations(of: task)
    for old in generations.dropFirst(2) { try store.remove(recordsNamed: "\(old.generation) \(task)") }
  }

  /// The newest undamaged state of a task, with its generation and the seconds spent so far.
  func load(task: String) throws -> (state: Data, generation: Int, seconds: Double)? {
    try generations(of: task).first.map { (Data($0.state.utf8), $0.generation, $0.seconds) }
  }

  /// Checkpoint files that are damaged, with the reason.
  func damaged() throws -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return try names.sorted().flatMap { name in
      try RecordStore(folder: folder.appendingPathComponent(name, isDirectory: true)).load().damaged
        .map { "\(name)/\($0.name): \($0.reason)" }
    }
  }

  /// Forgets a task that is finished.
  func remove(task: String) throws {
    let folder = store(task).folder
    guard FileManager.default.fileExists(atPath: folder.path) else { return }
    try FileManager.default.removeItem(at: folder)
  }

  /// Undamaged generations, newest first.
  private func generations(of task: String) throws -> [Entry] {
    let records = try store(task).load().records.filter { $0.key.hasSuffix(" \(task)") }
    return records.values.compactMap { try? JSONDecoder().decode(Entry.self, from: $0) }
      .sorted { $0.generation > $1.generation }
  }
}
