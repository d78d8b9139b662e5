import CNetCDF
import Foundation
import Synchronization

/// A NetCDF-4 file while it is being created; the only place that calls the library.
///
/// The bytes follow from the calls alone: nothing stores a time. Missing values of double variables are stored as
/// `missingValue`, which their `_FillValue` attribute announces; not-a-number is refused.
/// The file is complete after `close()`; write under a temporary name and rename then (`AtomicFile.replace`).
struct NetCDFFile: ~Copyable {
  /// A named length.
  struct Dimension: Sendable {
    let name: String
    let length: Int
    fileprivate let id: Int32
  }

  /// A named array over dimensions, the last of which is contiguous.
  struct Variable: Sendable {
    let name: String
    let type: ValueType
    let shape: [Int]
    fileprivate let id: Int32
    fileprivate let allowsMissing: Bool
  }

  /// The types of values that variables hold.
  enum ValueType: Sendable {
    case double, int32, int8, string
  }

  /// What stands for a value that is missing.
  enum FillValue: Sendable {
    /// `missingValue` for doubles, none for the other types.
    case automatic
    /// Nothing: every value must be given. Coordinates are stored so.
    case none
    /// This integer, for integer variables.
    case integer(Int32)
  }

  /// The value of an attribute.
  enum AttributeValue: Sendable {
    case text(String)
    case double(Double)
    case doubles([Double])
    case integer(Int64)
    case bytes([Int8])
  }

  /// NC_FILL_DOUBLE, the library's own choice: a number, so that comparisons work, far from every result.
  static let missingValue = 9.969209968386869e36

  // The library is not thread-safe: one call at a time in the whole process.
  private static let library = Mutex<Void>(())

  /// HDF5 locks files with flock, which many cluster file systems refuse and child processes inherit. A file is written
  /// under a name of its own and renamed: it needs no lock. A choice that the user has made stands.
  private static let lockingIsOff: Bool = setenv("HDF5_USE_FILE_LOCKING", "FALSE", 0) == 0

  /// Where the file is being created.
  let path: String
  private var dimensions: [String: Dimension] = [:]
  private let id: Int32
  private var isOpen = true

  /// Creates the file, replacing one of the same name.
  init(creating path: String) throws(NetCDFError) {
    var id: Int32 = 0
    try Self.call("nc_create", on: path) { nc_create(path, NC_NETCDF4 | NC_CLOBBER, &id) }
    self.path = path
    self.id = id
  }

  deinit {
    if isOpen { Self.exclusively { _ = nc_close(id) } }
  }

  /// Writes everything to the file and closes it.
  consuming func close() throws(NetCDFError) {
    isOpen = false
    try call("nc_close") { nc_close(id) }
  }

  // MARK: - Definitions

  /// Adds a dimension.
  ///
  /// - Precondition: `length` is positive; the library reads zero as unlimited.
  mutating func addDimension(_ name: String, length: Int) throws(NetCDFError) -> Dimension {
    precondition(length > 0, "dimension \(name) must have a positive length, got \(length)")
    var dimension: Int32 = 0
    try call("nc_def_dim \(name)") { nc_def_dim(id, name, length, &dimension) }
    let added = Dimension(name: name, length: length, id: dimension)
    dimensions[name] = added
    return added
  }

  /// The dimension of that name, if it was added.
  func dimension(named name: String) -> Dimension? { dimensions[name] }

  /// Adds a variable; without dimensions it is a scalar.
  ///
  /// - Parameter deflateLevel: compression from 0 to 9 after byte shuffling; not for scalars and strings.
  mutating func addVariable(
    _ name: String, type: ValueType, dimensions: [Dimension], fillValue: FillValue = .automatic,
    deflateLevel: Int? = nil
  ) throws(NetCDFError) -> Variable {
    var variable: Int32 = 0
    let dimensionIDs = dimensions.map(\.id)
    try call("nc_def_var \(name)") {
      nc_def_var(id, name, type.code, Int32(dimensionIDs.count), dimensionIDs, &variable)
    }
    if let deflateLevel {
      precondition((0...9).contains(deflateLevel), "deflate level \(deflateLevel) of \(name) is not in 0...9")
      precondition(!dimensions.isEmpty && type != .string, "\(name) is a scalar or holds strings: not compressible")
      try call("nc_def_var_deflate \(name)") { nc_def_var_deflate(id, variable, 1, 1, Int32(deflateLevel)) }
    }
    let allowsMissing = try define(fillValue, of: variable, name: name, type: type)
    return Variable(
      name: name, type: type, shape: dimensions.map(\.length), id: variable, allowsMissing: allowsMissing)
  }

