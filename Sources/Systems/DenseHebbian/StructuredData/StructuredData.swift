import NumericalMethods
import SystemInterface

/// A data set of images and what is asked of it: completely checked, but not yet read.
public struct StructuredData: Sendable, Equatable {
  /// Path of the images.
  var imageFile: String
  /// Path of the labels.
  var labelFile: String
  /// Pixels in a column and in a row.
  var height, width: Int
  /// Images in the file.
  var imageCount: Int
  /// The labels that occur, in rising order; a class is a place in this list.
  var classes: [UInt8]
  /// M, examples in a class mean.
  var examplesPerClass: Int
  /// Unseen images from which the dynamics start.
  var testCount: Int
  /// Overlap of a start with its image.
  var initialOverlap: Double
  /// Whether the mean over classes is taken out.
  var isCentred: Bool
  /// Largest grey value that becomes -1.
  var threshold: Int

  /// Pixels of an image, N.
  var pixelCount: Int { height * width }

  /// Multiplications of the dynamics, for some ten sweeps from every start.
  func work(interactionOrder P: Int) -> Double {
    10 * Double(testCount + classes.count) * Double(pixelCount) * Double(classes.count * (P + 4))
  }

  /// Bytes of the files, read and taken apart, and of the class means.
  var memory: Double {
    3 * Double(imageCount) * Double(pixelCount) + 40 * Double(pixelCount) * Double(classes.count)
  }
}

/// Which images make the class means, which are shown and which are the unseen ones of one disorder sample.
struct DataSplit: Sendable, Equatable {
  /// Images in the class means [class][example].
  let examples: [[Int]]
  /// The first image of each class in the file.
  ///
  /// It is neither an example nor a test image in any sample, so that pictures of different samples start from the same image.
  let shown: [Int]
  /// Unseen images.
  let tests: [Int]

  /// Draws examples and test images without replacement.
  ///
  /// - Precondition: there are enough images.
  init(labels: [UInt8], for data: StructuredData, using random: inout RandomStream) {
    let byClass = data.classes.map { label in labels.indices.filter { labels[$0] == label } }
    shown = byClass.map { $0[0] }
    var examples: [[Int]] = [], rest: [Int] = []
    for images in byClass {
      var pool = Array(images.dropFirst())
      Self.draw(data.examplesPerClass, from: &pool, using: &random)
      examples.append(Array(pool.prefix(data.examplesPerClass)))
      rest += pool.dropFirst(data.examplesPerClass)
    }
    self.examples = examples
    // How the pool came out of the draws must not matter.
    rest.sort()
    Self.draw(data.testCount, from: &rest, using: &random)
    tests = Array(rest.prefix(data.testCount))
  }

  /// Brings `count` of the pool to its front, every choice and order equally likely.
  private static func draw(_ count: Int, from pool: inout [Int], using random: inout RandomStream) {
    precondition(count <= pool.count, "\(count) of \(pool.count) images")
    for place in 0..<count { pool.swapAt(place, place + random.index(below: pool.count - place)) }
  }
}
