import SystemInterface

/// The stored patterns of structured data: class means, from which the mean over the classes is taken if centred.
///
/// y_c = m_c - g with m_c the mean of the examples of class c and g the mean of the m_c (0 if not centred), R_c = (1/N) Σ_i y_ci²,
/// X_c = Σ_i y_ci (σ_i - g_i)/√R_c. The overlaps here are u_c = X_c/N, which powers of any order leave in range.
struct ClassMemory: Sendable {
  /// N.
  let spinCount: Int
  /// C.
  let classCount: Int
  /// m_c [class][site].
  let means: [[Double]]
  /// g [site].
  let removedMean: [Double]
  /// R_c [class].
  let variances: [Double]
  /// y_ci/(N √R_c) [site][class]: a spin that turns from -1 to 1 moves u_c by twice this. Zero for a class without structure.
  let rows: [Double]

  /// The memory of these class means [class][site].
  init(means: [[Double]], isCentred: Bool) {
    let N = means[0].count, C = means.count
    (spinCount, classCount, self.means) = (N, C, means)
    let removed = (0..<N).map { i in isCentred ? means.reduce(0) { $0 + $1[i] } / Double(C) : 0 }
    let variances = means.map { mean in
      (0..<N).reduce(0) { $0 + (mean[$1] - removed[$1]) * (mean[$1] - removed[$1]) } / Double(N)
    }
    var rows = [Double](repeating: 0, count: N * C)
    for c in 0..<C where variances[c] > 0 {
      let scale = 1 / (Double(N) * variances[c].squareRoot())
      for i in 0..<N { rows[i * C + c] = (means[c][i] - removed[i]) * scale }
    }
    (removedMean, self.variances, self.rows) = (removed, variances, rows)
  }

  /// The memory of these examples [class][example] of `images`.
  init(of examples: [[Int]], in images: LabelledImages, threshold: Int, isCentred: Bool) {
    let means = examples.map { examples in
      var sums = [Int](repeating: 0, count: images.pixelCount)
      for image in examples {
        for (i, spin) in images.spins(ofImage: image, threshold: threshold).enumerated() { sums[i] += Int(spin) }
      }
      return sums.map { Double($0) / Double(examples.count) }
    }
    self.init(means: means, isCentred: isCentred)
  }

  /// u_c [class].
  func overlaps(of spins: [Int8]) -> [Double] {
    precondition(spins.count == spinCount, "\(spins.count) spins for \(spinCount) sites")
    var overlaps = [Double](repeating: 0, count: classCount)
    for i in 0..<spinCount {
      let deviation = Double(spins[i]) - removedMean[i]
      for c in 0..<classCount { overlaps[c] += rows[i * classCount + c] * deviation }
    }
    return overlaps
  }

  /// The class whose mean is nearest: least Σ_i (σ_i - m_ci)², that is largest Σ_i m_ci (2 σ_i - m_ci); the first of equals.
  func nearestMean(to spins: [Int8]) -> Int {
    let closeness = means.map { mean in
      (0..<spinCount).reduce(0.0) { $0 + mean[$1] * (2 * Double(spins[$1]) - mean[$1]) }
    }
    return closeness.firstLargest
  }

  /// sign(m_c), the archetype as far as the examples tell; 0 where they are evenly split.
  func archetype(ofClass c: Int) -> [Int8] { means[c].map { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 } }
}

extension [Double] {
  /// The place of the largest value, of equals the first.
  var firstLargest: Int {
    var best = 0
    for place in indices where self[place] > self[best] { best = place }
    return best
  }
}