  private func define(
    _ fillValue: FillValue, of variable: Int32, name: String, type: ValueType
  ) throws(NetCDFError) -> Bool {
    let label = "nc_put_att \(name):_FillValue"
    switch (fillValue, type) {
    case (.none, _), (.automatic, .int32), (.automatic, .int8), (.automatic, .string):
      return false
    case (.automatic, .double):
      var value = Self.missingValue
      try call(label) { nc_put_att_double(id, variable, "_FillValue", NC_DOUBLE, 1, &value) }
    case (.integer(var value), .int32):
      try call(label) { nc_put_att_int(id, variable, "_FillValue", NC_INT, 1, &value) }
    case (.integer(let value), .int8):
      guard var byte = Int8(exactly: value) else { preconditionFailure("fill value \(value) of \(name) is no int8") }
      try call(label) { nc_put_att_schar(id, variable, "_FillValue", NC_BYTE, 1, &byte) }
    case (.integer, .double), (.integer, .string):
      preconditionFailure("\(name) does not hold integers, so its fill value cannot be one")
    }
    return true
  }

  /// Sets an attribute of `variable`, or of the file when that is nil.
  ///
  /// - Precondition: arrays are not empty.
  mutating func setAttribute(
    _ name: String, _ value: AttributeValue, of variable: Variable? = nil
  ) throws(NetCDFError) {
    let owner = variable?.id ?? NC_GLOBAL
    let label = "nc_put_att \(variable?.name ?? ""):\(name)"
    switch value {
    case .text(let text):
      if text.utf8.allSatisfy({ $0 < 0x80 }) {
        try call(label) { nc_put_att_text(id, owner, name, text.utf8.count, text) }
      } else {
        // Character attributes are marked as ASCII; strings are marked as UTF-8.
        try call(label) {
          text.withCString { start in
            var pointer: UnsafePointer<CChar>? = start
            return nc_put_att_string(id, owner, name, 1, &pointer)
          }
        }
      }
    case .double(let number):
      try setAttribute(name, .doubles([number]), of: variable)
    case .doubles(let numbers):
      precondition(!numbers.isEmpty, "attribute \(name) has no values")
      try call(label) { nc_put_att_double(id, owner, name, NC_DOUBLE, numbers.count, numbers) }
    case .integer(var number):
      try call(label) { nc_put_att_longlong(id, owner, name, NC_INT64, 1, &number) }
    case .bytes(let bytes):
      precondition(!bytes.isEmpty, "attribute \(name) has no values")
      try call(label) { nc_put_att_schar(id, owner, name, NC_BYTE, bytes.count, bytes) }
    }
  }

  // MARK: - Values

  /// Writes all values of a double variable, nil where one is missing.
  mutating func write(_ values: [Double?], to variable: Variable) throws(NetCDFError) {
    checkShape(count: values.count, type: .double, of: variable)
    precondition(
      variable.allowsMissing || !values.contains(nil), "\(variable.name) has no fill value, but a value is missing")
    if let index = values.firstIndex(where: { $0?.isNaN ?? false }) {
      throw NetCDFError(call: "write \(variable.name)", path: path, text: "value \(index) is not a number")
    }
    let stored = values.map { $0 ?? Self.missingValue }
    try call("nc_put_var_double \(variable.name)") { nc_put_var_double(id, variable.id, stored) }
  }

