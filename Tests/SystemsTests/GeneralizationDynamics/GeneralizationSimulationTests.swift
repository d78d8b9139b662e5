import CKernels
import NumericalMethods
import RealModule
import StatisticalTesting
import Statistics
import SystemTesting
import Testing

@testable import GeneralizationDynamics
@testable import SystemInterface

/// Asserts that two independent means agree within 6 combined standard errors.
private func expectSame(
  _ first: Estimate?, _ second: Estimate?, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  guard let first, let second, let e1 = first.standardError, let e2 = second.standardError else {
    Issue.record("\(what): no estimate", sourceLocation: sourceLocation)
    return
  }
  expectAgrees(
    first.mean, standardError: (e1 * e1 + e2 * e2).squareRoot(), exact: second.mean, what,
    sourceLocation: sourceLocation)
}

/// Asserts agreement with a number of an independent program, 6 combined standard errors.
private func expectNear(
  _ estimate: Estimate?, _ value: Double, error: Double, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard let estimate, let own = estimate.standardError else {
    Issue.record("\(what): no estimate", sourceLocation: sourceLocation)
    return
  }
  expectAgrees(
    estimate.mean, standardError: (own * own + error * error).squareRoot(), exact: value, what,
    sourceLocation: sourceLocation)
}

@Suite struct GeneralizationSimulationTests {
  @Test("Spectrum mode has the means of literal samples exactly, at any size")
  func spectrumAgainstLiteral() throws {
    for sizes in ["numInputs=12 numSamples=7", "numInputs=8 numSamples=13", "numInputs=9 numSamples=9"] {
      for rest in ["initToNoise=2", "initToNoise=1 weightDecay=0.3"] {
        let request = "\(sizes) \(rest) time=0,0.7,3 ridge=0.4"
        let spectrum = try Generalization.means(request, samples: 3000)
        let literal = try Generalization.means("\(request) simulationMode=literal", samples: 4000, seed: 2)
        for name in [
          "testError[1]", "testError[2]", "trainError[1]", "trainError[2]", "weightNorm[1]", "weightNorm[2]",
          "ridgeTestError", "smallestEigenvalue", "largestEigenvalue", "testError[0]", "trainError[0]",
        ] {
          guard let exact = spectrum[name], let value = literal[name] else {
            Issue.record("\(name) is missing")
            continue
          }
          // At t = 0 spectrum mode has the exact mean, without scatter.
          if exact.standardError ?? 0 > 0 {
            expectSame(value, exact, "\(request) \(name)")
          } else {
            expectAgrees(
              value.mean, standardError: value.standardError ?? 0, exact: exact.mean, "\(request) \(name)")
          }
        }
      }
    }
  }

  @Test("Mean final error at finite N: 1 + N/(P - N - 1)")
  func finiteSize() throws {
    for (sizes, exact) in [("numInputs=60 numSamples=40", 4.271930), ("numInputs=40 numSamples=60", 3.105263)] {
      let request = "\(sizes) signalToNoise=3.5"
      let means = try Generalization.means(request, samples: 2000)
      expectNear(means["finalTestError"], exact, error: 0, sizes)
      let theory = try Generalization.theory(request)["finiteSizeFinalTestError"] ?? .nan
      expectClose(theory, exact, 1e-6, sizes)
      expectNear(
        try Generalization.means("\(request) simulationMode=literal", samples: 500)["finalTestError"], exact, error: 0,
        "literal \(sizes)")
    }
  }

  @Test("Spectrum mode tends to theory as 1/N")
  func spectrumAgainstTheory() throws {
    let request = "loadRatio=0.5 initToNoise=1 time=0.5,2,20 ridge=0.1"
    let theory = try Generalization.theory(request)
    let means = try Generalization.means("\(request) numInputs=600", samples: 60)
    for name in ["testError", "trainError", "weightNorm"] {
      for (place, exact) in (theory.observables[name]?.curveValues ?? []).enumerated() {
        // The bias of order 1/N is below 3/N here.
        expectNear(means["\(name)[\(place)]"], exact, error: 3.0 / 600 / 6, "\(name)[\(place)]")
      }
    }
    for name in ["optimalStoppingTestError", "ridgeTestError", "overtrainingGap"] {
      expectNear(means[name], theory[name] ?? .nan, error: 5.0 / 600 / 6, name)
    }
    expectNear(means["optimalStoppingTime"], theory["optimalStoppingTime"] ?? .nan, error: 0.01, "t*")
  }

