import Foundation
import Testing

/// Runs `cluster-probe`, built beside these tests, under `mpirun`.
enum MultiRankProbe {
  struct Result {
    let status: Int32
    let lines: [String]
    let errors: String
  }

  /// `mpirun`, if it is installed.
  static let launcher: URL? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { URL(fileURLWithPath: String($0)).appendingPathComponent("mpirun") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }()

  /// The executable, in one of the folders around the test bundle.
  private static func executable() throws -> URL {
    let places = [
      Bundle.main.bundleURL, Bundle.main.executableURL, CommandLine.arguments.first.map(URL.init(fileURLWithPath:)),
    ]
    let folders = places.compactMap { $0 }.flatMap { [$0, $0.deletingLastPathComponent()] }
    let candidates = folders.map { $0.appendingPathComponent("cluster-probe", isDirectory: false) }
    return try #require(
      candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) }, "no cluster-probe in \(folders)")
  }

  /// Starts a probe on some ranks and waits for its end.
  static func run(_ probe: String, ranks: Int) async throws -> Result {
    let process = Process()
    process.executableURL = launcher
    process.arguments = [
      "--oversubscribe", "--bind-to", "none", "-n", "\(ranks)", try executable().path, probe,
    ]
    var environment = ProcessInfo.processInfo.environment
    // Tests may run as root, for example in a container.
    environment["OMPI_ALLOW_RUN_AS_ROOT"] = "1"
    environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1"
    process.environment = environment
    // Files and not pipes: a pipe that nobody empties would stop the child.
    let folder = try TemporaryFolder()
    let output = folder.url.appendingPathComponent("output"), errors = folder.url.appendingPathComponent("errors")
    for file in [output, errors] { try Data().write(to: file) }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    let status = try await withCheckedThrowingContinuation { continuation in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do {
        try process.run()
      } catch {
        // The handler is not called for a process that never began.
        process.terminationHandler = nil
        continuation.resume(throwing: error)
      }
    }
    let text = try String(contentsOf: output, encoding: .utf8)
    return Result(
      status: status, lines: text.split(separator: "\n").map(String.init),
      errors: try String(contentsOf: errors, encoding: .utf8))
  }
}
