import Foundation
import Testing

@testable import PhaseDiagrams

/// Folders that a run takes, and those that it must leave alone.
@Suite struct RunFolderTests {
  /// Executes, expects a refusal with these words, and that nothing in the folder has changed.
  private func expectRefusal(
    _ text: String, in folder: URL, fresh: Bool = false, saying words: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let before = try contents(of: folder)
    let failure = #expect(throws: SharedFailure.self, sourceLocation: sourceLocation) {
      try ToyRuns.execute(text, in: folder, fresh: fresh)
    }
    #expect(failure?.status == 2, sourceLocation: sourceLocation)
    let message = failure?.message ?? ""
    #expect(words.allSatisfy(message.contains), "\(message)", sourceLocation: sourceLocation)
    #expect(!message.contains("\n"), sourceLocation: sourceLocation)
    let after = try contents(of: folder)
    #expect(Set(after.keys) == Set(before.keys), sourceLocation: sourceLocation)
    #expect(after == before, sourceLocation: sourceLocation)
  }

  @Test(arguments: [
    (ToyRuns.text(seed: 12), "seed"),
    (ToyRuns.text(parameters: "size = 5"), "size"),
    (ToyRuns.text(model: "lengths"), "model"),
    (ToyRuns.text(axes: "size = { values = [4] }"), "axes"),
    (ToyRuns.text(axes: "field = { values = [-1, 0, 2] }\nsize = { values = [4] }"), "axes"),
  ]) func resultsOfAnotherRequestAreNotTouched(text: String, key: String) throws {
    try withTemporaryFolder { folder in
      try ToyRuns.execute(ToyRuns.text(), in: folder)
      try expectRefusal(text, in: folder, saying: [folder.lastPathComponent, key, "--fresh"])
    }
  }

  /// Another version of the program may compute other numbers for the same tasks.
  @Test func resultsOfAnotherVersionAreNotContinued() throws {
    try withTemporaryFolder { folder in
      try ToyRuns.execute(ToyRuns.text(), in: folder)
      let runFolder = RunFolder(folder)
      var manifest = try #require(try runFolder.manifest())
      #expect(manifest.identity["program"] == ProgramVersion.current)
      manifest.identity["program"] = "0.0.7"
      try JSONEncoder().encode(manifest).write(to: runFolder.manifestFile)
      try expectRefusal(
        ToyRuns.text(), in: folder, saying: [folder.lastPathComponent, "0.0.7", ProgramVersion.current, "--fresh"])
      #expect(throws: Never.self) { try ToyRuns.execute(ToyRuns.text(), in: folder, fresh: true) }
    }
  }

  @Test func writtenDefaultsAreTheSameRequest() throws {
    try withTemporaryFolder { folder in
      try ToyRuns.execute(ToyRuns.text(), in: folder)
      var computed = 0
      try ToyRuns.execute(ToyRuns.text(parameters: "size = 4\nshape = 'steep'"), in: folder) { computed = $0.total }
      #expect(computed == 0)
    }
  }

  @Test func freshStartsAnew() throws {
    let other = ToyRuns.text(seed: 12)
    try withTemporaryFolder { folder in
      try ToyRuns.execute(ToyRuns.text(), in: folder)
      var computed = 0
      try ToyRuns.execute(other, in: folder, fresh: true) { computed = $0.total }
      #expect(computed == 18)
      let bytes = try Data(contentsOf: RunFolder(folder).diagramFile)
      try withTemporaryFolder { clean in
        try ToyRuns.execute(other, in: clean)
        #expect(try Data(contentsOf: RunFolder(clean).diagramFile) == bytes)
      }
      #expect(try RunStatus(of: folder, registry: ToyRuns.registry).finishedTasks == 18)
    }
  }

  /// Figures and notes beside the results are the user's: they neither vanish nor stand in the way.
  @Test func freshKeepsWhatTheUserAdded() throws {
    try withTemporaryFolder { folder in
      try ToyRuns.execute(ToyRuns.text(), in: folder)
      let notes = folder.appendingPathComponent("notes.md")
      try Data("mine".utf8).write(to: notes)
      #expect(throws: Never.self) { try ToyRuns.execute(ToyRuns.text(seed: 12), in: folder, fresh: true) }
      #expect(try Data(contentsOf: notes) == Data("mine".utf8))
      #expect(FileManager.default.fileExists(atPath: RunFolder(folder).diagramFile.path))
    }
  }

  @Test(arguments: [false, true]) func foldersWithOtherFilesAreNotTakenOver(fresh: Bool) throws {
    try withTemporaryFolder { folder in
      try Data("mine".utf8).write(to: folder.appendingPathComponent("summary.txt"))
      try Data("mine too".utf8).write(to: folder.appendingPathComponent("thesis.tex"))
      let segments = folder.appendingPathComponent("segments", isDirectory: true)
      try FileManager.default.createDirectory(at: segments, withIntermediateDirectories: false)
      try Data("data".utf8).write(to: segments.appendingPathComponent("recording.wav"))
      try expectRefusal(ToyRuns.text(), in: folder, fresh: fresh, saying: ["--output", "not empty"])
    }
  }

  @Test func hiddenFilesDoNotMatter() throws {
    try withTemporaryFolder { folder in
      try Data().write(to: folder.appendingPathComponent(".gitignore"))
      #expect(throws: Never.self) { try ToyRuns.execute(ToyRuns.text(), in: folder) }
    }
  }

  @Test func foldersAreMadeWithTheirParents() throws {
    try withTemporaryFolder { folder in
      let deep = folder.appendingPathComponent("a/b/c", isDirectory: true)
      try ToyRuns.execute(ToyRuns.text(), in: deep)
      #expect(FileManager.default.fileExists(atPath: RunFolder(deep).diagramFile.path))
    }
  }

  @Test func placesThatCannotBeWrittenAreInputOutputFailures() throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("file")
      try Data().write(to: file)
      for place in [file, file.appendingPathComponent("below", isDirectory: true)] {
        let failure = #expect(throws: SharedFailure.self) { try ToyRuns.execute(ToyRuns.text(), in: place) }
        #expect(failure?.status == 4)
        #expect(failure?.message.contains(file.path) == true)
      }
    }
  }

  @Test func foldersWithoutARunHaveNoStatusAndNothingToMerge() throws {
    try withTemporaryFolder { folder in
      for place in [folder, folder.appendingPathComponent("missing")] {
        let status = #expect(throws: SharedFailure.self) { try RunStatus(of: place, registry: ToyRuns.registry) }
        let merge = #expect(throws: SharedFailure.self) { try DiagramRun.merge(place, registry: ToyRuns.registry) }
        for failure in [status, merge] {
          #expect(failure?.status == 2)
          #expect(failure?.message.contains("holds no run") == true)
        }
      }
      let left = try contents(of: folder)
      #expect(left.isEmpty)
    }
  }

  /// A manifest that was cut off is a damaged file, not a wrong request; the records below it stay.
  @Test func damagedManifestIsReportedAndNothingChanges() throws {
    try withTemporaryFolder { folder in
      try ToyRuns.execute(ToyRuns.text(), in: folder)
      let manifest = RunFolder(folder).manifestFile
      try Data(contentsOf: manifest).dropLast(20).write(to: manifest)
      let before = try contents(of: folder)
      let failure = #expect(throws: SharedFailure.self) { try ToyRuns.execute(ToyRuns.text(), in: folder) }
      #expect(failure?.status == 4)
      #expect(failure?.message.contains("manifest.json") == true)
      #expect(try contents(of: folder) == before)
    }
  }
}
