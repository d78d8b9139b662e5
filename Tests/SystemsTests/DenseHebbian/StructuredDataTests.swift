import NumericalMethods
import SystemTesting
import Testing

@testable import DenseHebbian
@testable import SystemInterface

/// `quantity=structuredData` as a whole, on small data sets made up here.
@Suite struct StructuredDataTests {
  private static let request =
    "quantity=structuredData binarizationThreshold=7 examplesPerArchetype=5 testImages=18"

  @Test("Unseen images of clear classes are retrieved", arguments: [2, 4, 16])
  func retrieval(order P: Int) throws {
    let folder = try ImageFolder(), files = try folder.write(TinyImages(noise: 0.05))
    let result = try Request.sample("\(Self.request) interactionOrder=\(P) \(files)")
    #expect(result["classAccuracy"] == 1 && result["nearestMeanAccuracy"] == 1)
    let overlap = try #require(result["archetypeOverlap"])
    // Three centred patterns lie in a plane: archetypes are not exact minima, but near to one.
    #expect(overlap > 0.8, "P = \(P): \(overlap)")
    #expect(result["retrievedOverlap"] == overlap)
    #expect(result.diagnostics["fixedPointFraction"]?.number == 1)
  }

  /// Most pixels are alike in all classes, as the empty border of digits is.
  @Test("Classes with a common part need centring")
  func commonPart() throws {
    let folder = try ImageFolder(), files = try folder.write(TinyImages(shared: 48, noise: 0.05))
    let request = "\(Self.request) interactionOrder=4 \(files)"
    let centred = try #require(try Request.sample(request)["classAccuracy"])
    let plain = try #require(try Request.sample("\(request) centring=none")["classAccuracy"])
    #expect(centred == 1)
    // The common part drives images into a state that the classes share.
    #expect(plain < 0.8, "\(plain)")
  }

  @Test("Pictures are archetype, start and end of the first image of each class")
  func pictures() throws {
    let folder = try ImageFolder(), tiny = TinyImages(), files = try folder.write(tiny)
    let request = "\(Self.request) \(files)"
    let first = try Request.sample(request, 0), second = try Request.sample(request, 1)
    guard case .curve(let start) = first.observables["initialPicture"],
      case .curve(let archetype) = first.observables["archetypePicture"],
      case .curve(let end) = first.observables["retrievedPicture"],
      case .curve(let accuracy) = first.observables["accuracyByClass"]
    else {
      Issue.record("no pictures")
      return
    }
    #expect(start.coordinates["class"] == [1, 4, 9] && start.coordinates["pixel"]?.count == 64)
    #expect(start.values == tiny.pixels[0..<3].flatMap { $0.map { $0 > 7 ? 1 : -1 } })
    #expect(first.observables["initialPicture"] == second.observables["initialPicture"])
    for curve in [archetype, end] {
      let agreement = zip(curve.values, tiny.prototypes.flatMap { $0 }).count { $0 == Double($1) }
      #expect(agreement > 3 * 64 * 9 / 10, "\(agreement)")
    }
    #expect(accuracy.dimensions == ["class"] && accuracy.values.count == 3)
    #expect(first.diagnostics["imageHeight"]?.number == 8 && first.diagnostics["imageWidth"]?.number == 8)
    #expect(first.diagnostics["archetypeCount"]?.number == 3 && first.diagnostics["spinCount"]?.number == 64)
  }

