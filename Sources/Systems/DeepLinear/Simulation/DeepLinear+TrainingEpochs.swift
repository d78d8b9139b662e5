import NumericalMethods
import RealModule
import Statistics
import SystemInterface

extension DeepLinear {
  /// Gradient descent from one start, once for every learning rate.
  func trainingSimulation(_ point: TrainingEpochsPoint, _ streams: SampleStreams) throws -> TrainingSimulation {
    let s = point.singularValues, N = point.width
    var disorder = streams.stream(.data), start = streams.stream(.initialState)
    let data = try SingularVectors.random(outputs: N, inputs: N, modes: s.count, using: &disorder)
    let weights: [Matrix] =
      switch point.start {
      case .random(let ensemble):
        try (0..<point.depth).map { _ in try InitialWeights.square(ensemble, width: N, using: &start) }
      case .decoupled(let strength):
        try InitialWeights.decoupled(
          strengths: [Double](repeating: Double.pow(strength, 1 / Double(point.depth)), count: point.depth),
          hiddenWidth: N, data: data, using: &start)
      }
    return TrainingSimulation(point, start: LinearNetwork(weights, correlation: data.correlation(s)))
  }

  /// The result of one sample; `epochs` of runs that did not converge are missing.
  static func trainingResult(_ point: TrainingEpochsPoint, epochs: [Double?]) -> SampleResult {
    let curve = ObservableValue.curve(overLearningRates(point, epochs))
    let reason = "no convergence in \(point.maximumEpochs) epochs"
    var result = SampleResult(observables: [
      "epochs": curve, "medianEpochs": curve, "bestEpochs": .missing(reason: reason),
      "bestRelativeLearningRate": .missing(reason: reason),
    ])
    if let best = best(epochs) {
      result.observables["bestEpochs"] = .scalar(epochs[best] ?? 0)
      result.observables["bestRelativeLearningRate"] = .scalar(point.relativeLearningRates[best])
    }
    if epochs.contains(nil) { result.diagnostics["epochs"] = .text(reason) }
    return result
  }

  /// The place of the smallest number; `nil` where there are none.
  static func best(_ epochs: [Double?]) -> Int? {
    epochs.indices.filter { epochs[$0] != nil }.min { epochs[$0] ?? 0 < epochs[$1] ?? 0 }
  }

  static func overLearningRates(
    _ point: TrainingEpochsPoint, _ values: [Double?], errors: [Double?]? = nil
  ) -> Curve {
    Curve(
      dimensions: ["relativeLearningRate"], coordinates: ["relativeLearningRate": point.relativeLearningRates],
      values: values, standardErrors: errors)
  }

  /// Means over the samples that converged and medians over all, where more than half of them converged.
  ///
  /// The best learning rate is, of those at which most samples converged, the one with the smallest mean.
  func reducedTrainingEpochs(_ point: TrainingEpochsPoint, _ samples: [SampleResult]) -> [String: ObservableValue] {
    let curves = samples.compactMap { sample -> [Double?]? in
      if case .curve(let curve) = sample.observables["epochs"] { curve.values } else { nil }
    }
    guard !curves.isEmpty else { return [:] }
    let columns = point.relativeLearningRates.indices.map { rate in curves.map { $0[rate] } }
    let converged = columns.map { $0.compactMap { $0 } }
    let means = converged.map { 2 * $0.count > curves.count ? Estimate(of: $0) : nil }
    let medians = columns.map { column -> Double? in
      // A run that did not converge counts as infinitely long.
      let sorted = column.map { $0 ?? .infinity }.sorted(), middle = sorted.count / 2
      let median = sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
      return median.isFinite ? median : nil
    }
    var reduced: [String: ObservableValue] = [
      "epochs": .curve(Self.overLearningRates(point, means.map { $0?.mean }, errors: means.map { $0?.standardError })),
      "medianEpochs": .curve(Self.overLearningRates(point, medians)),
    ]
    let reason = "half of the samples did not converge in \(point.maximumEpochs) epochs at any of the learning rates"
    reduced["bestEpochs"] = .missing(reason: reason)
    reduced["bestRelativeLearningRate"] = .missing(reason: reason)
    let most = converged.map(\.count).max() ?? 0
    let candidates = zip(means, converged).map { $1.count == most ? $0?.mean : nil }
    if let best = Self.best(candidates), let estimate = means[best] {
      reduced["bestEpochs"] = .scalar(estimate.mean, standardError: estimate.standardError)
      reduced["bestRelativeLearningRate"] = .scalar(point.relativeLearningRates[best])
    }
    return reduced
  }

  /// m₂/M₁² as the ratio of means over samples with its jackknife error.
  ///
  /// A sample reports its own ratio r and ln M₁, so that its m₂ is r M₁².
  func reducedSignalPropagation(_ samples: [SampleResult]) -> [String: ObservableValue] {
    var (ratios, logarithms): ([Double], [Double]) = ([], [])
    for sample in samples {
      guard let ratio = sample.observables["secondMomentRatio"]?.scalar,
        case .number(let logarithm)? = sample.diagnostics[Self.logSampleMean]
      else { continue }
      ratios.append(ratio)
      logarithms.append(logarithm)
    }
    guard ratios.count >= 2, let largest = logarithms.max() else { return [:] }
    let moments = zip(ratios, logarithms).map { ratio, logarithm in
      let first = Double.exp(logarithm - largest)
      return [first, ratio * first * first]
    }
    let result = Jackknife.estimate(moments) { $0[1] / ($0[0] * $0[0]) }
    return ["secondMomentRatio": .scalar(result.value, standardError: result.standardError)]
  }
}
