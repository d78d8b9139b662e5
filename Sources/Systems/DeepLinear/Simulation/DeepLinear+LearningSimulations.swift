import NumericalMethods
import RealModule
import SystemInterface

extension DeepLinear {
  /// Gradient descent on all weights, and the times at which modes are learned.
  func modeDynamicsSimulation(_ point: ModeDynamicsPoint, _ streams: SampleStreams) throws -> LearningSimulation<
    LinearModes
  > {
    let s = point.singularValues, widths = point.widths
    var disorder = streams.stream(.data), start = streams.stream(.initialState)
    let data = try SingularVectors.random(
      outputs: widths.outputs, inputs: widths.inputs, modes: s.count, using: &disorder)
    var predictions = MissableCurve(over: "mode", count: s.count)
    let weights: [Matrix]
    switch point.start {
    case .decoupled(let strengths):
      weights = try InitialWeights.decoupled(
        strengths: strengths, hiddenWidth: widths.hidden, data: data, using: &start)
      predictions.fill(nil, because: "the start is decoupled: theory gives its learning times")
    case .smallRandom(let scale):
      weights = InitialWeights.smallRandom(
        scale: scale, inputs: widths.inputs, hidden: widths.hidden, outputs: widths.outputs, using: &start)
      let effective = try SmallRandomStart.strengths(first: weights[0], second: weights[1], data: data)
      for k in s.indices { try predictions.add(learningTime(s[k], effective[k], point.learnedFraction)) }
    }
    let expected = try expectedLearningTimes(point, predictions)
    // Only a decoupled start tells exactly which modes are ever learned.
    let isRandom = point.start.isRandom
    let plan = LearningPlan(
      times: point.times,
      levels: s.indices.map { isRandom || expected[$0] != nil ? point.learnedFraction * s[$0] : nil },
      horizon: 2 * (expected.compactMap { $0 }.max() ?? 0) + (isRandom ? 10 / s[s.count - 1] : 10 * point.learningRate))
    let descent = GradientDescent(
      LinearModes(LinearNetwork(weights, correlation: data.correlation(s)), data: data),
      learningRate: point.learningRate, plan: plan)
    return LearningSimulation(descent) { [predictions] record in
      modeDynamicsResult(point, record, predictions)
    }
  }

  private func modeDynamicsResult(
    _ point: ModeDynamicsPoint, _ record: LearningRecord, _ predictions: MissableCurve
  ) -> SampleResult {
    let modes = point.singularValues.indices
    var times = MissableCurve(over: "mode", count: modes.count)
    for k in modes { times.append(record.crossings[k], because: reasonNotLearned(point, mode: k)) }
    var result = SampleResult(observables: [
      "modeStrength": Self.strengths(record, times: point.times, modes: modes.count),
      "loss": Self.overTime(point.times, record.losses),
      "offDiagonalResidue": Self.overTime(point.times, record.residues),
      "conservationDrift": point.depth == 1
        ? .missing(reason: "a single layer has no conserved matrices") : .scalar(record.conservationDrift),
    ])
    times.store("learningTime", in: &result.observables, &result.diagnostics)
    predictions.store("predictedLearningTime", in: &result.observables, &result.diagnostics)
    result.diagnostics["learningRate"] = .number(point.learningRate)
    return result
  }

  /// The learning times by theory for this start; `nil` for modes that are never learned, or from the start.
  private func expectedLearningTimes(_ point: ModeDynamicsPoint, _ predictions: MissableCurve) throws -> [Double?] {
    guard case .decoupled(let strengths) = point.start else { return predictions.values }
    return try point.singularValues.map {
      try learningTime(ModeStartState(layerStrengths: strengths, singularValue: $0), point.learnedFraction).value
    }
  }

  private func reasonNotLearned(_ point: ModeDynamicsPoint, mode k: Int) -> String {
    let s = point.singularValues[k]
    if case .decoupled(let strengths) = point.start,
      let reason = try? learningTime(ModeStartState(layerStrengths: strengths, singularValue: s), point.learnedFraction)
        .reason
    {
      return reason
    }
    return "not learned within twice the predicted time, or at f s from the start"
  }

  /// Gradient descent of two layers from a zero-balanced start.
  func riccatiSimulation(_ point: RiccatiPoint) throws -> LearningSimulation<LinearModes> {
    let decomposition = try point.correlation.singularValueDecomposition()
    let data = SingularVectors(left: decomposition.left, right: decomposition.rightTransposed.transposed())
    let (outputs, inputs) = (point.correlation.rows, point.correlation.columns)
    let weights = try point.start.weights(inputs: inputs, hidden: point.hiddenWidth, outputs: outputs)
    let learningRate =
      point.learningRate ?? Self.defaultLearningRate(depth: 2, largest: decomposition.values[0])
    let descent = GradientDescent(
      LinearModes(LinearNetwork([weights.first, weights.second], correlation: point.correlation), data: data),
      learningRate: learningRate, plan: .init(times: point.times, recordsMaps: true))
    return LearningSimulation(descent) { record in
      let maps = record.maps.map { Matrix(rows: outputs, columns: inputs, columnMajor: $0) }
      return SampleResult(
        observables: [
          "modeStrength": Self.strengths(record, times: point.times, modes: min(outputs, inputs)),
          "loss": Self.overTime(point.times, record.losses),
          "networkMap": Self.maps(maps, times: point.times),
          "conservationDrift": .scalar(record.conservationDrift),
        ], diagnostics: ["learningRate": .number(learningRate)])
    }
  }

