import Foundation
import Testing

@testable import Cluster

@Suite struct AtomicFileTests {
  @Test(arguments: [0, 1, 3_000_000]) func contentIsWrittenAndNothingElseStays(length: Int) throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appendingPathComponent("result with ümlaut.bin")
    let bytes = Data((0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7) })
    try AtomicFile.write(bytes, to: url)
    #expect(try Data(contentsOf: url) == bytes)
    #expect(try folder.names == ["result with ümlaut.bin"])
  }

  @Test func existingFileIsReplaced() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appendingPathComponent("file")
    try AtomicFile.write(Data("a long first content".utf8), to: url)
    try AtomicFile.write([UInt8]("second".utf8), to: url)
    #expect(try Data(contentsOf: url) == Data("second".utf8))
    #expect(try folder.names == ["file"])
  }

  @Test func placeBelowARegularFileIsRefused() throws {
    let folder = try TemporaryFolder()
    let url = try folder.makeUnwritableURL()
    let error = #expect(throws: StorageError.self) { try AtomicFile.write(Data("x".utf8), to: url) }
    #expect(error?.call == "open")
    #expect(error?.code == ENOTDIR)
    #expect(error?.path.contains("obstacle/") == true)
    #expect(error?.description.contains("Not a directory") == true)
    #expect(try folder.names == ["obstacle"])
  }

  @Test func failedRenameLeavesNothingBehind() throws {
    let folder = try TemporaryFolder()
    let target = folder.url.appendingPathComponent("target")
    try FileManager.default.createDirectory(
      at: target.appendingPathComponent("inside"), withIntermediateDirectories: true)
    let error = #expect(throws: StorageError.self) { try AtomicFile.write(Data("x".utf8), to: target) }
    #expect(error?.call == "rename")
    #expect(try folder.names == ["target"])
  }

  @Test func shortWritesEndInAnErrorWhenTheFileMayNotGrow() async {
    // In a process of its own, because the limit holds for the whole process.
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let url = folder.url.appendingPathComponent("file")
      try AtomicFile.write(Data("before".utf8), to: url)
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit()
      #if os(Linux)
        let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
      #else
        let resource = RLIMIT_FSIZE
      #endif
      getrlimit(resource, &limit)
      limit.rlim_cur = 100_000
      setrlimit(resource, &limit)
      let error = #expect(throws: StorageError.self) { try AtomicFile.write(Data(count: 300_000), to: url) }
      #expect(error?.call == "write")
      #expect(error?.code == EFBIG)
      #expect(try Data(contentsOf: url) == Data("before".utf8))
      #expect(try folder.names == ["file"])
    }
  }

  @Test func fileOfAKilledProcessWithTheSameNumberIsNoObstacle() throws {
    let folder = try TemporaryFolder()
    for number in 0..<2000 {
      let name = ".file.\(HostInformation.current.name).\(getpid()).\(number).tmp"
      #expect(FileManager.default.createFile(atPath: folder.url.appendingPathComponent(name).path, contents: nil))
    }
    try AtomicFile.write(Data("x".utf8), to: folder.url.appendingPathComponent("file"))
    #expect(try folder.names.filter { !$0.hasSuffix(".tmp") } == ["file"])
    #expect(try folder.names.count == 2001)
  }

  @Test func filesOfOthersAreReplacedOrRemoved() throws {
    struct Cause: Error {}
    let folder = try TemporaryFolder()
    let url = folder.url.appendingPathComponent("file")
    try AtomicFile.replace(url) { try Data("one".utf8).write(to: $0) }
    #expect(throws: Cause.self) {
      try AtomicFile.replace(url) { temporary in
        try Data("two".utf8).write(to: temporary)
        throw Cause()
      }
    }
    #expect(try Data(contentsOf: url) == Data("one".utf8))
    #expect(try folder.names == ["file"])
  }

  @Test func foldersAreMadeWithTheirParents() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appendingPathComponent("a/b/c")
    try AtomicFile.createFolder(url)
    try AtomicFile.createFolder(url)
    try AtomicFile.write(Data("x".utf8), to: url.appendingPathComponent("file"))
    let error = #expect(throws: StorageError.self) {
      try AtomicFile.createFolder(url.appendingPathComponent("file"))
    }
    #expect(error?.code == ENOTDIR)
  }
}
