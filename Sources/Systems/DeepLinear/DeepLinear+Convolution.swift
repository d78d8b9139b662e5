import NumericalMethods
import RealModule
import SystemInterface

extension DeepLinear {
  static let noTarget = "the target has s = 0 there"

  /// Every frequency f is a mode with s_f = |ŝ_f| whose time runs n times as fast as that of free matrices.
  func convolutionTheory(_ point: ConvolutionPoint) throws -> TheoryResult {
    let target = try ConvolutionTarget(kernel: point.kernel)
    let s = target.singularValues, n = Double(target.count), times = point.times.map { n * $0 }
    var result = TheoryResult(observables: [
      "maximalLearningRate": Self.finite(2 / target.sharpness(depth: point.depth)),
      "effectiveModeStrength": .missing(reason: Self.notDecoupled),
    ])
    var learning = Self.overFrequencies(s.count), effective = learning, values = learning
    var strengths: [[Double]] = []
    for (f, s) in s.enumerated() {
      values.append(s, because: "")
      let layers: [Double]
      switch point.start {
      case .decoupled(let strength):
        layers = Self.equalLayers(strength, depth: point.depth)
        learning.add(try frequencyLearningTime(layers, s, point))
      case .smallRandom(let scale):
        let start = target.randomMode(frequency: f, scale: scale), u0 = Double.exp(start.meanLogStrength(mode: 1))
        layers = [u0.squareRoot(), u0.squareRoot()]
        effective.append(u0, because: "")
        let mean = start.meanLearningTime(mode: 1, singularValue: s, fraction: point.learnedFraction) / n
        learning.append(
          u0 < point.learnedFraction * s ? mean : nil, because: s == 0 ? Self.noTarget : Self.startsLearned)
      }
      strengths.append(
        try ModeStartState(layerStrengths: layers, singularValue: s).trajectory.strengths(at: times))
    }
    if case .smallRandom = point.start {
      effective.store("effectiveModeStrength", in: &result.observables, &result.diagnostics)
    }
    values.store("singularValue", in: &result.observables, &result.diagnostics)
    learning.store("learningTime", in: &result.observables, &result.diagnostics)
    result.observables["modeStrength"] = Self.overFrequencies(strengths, times: point.times)
    let losses = times.indices.map { t in
      0.5
        * s.indices.reduce(0.0) { sum, f in
          let distance = s[f] - strengths[f][t]
          return sum + Double(ConvolutionTarget.multiplicity(frequency: f, count: target.count)) * distance * distance
        }
    }
    result.observables["loss"] = Self.overTime(point.times, losses)
    return result
  }

  /// D equal layers of a mode of this strength.
  static func equalLayers(_ strength: Double, depth: Int) -> [Double] {
    [Double](repeating: depth == 1 ? strength : Double.pow(strength, 1 / Double(depth)), count: depth)
  }

  /// The time at which a frequency that starts with these layers is learned, or why there is none.
  func frequencyLearningTime(
    _ layers: [Double], _ s: Double, _ point: ConvolutionPoint
  ) throws -> (value: Double?, reason: String?) {
    guard s > 0 else { return (nil, Self.noTarget) }
    let entry = try learningTime(ModeStartState(layerStrengths: layers, singularValue: s), point.learnedFraction)
    return (entry.value.map { $0 / Double(point.kernel.count) }, entry.reason)
  }

  static func overFrequencies(_ count: Int) -> MissableCurve {
    MissableCurve(over: "frequency", from: 0, count: count)
  }

  static func overFrequencies(_ strengths: [[Double]], times: [Double]) -> ObservableValue {
    .curve(
      Curve(
        dimensions: ["frequency", "time"],
        coordinates: ["frequency": strengths.indices.map(Double.init), "time": times],
        values: strengths.flatMap { $0 }))
  }
}