  /// Sampled features of a tree, and gradient descent on them.
  ///
  /// The outputs are taken in the basis of the left singular vectors: an orthogonal change that leaves P of N_f outputs.
  func hierarchySimulation(_ point: HierarchyPoint, _ streams: SampleStreams) throws -> LearningSimulation<LinearModes>
  {
    var random = streams.stream(.data), start = streams.stream(.initialState)
    let features = point.data.features(count: point.featureCount, using: &random)
    let P = point.data.itemCount
    var similarity = Matrix(rows: P, columns: P)
    similarity.accumulate(1 / Double(point.featureCount), features, transposed: false, by: features, transposed: true)
    // s² are the eigenvalues of C/P; of fewer features than items some are 0 to rounding.
    let eigenvalues = try similarity.symmetricEigenvalues()
    let smallest = 1e-13 * (eigenvalues.last ?? 0)
    let s = eigenvalues.reversed().map { $0 > smallest ? ($0 / Double(P)).squareRoot() : 0 }
    let u0 = point.initialModeStrength
    let data = SingularVectors.canonical(modes: P)
    let weights = try InitialWeights.decoupled(
      strengths: Self.equalLayers(u0, depth: point.depth), hiddenWidth: point.hiddenWidth, data: data, using: &start)
    let started = point.depth == 1 ? P : min(P, point.hiddenWidth)
    let expected = try s.indices.map { k in
      k < started && s[k] > 0 ? try learningTime(s[k], u0, point.learnedFraction, depth: point.depth).value : nil
    }
    let plan = LearningPlan(
      times: [], levels: s.indices.map { expected[$0] == nil ? nil : point.learnedFraction * s[$0] },
      horizon: 2 * (expected.compactMap { $0 }.max() ?? 0) + 10 * point.learningRate)
    let descent = GradientDescent(
      LinearModes(LinearNetwork(weights, correlation: data.correlation(s)), data: data),
      learningRate: point.learningRate, plan: plan)
    let traces = point.data.eigenvalues(of: similarity)
    return LearningSimulation(descent) { record in
      Self.hierarchyResult(point, record, singularValues: s, traces: traces, started: started)
    }
  }

  /// Means over the modes of each level, which take the singular values of the sample in descending order.
  private static func hierarchyResult(
    _ point: HierarchyPoint, _ record: LearningRecord, singularValues s: [Double], traces: [Double],
    started: Int
  ) -> SampleResult {
    let levels = point.data.levels
    let curve = MissableCurve(over: "level", from: 0, count: levels.count)
    var (times, values, lambda) = (curve, curve, curve)
    var first = 0
    for (level, multiplicity) in levels.map(\.multiplicity).enumerated() {
      let modes = first..<first + multiplicity, count = Double(multiplicity)
      first = modes.upperBound
      let learned = modes.compactMap { record.crossings[$0] }
      times.append(
        learned.count == modes.count ? learned.reduce(0, +) / count : nil,
        because: reasonLevelNotLearned(s: s[modes.upperBound - 1], isStarted: modes.upperBound <= started))
      values.append(s[modes].reduce(0, +) / count, because: "")
      lambda.append(traces[level], because: "")
    }
    var result = SampleResult(observables: [:], diagnostics: ["learningRate": .number(point.learningRate)])
    times.store("learningTime", in: &result.observables, &result.diagnostics)
    values.store("singularValue", in: &result.observables, &result.diagnostics)
    lambda.store("similarityEigenvalue", in: &result.observables, &result.diagnostics)
    return result
  }

  private static func reasonLevelNotLearned(s: Double, isStarted: Bool) -> String {
    if s == 0 { return "not learned: a mode of the level has s = 0" }
    return isStarted
      ? "not learned: a mode of the level starts at or above f s, or at 0"
      : "not learned: more modes than hidden units"
  }

  static func strengths(_ record: LearningRecord, times: [Double], modes: Int) -> ObservableValue {
    .curve(
      Curve(
        dimensions: ["mode", "time"], coordinates: ["mode": (1...modes).map(Double.init), "time": times],
        values: (0..<modes).flatMap { k in record.strengths.map { $0[k] } }))
  }
}
