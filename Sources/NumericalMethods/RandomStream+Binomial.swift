import RealModule

extension RandomStream {
  /// Means up to this are drawn by inversion; above, Stirling's series is good for the mode.
  private static let largestInvertedMean = 30.0

  /// The number of successes in `count` independent trials of probability `probability`.
  ///
  /// Inversion for small means, otherwise transformed rejection, algorithm BTRS of Hörmann, J. Stat. Comput. Simul. 46, 101
  /// (1993): the cost does not grow with `count`. Logarithms come from the mathematics library.
  /// - Parameters:
  ///   - count: n >= 0.
  ///   - probability: p; below 0 counts as 0, above 1 as 1.
  public mutating func binomial(count n: Int, probability: Double) -> Int {
    precondition(n >= 0 && !probability.isNaN, "no binomial law of \(n) trials with probability \(probability)")
    if n == 0 || probability <= 0 { return 0 }
    if probability >= 1 { return n }
    let p = min(probability, 1 - probability)
    let draw =
      Double(n) * p <= Self.largestInvertedMean
      ? invertedBinomial(count: n, probability: p) : rejectedBinomial(count: n, probability: p)
    return probability > 0.5 ? n - draw : draw
  }

  /// Adds up P(k + 1) = P(k) (n - k)/(k + 1) p/(1 - p) until the uniform number is passed.
  private mutating func invertedBinomial(count n: Int, probability p: Double) -> Int {
    let odds = p / (1 - p)
    var weight = Double.exp(Double(n) * Double.log(onePlus: -p)), rest = uniform(), k = 0
    while rest >= weight, k < n {
      rest -= weight
      weight *= Double(n - k) / Double(k + 1) * odds
      k += 1
      // Rounding may leave a rest that no weight covers.
      if weight < 1e-300 { break }
    }
    return k
  }

  /// The symbols a, b, c, α, v_r, h, m are those of the paper.
  private mutating func rejectedBinomial(count: Int, probability p: Double) -> Int {
    let n = Double(count), odds = p / (1 - p)
    let deviation = (n * p * (1 - p)).squareRoot()
    let b = 1.15 + 2.53 * deviation
    let a = -0.0873 + 0.0248 * b + 0.01 * p
    let c = n * p + 0.5
    let alpha = (2.83 + 5.1 / b) * deviation
    let vr = 0.92 - 4.2 / b
    let m = ((n + 1) * p).rounded(.down)
    while true {
      let u = uniform() - 0.5, v = openUniform()
      let us = 0.5 - abs(u)
      // u = -1/2 has no image.
      guard us > 0 else { continue }
      let k = ((2 * a / us + b) * u + c).rounded(.down)
      if us >= 0.07, v <= vr { return Int(k) }
      guard k >= 0, k <= n else { continue }
      let bound =
        (m + 0.5) * Double.log((m + 1) / (odds * (n - m + 1))) + (n + 1) * Double.log((n - m + 1) / (n - k + 1))
        + (k + 0.5) * Double.log(odds * (n - k + 1) / (k + 1)) + factorialCorrection(m) + factorialCorrection(n - m)
        - factorialCorrection(k) - factorialCorrection(n - k)
      if Double.log(v * alpha / (a / (us * us) + b)) <= bound { return Int(k) }
    }
  }
}

/// ln k! − [(k + ½) ln(k + 1) − (k + 1) + ½ ln 2π].
private func factorialCorrection(_ k: Double) -> Double {
  k < Double(smallCorrections.count) ? smallCorrections[Int(k)] : stirlingCorrection(k + 1)
}

private let smallCorrections: [Double] = (0..<15).map { k in
  let z = Double(k + 1)
  return Double.logGamma(z) - ((z - 0.5) * Double.log(z) - z + 0.5 * Double.log(2 * .pi))
}
