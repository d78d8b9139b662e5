import Foundation

/// A folder of its own for one test, removed afterwards.
struct TemporaryFolder: ~Copyable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("cluster-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  /// All names in the folder, hidden ones too, sorted.
  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: url.path(percentEncoded: false)).sorted() }
  }

  /// A path that cannot be written even by root: it lies below a regular file.
  func makeUnwritableURL() throws -> URL {
    let obstacle = url.appendingPathComponent("obstacle")
    try Data().write(to: obstacle)
    return obstacle.appendingPathComponent("file")
  }
}
