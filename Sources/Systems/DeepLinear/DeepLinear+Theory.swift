import NumericalMethods
import RealModule
import SystemInterface

extension DeepLinear {
  /// Solves the theory of the quantity asked for.
  ///
  /// - Throws: `SolverError` where a solver did not converge.
  public func theory(at point: DeepLinearPoint) throws -> TheoryResult {
    var result =
      switch point {
      case .modeDynamics(let point): try modeDynamicsTheory(point)
      case .riccati(let point): try riccatiTheory(point)
      case .productSpectrum(let point): try productSpectrumTheory(point)
      case .hierarchy(let point): try hierarchyTheory(point)
      case .signalPropagation(let point): try signalPropagationTheory(point)
      case .trainingEpochs(let point): try trainingEpochsTheory(point)
      case .convolution(let point): try convolutionTheory(point)
      }
    result.phase = Self.phase(of: point)
    return result
  }

  static let notDecoupled = "of initialization=smallRandom only"

  private func modeDynamicsTheory(_ point: ModeDynamicsPoint) throws -> TheoryResult {
    let s = point.singularValues, times = point.times
    var result = TheoryResult(observables: [
      "maximalLearningRate": Self.positive(2 / Self.sharpness(depth: point.depth, largest: s[0])),
      "effectiveModeStrength": .missing(reason: Self.notDecoupled),
    ])
    var learning = MissableCurve(over: "mode", count: s.count)
    var infinite = learning, effective = learning
    var strengths: [[Double]] = []
    switch point.start {
    case .decoupled(let layers):
      for s in s {
        let start = ModeStartState(layerStrengths: layers, singularValue: s)
        strengths.append(try start.trajectory.strengths(at: times))
        learning.add(try learningTime(start, point.learnedFraction))
        infinite.add(infiniteDepthLearningTime(start, point.learnedFraction))
      }
    case .smallRandom(let scale):
      let start = SmallRandomStart(scale: scale, hiddenWidth: point.widths.hidden)
      for (k, s) in s.enumerated() {
        let u0 = Double.exp(start.meanLogStrength(mode: k + 1)), f = point.learnedFraction
        effective.append(u0, because: "")
        let isBelow = u0 < f * s
        strengths.append(
          try ModeStartState(layerStrengths: [u0.squareRoot(), u0.squareRoot()], singularValue: s)
            .trajectory.strengths(at: times))
        learning.append(
          isBelow ? start.meanLearningTime(mode: k + 1, singularValue: s, fraction: f) : nil,
          because: Self.startsLearned)
      }
      infinite.fill(nil, because: "defined where all layers start equal: decoupled starts")
      effective.store("effectiveModeStrength", in: &result.observables, &result.diagnostics)
    }
    learning.store("learningTime", in: &result.observables, &result.diagnostics)
    infinite.store("infiniteDepthLearningTime", in: &result.observables, &result.diagnostics)
    result.observables["modeStrength"] = .curve(
      Curve(
        dimensions: ["mode", "time"], coordinates: ["mode": s.indices.map { Double($0 + 1) }, "time": times],
        values: strengths.flatMap { $0 }))
    let losses = times.indices.map { t in
      0.5 * s.indices.reduce(0.0) { $0 + (s[$1] - strengths[$1][t]) * (s[$1] - strengths[$1][t]) }
    }
    result.observables["loss"] = Self.overTime(times, losses)
    for (name, values) in [("modeStrength", strengths.flatMap { $0 }), ("loss", losses)]
    where !values.allSatisfy(\.isFinite) {
      result.diagnostics[name] = .text("outside the range of numbers")
    }
    return result
  }

  static let startsLearned = "the mode starts at or above f s"
  static let startsAtZero = "infinite: a mode that starts at 0 is never learned with two or more layers"

  /// The time to f s, or why there is none.
  func learningTime(
    _ start: ModeStartState, _ fraction: Double
  ) throws -> (value: Double?, reason: String?) {
    let goal = fraction * start.singularValue
    if start.strength >= goal { return (nil, Self.startsLearned) }
    if start.layerStrengths.count > 1, start.layerStrengths.allSatisfy({ $0 == 0 }) { return (nil, Self.startsAtZero) }
    if let reason = start.reasonNotLearned { return (nil, reason) }
    return (try start.trajectory.time(to: goal), nil)
  }

  /// The same for D layers that start equal at u₀.
  func learningTime(
    _ s: Double, _ u0: Double, _ fraction: Double, depth: Int = 2
  ) throws -> (value: Double?, reason: String?) {
    if u0 >= fraction * s { return (nil, s == 0 ? "the level has s = 0" : Self.startsLearned) }
    if u0 == 0, depth > 1 { return (nil, Self.startsAtZero) }
    return (BalancedMode(depth: depth, singularValue: s, initialStrength: u0).time(to: fraction * s), nil)
  }

