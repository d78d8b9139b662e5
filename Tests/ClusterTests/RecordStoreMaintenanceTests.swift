import Foundation
import Testing

@testable import Cluster

/// Bringing segments together, setting damaged ones aside, and removing them.
@Suite struct RecordStoreMaintenanceTests {
  private func record(_ id: String, _ payload: String) -> (id: String, payload: Data) { (id, Data(payload.utf8)) }

  private func commit(_ count: Int, to store: RecordStore) throws -> [URL] {
    try (0..<count).compactMap { try store.commit([record("id \($0)", "payload \($0)")]) }
  }

  private func flip(_ file: URL) throws {
    var content = try Data(contentsOf: file)
    content[content.count - 2] ^= 4
    try content.write(to: file)
  }

  // MARK: - compact

  @Test(arguments: [(20, 100, 1), (20, 20, 1), (20, 7, 3), (20, 1, 20), (1, 5, 1)])
  func recordsStayAndSegmentsAreFew(count: Int, perSegment: Int, segments: Int) throws {
    let folder = try TemporaryFolder()
    let store = RecordStore(folder: folder.url)
    _ = try commit(count, to: store)
    let before = try store.load()
    #expect(before.records.count == count && before.segmentCount == count)
    try store.compact(recordsPerSegment: perSegment)
    let after = try store.load()
    #expect(after.records == before.records)
    #expect(after.segmentCount == segments && after.damaged.isEmpty)
    #expect(try folder.names.count == segments)
    // Once more changes nothing: names and contents follow from the records alone.
    let names = try folder.names
    try store.compact(recordsPerSegment: perSegment)
    #expect(try folder.names == names)
    #expect(try store.load() == after)
  }

  @Test func compactedSegmentsFollowFromTheRecordsAlone() throws {
    let first = try TemporaryFolder(), second = try TemporaryFolder()
    let records = (0..<30).map { record("id \($0)", "\($0 * $0)") }
    for part in [records[..<11], records[11...]] { _ = try RecordStore(folder: first.url).commit(Array(part)) }
    for part in records.reversed() { _ = try RecordStore(folder: second.url).commit([part]) }
    for url in [first.url, second.url] { try RecordStore(folder: url).compact(recordsPerSegment: 8) }
    #expect(try first.names == second.names)
    #expect(try first.names.count == 4)
    for name in try first.names {
      let contents = try [first.url, second.url].map { try Data(contentsOf: $0.appendingPathComponent(name)) }
      #expect(contents[0] == contents[1])
    }
  }

  /// Of equal ids the record that counted before counts afterwards.
  @Test func equalIdsKeepTheRecordThatCounts() throws {
    let folder = try TemporaryFolder()
    let store = RecordStore(folder: folder.url)
    for number in 0..<20 { _ = try store.commit([record("same", "\(number)")]) }
    let before = try store.load().records
    try store.compact()
    #expect(try store.load().records == before)
    #expect(try folder.names.count == 1)
  }

  @Test func nothingToCompact() throws {
    let folder = try TemporaryFolder()
    let store = RecordStore(folder: folder.url.appendingPathComponent("records"))
    try store.compact()
    #expect(try folder.names.isEmpty)
  }

  @Test func compactionLeavesOtherFilesAlone() throws {
    let folder = try TemporaryFolder()
    let store = RecordStore(folder: folder.url)
    let others = ["notes.txt", ".hidden.segment", "x.segment.damaged"]
    for name in others { try Data("mine".utf8).write(to: folder.url.appendingPathComponent(name)) }
    _ = try commit(3, to: store)
    try store.compact()
    #expect(try folder.names.count == others.count + 1)
    #expect(Set(others).isSubset(of: try folder.names))
  }

