import NumericalMethods
import RealModule
import StatisticalTesting
import SystemTesting
import Testing

@testable import DeepLinear
@testable import SystemInterface

/// Gradients against finite differences, conservation laws, gradient descent against gradient flow.
@Suite struct LinearNetworkTests {
  private func random(_ seed: UInt64 = 3) -> RandomStream {
    RandomStream(StreamKey(seed: seed, system: 0, point: 0, purpose: .disorder))
  }

  private func loss(_ weights: [Matrix], _ correlation: Matrix) -> Double {
    var residual = correlation
    residual.add(-1, weights.dropFirst().reduce(weights[0]) { $1 * $0 })
    return 0.5 * residual.elements.reduce(0) { $0 + $1 * $1 }
  }

  @Test("One step follows the numerical gradient", arguments: [[3, 4], [3, 5, 4], [2, 4, 3, 5], [3, 3, 3, 3, 3]])
  func gradient(widths: [Int]) {
    var stream = random()
    let weights = zip(widths, widths.dropFirst()).map {
      Matrix.gaussian(rows: $1, columns: $0, standardDeviation: 0.6, using: &stream)
    }
    let target = Matrix.gaussian(rows: widths[widths.count - 1], columns: widths[0], using: &stream)
    var network = LinearNetwork(weights, correlation: target)
    expectClose(network.loss, loss(weights, target), 1e-14, "loss")
    let rate = 0.37
    network.step(learningRate: rate)
    for l in weights.indices {
      for i in 0..<weights[l].rows {
        for j in 0..<weights[l].columns {
          let h = 1e-5
          var (up, down) = (weights, weights)
          up[l][i, j] += h
          down[l][i, j] -= h
          let slope = (loss(up, target) - loss(down, target)) / (2 * h)
          expectClose(network.weights[l][i, j], weights[l][i, j] - rate * slope, 1e-8, "W_\(l + 1)[\(i), \(j)]")
        }
      }
    }
    expectClose(network.loss, loss(network.weights, target), 1e-13, "loss after the step")
  }