  private func infiniteDepthLearningTime(
    _ start: ModeStartState, _ fraction: Double
  ) -> (value: Double?, reason: String?) {
    let s = start.singularValue, u0 = start.strength, goal = fraction * s
    guard start.isBalanced, u0 >= 0 else { return (nil, "defined where all layers start equal") }
    if u0 >= goal { return (nil, Self.startsLearned) }
    if u0 == 0 { return (nil, "infinite: the mode starts at 0") }
    return (BalancedMode(depth: 1, singularValue: s, initialStrength: u0).infiniteDepthTime(to: goal), nil)
  }

  private func riccatiTheory(_ point: RiccatiPoint) throws -> TheoryResult {
    let decomposition = try point.correlation.singularValueDecomposition()
    let data = SingularVectors(left: decomposition.left, right: decomposition.rightTransposed.transposed())
    let weights = try point.start.weights(
      inputs: point.correlation.columns, hidden: point.hiddenWidth, outputs: point.correlation.rows)
    var flow = try RiccatiFlow(correlation: point.correlation, first: weights.first, second: weights.second)
    var (time, maps) = (0.0, [Matrix]())
    for t in point.times {
      try flow.advance(by: t - time)
      maps.append(flow.map)
      time = t
    }
    let strengths = maps.map { data.modeStrengths(of: $0).strengths }
    let losses = maps.map { map -> Double in
      var residual = point.correlation
      residual.add(-1, map)
      return 0.5 * residual.elements.reduce(0) { $0 + $1 * $1 }
    }
    let modes = decomposition.values.count
    return TheoryResult(
      observables: [
        "modeStrength": .curve(
          Curve(
            dimensions: ["mode", "time"],
            coordinates: ["mode": (1...modes).map(Double.init), "time": point.times],
            values: (0..<modes).flatMap { k in strengths.map { $0[k] } })),
        "loss": Self.overTime(point.times, losses),
        "networkMap": Self.maps(maps, times: point.times),
      ], diagnostics: ["singularValues": .numbers(decomposition.values)])
  }

  private func productSpectrumTheory(_ point: ProductSpectrumPoint) throws -> TheoryResult {
    let isGaussian = point.ensemble == .gaussian
    let law = FussCatalan(depth: point.depth)
    var result = TheoryResult(observables: [
      "finiteSizeSecondMoment": isGaussian
        ? Self.finite(FussCatalan.secondMoment(depth: point.depth, width: point.width))
        : .missing(reason: "of initialization=gaussian only: orthogonal products have all x = 1"),
      "largestSquaredSingularValue": .scalar(isGaussian ? law.edge : 1),
    ])
    var moments = MissableCurve(over: "order", count: 5)
    for k in 1...5 { moments.append(isGaussian ? law.moment(k) : 1, because: "") }
    moments.store("squaredSingularValueMoment", in: &result.observables, &result.diagnostics)
    let quantiles = try point.probabilities.map { p -> Double? in
      guard isGaussian else { return 1 }
      let value = Double.exp(try law.logQuantile(p))
      return value < Double.leastNormalMagnitude ? nil : value
    }
    result.observables["squaredSingularValueQuantile"] = .curve(
      Curve(
        dimensions: ["probability"], coordinates: ["probability": point.probabilities], values: quantiles))
    if quantiles.contains(nil) {
      result.diagnostics["squaredSingularValueQuantile"] = .text("a quantile is below the range of numbers")
    }
    var exponents = MissableCurve(over: "exponent", count: point.width)
    for value in isGaussian ? FussCatalan.lyapunovExponents(width: point.width) : [] {
      exponents.append(value, because: "")
    }
    exponents.fill(0, because: "")
    exponents.store("lyapunovExponent", in: &result.observables, &result.diagnostics)
    return result
  }

  private func hierarchyTheory(_ point: HierarchyPoint) throws -> TheoryResult {
    let levels = point.data.levels
    var result = TheoryResult(observables: [:])
    let curve = MissableCurve(over: "level", from: 0, count: levels.count)
    var (eigenvalues, values, multiplicities, times) = (curve, curve, curve, curve)
    for level in levels {
      eigenvalues.append(level.eigenvalue, because: "")
      values.append(level.singularValue, because: "")
      multiplicities.append(Double(level.multiplicity), because: "")
      times.add(
        try learningTime(
          level.singularValue, point.initialModeStrength, point.learnedFraction, depth: point.depth))
    }
    eigenvalues.store("similarityEigenvalue", in: &result.observables, &result.diagnostics)
    values.store("singularValue", in: &result.observables, &result.diagnostics)
    multiplicities.store("levelMultiplicity", in: &result.observables, &result.diagnostics)
    times.store("learningTime", in: &result.observables, &result.diagnostics)
    return result
  }

