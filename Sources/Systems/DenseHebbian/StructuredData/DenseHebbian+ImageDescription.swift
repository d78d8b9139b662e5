import SystemInterface

extension DenseHebbian {
  private static let images: [String: Set<Verb>] = ["structuredData": [.simulate]]

  /// The control parameters of `quantity=structuredData` alone.
  static let imageParameters = [
    ParameterDeclaration(
      "imageFile", symbol: "-", "images in an IDX file of unsigned bytes, such as those of MNIST", kind: .path,
      default: .word("data/mnist-images.idx3-ubyte"), uses: images),
    ParameterDeclaration(
      "labelFile", symbol: "-", "labels of the images in an IDX file", kind: .path,
      default: .word("data/mnist-labels.idx1-ubyte"), uses: images),
    ParameterDeclaration(
      "testImages", symbol: "-", "unseen images from which the dynamics start", kind: .integer(1...60_000),
      default: .integer(200), uses: images),
    ParameterDeclaration(
      "centring", symbol: "-", "whether the mean over the classes is taken out of patterns and spins",
      kind: .choice(["centred", "none"]), default: .word("centred"), uses: images),
    ParameterDeclaration(
      "binarizationThreshold", symbol: "-", "largest grey value that becomes -1", kind: .integer(0...254),
      default: .integer(127), uses: images),
  ]

  /// The observables of `quantity=structuredData`.
  static let imageObservables = [
    ObservableDeclaration(
      "classAccuracy", symbol: "A", "fraction of the unseen images that end in their class", reportedBy: images),
    ObservableDeclaration(
      "nearestMeanAccuracy", symbol: "A₀", "fraction of the starts whose nearest class mean is that of their class",
      reportedBy: images),
    ObservableDeclaration(
      "archetypeOverlap", symbol: "m", "overlap of the final state with the sign of the mean of the true class",
      reportedBy: images),
    ObservableDeclaration(
      "retrievedOverlap", symbol: "m_ret", "overlap of the final state with the sign of the mean of the class found",
      reportedBy: images),
    ObservableDeclaration(
      "imageOverlap", symbol: "q₀", "overlap of the final state with the unseen image itself", reportedBy: images),
    ObservableDeclaration(
      "accuracyByClass", symbol: "A_c", "class accuracy of the unseen images of one class", dimensions: ["class"],
      reportedBy: images),
    ObservableDeclaration(
      "archetypePicture", symbol: "sign(m_c)", "sign of the class mean", dimensions: ["class", "pixel"],
      reportedBy: images),
    ObservableDeclaration(
      "initialPicture", symbol: "σ(0)", "start from the first image of each class in the file, never an example",
      dimensions: ["class", "pixel"], reportedBy: images),
    ObservableDeclaration(
      "retrievedPicture", symbol: "σ(∞)", "final state from that start", dimensions: ["class", "pixel"],
      reportedBy: images),
  ]
}
