import Foundation
import Testing

/// What a finished child process left behind.
struct ProgramResult {
  /// Exit status; 128 + signal when a signal ended it.
  let status: Int32
  let output: String
  let errors: String

  /// Lines on standard error that are not empty.
  var errorLines: [String] { errors.split(separator: "\n").map(String.init) }

  /// Standard output as one JSON object.
  func json(sourceLocation: SourceLocation = #_sourceLocation) throws -> JSONValue {
    let object = try? JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
    let value = try #require(
      object, "standard output is not one JSON object: \(output) \(errors)", sourceLocation: sourceLocation)
    return JSONValue(value)
  }
}

/// The built `spinodal`, started as a child process in a folder.
struct Program {
  struct NotFound: Error, CustomStringConvertible {
    let description: String
  }

  /// The folder in which it works.
  let folder: URL

  /// Where the executable is: beside the test bundle, or where the variable SPINODAL_BINARY says.
  static func executable() throws -> URL {
    if let path = ProcessInfo.processInfo.environment["SPINODAL_BINARY"] {
      guard FileManager.default.isExecutableFile(atPath: path) else {
        throw NotFound(description: "SPINODAL_BINARY is \(path): there is no program")
      }
      return URL(fileURLWithPath: path)
    }
    let bundles = [
      Bundle.main.bundleURL, Bundle.main.executableURL, CommandLine.arguments.first.map(URL.init(fileURLWithPath:)),
    ]
    let folders = bundles.compactMap { $0 }.flatMap { [$0, $0.deletingLastPathComponent()] }
    let candidates = folders.map { $0.appendingPathComponent("spinodal", isDirectory: false) }
    var isFolder: ObjCBool = false
    for candidate in candidates where FileManager.default.isExecutableFile(atPath: candidate.path) {
      if FileManager.default.fileExists(atPath: candidate.path, isDirectory: &isFolder), !isFolder.boolValue {
        return candidate.standardizedFileURL
      }
    }
    let places = folders.map(\.path).joined(separator: ", ")
    throw NotFound(description: "no program 'spinodal' in \(places): build it, or set SPINODAL_BINARY")
  }

  /// `mpirun`, if it is installed.
  static let launcher: URL? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { URL(fileURLWithPath: String($0)).appendingPathComponent("mpirun") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }()

  /// Runs the program with these arguments and waits.
  func run(_ arguments: String...) async throws -> ProgramResult {
    try await start(arguments).result()
  }

  /// Runs the program on some ranks under `mpirun` and waits.
  func run(ranks: Int, _ arguments: String...) async throws -> ProgramResult {
    try await start(ranks: ranks, arguments).result()
  }

  /// Starts the program, under `mpirun` when a number of ranks is given.
  func start(ranks: Int? = nil, _ arguments: [String]) throws -> RunningProgram {
    let program = try Self.executable()
    guard let ranks else { return try RunningProgram(program, arguments, in: folder) }
    guard let launcher = Self.launcher else { throw NotFound(description: "mpirun is not installed") }
    let launch = ["--oversubscribe", "--bind-to", "none", "-n", "\(ranks)", program.path]
    return try RunningProgram(launcher, launch + arguments, in: folder)
  }
}

/// A child process at work.
final class RunningProgram {
  private let process = Process()
  private let folder: URL
  private let output: URL
  private let errors: URL
  private let end: AsyncStream<Int32>

  init(_ program: URL, _ arguments: [String], in folder: URL) throws {
    self.folder = folder
    // Files and not pipes: a pipe that nobody empties would stop the child.
    let name = "child-\(UUID().uuidString)"
    output = FileManager.default.temporaryDirectory.appendingPathComponent("\(name).out")
    errors = FileManager.default.temporaryDirectory.appendingPathComponent("\(name).err")
    for file in [output, errors] { try Data().write(to: file) }
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    var environment = ProcessInfo.processInfo.environment
    // Tests may run as root, for example in a container.
    environment["OMPI_ALLOW_RUN_AS_ROOT"] = "1"
    environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1"
    process.environment = environment
    let (end, continuation) = AsyncStream<Int32>.makeStream()
    self.end = end
    process.terminationHandler = { process in
      let status = process.terminationStatus
      continuation.yield(process.terminationReason == .uncaughtSignal ? 128 + status : status)
      continuation.finish()
    }
    // Threads of the test runner block signals, and a child inherits that: it would never see SIGTERM.
    var none = sigset_t(), blocked = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &blocked)
    defer { pthread_sigmask(SIG_SETMASK, &blocked, nil) }
    try process.run()
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    for file in [output, errors] { try? FileManager.default.removeItem(at: file) }
  }

  /// Sends a signal.
  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// Waits for the end.
  func result() async throws -> ProgramResult {
    let status = await end.first { _ in true } ?? -1
    return ProgramResult(
      status: status, output: try String(contentsOf: output, encoding: .utf8),
      errors: try String(contentsOf: errors, encoding: .utf8))
  }
}

/// Gives `body` a folder of its own, which is removed afterwards.
func withTemporaryFolder(_ body: (URL) async throws -> Void) async throws {
  let name = "command-line-tests-\(UUID().uuidString)"
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(name, isDirectory: true)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
  defer { try? FileManager.default.removeItem(at: folder) }
  try await body(folder)
}

/// Names in a folder, hidden ones too, sorted.
func names(in folder: URL) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
}
