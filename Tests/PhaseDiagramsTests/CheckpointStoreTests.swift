import Cluster
import Foundation
import Testing

@testable import PhaseDiagrams

/// The files that a checkpoint store keeps for one task.
struct CheckpointFiles {
  struct NotFound: Error {}

  private let files: [(file: URL, generation: Int)]

  init(of task: String, in folder: URL) throws {
    let place = folder.appendingPathComponent(CRC64.text(CRC64.checksum(Data(task.utf8))), isDirectory: true)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []
    files = try names.filter { $0.hasSuffix(".segment") }.compactMap { name in
      let file = place.appendingPathComponent(name)
      let lines = String(decoding: try Data(contentsOf: file), as: UTF8.self).split(separator: "\n")
      guard lines.count == 2, let generation = Int(lines[1].prefix { $0 != " " }) else { return nil }
      return (file, generation)
    }
  }

  /// The generations that are there, in order.
  var generations: [Int] { files.map(\.generation).sorted() }

  func file(generation: Int) throws -> URL {
    guard let found = files.first(where: { $0.generation == generation }) else { throw NotFound() }
    return found.file
  }
}

@Suite struct CheckpointStoreTests {
  private let task = "sample 3 field=0.5 size=7"

  private func state(_ number: Int) -> Data { Data("{\"größe\":\"\(number)\\n\"}".utf8) }

  @Test func statesComeBackByTask() throws {
    try withTemporaryFolder { folder in
      let store = CheckpointStore(folder: folder.appendingPathComponent("checkpoints"))
      #expect(try store.load(task: task) == nil)
      try store.save(state(1), task: task, generation: 1, seconds: 0.1)
      try store.save(state(9), task: "sample 3", generation: 9, seconds: 7)
      let loaded = try #require(try store.load(task: task))
      #expect(loaded.state == state(1) && loaded.generation == 1 && loaded.seconds == 0.1)
      let other = try #require(try store.load(task: "sample 3"))
      #expect(other.state == state(9) && other.generation == 9 && other.seconds == 7)
      #expect(try store.load(task: "size=7") == nil)
      #expect(try store.damaged().isEmpty)
    }
  }

  @Test func theLastTwoGenerationsAreKept() throws {
    try withTemporaryFolder { folder in
      let store = CheckpointStore(folder: folder)
      for generation in 1...12 {
        try store.save(state(generation), task: task, generation: generation, seconds: Double(generation))
        let kept = try CheckpointFiles(of: task, in: folder).generations
        #expect(kept == (generation == 1 ? [1] : [generation - 1, generation]))
        #expect(try store.load(task: task)?.state == state(generation))
      }
    }
  }

  @Test(arguments: ["flipped", "cut", "emptied"]) func damagedNewestFallsBack(damage: String) throws {
    try withTemporaryFolder { folder in
      let store = CheckpointStore(folder: folder)
      for generation in 1...4 { try store.save(state(generation), task: task, generation: generation, seconds: 1) }
      let newest = try CheckpointFiles(of: task, in: folder).file(generation: 4)
      try ToyRuns.damage(newest, damage)
      let loaded = try #require(try store.load(task: task))
      #expect(loaded.state == state(3) && loaded.generation == 3)
      let damaged = try store.damaged()
      #expect(damaged.count == 1)
      #expect(damaged.first?.contains(newest.lastPathComponent) == true)

      // It goes on from there, and two undamaged generations are kept again.
      try store.save(state(40), task: task, generation: 4, seconds: 2)
      #expect(try store.load(task: task)?.state == state(40))
      try store.save(state(5), task: task, generation: 5, seconds: 3)
      #expect(try store.load(task: task)?.state == state(5))
      try ToyRuns.damage(try CheckpointFiles(of: task, in: folder).file(generation: 5), damage)
      #expect(try store.load(task: task)?.state == state(40))
    }
  }

  @Test func withoutAnUndamagedGenerationTheTaskBeginsAnew() throws {
    try withTemporaryFolder { folder in
      let store = CheckpointStore(folder: folder)
      for generation in 1...2 { try store.save(state(generation), task: task, generation: generation, seconds: 1) }
      for generation in 1...2 {
        try ToyRuns.damage(try CheckpointFiles(of: task, in: folder).file(generation: generation), "emptied")
      }
      #expect(try store.load(task: task) == nil)
      #expect(try store.damaged().count == 2)
    }
  }

  @Test func removedTaskLeavesNothingAndOthersStay() throws {
    try withTemporaryFolder { folder in
      let store = CheckpointStore(folder: folder)
      for name in [task, "other"] {
        for generation in 1...3 { try store.save(state(generation), task: name, generation: generation, seconds: 1) }
      }
      try store.remove(task: task)
      #expect(try store.load(task: task) == nil)
      #expect(try store.load(task: "other")?.generation == 3)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
      // A task without checkpoints has nothing to forget.
      #expect(throws: Never.self) { try store.remove(task: task) }
    }
  }
}