  /// Writes all values of a double variable.
  mutating func write(_ values: [Double], to variable: Variable) throws(NetCDFError) {
    try write(values.map(Optional.some), to: variable)
  }

  /// Writes all values of a 32-bit integer variable.
  mutating func write(_ values: [Int32], to variable: Variable) throws(NetCDFError) {
    checkShape(count: values.count, type: .int32, of: variable)
    try call("nc_put_var_int \(variable.name)") { nc_put_var_int(id, variable.id, values) }
  }

  /// Writes all values of an 8-bit integer variable, such as the codes of a flag variable.
  mutating func write(_ values: [Int8], to variable: Variable) throws(NetCDFError) {
    checkShape(count: values.count, type: .int8, of: variable)
    try call("nc_put_var_schar \(variable.name)") { nc_put_var_schar(id, variable.id, values) }
  }

  /// Writes all values of a string variable.
  mutating func write(_ values: [String], to variable: Variable) throws(NetCDFError) {
    checkShape(count: values.count, type: .string, of: variable)
    // One block of zero-terminated texts, into which the array of pointers that the library wants points.
    let texts = values.map { Array($0.utf8CString) }
    let block = texts.flatMap { $0 }
    let code = block.withUnsafeBufferPointer { block in
      var next = block.baseAddress
      var pointers = texts.map { text in
        defer { next = next?.advanced(by: text.count) }
        return next
      }
      return Self.exclusively { nc_put_var_string(id, variable.id, &pointers) }
    }
    try call("nc_put_var_string \(variable.name)") { code }
  }

  private func checkShape(count: Int, type: ValueType, of variable: Variable) {
    precondition(type == variable.type, "\(variable.name) holds \(variable.type) values, not \(type)")
    let expected = variable.shape.reduce(1, *)
    precondition(count == expected, "\(variable.name) has the shape \(variable.shape), got \(count) values")
  }

  // MARK: - Calls of the library

  /// Runs `body` while no other thread is in the library.
  static func exclusively<Result>(_ body: () -> Result) -> Result {
    _ = lockingIsOff
    return library.withLock { _ in
      _ = silenceHDF5?(0, nil, nil)
      return body()
    }
  }

  /// `H5Eset_auto2` of the library below NetCDF, if it is there.
  ///
  /// HDF5 prints every failed look-up, even expected ones; NetCDF turns that off for the thread of its first call only.
  private static let silenceHDF5: (@convention(c) (Int64, OpaquePointer?, OpaquePointer?) -> Int32)? = {
    guard let symbol = dlsym(UnsafeMutableRawPointer(bitPattern: 0), "H5Eset_auto2") else { return nil }
    return unsafeBitCast(symbol, to: (@convention(c) (Int64, OpaquePointer?, OpaquePointer?) -> Int32).self)
  }()

  private func call(_ name: String, _ function: () -> Int32) throws(NetCDFError) {
    try Self.call(name, on: path, function)
  }

  private static func call(_ name: String, on path: String, _ function: () -> Int32) throws(NetCDFError) {
    var systemCode: Int32 = 0
    let code = exclusively {
      errno = 0
      defer { systemCode = errno }
      return function()
    }
    guard code != NC_NOERR else { return }
    // The library calls every failure of the storage "Permission denied" or "HDF error".
    let isStorage = [ENOSPC, EDQUOT, EROFS, EIO].contains(systemCode)
    let text = isStorage ? String(cString: strerror(systemCode)) : String(cString: nc_strerror(code))
    throw NetCDFError(call: name, path: path, text: text)
  }
}

extension NetCDFFile.ValueType {
  fileprivate var code: nc_type {
    switch self {
    case .double: NC_DOUBLE
    case .int32: NC_INT
    case .int8: NC_BYTE
    case .string: NC_STRING
    }
  }
}

/// A call of the NetCDF library that failed.
struct NetCDFError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The function that failed and the name it was about.
  let call: String
  /// The file.
  let path: String
  /// The library's text for the code it returned, or the reason why the call was refused.
  let text: String

  var description: String { "\(path): \(call) failed: \(text)" }
}