  @Test("Literal samples of the specification: N = 200, 200 samples")
  func literalReference() throws {
    for (request, test, testError, train, trainError) in [
      ("loadRatio=0.5 time=2", 4.715, 0.031, 0.3636, 0.0049), ("loadRatio=1 time=20", 3.998, 0.029, 0.0956, 0.0018),
      ("loadRatio=2 time=2", 1.825, 0.008, 0.5862, 0.0035),
    ] {
      let means = try Generalization.means("\(request) initToNoise=1 simulationMode=literal", samples: 60)
      expectNear(means["testError[0]"], test, error: testError, request)
      expectNear(means["trainError[0]"], train, error: trainError, request)
    }
  }

  @Test("Gradient descent tends to the flow of the same sample in proportion to dt")
  func descent() throws {
    let request = "numInputs=30 loadRatio=0.7 initToNoise=1 weightDecay=0.1 time=0,0.8,4"
    let descent = "simulationMode=gradientDescent"
    // The streams know the parameters: equal samples need the problem itself.
    guard
      case .isotropicLinear(let flow) = try Generalization.point("\(request) simulationMode=literal", for: .simulate),
      case .isotropicLinear(var steps) = try Generalization.point("\(request) \(descent)", for: .simulate)
    else { return }
    let streams = SampleStreams(seed: 4, system: 3, point: 1, sample: 0)
    func values(_ model: IsotropicLinear, _ name: String) throws -> [Double] {
      try model.simulate(streams).observables[name]?.curveValues ?? []
    }
    for name in ["testError", "trainError", "weightNorm"] {
      let exact = try values(flow, name)
      steps.learningRate = 0.004
      let coarse = zip(try values(steps, name), exact).map { $0 - $1 }
      steps.learningRate = 0.002
      let fine = zip(try values(steps, name), exact).map { $0 - $1 }
      expectClose(coarse[0], 0, 1e-12, "\(name) at the start")
      for place in 1...2 where abs(coarse[place]) > 1e-5 {
        expectClose(coarse[place] / fine[place], 2, 0.02, "\(name)[\(place)]")
      }
    }
  }

  @Test("Equal eigenvalues: the anisotropic samples are isotropic ones; two scales agree with theory")
  func anisotropic() throws {
    let model = "model=anisotropicLinear simulationMode=literal".split(separator: " ")[0]
    let isotropic = try Generalization.means(
      "numInputs=20 numSamples=14 initToNoise=1 time=0.5,5 ridge=0.3", samples: 3000)
    let equal = try Generalization.means(
      "\(model) covarianceEigenvalues=1 teacherVariance=5 initVariance=1 numInputs=20 numSamples=14 time=0.5,5 ridge=0.3",
      samples: 3000)
    for name in ["testError[0]", "testError[1]", "trainError[0]", "finalTestError", "ridgeTestError"] {
      expectSame(equal[name], isotropic[name], name)
    }
    let request =
      "\(model) covarianceEigenvalues=1.99,0.01 teacherVariance=1,100 loadRatio=0.8 time=1,10,100,1000"
    let means = try Generalization.means("\(request) numInputs=200", samples: 60)
    let theory = try Generalization.theory(request).observables["testError"]?.curveValues ?? []
    for (place, exact) in theory.enumerated() {
      // A bias of 2 % at N = 200.
      expectNear(means["testError[\(place)]"], exact, error: 0.02 * exact / 6, "testError[\(place)]")
    }
    let ridge = "\(model) teacherVariance=3,8 loadRatio=1.5 ridge=0.3 time=2"
    let samples = try Generalization.means("\(ridge) numInputs=200", samples: 60),
      limit = try Generalization.theory(ridge)
    for name in ["ridgeTestError", "ridgeTrainError", "finalTestError", "finalTrainError"] {
      expectNear(samples[name], limit[name] ?? .nan, error: 0.02 * (limit[name] ?? 0) / 6, name)
    }
  }

