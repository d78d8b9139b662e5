import Foundation
import SystemInterface

/// All images of a data set with their labels, as they stand in the files.
struct LabelledImages: Sendable {
  /// Pixels in a column and in a row.
  let height, width: Int
  /// Grey values [image][row][column].
  let pixels: [UInt8]
  /// Labels [image].
  let labels: [UInt8]
  /// CRC-32 of the two files, header included.
  let imageChecksum, labelChecksum: UInt32

  /// Pixels of an image, N.
  var pixelCount: Int { height * width }

  /// Reads both files completely.
  ///
  /// - Throws: `CocoaError` where a file cannot be read; `IDXProblem` where it is not what it was when it was checked.
  init(imageFile: String, labelFile: String) throws {
    let images = try Self.contents(of: imageFile, content: .images)
    let labels = try Self.contents(of: labelFile, content: .labels)
    (height, width) = (images.header.sizes[1], images.header.sizes[2])
    try Self.checkCounts(images: images.header, imageFile: imageFile, labels: labels.header, labelFile: labelFile)
    pixels = Array(images.bytes.dropFirst(images.header.length))
    self.labels = Array(labels.bytes.dropFirst(labels.header.length))
    (imageChecksum, labelChecksum) = (CRC32.checksum(images.bytes), CRC32.checksum(labels.bytes))
  }

  private static func contents(
    of path: String, content: IDXHeader.Content
  ) throws -> (header: IDXHeader, bytes: [UInt8]) {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    return (try IDXHeader(bytes, fileSize: bytes.count, path: path, content: content), bytes)
  }

  /// Labels without images, or images without labels, are a mix of two data sets.
  static func checkCounts(
    images: IDXHeader, imageFile: String, labels: IDXHeader, labelFile: String
  ) throws(IDXProblem) {
    guard images.sizes[0] == labels.sizes[0] else {
      throw IDXProblem(
        path: labelFile, text: "\(labels.sizes[0]) labels for the \(images.sizes[0]) images of \(imageFile)")
    }
  }

  /// One image as spins: +1 where the grey value is above the threshold.
  func spins(ofImage image: Int, threshold: Int) -> [Int8] {
    pixels[image * pixelCount..<(image + 1) * pixelCount].map { Int($0) > threshold ? 1 : -1 }
  }
}
