import Foundation
import Testing

/// Images through the command line: answers, refusals, and runs that notice other images.
@Suite(.timeLimit(.minutes(1))) struct StructuredDataTests {
  /// Two classes of 2 x 4 pixels, three images each, in IDX files.
  private func writeImages(_ folder: URL, flippedPixel: Int = 0) throws {
    let left: [UInt8] = [255, 255, 0, 0, 255, 255, 0, 0], right: [UInt8] = left.reversed()
    var images = [left, right, left, right, left, right]
    for image in images.indices { images[image][flippedPixel] ^= 255 }
    try Data([0, 0, 8, 3, 0, 0, 0, 6, 0, 0, 0, 2, 0, 0, 0, 4] + images.flatMap { $0 })
      .write(to: folder.appendingPathComponent("images"))
    try Data([0, 0, 8, 1, 0, 0, 0, 6, 3, 5, 3, 5, 3, 5]).write(to: folder.appendingPathComponent("labels"))
  }

  private static let parameters =
    "dense-hebbian quantity=structuredData examplesPerArchetype=1 testImages=2 imageFile=images labelFile=labels"

  private func start(_ command: String, in folder: URL) async throws -> ProgramResult {
    try await Program(folder: folder).start(command.split(separator: " ").map(String.init)).result()
  }

  @Test func shapeOfAnswer() async throws {
    try await withTemporaryFolder { folder in
      try writeImages(folder)
      let command = "simulate \(Self.parameters) interactionOrder=16 --samples 2 --format json"
      let result = try await start(command, in: folder)
      #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
      let json = try result.json()
      #expect(json["parameters"]["imageFile"].text == "images")
      #expect(json["parameters"]["interactionOrder"].number == 16)
      #expect(json["observables"]["classAccuracy"]["mean"].number == 1)
      #expect(json["observables"]["retrievedPicture"]["dimensions"].list.compactMap(\.text) == ["class", "pixel"])
      #expect(json["observables"]["retrievedPicture"]["mean"].list.count == 16)
      #expect(json["diagnostics"]["imageHeight"].number == 2 && json["diagnostics"]["imageWidth"].number == 4)
      #expect(json["diagnostics"]["imageFileChecksum"].number != nil)
      #expect(json["phase"].isNull)
    }
  }

  @Test func damagedFilesAreRefused() async throws {
    try await withTemporaryFolder { folder in
      try writeImages(folder)
      let file = folder.appendingPathComponent("images")
      try Data(contentsOf: file).dropLast().write(to: file)
      for (command, words) in [
        ("simulate \(Self.parameters)", ["imageFile: images: truncated: 63 bytes", "need 64"]),
        ("simulate dense-hebbian quantity=structuredData labelFile=labels", ["imageFile: data/mnist-", "no such"]),
        ("theory \(Self.parameters)", ["structuredData", "simulate"]),
      ] {
        let result = try await start(command, in: folder)
        #expect(result.status == 2 && result.output.isEmpty && result.errorLines.count == 1, "\(result.errors)")
        for word in words { #expect(result.errors.contains(word), "'\(word)' is not in: \(result.errors)") }
      }
    }
  }

  private static let runText = """
    system = "dense-hebbian"

    [parameters]
    quantity = "structuredData"
    imageFile = "images"
    labelFile = "labels"
    examplesPerArchetype = 1
    testImages = 2

    [axes]
    interactionOrder = { values = [2, 12] }

    [simulation]
    samples = 2
    """

  @Test func runNoticesOtherImages() async throws {
    try await withTemporaryFolder { folder in
      try writeImages(folder)
      let file = folder.appendingPathComponent("digits.toml")
      try Data(Self.runText.utf8).write(to: file)
      let first = try await start("run digits.toml --output results --quiet", in: folder)
      #expect(first.status == 0, "\(first.errors)")
      // A quantity without theory has nothing to wait for.
      let summary = folder.appendingPathComponent("results/summary.txt")
      #expect(try !String(contentsOf: summary, encoding: .utf8).contains("pending"))
      // The same files under another name are the same request.
      try FileManager.default.copyItem(
        at: folder.appendingPathComponent("images"), to: folder.appendingPathComponent("copy"))
      let copied = try await start("run digits.toml --output results --quiet --set imageFile=copy", in: folder)
      #expect(copied.status == 0, "\(copied.errors)")
      try writeImages(folder, flippedPixel: 3)
      let other = try await start("run digits.toml --output results --quiet", in: folder)
      #expect(other.status == 2 && other.errorLines.count == 1, "\(other.errors)")
      #expect(other.errors.contains("imageFile") && other.errors.contains("CRC-64"), "\(other.errors)")
    }
  }

  @Test func filesAreNoAxis() async throws {
    try await withTemporaryFolder { folder in
      try writeImages(folder)
      let text = Self.runText.replacing(
        "interactionOrder = { values = [2, 12] }", with: "imageFile = { values = [\"images\"] }"
      ).replacing("imageFile = \"images\"\n", with: "")
      try Data(text.utf8).write(to: folder.appendingPathComponent("digits.toml"))
      let result = try await start("run digits.toml --output results", in: folder)
      #expect(result.status == 2 && result.errors.contains("axes.imageFile"), "\(result.errors)")
      #expect(result.errors.contains("cannot vary along an axis"), "\(result.errors)")
    }
  }
}