  @Test("Examples, shown and test images never overlap, and every image is drawn equally often")
  func split() {
    let labels = (0..<40).map { UInt8($0 % 4) }
    let data = StructuredData(
      imageFile: "", labelFile: "", height: 1, width: 1, imageCount: 40, classes: [0, 1, 2, 3], examplesPerClass: 3,
      testCount: 10, initialOverlap: 1, isCentred: true, threshold: 0)
    var drawn = [Int](repeating: 0, count: 40)
    for seed in UInt64(0)..<400 {
      var random = RandomStream(StreamKey(seed: seed, system: 0, point: 0, purpose: .data))
      let split = DataSplit(labels: labels, for: data, using: &random)
      #expect(split.shown == [0, 1, 2, 3] && split.tests.count == 10 && split.examples.allSatisfy { $0.count == 3 })
      for (c, images) in split.examples.enumerated() { #expect(images.allSatisfy { Int(labels[$0]) == c }) }
      let all = split.shown + split.tests + split.examples.flatMap { $0 }
      #expect(Set(all).count == all.count)
      for image in split.tests { drawn[image] += 1 }
    }
    // 10 of 36 each time: 111 ± 9; 6 standard deviations.
    #expect(drawn[4...].allSatisfy { abs(Double($0) - 400.0 * 10 / 36) < 6 * 9 }, "\(drawn)")
  }

  @Test("The same content gives the same bits wherever it lies; other content gives others")
  func content() throws {
    let folder = try ImageFolder()
    let here = try folder.write(TinyImages(noise: 0.3))
    let there = try folder.write(TinyImages(noise: 0.3), suffix: "-copy")
    var changed = TinyImages(noise: 0.3)
    for image in changed.pixels.indices { changed.pixels[image].reverse() }
    let elsewhere = try folder.write(changed, suffix: "-other")
    let result = try Request.sample("\(Self.request) \(here)")
    #expect(try Request.sample("\(Self.request) \(here)") == result)
    #expect(try Request.sample("\(Self.request) \(there)") == result)
    #expect(try Request.sample("\(Self.request) \(here)", 1) != result)
    let other = try Request.sample("\(Self.request) \(elsewhere)")
    #expect(other.observables != result.observables)
    #expect(other.diagnostics["imageFileChecksum"] != result.diagnostics["imageFileChecksum"])
    #expect(other.diagnostics["labelFileChecksum"] == result.diagnostics["labelFileChecksum"])
  }

  @Test("A start with noise lies that far from its image")
  func noise() throws {
    let folder = try ImageFolder(), tiny = TinyImages(perClass: 12), files = try folder.write(tiny)
    let result = try Request.sample("\(Self.request) initialOverlap=0.5 \(files)")
    guard case .curve(let start) = result.observables["initialPicture"] else {
      Issue.record("no picture")
      return
    }
    let ink = tiny.pixels[0..<3].flatMap { $0.map { $0 > 7 ? 1.0 : -1 } }
    let overlap = zip(start.values, ink).reduce(0) { $0 + ($1.0 ?? 0) * $1.1 } / 192
    // √(1 - 0.25)/√192 = 0.0625 each way; 6 standard deviations.
    #expect(abs(overlap - 0.5) < 0.375, "\(overlap)")
  }

  @Test("What does not fit is refused in one line")
  func refusals() throws {
    let folder = try ImageFolder(), tiny = TinyImages()
    let files = try folder.write(tiny)
    try folder.write(TinyImages.header([0x801, 2, 0x0100_0000]).dropLast(2), to: "two-labels")
    try folder.write(TinyImages.header([0x801, 36]) + Array(repeating: 7, count: 36), to: "one-class")
    let images = folder.path("images")
    let rows: [(request: String, words: [String])] = [
      ("imageFile=\(folder.path("none"))", ["imageFile:", "none", "no such file", "make digits"]),
      ("imageFile=\(images) labelFile=\(images)", ["labelFile:", images, "not an IDX file of labels"]),
      (
        "imageFile=\(images) labelFile=\(folder.path("two-labels"))",
        ["labelFile:", "two-labels", "2 labels for the 36 images"]
      ),
      ("imageFile=\(images) labelFile=\(folder.path("one-class"))", ["labelFile:", "single class"]),
      ("\(files) examplesPerArchetype=12", ["examplesPerArchetype:", "given 12", "at most 11", "12 image(s)"]),
      ("\(files) examplesPerArchetype=5 testImages=19", ["testImages:", "given 19", "at most the 18"]),
      ("\(files) interactionOrder=18", ["interactionOrder:", "given 18", "2, 4, 6, 8, 10, 12, 14, 16"]),
      ("\(files) interactionOrder=5", ["interactionOrder:", "given 5", "even"]),
      ("\(files) examplesPerArchetype=infinite", ["examplesPerArchetype:", "given infinite", "an integer"]),
      ("\(files) initialOverlap=random", ["initialOverlap:", "given random", "[0, 1]"]),
      ("\(files) centring=yes", ["centring:", "given yes", "centred, none"]),
      ("\(files) temperature=0", ["temperature:", "not a parameter of quantity=structuredData"]),
      ("imageFile=", ["imageFile:", "allowed: the path of a file"]),
    ]
    for row in rows {
      let message = try #require(
        Request.refusal("quantity=structuredData \(row.request)", for: .simulate), "accepted: \(row.request)")
      let line = message.split(separator: "\n").first { line in row.words.allSatisfy { line.contains($0) } }
      #expect(line != nil, "\(row.request): no line with \(row.words) in: \(message)")
    }
    let both = "quantity=structuredData imageFile=\(folder.path("a")) labelFile=\(folder.path("b"))"
    #expect(Request.refusal(both, for: .simulate)?.split(separator: "\n").count == 2, "both files are named")
    #expect(Request.refusal("quantity=structuredData \(files)", for: .theory)?.contains("no theory") == true)
    #expect(
      Request.refusal("quantity=structuredData \(files) examplesPerArchetype=5 testImages=18", for: .simulate) == nil)
  }

  @Test("Defaults of the quantity are its own")
  func defaults() throws {
    let text = try Request.system.parametersInForce(
      Request.parameters("quantity=structuredData imageFile=a labelFile=b"), for: .simulate
    ).map { "\($0.name)=\($0.value)" }.joined(separator: " ")
    #expect(
      text == "quantity=structuredData interactionOrder=4 examplesPerArchetype=100 initialOverlap=1 "
        + "equilibrationSweeps=60 measurementSweeps=300 imageFile=a labelFile=b testImages=200 centring=centred "
        + "binarizationThreshold=127")
    let order = try #require(Request.system.description.parameter(named: "interactionOrder"))
    #expect(order.allowedText == "even, one of 2, 4, 6, 8")
    #expect(order.allowedSummary.contains("structuredData: even, one of 2, 4, 6, 8, 10, 12, 14, 16"))
    let count = try #require(Request.system.description.parameter(named: "examplesPerArchetype"))
    #expect(count.defaultSummary == "infinite; structuredData: 100")
  }
}
