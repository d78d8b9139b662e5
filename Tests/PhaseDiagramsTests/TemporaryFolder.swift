import Foundation

/// Gives `body` a folder of its own, which is removed afterwards.
func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let name = "phase-diagrams-tests-\(UUID().uuidString)"
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(name, isDirectory: true)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}

/// Content of every file below `folder`, by path within it; folders themselves are listed with no content.
func contents(of folder: URL) throws -> [String: Data] {
  let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
  return Dictionary(
    uniqueKeysWithValues: paths.map { path in
      (path, FileManager.default.contents(atPath: folder.appendingPathComponent(path).path) ?? Data())
    })
}