  /// q₁ as given, or where the length map leads: q* for g > 1, else 1.
  func inputVariance(_ point: SignalPropagationPoint) throws -> Double {
    if let variance = point.inputVariance { return variance }
    return point.gain > 1 ? try SignalPropagation(gain: point.gain).fixedPoint() : 1
  }

  private func signalPropagationTheory(_ point: SignalPropagationPoint) throws -> TheoryResult {
    let network = SignalPropagation(gain: point.gain)
    let fixedPoint = try network.fixedPoint()
    let propagation = network.propagation(
      from: try inputVariance(point), depth: point.depth, ensemble: point.ensemble)
    var result = TheoryResult(observables: [
      "fixedPointVariance": .scalar(fixedPoint),
      "fixedPointSusceptibility": .scalar(network.susceptibility(fixedPoint)),
      "meanSquaredSingularValue": Self.exponential(propagation.logMeanSquare),
      "logMeanSquaredSingularValue": Self.finite(propagation.logMeanSquare),
      "secondMomentRatio": Self.finite(propagation.secondMomentRatio),
    ])
    var lengths = MissableCurve(over: "layer", count: propagation.variances.count)
    for q in propagation.variances {
      lengths.append(q < Double.leastNormalMagnitude ? nil : q, because: "below the range of numbers")
    }
    lengths.store("preactivationVariance", in: &result.observables, &result.diagnostics)
    return result
  }

  private func trainingEpochsTheory(_ point: TrainingEpochsPoint) throws -> TheoryResult {
    let reason: String
    switch point.start {
    case .random: reason = "theory knows decoupled starts only (initialization=decoupled)"
    case .decoupled(0) where point.depth > 1: reason = Self.startsAtZero
    case .decoupled(let strength):
      let time = try lossTime(point, strength: strength)
      let sharpness = Self.sharpness(depth: point.depth, largest: point.singularValues[0])
      let epochs = point.relativeLearningRates.map { time * sharpness / $0 }
      let best = Self.best(epochs) ?? 0
      return TheoryResult(observables: [
        "epochs": .curve(Self.overLearningRates(point, epochs)), "bestEpochs": Self.finite(epochs[best]),
        "bestRelativeLearningRate": .scalar(point.relativeLearningRates[best]),
      ])
    }
    return TheoryResult(
      observables: [
        "epochs": .curve(Self.overLearningRates(point, point.relativeLearningRates.map { _ in nil })),
        "bestEpochs": .missing(reason: reason), "bestRelativeLearningRate": .missing(reason: reason),
      ], diagnostics: ["epochs": .text(reason)])
  }

  /// The time of gradient flow at which Σ(s_k − u_k)² falls to the threshold, all modes starting at `strength`.
  private func lossTime(_ point: TrainingEpochsPoint, strength u0: Double) throws -> Double {
    let modes = point.singularValues.map {
      BalancedMode(depth: point.depth, singularValue: $0, initialStrength: u0)
    }
    let excess = { (t: Double) throws -> Double in
      let left = try modes.reduce(0.0) { sum, mode in
        let distance = mode.singularValue - (try mode.strengths(at: [t])[0])
        return sum + distance * distance
      }
      let start = modes.reduce(0.0) { $0 + ($1.singularValue - u0) * ($1.singularValue - u0) }
      return left / start - point.threshold
    }
    var upper = 1.0
    while try excess(upper) > 0 {
      upper *= 2
      if !upper.isFinite { throw SolverError.notFinite(what: "time to the loss threshold") }
    }
    return try RootFinding.brent(in: 0...upper, what: "time to the loss threshold", excess)
  }

  static func overTime(_ times: [Double], _ values: [Double]) -> ObservableValue {
    .curve(Curve(dimensions: ["time"], coordinates: ["time": times], values: values))
  }

  static func maps(_ maps: [Matrix], times: [Double]) -> ObservableValue {
    let (rows, columns) = (maps[0].rows, maps[0].columns)
    let values = (0..<rows).flatMap { i in (0..<columns).flatMap { j in maps.map { $0[i, j] } } }
    return .curve(
      Curve(
        dimensions: ["output", "input", "time"],
        coordinates: [
          "output": (1...rows).map(Double.init), "input": (1...columns).map(Double.init), "time": times,
        ], values: values))
  }

  private static func positive(_ value: Double) -> ObservableValue {
    value > 0 ? finite(value) : .missing(reason: "outside the range of numbers")
  }

  static func finite(_ value: Double) -> ObservableValue {
    value.isFinite ? .scalar(value) : .missing(reason: "outside the range of numbers")
  }
}