  /// What could not be read may be readable tomorrow, and has to be reported: compaction must not delete it.
  @Test func compactionKeepsDamagedSegments() throws {
    let folder = try TemporaryFolder()
    let store = RecordStore(folder: folder.url)
    let files = try commit(3, to: store)
    try flip(files[1])
    let bytes = try Data(contentsOf: files[1]), before = try store.load()
    #expect(before.damaged.map(\.name) == [files[1].lastPathComponent])
    try store.compact()
    let after = try store.load()
    #expect(after.records == before.records)
    let left = [files[1].path, files[1].path + ".damaged"].compactMap { FileManager.default.contents(atPath: $0) }
    #expect(left == [bytes])
  }

  /// Whoever reads while segments are brought together finds every record, and nothing damaged.
  @Test func recordsCanBeReadDuringCompaction() async throws {
    let folder = try TemporaryFolder()
    let store = RecordStore(folder: folder.url), expected = 2000
    for number in 0..<expected {
      let segment = RecordSegment.encode([record("id \(number)", "payload")])
      try segment.content.write(to: folder.url.appendingPathComponent(segment.fileName))
    }
    try await withThrowingTaskGroup(of: RecordStore.Contents?.self) { group in
      group.addTask {
        var contents = try store.load()
        for _ in 0..<100 where contents.records.count == expected && contents.damaged.isEmpty {
          contents = try store.load()
        }
        return contents
      }
      group.addTask {
        usleep(20_000)
        try store.compact()
        return nil
      }
      for try await contents in group {
        guard let contents else { continue }
        #expect(contents.records.count == expected)
        #expect(contents.damaged.count == 0)
      }
    }
  }

  // MARK: - setAside

  @Test func damagedSegmentsAreSetAsideUnchanged() throws {
    let folder = try TemporaryFolder()
    let store = RecordStore(folder: folder.url)
    let files = try commit(3, to: store)
    try flip(files[0])
    let bytes = try Data(contentsOf: files[0]), damaged = try store.load().damaged
    #expect(damaged.map(\.name) == [files[0].lastPathComponent])
    for segment in damaged { try store.setAside(segment) }
    #expect(try Data(contentsOf: files[0].appendingPathExtension("damaged")) == bytes)
    #expect(!FileManager.default.fileExists(atPath: files[0].path))
    let contents = try store.load()
    #expect(contents.damaged.isEmpty && contents.segmentCount == 2)
    #expect(contents.records.keys.sorted() == ["id 1", "id 2"])

    // Somebody else may have done it already.
    for segment in damaged { #expect(throws: Never.self) { try store.setAside(segment) } }
    // The same records may be committed again, and both files stay.
    #expect(try commit(1, to: store) == [files[0]])
    #expect(try store.load().records.count == 3)
    #expect(try Data(contentsOf: files[0].appendingPathExtension("damaged")) == bytes)
  }

  /// Folders with the name of a segment are damage too.
  @Test func foldersAreSetAside() throws {
    let folder = try TemporaryFolder()
    let store = RecordStore(folder: folder.url)
    let directory = folder.url.appendingPathComponent("folder.segment")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
    for segment in try store.load().damaged { try store.setAside(segment) }
    #expect(try folder.names == ["folder.segment.damaged"])
    #expect(try store.load() == RecordStore.Contents())
  }

  // MARK: - remove

  @Test func segmentsAreRemovedByTheirFirstRecord() throws {
    let folder = try TemporaryFolder()
    let store = RecordStore(folder: folder.url)
    let kept = try #require(try store.commit([record("b", "0"), record("a", "1")]))
    for number in 0..<3 { _ = try store.commit([record("a", "\(number)")]) }
    let damaged = try #require(try store.commit([record("a", "9")]))
    try flip(damaged)
    _ = try store.commit([record("a ", "4")])
    try store.remove(recordsNamed: "a")
    let contents = try store.load()
    #expect(contents.records == ["b": Data("0".utf8), "a": Data("1".utf8), "a ": Data("4".utf8)])
    #expect(contents.segmentCount == 2)
    // Nobody knows what a damaged segment held.
    #expect(contents.damaged.map(\.name) == [damaged.lastPathComponent])
    #expect(FileManager.default.fileExists(atPath: kept.path))
    #expect(throws: Never.self) { try store.remove(recordsNamed: "missing") }
    #expect(try store.load() == contents)
  }
}
