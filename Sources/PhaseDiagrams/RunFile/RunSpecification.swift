import Cluster
import Foundation
import SystemInterface

/// A checked run file: a system, fixed parameters, one or two axes, and how much to simulate.
struct RunSpecification: Sendable {
  /// The system.
  let system: AnySystem
  /// Seed of every random stream.
  let seed: UInt64
  /// The fixed parameters (axes are not among them).
  let parameters: GivenParameters
  /// One or two axes, in the order of the file.
  let axes: [DiagramAxis]
  /// How much to simulate at a point; `nil` for theory only.
  let sampling: SamplingRequest?
  /// How phase boundaries are refined; `nil` for the plain grid.
  let refinement: RefinementRequest?
  /// Whether the chosen option has a theory.
  let hasTheory: Bool
  /// The text of the run file.
  let text: String
  /// The `--set` texts.
  let overrides: [String]

  /// Least number of disorder samples a point; `nil` for theory only.
  var samples: Int? { sampling?.leastSamples }

  static let topLevelKeys = ["system", "seed", "parameters", "axes", "simulation", "refinement"]

  /// Reads and checks a run file.
  ///
  /// - Throws: *all* problems, with file and line; a file that cannot be read.
  init(contentsOf url: URL, overrides: [String], registry: SystemRegistry) throws {
    let path = url.relativePath
    try self.init(text: Self.text(of: url), file: path, overrides: overrides, registry: registry)
  }

  /// The text of a run file.
  ///
  /// - Throws: `InputProblems` where it is no file; `SharedFailure` where it cannot be read.
  static func text(of url: URL) throws -> String {
    let path = url.relativePath
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw InputProblems([InputProblem(key: "", "\(path): no such file")])
    }
    guard !isFolder.boolValue else {
      throw InputProblems([InputProblem(key: "", "\(path): a folder, allowed: a run file (TOML)")])
    }
    guard let data = try? Data(contentsOf: url) else {
      throw SharedFailure(status: 4, message: "\(path): cannot be read")
    }
    return String(decoding: data, as: UTF8.self)
  }

  /// Checks the text of a run file; `file` is its name in messages.
  init(text: String, file: String, overrides: [String], registry: SystemRegistry) throws(InputProblems) {
    var document = try RunDocument(text: text, file: file)
    try document.apply(overrides: overrides)
    var reader = RunFileReader(document: document, registry: registry)
    let content = try reader.read()
    system = content.system
    seed = content.seed
    parameters = content.parameters
    axes = content.axes
    sampling = content.sampling
    refinement = content.refinement
    hasTheory = content.system.description.option(named: content.parameters.option)?.verbs.contains(.theory) ?? false
    self.text = text
    self.overrides = overrides
  }

  private static func content(ofFile path: String) -> String {
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)) else { return "a file that cannot be read" }
    return "a file of \(data.count) bytes with CRC-64 \(CRC64.text(CRC64.checksum(data)))"
  }

  /// Names and values that identify the results: a folder may be continued only with the same ones.
  ///
  /// Axis values and sample counts are not among them: more of either extends a run. Files count by their content.
  var identity: [String: String] {
    // Another version may compute another number for the same task: its results are not continued.
    var identity = [
      "program": ProgramVersion.current,
      "system": system.description.name, "seed": "\(seed)", "axes": axes.map(\.name).joined(separator: " "),
    ]
    for verb in Verb.allCases {
      for (name, value) in system.parametersInForce(parameters, for: verb)
      where !axes.contains(where: { $0.name == name }) {
        let isPath = system.description.parameter(named: name)?.isPath ?? false
        identity[name] = isPath ? Self.content(ofFile: value.description) : value.description
      }
    }
    return identity
  }
}
