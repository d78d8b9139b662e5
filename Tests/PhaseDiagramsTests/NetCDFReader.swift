import CNetCDF

@testable import PhaseDiagrams

/// Just enough of a reader for tests to look at files.
struct NetCDFReader: ~Copyable {
  struct Failure: Error, Equatable {
    let text: String
  }

  private let id: Int32

  init(_ path: String) throws {
    var id: Int32 = 0
    try Self.check(NetCDFFile.exclusively { nc_open(path, NC_NOWRITE, &id) })
    self.id = id
  }

  deinit {
    NetCDFFile.exclusively { _ = nc_close(id) }
  }

  func shape(of variable: String) throws -> [Int] {
    let owner = try variableID(variable)
    var count: Int32 = 0
    try Self.check(NetCDFFile.exclusively { nc_inq_varndims(id, owner, &count) })
    var dimensions = [Int32](repeating: 0, count: Int(count))
    try Self.check(NetCDFFile.exclusively { nc_inq_vardimid(id, owner, &dimensions) })
    return try dimensions.map { dimension in
      var length = 0
      try Self.check(NetCDFFile.exclusively { nc_inq_dimlen(id, dimension, &length) })
      return length
    }
  }

  func doubles(_ variable: String) throws -> [Double] {
    let owner = try variableID(variable)
    var values = [Double](repeating: 0, count: try shape(of: variable).reduce(1, *))
    try Self.check(NetCDFFile.exclusively { nc_get_var_double(id, owner, &values) })
    return values
  }

  func integers(_ variable: String) throws -> [Int32] {
    let owner = try variableID(variable)
    var values = [Int32](repeating: 0, count: try shape(of: variable).reduce(1, *))
    try Self.check(NetCDFFile.exclusively { nc_get_var_int(id, owner, &values) })
    return values
  }

  func strings(_ variable: String) throws -> [String] {
    let owner = try variableID(variable)
    var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: try shape(of: variable).reduce(1, *))
    try Self.check(NetCDFFile.exclusively { nc_get_var_string(id, owner, &pointers) })
    defer { NetCDFFile.exclusively { _ = nc_free_string(pointers.count, &pointers) } }
    return pointers.map { $0.map { String(cString: $0) } ?? "" }
  }

  /// A text attribute of a variable, or of the file.
  func text(_ attribute: String, of variable: String? = nil) throws -> String {
    let owner = try variableID(variable)
    if try type(ofAttribute: attribute, of: variable) == NC_STRING {
      return try strings(attribute: attribute, owner).joined(separator: "\n")
    }
    var bytes = [CChar](repeating: 0, count: try length(of: attribute, owner))
    try Self.check(NetCDFFile.exclusively { nc_get_att_text(id, owner, attribute, &bytes) })
    return String(decoding: bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The values of a text attribute that is stored as UTF-8 strings.
  private func strings(attribute: String, _ owner: Int32) throws -> [String] {
    var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: try length(of: attribute, owner))
    try Self.check(NetCDFFile.exclusively { nc_get_att_string(id, owner, attribute, &pointers) })
    defer { NetCDFFile.exclusively { _ = nc_free_string(pointers.count, &pointers) } }
    return pointers.map { $0.map { String(cString: $0) } ?? "" }
  }

  /// The type in which an attribute is stored.
  func type(ofAttribute attribute: String, of variable: String? = nil) throws -> nc_type {
    let owner = try variableID(variable)
    var type: nc_type = 0
    try Self.check(NetCDFFile.exclusively { nc_inq_atttype(id, owner, attribute, &type) })
    return type
  }

  func doubles(attribute: String, of variable: String? = nil) throws -> [Double] {
    let owner = try variableID(variable)
    var values = [Double](repeating: 0, count: try length(of: attribute, owner))
    try Self.check(NetCDFFile.exclusively { nc_get_att_double(id, owner, attribute, &values) })
    return values
  }

  func integers(attribute: String, of variable: String? = nil) throws -> [Int64] {
    let owner = try variableID(variable)
    var values = [Int64](repeating: 0, count: try length(of: attribute, owner))
    try Self.check(NetCDFFile.exclusively { nc_get_att_longlong(id, owner, attribute, &values) })
    return values
  }

  private func variableID(_ name: String?) throws -> Int32 {
    guard let name else { return NC_GLOBAL }
    var variable: Int32 = 0
    try Self.check(NetCDFFile.exclusively { nc_inq_varid(id, name, &variable) })
    return variable
  }

  private func length(of attribute: String, _ owner: Int32) throws -> Int {
    var count = 0
    try Self.check(NetCDFFile.exclusively { nc_inq_attlen(id, owner, attribute, &count) })
    return count
  }

  private static func check(_ code: Int32) throws {
    guard code == NC_NOERR else { throw Failure(text: String(cString: nc_strerror(code))) }
  }
}
