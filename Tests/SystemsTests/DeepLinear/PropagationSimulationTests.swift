import NumericalMethods
import RealModule
import StatisticalTesting
import Statistics
import SystemTesting
import Testing

@testable import DeepLinear
@testable import SystemInterface

/// Products, trees, tanh networks and epochs of finite networks against theory; fixed seeds, six standard errors.
@Suite struct PropagationSimulationTests {
  @Test("Products of Gaussian matrices: exact moments and exponents at finite width")
  func products() throws {
    let request = "quantity=productSpectrum numWeightLayers=4 hiddenWidth=20"
    let samples = try Linear.samples(request, count: 400), theory = try Linear.theory(request)
    let first = try samples.estimate("squaredSingularValueMoment", place: 0)
    expectAgrees(first.mean, standardError: first.standardError ?? 0, exact: 1, "m_1")
    let second = try samples.estimate("squaredSingularValueMoment", place: 1)
    expectAgrees(
      second.mean, standardError: second.standardError ?? 0, exact: try #require(theory["finiteSizeSecondMoment"]),
      "m_2")
    for (i, exact) in theory.observables.curve("lyapunovExponent").enumerated() {
      let exponent = try samples.estimate("lyapunovExponent", place: i)
      expectAgrees(exponent.mean, standardError: exponent.standardError ?? 0, exact: try #require(exact), "mu_\(i + 1)")
    }
  }

  /// |det P| by the exponents and by the singular values, though these spread over 200 decades.
  @Test("Small singular values of deep products keep their digits")
  func deepProducts() throws {
    var product = try ProductOfMatrices(width: 6)
    var stream = RandomStream(StreamKey(seed: 1, system: 0, point: 0, purpose: .disorder))
    for _ in 0..<150 {
      try product.multiply(by: InitialWeights.square(.gaussian, width: 6, using: &stream))
    }
    let values = try product.singularValues()
    #expect(values[5] / values[0] < 1e-50)
    let logarithm = values.reduce(0) { $0 + Double.log($1) }
    expectClose(logarithm, product.logarithms.reduce(0, +), 1e-11, "ln |det|")
    // The largest value grows as the largest exponent, up to a bounded factor.
    #expect(abs(Double.log(values[0]) - product.logarithms[0]) < 5)
  }

  @Test("Wide products approach the Fuss–Catalan law", arguments: [1, 3])
  func wide(D: Int) throws {
    let request = "quantity=productSpectrum numWeightLayers=\(D) hiddenWidth=150"
    let samples = try Linear.samples(request, count: 12), theory = try Linear.theory(request)
    for place in 0..<2 {
      let mean = try samples.estimate("squaredSingularValueQuantile", place: place).mean
      let exact = try #require(theory.observables.curve("squaredSingularValueQuantile")[place])
      #expect(abs(Double.log(mean / exact)) < 0.08 * Double(D), "quantile \(place): \(mean), \(exact)")
    }
    let largest = try samples.estimate("largestSquaredSingularValue").mean
    #expect(abs(largest / (try #require(theory["largestSquaredSingularValue"])) - 1) < 0.08)
  }

  @Test("Orthogonal products are isometries")
  func orthogonal() throws {
    let sample = try Linear.sample(
      "quantity=productSpectrum initialization=orthogonal hiddenWidth=12 numWeightLayers=30")
    for value in sample.observables.curve("squaredSingularValueMoment") {
      expectClose(try #require(value), 1, 1e-12, "moment")
    }
    for value in sample.observables.curve("lyapunovExponent") { #expect(abs(try #require(value)) < 1e-14) }
  }

  @Test("Quantiles interpolate between the midpoints of steps")
  func quantile() {
    #expect(DeepLinear.quantile(0.5, ofAscending: [1, 2, 4]) == 2)
    #expect(DeepLinear.quantile(0.5, ofAscending: [1, 2]) == 1.5)
    #expect(DeepLinear.quantile(0.01, ofAscending: [1, 2]) == 1)
    #expect(DeepLinear.quantile(0.99, ofAscending: [1, 2]) == 2)
  }

  @Test("Features of a tree have its similarity, and its modes learn in its order")
  func hierarchy() throws {
    let request = "quantity=hierarchy treeDepth=3 numFeatures=400 initialModeStrength=0.001"
    let samples = try Linear.samples(request, count: 60), theory = try Linear.theory(request)
    for level in 0...3 {
      let eigenvalue = try samples.estimate("similarityEigenvalue", place: level)
      let exact = try #require(theory.observables.curve("similarityEigenvalue")[level])
      expectAgrees(eigenvalue.mean, standardError: eigenvalue.standardError ?? 0, exact: exact, "lambda_\(level)")
      let time = try samples.estimate("learningTime", place: level).mean
      let expected = try #require(theory.observables.curve("learningTime")[level])
      // Finite N_f spreads the values of a level by √(P/N_f) = 0.14, gradient descent delays by 1 %.
      #expect(abs(time / expected - 1) < 0.05, "level \(level): \(time), \(expected)")
      let value = try samples.estimate("singularValue", place: level).mean
      #expect(abs(value / (try #require(theory.observables.curve("singularValue")[level])) - 1) < 0.03)
    }
  }

  @Test("Fewer features than items, fewer units than modes: levels that are not learned say why")
  func unlearnedLevels() throws {
    let few = try Linear.sample("quantity=hierarchy treeDepth=3 numFeatures=5")
    #expect(few.observables.curve("learningTime")[3] == nil)
    #expect(few.diagnostics["learningTime"]?.text?.contains("s = 0") ?? false)
    let narrow = try Linear.sample("quantity=hierarchy treeDepth=2 hiddenWidth=2 numFeatures=500")
    #expect(narrow.observables.curve("learningTime")[1] != nil && narrow.observables.curve("learningTime")[2] == nil)
    #expect(narrow.diagnostics["learningTime"]?.text?.contains("hidden units") ?? false)
  }

  @Test(
    "Jacobians of finite tanh networks",
    arguments: [
      ("gaussian", "gain=1 inputVariance=0.2"), ("orthogonal", "gain=0.9 inputVariance=0.2"),
      ("orthogonal", "gain=1 inputVariance=0.2"),
    ])
  func jacobians(ensemble: String, rest: String) throws {
    let request = "quantity=signalPropagation initialization=\(ensemble) hiddenWidth=120 numWeightLayers=6 \(rest)"
    let samples = try Linear.samples(request, count: 60), theory = try Linear.theory(request)
    let mean = try samples.estimate("meanSquaredSingularValue")
    // Finite width shifts M₁ by O(1/N), for which 2 % are allowed.
    let exact = try #require(theory["meanSquaredSingularValue"])
    #expect(abs(mean.mean - exact) < 6 * (mean.standardError ?? 0) + 0.02 * exact, "\(mean.mean), \(exact)")
    let reduced = try Linear.system.reducedObservables(at: Linear.parameters(request), samples: samples)
    guard case .scalar(let ratio, let error?)? = reduced["secondMomentRatio"] else {
      Issue.record("no ratio")
      return
    }
    let ratioExact = try #require(theory["secondMomentRatio"])
    #expect(error > 0 && abs(ratio - ratioExact) < 6 * error + 0.03 * ratioExact, "\(ratio) ± \(error), \(ratioExact)")
    for sample in samples {
      #expect(sample.observables.curve("preactivationVariance")[0] == 0.2, "the first length does not fluctuate")
    }
  }

  /// One layer: the Jacobian g W diag(tanh′) by finite differences of the map.
  @Test("m₂ of samples is reduced as a ratio of means")
  func ratioOfMeans() throws {
    let samples = try Linear.samples("quantity=signalPropagation hiddenWidth=8 numWeightLayers=3", count: 5)
    let first = samples.map { $0["meanSquaredSingularValue"] ?? 0 },
      ratios = samples.map { $0["secondMomentRatio"] ?? 0 }
    let mean = first.reduce(0, +) / 5, second = zip(first, ratios).reduce(0) { $0 + $1.0 * $1.0 * $1.1 } / 5
    let reduced = DeepLinear().reducedSignalPropagation(samples)["secondMomentRatio"]
    expectClose(try #require(reduced?.scalar), second / (mean * mean), 1e-12, "ratio")
    #expect(DeepLinear().reducedSignalPropagation([samples[0]]).isEmpty, "one sample has no jackknife")
  }

  @Test("Deep, weak networks leave the range of numbers with a reason")
  func vanishing() throws {
    let sample = try Linear.sample("quantity=signalPropagation hiddenWidth=4 numWeightLayers=200 gain=0.01")
    #expect(sample["meanSquaredSingularValue"] == nil)
    #expect(sample.reason("meanSquaredSingularValue")?.contains("range of numbers") ?? false)
    #expect(try #require(sample["secondMomentRatio"]) >= 1)
    #expect(sample.observables.curve("preactivationVariance").last == .some(nil))
  }

  @Test("Decoupled starts at u₀ = 1 learn in as many epochs at any depth")
  func decoupledEpochs() throws {
    let s = (0..<16).map { "\(0.5 + 1.5 * Double($0) / 15)" }.joined(separator: ",")
    for (D, epochs) in [(2, 3.0), (4, 4), (8, 4), (16, 4), (32, 5)] {
      let sample = try Linear.sample(
        "quantity=trainingEpochs initialization=decoupled initialModeStrength=1 singularValues=\(s) numWeightLayers=\(D)"
      )
      #expect(sample.observables.curve("epochs") == [epochs], "D = \(D)")
    }
  }

  /// Gaussian starts of eight layers sometimes diverge at κ = 0.8.
  @Test("Samples that did not converge are left out of means and count as infinite in medians")
  func partialConvergence() throws {
    let request = try Linear.parameters("quantity=trainingEpochs relativeLearningRate=0.1,0.8")
    guard case .trainingEpochs(let point) = try DeepLinear().point(request, for: .simulate) else { return }
    let samples = [[50, 10], [60, nil], [40, 20]].map { DeepLinear.trainingResult(point, epochs: $0) }
    let reduced = DeepLinear().reducedTrainingEpochs(point, samples)
    #expect(reduced.curve("epochs") == [50, 15] && reduced.curve("medianEpochs") == [50, 20])
    #expect(reduced["bestEpochs"]?.scalar == 50, "all samples converge at 0.1 only")
    #expect(samples[1].diagnostics["epochs"]?.text?.contains("no convergence") ?? false)
  }

  @Test("Medians, means of converged runs only, the best learning rate")
  func reduction() throws {
    let request =
      "quantity=trainingEpochs numWeightLayers=3 hiddenWidth=6 relativeLearningRate=0.05,0.4,5 maximumEpochs=400"
    let samples = try Linear.samples(request, count: 5)
    let reduced = try Linear.system.reducedObservables(at: Linear.parameters(request), samples: samples)
    let means = reduced.curve("epochs"), medians = reduced.curve("medianEpochs")
    #expect(means[2] == nil && medians[2] == nil, "kappa = 5 diverges")
    let column = try samples.map { try #require($0.observables.curve("epochs")[1]) }
    expectClose(try #require(means[1]), column.reduce(0, +) / 5, 1e-14, "mean")
    #expect(medians[1] == column.sorted()[2])
    #expect(reduced["bestEpochs"]?.scalar == means[1] && reduced["bestRelativeLearningRate"]?.scalar == 0.4)
    #expect(samples[0].diagnostics["epochs"]?.text?.contains("400 epochs") ?? false)
    let hopeless = try Linear.sample("quantity=trainingEpochs relativeLearningRate=9 maximumEpochs=5")
    #expect(hopeless.observables.curve("epochs") == [nil] && hopeless.reason("bestEpochs") != nil)
  }
}
