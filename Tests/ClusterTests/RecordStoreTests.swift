import Foundation
import Testing

@testable import Cluster

@Suite struct RecordStoreTests {
  private func record(_ id: String, _ payload: String) -> (id: String, payload: Data) { (id, Data(payload.utf8)) }

  @Test func recordsComeBack() throws {
    let folder = try TemporaryFolder()
    let store = RecordStore(folder: folder.url.appendingPathComponent("records/first"))
    let odd = "größe: 3/4 α=0.1 \"x\" \u{1F9F2}"
    #expect(try store.load() == RecordStore.Contents())
    let segment = try #require(
      try store.commit([record("point-1/sample-0", #"{"m": 0.5}"#), record(odd, "[1,\t2]"), record("c", "")]))
    _ = try store.commit([record("d", "null")])
    let contents = try store.load()
    #expect(
      contents.records == [
        "point-1/sample-0": Data(#"{"m": 0.5}"#.utf8), odd: Data("[1,\t2]".utf8), "c": Data(), "d": Data("null".utf8),
      ])
    #expect(contents.damaged.isEmpty)
    #expect(contents.segmentCount == 2)
    #expect(segment.lastPathComponent.hasSuffix("-point-1_sample-0.segment"))
  }

  @Test func formatIsPinned() throws {
    let segment = RecordSegment.encode([record("a", "1"), record("b", #"{"x":2}"#)])
    let body = "a\t1\nb\t{\"x\":2}\n"
    let checksum = CRC64.text(CRC64.checksum(Data(body.utf8)))
    #expect(String(decoding: segment.content, as: UTF8.self) == "record-segment 1 2 \(checksum)\n\(body)")
    #expect(segment.fileName == "\(checksum)-a.segment")
  }

  @Test func emptyCommitWritesNothing() throws {
    let folder = try TemporaryFolder()
    let store = RecordStore(folder: folder.url.appendingPathComponent("records"))
    #expect(try store.commit([]) == nil)
    #expect(try folder.names.isEmpty)
  }

  @Test func sameRecordsGiveTheSameFile() throws {
    let folder = try TemporaryFolder()
    let store = RecordStore(folder: folder.url)
    let first = try store.commit([record("a", "1")])
    #expect(try store.commit([record("a", "1")]) == first)
    #expect(try folder.names.count == 1)
  }

  @Test func amongEqualIdsTheSmallestSegmentNameWins() throws {
    let folder = try TemporaryFolder()
    let store = RecordStore(folder: folder.url)
    var payloads: [String: String] = [:]
    for number in 0..<20 {
      let url = try #require(try store.commit([record("same", "\(number)")]))
      payloads[url.lastPathComponent] = "\(number)"
    }
    let smallest = try #require(payloads.keys.min())
    #expect(try store.load().records["same"] == payloads[smallest].map { Data($0.utf8) })
  }

  @Test func otherFilesAreIgnored() throws {
    let folder = try TemporaryFolder()
    let store = RecordStore(folder: folder.url)
    for name in ["notes.txt", ".x.host.12.0.tmp", ".hidden.segment", "x.segment.tmp"] {
      try Data("record".utf8).write(to: folder.url.appendingPathComponent(name))
    }
    #expect(try store.load() == RecordStore.Contents())
  }

  @Test func everyTruncationIsNoticed() throws {
    let content = [UInt8](RecordSegment.encode([record("a", "1"), record("b", "2")]).content)
    #expect(try RecordSegment.decode(content).count == 2)
    for length in 0..<content.count {
      #expect(throws: RecordSegment.Defect.self, "\(length) bytes") {
        try RecordSegment.decode(Array(content[..<length]))
      }
    }
    #expect(throws: RecordSegment.Defect.self) { try RecordSegment.decode(content + content) }
  }

  @Test func everyFlippedBitIsNoticed() throws {
    let content = [UInt8](RecordSegment.encode([record("a", "1"), record("b", "2")]).content)
    for bit in 0..<(8 * content.count) {
      var flipped = content
      flipped[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(throws: RecordSegment.Defect.self, "bit \(bit)") { try RecordSegment.decode(flipped) }
    }
  }

  @Test(arguments: [
    ("record-segment 2 1 CHECKSUM", "a\t1\n", "format version 2"), ("something 1 1 CHECKSUM", "a\t1\n", "not a"),
    ("record-segment 1 2 CHECKSUM", "a\t1\n", "1 records, the header says 2"),
    ("record-segment 1 +1 CHECKSUM", "a\t1\n", "malformed header"),
    ("record-segment 1 1", "a\t1\n", "malformed header"), ("record-segment 1 1 0", "a\t1\n", "checksum"),
    ("record-segment 1 1 CHECKSUM", "a 1\n", "record 1 is malformed"),
    ("record-segment 1 1 CHECKSUM", "\t1\n", "record 1 is malformed"),
    ("record-segment 1 2 CHECKSUM", "a\t1\na\t2\n", "record 2 is malformed"),
    ("record-segment 1 1 CHECKSUM", "a\t1", "record 1 is malformed"),
  ]) func foreignFilesAreRefusedWithAReason(header: String, body: String, reason: String) {
    let checksum = CRC64.text(CRC64.checksum(Data(body.utf8)))
    let text = header.replacingOccurrences(of: "CHECKSUM", with: checksum) + "\n" + body
    let defect = #expect(throws: RecordSegment.Defect.self) { try RecordSegment.decode(Array(text.utf8)) }
    #expect(defect?.reason.contains(reason) == true, "\(defect?.reason ?? "")")
  }

  @Test func damagedSegmentsAreReportedAndHealedByTheSameCommit() throws {
    let folder = try TemporaryFolder()
    let store = RecordStore(folder: folder.url)
    let records = [record("a", "1"), record("b", "2")]
    let damaged = try #require(try store.commit(records))
    _ = try store.commit([record("c", "3")])
    var content = try Data(contentsOf: damaged)
    content[content.count - 2] ^= 4
    try content.write(to: damaged)
    let directory = folder.url.appendingPathComponent("folder.segment")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)

    let contents = try store.load()
    #expect(contents.records == ["c": Data("3".utf8)])
    #expect(Set(contents.damaged.map(\.name)) == [damaged.lastPathComponent, "folder.segment"])
    #expect(contents.damaged.map(\.reason).contains { $0.contains("checksum") })

    _ = try store.commit(records)
    #expect(try store.load().records.keys.sorted() == ["a", "b", "c"])
  }

  @Test func folderThatIsAFileIsRefused() throws {
    let folder = try TemporaryFolder()
    let store = RecordStore(folder: try folder.makeUnwritableURL())
    #expect(throws: StorageError.self) { try store.load() }
    #expect(throws: StorageError.self) { try store.commit([record("a", "1")]) }
    #expect(try folder.names == ["obstacle"])
  }

  @Test func manyTasksMayCommitAtOnce() async throws {
    let folder = try TemporaryFolder()
    let store = RecordStore(folder: folder.url.appendingPathComponent("records"))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<100 {
        group.addTask { _ = try store.commit([("shared", Data("0".utf8)), ("id\(number / 2)", Data("1".utf8))]) }
      }
      try await group.waitForAll()
    }
    let contents = try store.load()
    #expect(contents.records.count == 51)
    #expect(contents.segmentCount == 50)
    #expect(contents.damaged.isEmpty)
  }

  @Test(arguments: ["", "a\tb", "a\nb", "a\u{7F}"]) func unusableIdsAreMistakesOfTheProgrammer(id: String) async {
    await #expect(processExitsWith: .failure) { [id] in
      _ = RecordSegment.encode([(id, Data("1".utf8))])
    }
  }
}
