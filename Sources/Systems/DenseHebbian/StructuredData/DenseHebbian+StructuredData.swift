import NumericalMethods
import SystemInterface

extension DenseHebbian {
  /// One choice of examples and unseen images: noiseless retrieval of every image from the class means.
  ///
  /// - Throws: where a file cannot be read any more, or is damaged.
  func simulateStructuredData(_ point: DenseHebbianPoint, _ streams: SampleStreams) throws -> SampleResult {
    guard let data = point.structuredData else { preconditionFailure("a point without images") }
    let images = try LabelledImages(imageFile: data.imageFile, labelFile: data.labelFile)
    guard images.labels.count == data.imageCount, images.pixelCount == data.pixelCount else {
      throw IDXProblem(path: data.imageFile, text: "changed while it was used")
    }
    var random = streams.stream(.data)
    let split = DataSplit(labels: images.labels, for: data, using: &random)
    let memory = ClassMemory(
      of: split.examples, in: images, threshold: data.threshold, isCentred: data.isCentred)
    let limit = point.equilibrationSweeps + point.measurementSweeps
    let retrievals = (split.tests + split.shown).enumerated().map { number, image in
      RetrievedImage(
        image: images.spins(ofImage: image, threshold: data.threshold),
        trueClass: data.classes.firstIndex(of: images.labels[image]) ?? 0, memory: memory,
        interactionOrder: point.interactionOrder, initialOverlap: data.initialOverlap, sweepLimit: limit,
        streams: streams, number: number)
    }
    var result = StructuredDataRecord(
      tests: Array(retrievals.prefix(data.testCount)), shown: Array(retrievals.dropFirst(data.testCount)),
      memory: memory, classes: data.classes
    ).result
    result.diagnostics.merge(derivedSizes(at: point)) { $1 }
    result.diagnostics["imageHeight"] = .number(Double(data.height))
    result.diagnostics["imageWidth"] = .number(Double(data.width))
    result.diagnostics["imageFileChecksum"] = .number(Double(images.imageChecksum))
    result.diagnostics["labelFileChecksum"] = .number(Double(images.labelChecksum))
    return result
  }
}

/// What became of one image.
struct RetrievedImage: Sendable {
  /// The image itself, the start and the end.
  let image, start, end: [Int8]
  /// Its class, and the class with the largest X_c at the end.
  let trueClass, foundClass: Int
  /// The class whose mean is nearest to the image.
  let nearestClass: Int
  /// Sweeps to the fixed point; `nil` where it was not reached.
  let sweepCount: Int?

  /// Follows one image, with random streams by its `number` in the sample.
  init(
    image: [Int8], trueClass: Int, memory: ClassMemory, interactionOrder: Int, initialOverlap: Double, sweepLimit: Int,
    streams: SampleStreams, number: Int
  ) {
    var noise = streams.stream(.initialState, replica: number), random = streams.stream(.dynamics, replica: number)
    let flipProbability = (1 - initialOverlap) / 2
    start = flipProbability == 0 ? image : image.map { noise.uniform() < flipProbability ? -$0 : $0 }
    var retrieval = ImageRetrieval(from: start, in: memory, interactionOrder: interactionOrder)
    sweepCount = retrieval.settle(limit: sweepLimit, using: &random)
    end = retrieval.spins
    foundClass = memory.overlaps(of: end).firstLargest
    nearestClass = memory.nearestMean(to: start)
    (self.image, self.trueClass) = (image, trueClass)
  }
}

/// All images of one sample, and the observables they give.
struct StructuredDataRecord {
  let tests, shown: [RetrievedImage]
  let memory: ClassMemory
  let classes: [UInt8]

  private func mean(_ value: (RetrievedImage) -> Double) -> Double {
    tests.reduce(0) { $0 + value($1) } / Double(tests.count)
  }

  private func overlap(_ first: [Int8], _ second: [Int8]) -> Double {
    Double(zip(first, second).reduce(0) { $0 + Int($1.0) * Int($1.1) }) / Double(first.count)
  }

  /// Fraction of the test images of a class that end in it; `nil` without test images.
  private func accuracy(ofClass c: Int) -> Double? {
    let ofClass = tests.filter { $0.trueClass == c }
    guard !ofClass.isEmpty else { return nil }
    return Double(ofClass.count { $0.foundClass == c }) / Double(ofClass.count)
  }

  /// A picture of each class.
  private func pictures(_ spins: (RetrievedImage) -> [Int8]) -> ObservableValue {
    .curve(
      Curve(
        dimensions: ["class", "pixel"],
        coordinates: ["class": classes.map(Double.init), "pixel": (0..<memory.spinCount).map(Double.init)],
        values: shown.flatMap(spins).map { Double($0) }))
  }

  /// Means over the test images, and the pictures of the shown ones.
  var result: SampleResult {
    let archetypes = (0..<memory.classCount).map(memory.archetype(ofClass:))
    let sweeps = tests.compactMap(\.sweepCount)
    let byClass = Curve(
      dimensions: ["class"], coordinates: ["class": classes.map(Double.init)],
      values: classes.indices.map(accuracy(ofClass:)))
    var result = SampleResult(
      observables: [
        "classAccuracy": .scalar(mean { $0.foundClass == $0.trueClass ? 1 : 0 }),
        "nearestMeanAccuracy": .scalar(mean { $0.nearestClass == $0.trueClass ? 1 : 0 }),
        "archetypeOverlap": .scalar(mean { overlap($0.end, archetypes[$0.trueClass]) }),
        "retrievedOverlap": .scalar(mean { overlap($0.end, archetypes[$0.foundClass]) }),
        "imageOverlap": .scalar(mean { overlap($0.end, $0.image) }),
        "accuracyByClass": .curve(byClass), "archetypePicture": pictures { archetypes[$0.trueClass] },
        "initialPicture": pictures(\.start), "retrievedPicture": pictures(\.end),
      ],
      diagnostics: ["fixedPointFraction": .number(Double(sweeps.count) / Double(tests.count))])
    if !sweeps.isEmpty {
      result.diagnostics["sweepsToFixedPoint"] = .number(Double(sweeps.reduce(0, +)) / Double(sweeps.count))
    }
    return result
  }
}
