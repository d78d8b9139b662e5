import Foundation
import Testing

@testable import DenseHebbian
@testable import SystemInterface

/// Files of images and labels: what is read, and what is said of damaged ones.
@Suite struct ImageFileTests {
  private func problem(_ bytes: [UInt8], _ content: IDXHeader.Content) throws -> String? {
    let folder = try ImageFolder()
    let path = try folder.write(bytes, to: "file")
    do {
      _ = try IDXHeader(ofFileAt: path, content: content)
      return nil
    } catch {
      #expect(error.description.hasPrefix("\(path): ") && !error.description.contains("\n"), "\(error)")
      return error.text
    }
  }

  @Test("Sizes, pixels and labels are read as they were written")
  func goodFiles() throws {
    let folder = try ImageFolder(), tiny = TinyImages()
    _ = try folder.write(tiny)
    #expect(try IDXHeader(ofFileAt: folder.path("images"), content: .images).sizes == [36, 8, 8])
    #expect(try IDXHeader(ofFileAt: folder.path("labels"), content: .labels).sizes == [36])
    let images = try LabelledImages(imageFile: folder.path("images"), labelFile: folder.path("labels"))
    #expect(images.pixels == tiny.pixels.flatMap { $0 } && images.labels == tiny.labels)
    #expect(images.height == 8 && images.width == 8)
    for image in [0, 17, 35] {
      #expect(images.spins(ofImage: image, threshold: 7) == tiny.pixels[image].map { $0 > 7 ? 1 : -1 })
    }
    #expect(images.imageChecksum == CRC32.checksum(tiny.imageFile))
  }

  @Test("Damaged and foreign files are named with what is wrong")
  func damagedFiles() throws {
    let tiny = TinyImages(), images = tiny.imageFile, labels = tiny.labelFile
    #expect(try problem(images, .images) == nil && problem(labels, .labels) == nil)
    let rows: [(bytes: [UInt8], content: IDXHeader.Content, words: [String])] = [
      ([], .images, ["truncated: 0 bytes", "16"]),
      (Array(images.prefix(15)), .images, ["truncated: 15 bytes", "16"]),
      (Array(images.dropLast()), .images, ["truncated: 2319 bytes", "36 x 8 x 8", "2320"]),
      (images + [0], .images, ["too long: 2321 bytes", "2320"]),
      (Array(labels.dropLast(3)), .labels, ["truncated", "44"]),
      (labels + Array(repeating: 0, count: 16), .images, ["not an IDX file of images", "0x00000801", "0x00000803"]),
      (images, .labels, ["not an IDX file of labels", "0x00000803", "0x00000801"]),
      (Array("a file of text, long enough".utf8), .images, ["magic number 0x61206669"]),
      (TinyImages.header([0x803, 0, 8, 8]), .images, ["holds no images", "0 x 8 x 8"]),
      (TinyImages.header([0x803, .max, .max, .max]), .images, ["beyond any file"]),
      ([0x1F, 0x8B, 8, 0] + images, .images, ["gzip", "gunzip"]),
    ]
    for row in rows {
      let text = try #require(try problem(row.bytes, row.content), "accepted: \(row.words)")
      for word in row.words { #expect(text.contains(word), "'\(word)' is not in: \(text)") }
    }
  }

  @Test("Missing files and folders are told apart")
  func missingFiles() throws {
    let folder = try ImageFolder()
    for (path, word) in [(folder.path("none"), "no such file"), (folder.url.path, "a folder")] {
      #expect {
        _ = try IDXHeader(ofFileAt: path, content: .images)
      } throws: { "\($0)".contains(path) && "\($0)".contains(word) }
    }
  }

  @Test("The known answer of CRC-32")
  func checksum() {
    #expect(CRC32.checksum(Array("123456789".utf8)) == 0xCBF4_3926)
    #expect(CRC32.checksum([]) == 0)
  }
}
