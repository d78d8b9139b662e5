import Foundation
import SystemInterface

extension DenseHebbianRequest {
  /// The typed point of `quantity=structuredData`: both files are there, fit together and hold enough images.
  ///
  /// Only the headers and the labels are read.
  /// - Throws: every problem found.
  func structuredDataPoint() throws(InputProblems) -> DenseHebbianPoint {
    guard verb == .simulate else {
      throw InputProblems([given.problem("quantity", "'structuredData' has no theory: use simulate")])
    }
    let data = try checkedImages()
    return DenseHebbianPoint(
      quantity: .structuredData, interactionOrder: given["interactionOrder"]?.integer ?? 4, interactionForm: .fullPower,
      dataset: Dataset(examples: .clean, isSupervised: true, usesGaussianAverage: false), temperature: 0,
      storage: .archetypes(data.classes.count), spinCount: data.pixelCount, synapticNoise: 0,
      initialOverlap: .archetype(data.initialOverlap), dynamics: .heatBath,
      equilibrationSweeps: given["equilibrationSweeps"]?.integer ?? 0,
      measurementSweeps: given["measurementSweeps"]?.integer ?? 1, exchangeTemperatures: 2, structuredData: data)
  }

  private func checkedImages() throws(InputProblems) -> StructuredData {
    let imageFile = given["imageFile"]?.word ?? "", labelFile = given["labelFile"]?.word ?? ""
    var problems: [InputProblem] = []
    let images = header(of: "imageFile", imageFile, .images, &problems)
    let labels = header(of: "labelFile", labelFile, .labels, &problems)
    guard let images, let labels else { throw InputProblems(problems) }
    do {
      try LabelledImages.checkCounts(images: images, imageFile: imageFile, labels: labels, labelFile: labelFile)
    } catch {
      throw InputProblems([given.problem("labelFile", error.description)])
    }
    guard let bytes = FileManager.default.contents(atPath: labelFile) else {
      throw InputProblems([given.problem("labelFile", "\(labelFile): cannot be read")])
    }
    var counts = [Int](repeating: 0, count: 256)
    for label in bytes.dropFirst(labels.length) { counts[Int(label)] += 1 }
    let data = StructuredData(
      imageFile: imageFile, labelFile: labelFile, height: images.sizes[1], width: images.sizes[2],
      imageCount: images.sizes[0], classes: (0...255).filter { counts[Int($0)] > 0 },
      examplesPerClass: given["examplesPerArchetype"]?.integer ?? 1, testCount: given["testImages"]?.integer ?? 1,
      initialOverlap: given["initialOverlap"]?.number ?? 1, isCentred: given["centring"] != .word("none"),
      threshold: given["binarizationThreshold"]?.integer ?? 127)
    try checkCounts(data, counts)
    return data
  }

  private func header(
    of key: String, _ path: String, _ content: IDXHeader.Content, _ problems: inout [InputProblem]
  ) -> IDXHeader? {
    do {
      return try IDXHeader(ofFileAt: path, content: content)
    } catch {
      problems.append(given.problem(key, error.description))
      return nil
    }
  }

  /// Every class needs M examples and one image to show, and what is left the test images.
  private func checkCounts(_ data: StructuredData, _ counts: [Int]) throws(InputProblems) {
    guard data.classes.count > 1 else {
      throw InputProblems([given.problem("labelFile", "\(data.labelFile): a single class, needed: two or more")])
    }
    let smallest = data.classes.min { counts[Int($0)] < counts[Int($1)] } ?? 0
    let most = counts[Int(smallest)] - 1, M = data.examplesPerClass
    guard M <= most else {
      let reason = "class \(smallest) of \(data.labelFile) has \(most + 1) image(s), of which one is kept to be shown"
      throw InputProblems([given.problem("examplesPerArchetype", "given \(M), allowed: at most \(most): \(reason)")])
    }
    let rest = data.imageCount - data.classes.count * (M + 1)
    guard data.testCount <= rest else {
      let allowed = "at most the \(rest) images of \(data.imageFile) that are left"
      throw InputProblems([given.problem("testImages", "given \(data.testCount), allowed: \(allowed)")])
    }
  }
}