  @Test("Directions without variance: frozen, without eigenvalue, as in theory")
  func invisibleDirections() throws {
    let request =
      "model=anisotropicLinear covarianceEigenvalues=2,0.5,0 covarianceWeights=0.25,0.5,0.25 teacherVariance=1,4,9 "
      + "initVariance=1,0,2 loadRatio=1.5 ridge=0.2 time=1,10,100"
    let theory = try Generalization.theory(request)
    let means = try Generalization.means("\(request) numInputs=160", samples: 60)
    for name in ["finalTestError", "finalTrainError", "ridgeTestError", "ridgeTrainError"] {
      expectNear(means[name], theory[name] ?? .nan, error: 0.03 * (theory[name] ?? 0) / 6, name)
    }
    for (place, exact) in (theory.observables["testError"]?.curveValues ?? []).enumerated() {
      expectNear(means["testError[\(place)]"], exact, error: 0.03 * exact / 6, "testError[\(place)]")
    }
    // The edge is approached from above, by N^(-2/3) of its scale.
    let smallest = means["smallestEigenvalue"]?.mean ?? .nan, edge = theory["smallestEigenvalue"] ?? .nan
    #expect(smallest > edge && smallest < 1.5 * edge, "\(smallest), edge \(edge)")
  }

  @Test("Random features of the specification; test errors by the kernel are those of fresh examples")
  func randomFeatures() throws {
    let request = "model=randomFeatures teacherScale=2 labelNoiseVariance=0.1 hiddenWidth=60 time=5 ridge=0.05"
    let means = try Generalization.means(request, samples: 60), theory = try Generalization.theory(request)
    expectNear(means["testError[0]"], 0.2117, error: 0.0009, "E_g(5)")
    expectNear(means["trainError[0]"], 0.1298, error: 0.0011, "E_t(5)")
    for name in ["ridgeTestError", "ridgeTrainError"] {
      expectNear(means[name], theory[name] ?? .nan, error: 0.02 * (theory[name] ?? 0) / 6, name)
    }
    // E f(u·x) f(v·x) by the kernels and by fresh inputs.
    var random = RandomStream(StreamKey(seed: 1, system: 3, point: 5, purpose: .data))
    for activation in Activation.allCases {
      let u = random.normals(5), v = random.normals(5, scale: 0.6), count = 200_000
      let exact = activation.kernel(product: dot(u, v), square1: squaredLength(u), square2: squaredLength(v))
      let products = (0..<count).map { _ in
        let x = random.normals(5)
        return activation(dot(u, x)) * activation(dot(v, x))
      }
      let estimate = Estimate(of: products)
      expectNear(estimate, exact, error: 0, activation.rawValue)
    }
  }

  @Test("Deep students: gradient descent on all matrices tends to the reduced equations", arguments: [2, 3, 4])
  func deepDescent(layers: Int) throws {
    let request =
      "model=deepLinearStudent numLayers=\(layers) numInputs=12 loadRatio=1.5 labelNoiseVariance=0.25 time=1,4"
    guard case .deepLinearStudent(var model) = try Generalization.point(request, for: .simulate) else { return }
    let problem = DeepStudentProblem(model, SampleStreams(seed: 9, system: 3, point: 1, sample: 0))
    let exact = try problem.reduced(model.times)
    let streams = SampleStreams(seed: 9, system: 3, point: 1, sample: 0)
    func differences(_ rate: Double) -> [Double] {
      model.learningRate = rate
      let outcomes = DeepStudentProblem(model, streams).descended(model.times)
      return zip(outcomes, exact).flatMap { [$0.testError - $1.testError, $0.strength - $1.strength] }
    }
    let coarse = differences(2e-3), fine = differences(1e-3)
    #expect(abs(coarse[0]) < 1e-12 && abs(coarse[1]) < 1e-12)
    for place in 2..<coarse.count where abs(coarse[place]) > 1e-5 {
      expectClose(coarse[place] / fine[place], 2, 0.05, "D = \(layers), \(place)")
    }
    #expect(exact.allSatisfy { abs($0.invariant - exact[0].invariant) < 1e-6 })
  }

