import CNetCDF
import Foundation

@testable import PhaseDiagrams

/// The file of a diagram, as a reader finds it.
final class DiagramFile {
  private let reader: NetCDFReader
  /// Names of the variables, with the names of their dimensions.
  let variables: [String: [String]]

  /// Writes the diagram of a run file, of all tasks or of some, and opens the file.
  convenience init(of text: String, where isWanted: (PlanTask) -> Bool = { _ in true }) throws {
    try self.init(of: ToyRuns.diagram(text, where: isWanted))
  }

  /// Writes a diagram and opens the file.
  init(of diagram: PhaseDiagram) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("diagram-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    // The open file stays readable after its name is gone.
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("diagram.nc").path
    try DiagramWriter(diagram: diagram).write(to: path)
    variables = namesOfVariables(path)
    reader = try NetCDFReader(path)
  }

  func shape(of variable: String) throws -> [Int] { try reader.shape(of: variable) }
  func doubles(_ variable: String) throws -> [Double] { try reader.doubles(variable) }
  func integers(_ variable: String) throws -> [Int32] { try reader.integers(variable) }
  func text(_ attribute: String, of variable: String? = nil) throws -> String {
    try reader.text(attribute, of: variable)
  }
  func doubles(attribute: String, of variable: String? = nil) throws -> [Double] {
    try reader.doubles(attribute: attribute, of: variable)
  }
  func integers(attribute: String, of variable: String? = nil) throws -> [Int64] {
    try reader.integers(attribute: attribute, of: variable)
  }
}

private func namesOfVariables(_ path: String) -> [String: [String]] {
  NetCDFFile.exclusively {
    var id: Int32 = 0, count: Int32 = 0
    guard nc_open(path, NC_NOWRITE, &id) == NC_NOERR, nc_inq_nvars(id, &count) == NC_NOERR else { return [:] }
    defer { nc_close(id) }
    var found: [String: [String]] = [:]
    for variable in 0..<count {
      var rank: Int32 = 0
      nc_inq_varndims(id, variable, &rank)
      var dimensions = [Int32](repeating: 0, count: Int(rank))
      nc_inq_vardimid(id, variable, &dimensions)
      let name = text { nc_inq_varname(id, variable, $0) }
      found[name] = dimensions.map { dimension in text { nc_inq_dimname(id, dimension, $0) } }
    }
    return found
  }
}

private func text(_ read: (UnsafeMutablePointer<CChar>) -> Int32) -> String {
  var bytes = [CChar](repeating: 0, count: Int(NC_MAX_NAME) + 1)
  guard bytes.withUnsafeMutableBufferPointer({ $0.baseAddress.map(read) }) == NC_NOERR else { return "" }
  return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
