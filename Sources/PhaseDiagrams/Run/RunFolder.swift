import Cluster
import Foundation
import SystemInterface

/// The folder of one run: what was asked (`manifest.json`), the finished records (`segments/`), and what was made of them.
struct RunFolder {
  /// Contents of `manifest.json`.
  struct Manifest: Codable, Equatable {
    /// Record format and stream map.
    var recordFormat: Int
    /// Version of the program that wrote last.
    var programVersion: String
    /// What identifies the results; see `RunSpecification.identity`.
    var identity: [String: String]
    /// Name of the run file, for messages.
    var runFile: String
    /// Its text.
    var runFileText: String
    /// The `--set` texts.
    var overrides: [String]
    /// Ranks of the last start.
    var ranks: Int
  }

  /// Where it is.
  let url: URL

  var manifestFile: URL { url.appendingPathComponent("manifest.json") }
  var segments: URL { url.appendingPathComponent("segments", isDirectory: true) }
  var checkpoints: URL { url.appendingPathComponent("checkpoints", isDirectory: true) }
  /// The diagram.
  var diagramFile: URL { url.appendingPathComponent("phase_diagram.nc") }
  /// The text table.
  var summaryFile: URL { url.appendingPathComponent("summary.txt") }

  init(_ url: URL) { self.url = url }

  /// The manifest, or `nil` where no run was started here.
  ///
  /// - Throws: `SharedFailure` where the file is damaged or not a manifest of this program.
  func manifest() throws -> Manifest? {
    guard FileManager.default.fileExists(atPath: manifestFile.path) else { return nil }
    let data = try Data(contentsOf: manifestFile)
    guard let manifest = try? JSONDecoder().decode(Manifest.self, from: data) else {
      throw SharedFailure(
        status: 4, message: "\(manifestFile.relativePath): damaged, or not a manifest of spinodal; --fresh starts anew")
    }
    return manifest
  }

  /// Opens the folder for a run: a new one, or one that holds results of the same request.
  ///
  /// - Throws: `InputProblems` where it holds another run; `StorageError` where it cannot be written.
  func open(for specification: RunSpecification, runFile: String, ranks: Int, fresh: Bool) throws {
    let wanted = Manifest(
      recordFormat: ProgramVersion.recordFormat, programVersion: ProgramVersion.current,
      identity: specification.identity, runFile: runFile, runFileText: specification.text,
      overrides: specification.overrides, ranks: ranks)
    if FileManager.default.fileExists(atPath: manifestFile.path) {
      // Only what a run has left is removed, and what the user put beside it stays.
      if fresh { try removeResults() } else if let present = try manifest() { try refuseOther(present, wanted) }
    } else {
      try refuseForeignFiles()
    }
    try AtomicFile.createFolder(url)
    try AtomicFile.createFolder(segments)
    for folder in [url, segments] { AtomicFile.removeAbandonedTemporaries(in: folder) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write(try encoder.encode(wanted), to: manifestFile)
  }

  private func refuseOther(_ present: Manifest, _ wanted: Manifest) throws {
    let place = url.relativePath
    let cure = "use --fresh to start anew, or another --output"
    guard present.recordFormat == wanted.recordFormat else {
      throw InputProblems([
        InputProblem(key: "--output", "\(place) holds results of version \(present.programVersion): \(cure)")
      ])
    }
    for key in Set(present.identity.keys).union(wanted.identity.keys).sorted() {
      let (old, new) = (present.identity[key], wanted.identity[key])
      guard old != new else { continue }
      throw InputProblems([
        InputProblem(
          key: "--output",
          "\(place) holds a run with \(key) = \(old ?? "none"), now \(new ?? "none"): \(cure)")
      ])
    }
  }

  /// A folder that holds somebody's files is not taken over.
  private func refuseForeignFiles() throws {
    let contents = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    guard contents.allSatisfy({ $0.hasPrefix(".") }) else {
      throw InputProblems([
        InputProblem(key: "--output", "\(url.relativePath) is not empty and holds no run: choose another folder")
      ])
    }
  }

  private func removeResults() throws {
    for file in [manifestFile, segments, checkpoints, diagramFile, summaryFile]
    where FileManager.default.fileExists(atPath: file.path) {
      try FileManager.default.removeItem(at: file)
    }
  }

  /// The records on disk.
  func records() throws -> RecordStore.Contents { try RecordStore(folder: segments).load() }

  /// The records on disk, after damaged segments were set aside under names that no reader takes for segments.
  func recordsSettingDamageAside() throws -> RecordStore.Contents {
    let store = RecordStore(folder: segments)
    let contents = try store.load()
    for segment in contents.damaged { try store.setAside(segment) }
    return contents
  }

  /// Writes diagram and summary from the records, each replaced in one rename.
  func write(_ diagram: PhaseDiagram, _ findings: DiagramFindings) throws {
    try AtomicFile.replace(diagramFile) {
      try DiagramWriter(diagram: diagram, findings: findings).write(to: $0.path)
    }
    let table = DiagramTable(diagram: diagram, findings: findings)
    try AtomicFile.write(Data(table.description.utf8), to: summaryFile)
  }
}
