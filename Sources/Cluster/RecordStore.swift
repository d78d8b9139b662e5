import Foundation

/// Finished records in checksummed segment files of one folder, which only ever grows by whole files.
///
/// Every commit writes one new file in one rename, so any number of processes may commit to the same folder and a kill
/// damages nothing that was committed. Segments are never changed; the same records give the same file.
public struct RecordStore: Sendable {
  /// The folder that holds the segments; the first commit makes it.
  public let folder: URL

  /// The store in `folder`, which need not exist yet.
  public init(folder: URL) {
    self.folder = folder
  }

  /// Writes the records as one segment.
  ///
  /// - Precondition: ids are unique, not empty and printable; payloads have no line break.
  /// - Returns: the segment file, or nil when there are no records.
  /// - Throws: `StorageError`; then none of the records is in the store.
  public func commit(_ records: [(id: String, payload: Data)]) throws -> URL? {
    guard !records.isEmpty else { return nil }
    let segment = RecordSegment.encode(records)
    try AtomicFile.createFolder(folder)
    let file = folder.appendingPathComponent(segment.fileName)
    // Written even if the name exists: the content is the same unless that file is damaged, and then it is healed.
    try AtomicFile.write(segment.content, to: file)
    return file
  }

  /// Reads all segments that are there now; works while others commit.
  ///
  /// A damaged segment is reported and not trusted in any part. Of records with equal ids the one in the segment
  /// with the lexicographically smallest name counts. Other files in the folder are ignored, and a folder that does
  /// not exist holds nothing.
  /// - Throws: `StorageError` when the folder cannot be read.
  public func load() throws -> Contents {
    var contents = Contents(), seen: Set<String> = []
    // A segment that vanishes between listing and opening was compacted away: its records stand in one not yet seen.
    for attempt in 0..<1000 {
      let names = try segmentNames().filter { !seen.contains($0) }
      if try names.allSatisfy({ try read($0, into: &contents, seen: &seen) }) { return contents.sorted() }
      usleep(UInt32(min(attempt, 20)) * 1000)
    }
    throw StorageError(path: folder.path(percentEncoded: false), call: "list segments", code: EAGAIN)
  }

  /// Reads one segment; false when it has vanished.
  private func read(_ name: String, into contents: inout Contents, seen: inout Set<String>) throws -> Bool {
    do {
      let file = try OpenFile(reading: path(name))
      contents.add(try RecordSegment.decode(try file.readToEnd()), from: name)
    } catch let defect as RecordSegment.Defect {
      contents.damaged.append(DamagedSegment(name: name, reason: defect.reason))
    } catch let error as StorageError {
      if error.code == ENOENT { return false }
      contents.damaged.append(DamagedSegment(name: name, reason: "\(error.call) failed: \(error.text)"))
    }
    seen.insert(name)
    return true
  }

  /// Path of an entry of the folder; not by URL, which asks the disk whether it is a folder itself.
  private func path(_ name: String) -> String {
    let folder = folder.path(percentEncoded: false)
    return folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }

  /// Brings the records of many segments together in few, each of up to `recordsPerSegment` records in order of their ids.
  ///
  /// For the moment when nobody commits: the merged segments are written before the others are removed, so that a kill
  /// leaves every record at least once.
  /// - Throws: `StorageError`; then no record is lost.
  public func compact(recordsPerSegment: Int = 4096) throws {
    let contents = try load()
    let records = contents.records.sorted { $0.key < $1.key }.map { (id: $0.key, payload: $0.value) }
    var kept: Set<String> = []
    for start in stride(from: 0, to: records.count, by: recordsPerSegment) {
      let part = Array(records[start..<min(start + recordsPerSegment, records.count)])
      if let file = try commit(part) { kept.insert(file.lastPathComponent) }
    }
    // What could not be read is left for `setAside`: it may be damaged, or its disk may be away for a moment.
    for name in contents.intactSegments where !kept.contains(name) {
      let path = path(name)
      guard unlink(path) == 0 || errno == ENOENT else { throw StorageError(path: path, call: "unlink", code: errno) }
    }
  }

  /// Renames a damaged segment to `NAME.damaged` (or `NAME.2.damaged` …), where no reader looks and nobody overwrites it.
  ///
  /// - Throws: `StorageError`.
  public func setAside(_ segment: DamagedSegment) throws(StorageError) {
    let path = path(segment.name)
    var target = path + ".damaged"
    // Damage of the same segment may have been set aside before.
    for number in 2..<1000 where access(target, F_OK) == 0 { target = "\(path).\(number).damaged" }
    guard rename(path, target) == 0 || errno == ENOENT else {
      throw StorageError(path: path, call: "rename", code: errno)
    }
  }

  /// Removes every segment whose first record is called `id`.
  ///
  /// - Throws: `StorageError`.
  public func remove(recordsNamed id: String) throws {
    for name in try segmentNames() {
      let path = path(name)
      let file = try OpenFile(reading: path)
      guard let records = try? RecordSegment.decode(try file.readToEnd()), records.first?.id == id else { continue }
      guard unlink(path) == 0 || errno == ENOENT else { throw StorageError(path: path, call: "unlink", code: errno) }
    }
  }

  /// Names of the segment files in lexicographic order of their bytes.
  private func segmentNames() throws(StorageError) -> [String] {
    let path = folder.path(percentEncoded: false)
    guard let directory = opendir(path) else {
      if errno == ENOENT { return [] }
      throw StorageError(path: path, call: "opendir", code: errno)
    }
    defer { closedir(directory) }
    var names: [String] = []
    errno = 0
    while let entry = readdir(directory) {
      // The entry is shorter than its declared type, so its name must be read in place and not copied.
      let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
      let name = String(cString: UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self))
      if name.hasSuffix(".\(RecordSegment.fileExtension)") && !name.hasPrefix(".") { names.append(name) }
      errno = 0
    }
    guard errno == 0 else { throw StorageError(path: path, call: "readdir", code: errno) }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// What a store holds at one moment.
  public struct Contents: Sendable, Equatable {
    /// Payload of every trusted record by id; iterate over sorted ids where the order matters.
    public internal(set) var records: [String: Data] = [:]
    /// Segments of which nothing was taken, by name.
    public internal(set) var damaged: [DamagedSegment] = []
    /// Segment from which each record was taken.
    private var sources: [String: String] = [:]

    /// Takes the records of one segment; of equal ids the segment with the smallest name counts.
    mutating func add(_ segment: [(id: String, payload: Data)], from name: String) {
      for (id, payload) in segment {
        if let source = sources[id], source < name { continue }
        records[id] = payload
        sources[id] = name
      }
      intactSegments.append(name)
    }

    /// The same contents, segments in the order of their names.
    func sorted() -> Contents {
      var sorted = self
      sorted.intactSegments.sort()
      sorted.damaged.sort { $0.name < $1.name }
      return sorted
    }

    /// Names of the segments that were read without a defect.
    public internal(set) var intactSegments: [String] = []
    /// Number of segments that were read without a defect.
    public var segmentCount: Int { intactSegments.count }
  }

  /// A segment file that cannot be trusted.
  public struct DamagedSegment: Sendable, Equatable {
    /// Name of the file in the folder.
    public let name: String
    /// What is wrong with it.
    public let reason: String
  }
}
