import ComplexModule
import NumericalMethods
import RealModule
import SystemInterface

extension DeepLinear {
  /// Gradient descent on the kernels of a convolutional network.
  func convolutionSimulation(
    _ point: ConvolutionPoint, _ streams: SampleStreams
  ) throws -> LearningSimulation<CirculantNetwork> {
    let target = try ConvolutionTarget(kernel: point.kernel), s = target.singularValues
    let learningRate = point.learningRate ?? 0.02 / target.sharpness(depth: point.depth)
    var random = streams.stream(.initialState)
    let network: CirculantNetwork
    // What theory says of this start; nothing for random kernels of other than two layers, followed up to the last time only.
    let expected: [(value: Double?, reason: String?)]
    var slack = 10 * learningRate
    switch point.start {
    case .decoupled(let strength):
      let layers = Self.equalLayers(strength, depth: point.depth)
      network = CirculantNetwork(alignedWith: target, layerStrengths: layers, using: &random)
      expected = try s.map { try frequencyLearningTime(layers, $0, point) }
    case .smallRandom(let scale):
      var kernels: [[Double]] = []
      for _ in 0..<point.depth { kernels.append(point.kernel.map { _ in scale * random.normal() }) }
      network = try CirculantNetwork(kernels: kernels, target: target)
      if point.depth == 2 {
        expected = try zip(s, network.effectiveStrengths).map { s, strength in
          try frequencyLearningTime(Self.equalLayers(strength, depth: 2), s, point)
        }
        let slowest = zip(s, expected).filter { $1.value != nil }.map(\.0).min()
        slack = slowest.map { 10 / (Double(target.count) * $0) } ?? 0
      } else {
        expected = s.map { (nil, $0 == 0 ? Self.noTarget : "known for numWeightLayers = 2 only") }
        slack = 0
      }
    }
    let isDecoupled = !point.start.isRandom
    let plan = LearningPlan(
      times: point.times,
      levels: s.indices.map {
        s[$0] == 0 || (isDecoupled && expected[$0].value == nil) ? nil : point.learnedFraction * s[$0]
      }, horizon: 2 * (expected.compactMap(\.value).max() ?? 0) + slack)
    return LearningSimulation(GradientDescent(network, learningRate: learningRate, plan: plan)) { record in
      var result = Self.convolutionResult(point, record, expected)
      result.diagnostics["learningRate"] = .number(learningRate)
      return result
    }
  }

  private static func convolutionResult(
    _ point: ConvolutionPoint, _ record: LearningRecord, _ expected: [(value: Double?, reason: String?)]
  ) -> SampleResult {
    let isDecoupled = !point.start.isRandom
    var times = overFrequencies(expected.count), predictions = times
    for (f, entry) in expected.enumerated() {
      let reason =
        isDecoupled || entry.reason == noTarget
        ? entry.reason ?? "not learned within twice the predicted time"
        : "not learned by the last time or within twice the predicted time, or at f s from the start"
      times.append(record.crossings[f], because: reason)
      if isDecoupled {
        predictions.append(nil, because: "the start is decoupled: theory gives its learning times")
      } else {
        predictions.add(entry)
      }
    }
    var result = SampleResult(observables: [
      "modeStrength": overFrequencies(
        expected.indices.map { f in record.strengths.map { $0[f] } }, times: point.times),
      "loss": overTime(point.times, record.losses), "offDiagonalResidue": overTime(point.times, record.residues),
      "conservationDrift": point.depth == 1
        ? .missing(reason: "a single layer has no conserved matrices") : .scalar(record.conservationDrift),
    ])
    times.store("learningTime", in: &result.observables, &result.diagnostics)
    predictions.store("predictedLearningTime", in: &result.observables, &result.diagnostics)
    return result
  }
}

extension CirculantNetwork {
  /// A network whose product has at every frequency the phase of the target and the strength Π a_l; the phases of its layers
  /// are random.
  init(alignedWith target: ConvolutionTarget, layerStrengths: [Double], using random: inout RandomStream) {
    let phases = target.phases
    var spectra: [[Complex<Double>]] = []
    var rest = phases
    for strength in layerStrengths.dropLast() {
      var spectrum: [Complex<Double>] = []
      for f in phases.indices {
        // Real kernels have real numbers at f = 0 and n/2.
        let isReal = ConvolutionTarget.multiplicity(frequency: f, count: target.count) == 1
        let phase =
          isReal ? Complex(Double(random.sign()), 0) : Complex(length: 1, phase: 2 * Double.pi * random.uniform())
        rest[f] = rest[f] * phase.conjugate
        spectrum.append(Complex(strength, 0) * phase)
      }
      spectra.append(spectrum)
    }
    let last = Complex(layerStrengths[layerStrengths.count - 1], 0)
    spectra.append(rest.map { last * $0 })
    self.init(spectra: spectra, target: target)
  }

  /// The strengths from which small random kernels of two layers follow the balanced law: |e^{−iθ_f}k̂_1 + k̂_2*|²/4, the part that
  /// grows.
  ///
  /// - Precondition: two layers.
  var effectiveStrengths: [Double] {
    precondition(depth == 2, "effective strengths are known for two layers")
    return phases.indices.map { f in
      let growing = phases[f].conjugate * spectra[2 * f] + spectra[2 * f + 1].conjugate
      return growing.lengthSquared / 4
    }
  }
}
