import Foundation

/// The text of one segment file: some records under one checksum.
///
/// ```
/// record-segment 1 COUNT CHECKSUM        format, version, number of records, CRC-64 of all that follows
/// ID<tab>PAYLOAD                         one line a record, the payload JSON text without line breaks
/// ```
enum RecordSegment {
  static let format = "record-segment"
  static let version = 1
  static let fileExtension = "segment"

  /// Why the bytes of a file are not a segment to be trusted.
  struct Defect: Error, Equatable {
    let reason: String
  }

  private static let tab = UInt8(ascii: "\t")
  private static let newline = UInt8(ascii: "\n")

  /// Name and content of the segment that holds `records`, which must not be empty; both follow from them alone.
  ///
  /// The name is made of the checksum and the first id, whose unusual characters become underscores.
  static func encode(_ records: [(id: String, payload: Data)]) -> (fileName: String, content: Data) {
    precondition(!records.isEmpty, "a segment holds at least one record")
    var ids: Set<String> = []
    var body = Data()
    for (id, payload) in records {
      precondition(isValid(id: id), "a record id must be printable and not empty, got \(id.debugDescription)")
      precondition(ids.insert(id).inserted, "two records with the id \(id)")
      precondition(!payload.contains(newline), "the payload of record \(id) has a line break")
      body.append(contentsOf: id.utf8)
      body.append(tab)
      body.append(payload)
      body.append(newline)
    }
    let checksum = CRC64.text(CRC64.checksum(body))
    var content = Data(header(count: records.count, checksum: checksum).utf8)
    content.append(newline)
    content.append(body)
    return ("\(checksum)-\(fileNamePart(of: records[0].id)).\(fileExtension)", content)
  }

  /// All records of a segment in their order, or the reason why not one of them is to be trusted.
  static func decode(_ content: [UInt8]) throws(Defect) -> [(id: String, payload: Data)] {
    guard let headerEnd = content.firstIndex(of: newline) else { throw Defect(reason: "no complete header line") }
    let fields = content[..<headerEnd].split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    guard fields.first == format else { throw Defect(reason: "not a \(format) file") }
    guard fields.count == 4, let count = Int(fields[2]) else { throw Defect(reason: "malformed header line") }
    guard fields[1] == String(version) else {
      throw Defect(reason: "format version \(fields[1]), this program reads version \(version)")
    }
    let body = content[(headerEnd + 1)...]
    let checksum = CRC64.text(body.withUnsafeBytes { CRC64.checksum($0) })
    guard fields[3] == checksum else {
      throw Defect(reason: "checksum of the content is \(checksum), the header says \(fields[3])")
    }
    // Compared as text: the header is not under the checksum, so only its one canonical spelling is accepted.
    guard content[..<headerEnd].elementsEqual(header(count: count, checksum: checksum).utf8) else {
      throw Defect(reason: "malformed header line")
    }
    let records = try decodeLines(body)
    guard records.count == count else {
      throw Defect(reason: "\(records.count) records, the header says \(count)")
    }
    return records
  }

  private static func decodeLines(_ body: ArraySlice<UInt8>) throws(Defect) -> [(id: String, payload: Data)] {
    var records: [(id: String, payload: Data)] = []
    var ids: Set<String> = []
    var rest = body
    while !rest.isEmpty {
      guard let lineEnd = rest.firstIndex(of: newline), let idEnd = rest[..<lineEnd].firstIndex(of: tab),
        let id = String(validating: rest[..<idEnd], as: UTF8.self), isValid(id: id), ids.insert(id).inserted
      else { throw Defect(reason: "record \(records.count + 1) is malformed") }
      records.append((id, Data(rest[(idEnd + 1)..<lineEnd])))
      rest = rest[(lineEnd + 1)...]
    }
    return records
  }

  private static func header(count: Int, checksum: String) -> String { "\(format) \(version) \(count) \(checksum)" }

  private static func isValid(id: String) -> Bool {
    !id.isEmpty && id.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
  }

  private static func fileNamePart(of id: String) -> String {
    String(
      id.unicodeScalars.prefix(80).map { scalar in
        let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
        return isPlain || "-_=+.,".unicodeScalars.contains(scalar) ? Character(scalar) : "_"
      })
  }
}