  @Test("Deep students of the specification: D = 4 at N = 150")
  func deepReference() throws {
    let request = "model=deepLinearStudent numLayers=4 numInputs=150 loadRatio=2 labelNoiseVariance=0.25 time=5"
    let means = try Generalization.means(request, samples: 40)
    expectNear(means["layerStrength[0]"], 0.8925, error: 0.0124, "d(5)")
    expectNear(means["testError[0]"], 0.597, error: 0.018, "E_g(5)")
  }

  @Test("Two layers of the specification")
  func twoLayerReference() throws {
    let model = "model=twoLayerFull labelNoiseVariance=0.25 step=30,2000"
    for (width, early, earlyError, late, lateError) in [
      (2, 0.494, 0.020, 1.102, 0.075), (8, 0.443, 0.015, 0.673, 0.030), (64, 0.441, 0.019, 0.503, 0.020),
    ] {
      let means = try Generalization.means("\(model) hiddenWidth=\(width)", samples: 16)
      expectNear(means["testError[0]"], early, error: earlyError, "M = \(width), step 30")
      expectNear(means["testError[1]"], late, error: lateError, "M = \(width), step 2000")
    }
  }

  @Test("A step of both layers is the gradient of the train error", arguments: Activation.allCases)
  func gradient(activation: Activation) throws {
    let request =
      "model=twoLayerFull activation=\(activation.rawValue) inputDimension=3 hiddenWidth=40 numSamples=7 step=0,1"
    guard case .twoLayerFull(var model) = try Generalization.point(request, for: .simulate) else { return }
    let streams = SampleStreams(seed: 3, system: 3, point: 1, sample: 0)
    // A small step lowers P·E_t/2 by |gradient|² dt, and W and a move by dt times the gradient.
    model.learningRate = 1e-5
    var training = TwoLayerTraining(model, streams)
    let (error, hidden, readout) = (training.trainError, training.hidden, training.readout)
    training.step()
    let moves =
      zip(training.hidden.elements, hidden.elements).map { $0 - $1 } + zip(training.readout, readout).map { $0 - $1 }
    let expected = squaredLength(moves) / model.learningRate
    expectClose((error - training.trainError) / 2 / expected, 1, 1e-3, "decrease")
  }

  @Test("Vector kernels of a layer against their formulas, on every instruction set")
  func layerKernels() {
    let fields = (0..<1001).map { Double($0 - 500) / 40 } + [-60, 60, 0, 1e-9, -1e-300]
    let sets = [spinodal_portable, spinodal_avx2, spinodal_avx512].filter {
      $0.rawValue <= spinodal_best_instructions().rawValue
    }
    for activation in Activation.allCases {
      for set in sets {
        var values = [Double](repeating: 0, count: fields.count), slopes = values
        var outputs = [Double](repeating: 1, count: fields.count), gradient = values
        let forward = activation == .erf ? spinodal_erf_forward : spinodal_relu_forward
        forward(set, fields, 2, fields.count, &values, &slopes, &outputs)
        let residuals = fields.indices.map { Double.cos(Double($0)) }
        let product = spinodal_layer_backward(set, values, slopes, residuals, 3, fields.count, &gradient)
        var exact = 0.0
        for (index, h) in fields.enumerated() {
          expectClose(values[index], activation(h), 2e-15, "\(activation) at \(h)")
          expectClose(slopes[index], activation.derivative(h), 2e-15, "slope of \(activation) at \(h)")
          expectClose(outputs[index], 1 + 2 * activation(h), 5e-15, "output")
          expectClose(gradient[index], 3 * activation.derivative(h) * residuals[index], 1e-14, "gradient")
          exact += activation(h) * residuals[index]
        }
        expectClose(product, exact, 1e-12, "product")
      }
    }
  }
}
