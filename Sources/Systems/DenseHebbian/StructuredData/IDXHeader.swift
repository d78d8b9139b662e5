import Foundation
import SystemInterface

/// What is wrong with a file of images or labels, in one line that begins with its path.
struct IDXProblem: Error, Equatable, CustomStringConvertible {
  /// The file as the user gave it.
  let path: String
  /// What is wrong.
  let text: String

  var description: String { "\(path): \(text)" }
}

/// The header of a file in the IDX format of the MNIST data, compared with the length of the file.
///
/// Big-endian 32-bit numbers: the magic number 0x0000080d, where 08 stands for unsigned bytes and d for the number of
/// dimensions (3 for images, 1 for labels), then the d sizes; then one byte a pixel or label, the last dimension fastest.
struct IDXHeader: Sendable, Equatable {
  /// What a file holds.
  enum Content: Int {
    /// Labels [image].
    case labels = 1
    /// Pixels [image][row][column].
    case images = 3

    fileprivate var magic: UInt32 { 0x0800 + UInt32(rawValue) }
    fileprivate var length: Int { 4 + 4 * rawValue }
    fileprivate var name: String { self == .images ? "images" : "labels" }
  }

  /// Sizes of the dimensions, number of images first.
  let sizes: [Int]

  /// Bytes before the content.
  var length: Int { 4 + 4 * sizes.count }

  /// Reads and checks the header of a file; the content is not read.
  init(ofFileAt path: String, content: Content) throws(IDXProblem) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw IDXProblem(path: path, text: "no such file ('make digits' fetches data/mnist-… and data/digits8x8-…)")
    }
    guard !isFolder.boolValue else { throw IDXProblem(path: path, text: "a folder, not a file of \(content.name)") }
    guard let handle = FileHandle(forReadingAtPath: path) else { throw IDXProblem(path: path, text: "cannot be read") }
    defer { try? handle.close() }
    let start: Data, size: UInt64
    do {
      start = try handle.read(upToCount: content.length) ?? Data()
      size = try handle.seekToEnd()
    } catch {
      throw IDXProblem(path: path, text: "cannot be read (\(error.localizedDescription))")
    }
    try self.init(Array(start), fileSize: Int(size), path: path, content: content)
  }

  /// Checks the first bytes of a file of `fileSize` bytes.
  init(_ bytes: [UInt8], fileSize: Int, path: String, content: Content) throws(IDXProblem) {
    func refuse(_ text: String) -> IDXProblem { IDXProblem(path: path, text: text) }
    guard !bytes.starts(with: [0x1F, 0x8B]) else {
      throw refuse("compressed with gzip, allowed: the IDX file itself (gunzip -k \(path))")
    }
    guard bytes.count >= content.length else {
      throw refuse("truncated: \(fileSize) bytes, a header of \(content.name) has \(content.length)")
    }
    let words = stride(from: 0, to: content.length, by: 4).map { place in
      bytes[place..<place + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
    guard words[0] == content.magic else {
      let found = Self.hexadecimal(words[0]), wanted = Self.hexadecimal(content.magic)
      throw refuse("not an IDX file of \(content.name): magic number \(found), expected \(wanted)")
    }
    let sizes = words.dropFirst().map { Int($0) }
    let shape = sizes.map(String.init).joined(separator: " x ")
    guard sizes.allSatisfy({ $0 > 0 }) else { throw refuse("holds no \(content.name): sizes \(shape)") }
    var total = content.length
    // Sizes are below 2^32, so only products can overflow.
    let product = sizes.reduce((value: 1, overflow: false)) { result, size in
      let next = result.value.multipliedReportingOverflow(by: size)
      return (next.partialValue, result.overflow || next.overflow)
    }
    guard !product.overflow, product.value < 1 << 46 else { throw refuse("sizes \(shape) are beyond any file") }
    total += product.value
    guard fileSize == total else {
      let verdict = fileSize < total ? "truncated" : "too long"
      throw refuse("\(verdict): \(fileSize) bytes, the sizes \(shape) in its header need \(total)")
    }
    self.sizes = sizes
  }

  private static func hexadecimal(_ word: UInt32) -> String {
    let digits = String(word, radix: 16)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
  }
}
