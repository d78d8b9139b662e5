import Foundation
import NumericalMethods

/// A folder of its own with a small data set in IDX files, removed afterwards.
struct ImageFolder: ~Copyable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("image-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  /// The path of a file in the folder.
  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  /// Writes bytes and gives the path.
  @discardableResult
  func write(_ bytes: [UInt8], to name: String) throws -> String {
    try Data(bytes).write(to: url.appendingPathComponent(name))
    return path(name)
  }

  /// Writes images and labels; gives the two parameters of a request.
  func write(_ images: TinyImages, suffix: String = "") throws -> String {
    let imageFile = try write(images.imageFile, to: "images\(suffix)")
    let labelFile = try write(images.labelFile, to: "labels\(suffix)")
    return "imageFile=\(imageFile) labelFile=\(labelFile)"
  }
}

/// Images of 8 x 8 pixels made up for tests: three prototypes, of which `shared` pixels are alike, with some noise.
struct TinyImages {
  static let side = 8
  /// Grey values [image][pixel]; above 7 is ink.
  var pixels: [[UInt8]] = []
  var labels: [UInt8] = []
  /// ±1 [class][pixel].
  var prototypes: [[Int8]] = []

  /// Labels 1, 4 and 9 in turn; every pixel differs from the prototype with the probability `noise`.
  init(perClass: Int = 12, shared: Int = 0, noise: Double = 0.08, seed: UInt64 = 1) {
    var random = RandomStream(StreamKey(seed: seed, system: 0, point: 0, purpose: .data))
    prototypes = (0..<3).map { _ in (0..<Self.side * Self.side).map { _ in random.sign() } }
    for c in 1..<3 { prototypes[c].replaceSubrange(0..<shared, with: prototypes[0][0..<shared]) }
    for _ in 0..<perClass {
      for (c, label) in [UInt8(1), 4, 9].enumerated() {
        pixels.append(
          prototypes[c].map { ink in
            let flipped = random.uniform() < noise ? -ink : ink
            return flipped > 0 ? UInt8(8 + random.index(below: 9)) : UInt8(random.index(below: 8))
          })
        labels.append(label)
      }
    }
  }

  static func header(_ words: [UInt32]) -> [UInt8] {
    words.flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) } }
  }

  var imageFile: [UInt8] {
    Self.header([0x803, UInt32(pixels.count), UInt32(Self.side), UInt32(Self.side)]) + pixels.flatMap { $0 }
  }

  var labelFile: [UInt8] { Self.header([0x801, UInt32(labels.count)]) + labels }
}