  /// Euler's method: the distance from the flow halves with the step.
  @Test("Gradient descent tends to the flow, modes apart", arguments: [1, 2, 3, 5])
  func flow(D: Int) throws {
    let request =
      "singularValues=2,1.2 initialModeStrength=0.05 numWeightLayers=\(D) time=0.7,1.5 hiddenWidth=4 "
      + "numInputs=5 numOutputs=3"
    let exact = try Linear.theory(request).observables
    let sharpness = DeepLinear.sharpness(depth: D, largest: 2)
    let runs = try [0.004, 0.002].map { try Linear.sample(request + " learningRate=\($0 / sharpness)") }
    for name in ["modeStrength", "learningTime", "loss"] {
      let (coarse, fine) = (runs[0].observables.curve(name), runs[1].observables.curve(name))
      for (place, value) in exact.curve(name).enumerated() {
        let value = try #require(value),
          errors = [try #require(coarse[place]) - value, try #require(fine[place]) - value]
        #expect(abs(errors[0]) < 0.01 * max(1, abs(value)), "\(name)[\(place)]: \(errors)")
        #expect(abs(errors[0] / errors[1] - 2) < 0.05, "\(name)[\(place)]: \(errors)")
      }
    }
    for residue in runs[0].observables.curve("offDiagonalResidue") { #expect(try #require(residue) < 1e-13) }
    if D > 1 {
      #expect(try #require(runs[0]["conservationDrift"]) < 1e-2)
    } else {
      #expect(runs[0].reason("conservationDrift") != nil)
    }
  }

  @Test("Unequal layers drift in what flow conserves, half as much with half the step")
  func conservation() throws {
    let request = "singularValues=1 initialLayerStrengths=0.9,0.2,0.4 numWeightLayers=3 time=1,4"
    let coarse = try Linear.sample(request + " learningRate=0.01"),
      fine = try Linear.sample(request + " learningRate=0.005")
    let ratio = try #require(coarse["conservationDrift"]) / #require(fine["conservationDrift"])
    #expect(abs(ratio - 2) < 0.1, "\(ratio)")
    let exact = try Linear.theory(request).observables.curve("modeStrength")
    for (a, b) in zip(fine.observables.curve("modeStrength"), exact) {
      expectClose(try #require(a), try #require(b), 5e-3, "u")
    }
  }

  @Test(
    "Gradient descent from a given imbalance tends to the flow",
    arguments: ["0.4 initialModeStrength=0", "1 initialModeStrength=0.2"])
  func imbalance(start: String) throws {
    let request = "singularValues=1 time=0.5,2 layerImbalance=\(start)"
    let exact = try Linear.theory(request).observables
    let runs = try [0.004, 0.002].map { try Linear.sample(request + " learningRate=\($0)").observables }
    for name in ["modeStrength", "learningTime", "loss"] {
      for (place, value) in exact.curve(name).enumerated() {
        let value = try #require(value)
        let errors = try runs.map { try #require($0.curve(name)[place]) - value }
        #expect(abs(errors[0]) < 0.01 && abs(errors[0] / errors[1] - 2) < 0.05, "\(name)[\(place)]: \(errors)")
      }
    }
  }

  @Test("What never learns, and what starts learned, is missing with its reason")
  func missing() throws {
    let stuck = try Linear.sample("singularValues=1 initialLayerStrengths=0.3,-0.3 time=1")
    #expect(stuck.observables.curve("learningTime") == [nil])
    #expect(stuck.diagnostics["learningTime"]?.text?.contains("a0 = -b0") ?? false)
    let learned = try Linear.sample("singularValues=1 initialModeStrength=0.6 time=1")
    #expect(learned.observables.curve("learningTime") == [nil])
    let zero = try Linear.sample("singularValues=1 initialModeStrength=0 time=1")
    #expect(zero.observables.curve("modeStrength") == [0])
    #expect(throws: GradientDescentDiverged.self) { try Linear.sample("learningRate=10 time=100") }
  }

  /// Time to s/2 from the QR of the start against gradient descent, whose Euler error halves with the step.
  @Test("Small random starts follow the orthogonalised start")
  func smallRandom() throws {
    let request = "initialization=smallRandom initialWeightScale=1e-4 numInputs=10 time=0 hiddenWidth=20"
    for sample in 0..<3 {
      let coarse = try Linear.sample(request + " learningRate=0.005", sample)
      let fine = try Linear.sample(request + " learningRate=0.0025", sample)
      for mode in 0..<3 {
        let predicted = try #require(fine.observables.curve("predictedLearningTime")[mode])
        let times = [coarse, fine].map { $0.observables.curve("learningTime")[mode] ?? 0 }
        // Another learning rate is another point: the starts differ, but each keeps to its own prediction.
        #expect(abs(times[1] / predicted - 1) < 0.005, "mode \(mode): \(times[1]), predicted \(predicted)")
        let other = try #require(coarse.observables.curve("predictedLearningTime")[mode])
        #expect(abs((times[0] / other - 1) / (times[1] / predicted - 1) - 2) < 0.3, "mode \(mode)")
      }
    }
  }

  @Test("Large random starts are followed, though not predicted")
  func largeRandom() throws {
    let sample = try Linear.sample("initialization=smallRandom initialWeightScale=0.6 time=0 learningRate=0.001")
    #expect(sample.observables.curve("predictedLearningTime").contains(nil))
    for (k, s) in [3.0, 2, 1].enumerated() {
      let start = try #require(sample.observables.curve("modeStrength")[k])
      let time = sample.observables.curve("learningTime")[k]
      #expect((time != nil) == (start < s / 2), "mode \(k + 1) starts at \(start)")
    }
  }

  /// The largest eigenvalue of the Hessian at the balanced optimum is D s₁^{2−2/D}.
  @Test("Gradient descent is stable up to the maximal learning rate", arguments: [2, 4, 8])
  func stability(D: Int) throws {
    let start =
      "numWeightLayers=\(D) singularValues=1.5 initialModeStrength=1.499 numInputs=3 numOutputs=3 hiddenWidth=3 "
    let limit = try #require(Linear.theory(start)["maximalLearningRate"])
    let loss = { (factor: Double) in
      try Linear.sample(start + "learningRate=\(factor * limit) time=\(300 * limit)").observables.curve("loss")[0] ?? 0
    }
    #expect(try loss(0.95) < 1e-12)
    #expect(try loss(1.05) > 1e-4)
  }

  /// R_kk² of many starts: its mean n_k σ²/2 and the mean of its logarithm.
  @Test("Effective strengths are χ² distributed")
  func effectiveStrengths() throws {
    var stream = random()
    let sigma = 0.3, hidden = 5, draws = 20_000
    let data = try SingularVectors.random(outputs: 4, inputs: 6, modes: 3, using: &stream)
    var (sums, logarithms) = ([0.0, 0, 0], [0.0, 0, 0])
    for _ in 0..<draws {
      let weights = InitialWeights.smallRandom(scale: sigma, inputs: 6, hidden: hidden, outputs: 4, using: &stream)
      let strengths = try SmallRandomStart.strengths(first: weights[0], second: weights[1], data: data)
      for k in 0..<3 {
        sums[k] += strengths[k]
        logarithms[k] += Double.log(strengths[k])
      }
    }
    let start = SmallRandomStart(scale: sigma, hiddenWidth: hidden)
    for k in 0..<3 {
      let n = Double(hidden - k), mean = n * sigma * sigma / 2
      expectAgrees(
        sums[k] / Double(draws), standardError: mean * (2 / n / Double(draws)).squareRoot(), exact: mean, "mean \(k)")
      // The variance of ln χ²_n is ψ'(n/2) < 2/n + 4/n².
      expectAgrees(
        logarithms[k] / Double(draws), standardError: ((2 / n + 4 / (n * n)) / Double(draws)).squareRoot(),
        exact: start.meanLogStrength(mode: k + 1), "ln \(k)")
    }
  }

  @Test("Gradient descent of two layers follows the Riccati flow", arguments: ["eye", "zeroBalanced"])
  func riccati(start: String) throws {
    let request = "quantity=riccati time=0,0.5,1,3 initialization=\(start)"
    let exact = try Linear.theory(request).observables.curve("networkMap")
    let runs = try [2e-3, 1e-3].map {
      try Linear.sample(request + " learningRate=\($0)").observables.curve("networkMap")
    }
    var (coarse, fine) = (0.0, 0.0)
    for (place, value) in exact.enumerated() {
      let value = try #require(value)
      coarse = max(coarse, abs(try #require(runs[0][place]) - value))
      fine = max(fine, abs(try #require(runs[1][place]) - value))
    }
    #expect(coarse < 0.02 && abs(coarse / fine - 2) < 0.1, "\(coarse), \(fine)")
  }
}
