import ArgumentParser
import Cluster
import Foundation
import PhaseDiagrams
import SystemInterface

/// `studies refine`: a refined run of the oracle in a folder of its own, and what it found.
struct RefineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "refine", abstract: "Refine the diagram of the oracle; print points, samples and boundary as JSON.")

  @Option(help: "Interaction order, 2 or 4: whose spinodal the boundary is.")
  var order = 4

  @Option(help: "Halvings of the cells that the boundary crosses.")
  var levels = 4

  @Option(help: "Seed of the samples.")
  var seed = 1

  @Option(help: "Points of the grid along each axis.")
  var grid = 7

  @Option(help: "Samples that every point gets.")
  var samples = 4

  @Option(help: "Samples that no point exceeds.")
  var maxSamples = 16

  @Flag(help: "Compute the uniform grid of the same resolution instead, with the least number of samples.")
  var uniform = false

  @Option(help: "Load over which the step is rounded.")
  var width = OracleDefaults.width

  @Option(help: "Standard deviation between samples.")
  var noise = OracleDefaults.noise

  /// What is printed.
  private struct Answer: Encodable {
    /// Points with samples.
    var points: Int
    /// Points of the uniform grid with cells as small as the smallest.
    var uniformPoints: Int
    /// Samples in all.
    var samples: Int
    /// Vertices [load, temperature]; `nil` between pieces.
    var boundary: [[Double]?]
    /// One standard error of each vertex, toward the second phase.
    var band: [[Double]?]
  }

  func validate() throws {
    guard [2, 4].contains(order) else { throw ValidationError("--order: given \(order), allowed: 2 or 4") }
  }

  func run() throws {
    let name = "spinodal-study-\(UUID().uuidString)"
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(name, isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("run.toml"), results = folder.appendingPathComponent("results")
    try Data(runFile.utf8).write(to: file)
    let registry = SystemRegistry([OracleSystem()]), communicator = try Communicator.start()
    _ = try DiagramRun(runFile: file, registry: registry).execute(in: results, on: communicator)
    let status = try RunStatus(of: results, registry: registry)
    let pieces = try DiagramRun.boundaries(in: results, registry: registry).flatMap(\.pieces)
    let vertices = Array(pieces.map { $0.map(Optional.some) }.joined(separator: [nil]))
    let answer = Answer(
      points: status.points, uniformPoints: side * side, samples: status.samples,
      boundary: vertices.map { $0?.position }, band: vertices.map { $0?.error })
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    print(String(decoding: try encoder.encode(answer), as: UTF8.self))
    try communicator.finish()
  }

  /// Points along each axis of the uniform grid with cells as small as the smallest.
  private var side: Int { ((grid - 1) << levels) + 1 }

  private var runFile: String {
    let points = uniform ? side : grid
    let axis = { (range: ClosedRange<Double>) in
      "{ from = \(range.lowerBound), to = \(range.upperBound), points = \(points) }"
    }
    return """
      system = "oracle"
      seed = \(seed)
      [parameters]
      order = \(order)
      width = \(width)
      noise = \(noise)
      [axes]
      load = \(axis(OracleDefaults.loads))
      temperature = \(axis(OracleDefaults.temperatures))
      [simulation]
      samples = \(samples)
      maxSamples = \(uniform ? samples : max(samples, maxSamples))
      [refinement]
      levels = \(uniform ? 0 : levels)
      follow = "simulation"
      """
  }
}
