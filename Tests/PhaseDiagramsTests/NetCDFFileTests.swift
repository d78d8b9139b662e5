import CNetCDF
import Foundation
import Testing

@testable import PhaseDiagrams

@Suite struct NetCDFFileTests {
  private func withTemporaryFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("netcdf-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  private func writeSample(to path: String) throws {
    var file = try NetCDFFile(creating: path)
    try file.setAttribute("title", .text("Größe α"))
    try file.setAttribute("empty", .text(""))
    try file.setAttribute("seed", .integer(.max))
    let load = try file.addDimension("load", length: 2)
    let temperature = try file.addDimension("temperature", length: 3)
    let coordinate = try file.addVariable("load", type: .double, dimensions: [load], fillValue: .none)
    let overlap = try file.addVariable("overlap", type: .double, dimensions: [load, temperature], deflateLevel: 4)
    let count = try file.addVariable("count", type: .int32, dimensions: [temperature], fillValue: .integer(-1))
    let phase = try file.addVariable("phase", type: .int8, dimensions: [load], fillValue: .integer(-127))
    let reason = try file.addVariable("reason", type: .string, dimensions: [temperature])
    let scalar = try file.addVariable("scalar", type: .double, dimensions: [])
    try file.setAttribute("units", .text("1"), of: overlap)
    try file.setAttribute("tolerance", .double(1e-12), of: overlap)
    try file.setAttribute("valid_range", .doubles([-1, 1]), of: overlap)
    try file.setAttribute("flag_values", .bytes([0, 1, -2]), of: phase)
    try file.write([0.1, 0.2], to: coordinate)
    try file.write([0.5, nil, -0.0, .infinity, 1e-300, nil], to: overlap)
    try file.write([1, .min, .max] as [Int32], to: count)
    try file.write([-128, 127] as [Int8], to: phase)
    try file.write(["", "größer", "not converged"], to: reason)
    try file.write([42.0], to: scalar)
    try file.close()
  }

  @Test func valuesAndAttributesComeBack() throws {
    try withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("sample.nc").path
      try writeSample(to: path)
      let reader = try NetCDFReader(path)
      let missing = NetCDFFile.missingValue
      #expect(missing == NC_FILL_DOUBLE)
      #expect(try reader.shape(of: "overlap") == [2, 3])
      #expect(try reader.shape(of: "scalar") == [])
      #expect(try reader.doubles("load") == [0.1, 0.2])
      #expect(try reader.doubles("overlap") == [0.5, missing, -0.0, .infinity, 1e-300, missing])
      #expect(try reader.doubles("overlap")[2].sign == .minus)
      #expect(try reader.integers("count") == [1, .min, .max])
      #expect(try reader.integers("phase") == [-128, 127])
      #expect(try reader.strings("reason") == ["", "größer", "not converged"])
      #expect(try reader.doubles("scalar") == [42])

      #expect(try reader.text("title") == "Größe α")
      #expect(try reader.type(ofAttribute: "title") == NC_STRING)
      #expect(try reader.type(ofAttribute: "units", of: "overlap") == NC_CHAR)
      #expect(try reader.text("empty") == "")
      #expect(try reader.integers(attribute: "seed") == [.max])
      #expect(try reader.text("units", of: "overlap") == "1")
      #expect(try reader.doubles(attribute: "tolerance", of: "overlap") == [1e-12])
      #expect(try reader.doubles(attribute: "valid_range", of: "overlap") == [-1, 1])
      #expect(try reader.doubles(attribute: "_FillValue", of: "overlap") == [missing])
      #expect(try reader.integers(attribute: "_FillValue", of: "count") == [-1])
      #expect(try reader.integers(attribute: "flag_values", of: "phase") == [0, 1, -2])
      #expect(throws: NetCDFReader.Failure.self) { try reader.doubles(attribute: "_FillValue", of: "load") }
    }
  }

  @Test func sameCallsGiveTheSameBytes() throws {
    try withTemporaryFolder { folder in
      let first = folder.appendingPathComponent("first.nc")
      let second = folder.appendingPathComponent("second, longer name.nc")
      try writeSample(to: first.path)
      // A stored time of whole seconds must have a chance to differ.
      usleep(1_100_000)
      try writeSample(to: second.path)
      #expect(try Data(contentsOf: first) == Data(contentsOf: second))
    }
  }

  @Test func existingFileIsReplaced() throws {
    try withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("file.nc").path
      try Data("no NetCDF file".utf8).write(to: URL(fileURLWithPath: path))
      try writeSample(to: path)
      #expect(try NetCDFReader(path).doubles("scalar") == [42])
    }
  }

  @Test func failuresNameCallPathAndCause() throws {
    try withTemporaryFolder { folder in
      let obstacle = folder.appendingPathComponent("obstacle")
      try Data().write(to: obstacle)
      let path = obstacle.appendingPathComponent("file.nc").path
      let error = #expect(throws: NetCDFError.self) { try writeSample(to: path) }
      #expect(error?.call == "nc_create")
      #expect(error?.path == path)
      #expect(error?.text.isEmpty == false)

      var file = try NetCDFFile(creating: folder.appendingPathComponent("file.nc").path)
      let dimension = try file.addDimension("x", length: 2)
      var names: [String] = []
      do throws(NetCDFError) {
        _ = try file.addDimension("x", length: 3)
      } catch {
        names.append(error.call)
      }
      let variable = try file.addVariable("x", type: .double, dimensions: [dimension])
      do throws(NetCDFError) {
        try file.write([1, .nan], to: variable)
      } catch {
        names.append(error.description)
      }
      #expect(names.count == 2)
      #expect(names.first == "nc_def_dim x")
      #expect(names.last?.hasSuffix("write x failed: value 1 is not a number") == true)
    }
  }

  @Test func fileThatIsDroppedIsClosed() throws {
    try withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("file.nc").path
      func create() throws {
        var file = try NetCDFFile(creating: path)
        try file.setAttribute("title", .text("dropped"))
      }
      try create()
      #expect(try NetCDFReader(path).text("title") == "dropped")
    }
  }

  @Test func wrongCountIsAMistakeOfTheProgrammer() async {
    await #expect(processExitsWith: .failure) {
      let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).nc").path
      defer { unlink(path) }
      var file = try NetCDFFile(creating: path)
      let dimension = try file.addDimension("x", length: 2)
      let variable = try file.addVariable("x", type: .double, dimensions: [dimension])
      unlink(path)
      try file.write([1.0, 2.0, 3.0], to: variable)
    }
  }

  @Test func filesMayBeWrittenInSeveralTasks() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("netcdf-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await withThrowingTaskGroup(of: Data.self) { group in
      for number in 0..<16 {
        group.addTask {
          let url = folder.appendingPathComponent("\(number).nc")
          try writeSample(to: url.path)
          return try Data(contentsOf: url)
        }
      }
      var contents: Set<Data> = []
      for try await data in group { contents.insert(data) }
      #expect(contents.count == 1)
    }
  }
}
