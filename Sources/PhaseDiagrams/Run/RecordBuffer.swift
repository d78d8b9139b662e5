import Cluster
import Foundation

/// Finished records of one rank that are not on disk yet.
struct RecordBuffer {
  let store: RecordStore
  private var records: [(id: String, payload: Data)] = []
  private let start = ContinuousClock.now
  private var lastCommit = ContinuousClock.now
  private let checkpoints: CheckpointStore

  init(store: RecordStore, checkpoints: CheckpointStore) {
    self.store = store
    self.checkpoints = checkpoints
  }

  /// Keeps a record, and commits all when enough time or records have gathered.
  mutating func append(_ record: TaskRecord) throws {
    records.append((record.task, record.encoded()))
    if records.count >= 256 || ContinuousClock.now - lastCommit > interval { try commit() }
  }

  /// One second at first, a minute in long runs: a cluster's file system must not be flooded with small files.
  private var interval: Duration { min(.seconds(60), max(.seconds(1), (ContinuousClock.now - start) / 50)) }

  mutating func commit() throws {
    _ = try store.commit(records)
    // Only a committed record makes the checkpoints of its task superfluous.
    for record in records { try checkpoints.remove(task: record.id) }
    records.removeAll()
    lastCommit = .now
  }
}
