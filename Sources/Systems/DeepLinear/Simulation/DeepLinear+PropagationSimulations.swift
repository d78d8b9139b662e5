import NumericalMethods
import RealModule
import SystemInterface

extension DeepLinear {
  /// Squared singular values of a product of square matrices, and growth of their logarithms by QR.
  func simulateProductSpectrum(_ point: ProductSpectrumPoint, _ streams: SampleStreams) throws -> SampleResult {
    var random = streams.stream(.disorder)
    let N = point.width
    var product = try ProductOfMatrices(width: N)
    for _ in 0..<point.depth {
      try product.multiply(by: InitialWeights.square(point.ensemble, width: N, using: &random))
    }
    let squares = try product.singularValues().map { $0 * $0 }
    var result = SampleResult(observables: [:])
    var moments = MissableCurve(over: "order", count: 5)
    for k in 1...5 {
      moments.append(squares.reduce(0) { $0 + Double.pow($1, k) } / Double(N), because: "")
    }
    moments.store("squaredSingularValueMoment", in: &result.observables, &result.diagnostics)
    let ascending = Array(squares.reversed())
    let quantiles = point.probabilities.map { p -> Double? in
      let value = Self.quantile(p, ofAscending: ascending)
      return value < Double.leastNormalMagnitude ? nil : value
    }
    result.observables["squaredSingularValueQuantile"] = .curve(
      Curve(
        dimensions: ["probability"], coordinates: ["probability": point.probabilities], values: quantiles))
    if quantiles.contains(nil) {
      result.diagnostics["squaredSingularValueQuantile"] = .text("a quantile is below the range of numbers")
    }
    result.observables["largestSquaredSingularValue"] =
      squares[0] < Double.leastNormalMagnitude || !squares[0].isFinite
      ? .missing(reason: "outside the range of numbers") : .scalar(squares[0])
    var exponents = MissableCurve(over: "exponent", count: N)
    for sum in product.logarithms { exponents.append(sum / Double(point.depth), because: "") }
    exponents.store("lyapunovExponent", in: &result.observables, &result.diagnostics)
    return result
  }

  /// The value below which a fraction p of the numbers lies: linear between them, x_i standing for (i − ½)/n.
  static func quantile(_ p: Double, ofAscending values: [Double]) -> Double {
    let place = p * Double(values.count) - 0.5
    guard place > 0 else { return values[0] }
    let below = min(Int(place), values.count - 1), above = min(below + 1, values.count - 1)
    return values[below] + (place - Double(below)) * (values[above] - values[below])
  }

  /// A random tanh network: lengths of its preactivations, and the Jacobian's squared singular values.
  func simulateSignalPropagation(_ point: SignalPropagationPoint, _ streams: SampleStreams) throws -> SampleResult {
    let theory = SignalPropagation(gain: point.gain)
    let q1 = try inputVariance(point)
    var start = streams.stream(.initialState), random = streams.stream(.disorder)
    let N = point.width
    var h = [Double](repeating: 0, count: N)
    h.withUnsafeMutableBufferPointer { start.fillNormal($0) }
    // Without fluctuations of the first length, errors of M₁ are three times smaller.
    let scale = (q1 * Double(N) / h.reduce(0) { $0 + $1 * $1 }).squareRoot()
    h = h.map { $0 * scale }
    var variances = [q1]
    var jacobian = Matrix.identity(N), next = jacobian
    var logScale = 0.0
    for _ in 0..<point.depth {
      let weight = try InitialWeights.square(point.ensemble, width: N, using: &random)
      let slopes = h.map { 1 / (Double.cosh($0) * Double.cosh($0)) }
      jacobian.scaleRows(by: slopes)
      next.accumulate(theory.gain, weight, by: jacobian)
      swap(&jacobian, &next)
      // Kept at unit size, so that neither deep nor strong networks leave the range of numbers.
      let norm = jacobian.frobeniusNorm / Double(N).squareRoot()
      if norm > 0 {
        jacobian.scaleRows(by: [Double](repeating: 1 / norm, count: N))
        logScale += 2 * Double.log(norm)
      } else {
        logScale = -.infinity
      }
      h = (weight * h.map { Double.tanh($0) }).map { $0 * theory.gain }
      variances.append(h.reduce(0) { $0 + $1 * $1 } / Double(N))
    }
    // The Jacobian has M₁ = e^logScale and is now scaled to M₁ = 1.
    let gram = jacobian.gram()
    let ratio = gram.elements.reduce(0) { $0 + $1 * $1 } / Double(N)
    var result = SampleResult(observables: [
      "meanSquaredSingularValue": Self.exponential(logScale),
      "secondMomentRatio": logScale.isFinite
        ? .scalar(ratio) : .missing(reason: "the Jacobian is zero in the range of numbers"),
    ])
    if logScale.isFinite { result.diagnostics[Self.logSampleMean] = .number(logScale) }
    var lengths = MissableCurve(over: "layer", count: variances.count)
    for q in variances {
      lengths.append(q < Double.leastNormalMagnitude ? nil : q, because: "below the range of numbers")
    }
    lengths.store("preactivationVariance", in: &result.observables, &result.diagnostics)
    return result
  }

  /// Name of the diagnostic that carries ln M₁ of a sample to the ratio of means.
  static let logSampleMean = "logSampleMeanSquaredSingularValue"

  /// e^x where that is a number.
  static func exponential(_ logarithm: Double) -> ObservableValue {
    let value = Double.exp(logarithm)
    return value.isFinite && value >= Double.leastNormalMagnitude
      ? .scalar(value) : .missing(reason: "outside the range of numbers: see its logarithm")
  }
}

extension Matrix {
  /// Multiplies row i by `factors[i]`.
  mutating func scaleRows(by factors: [Double]) {
    let height = rows
    withUnsafeMutableElements { elements in
      factors.withUnsafeBufferPointer { factors in
        for start in stride(from: 0, to: elements.count, by: height) {
          for i in 0..<height { elements[start + i] *= factors[i] }
        }
      }
    }
  }
}
