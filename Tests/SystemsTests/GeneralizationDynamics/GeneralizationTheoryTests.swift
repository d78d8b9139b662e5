import NumericalMethods
import RealModule
import StatisticalTesting
import SystemTesting
import Testing

@testable import GeneralizationDynamics
@testable import SystemInterface

@Suite struct GeneralizationTheoryTests {
  @Test("t = 0: E_g = E_t = 1 + S0, both bounds and capacities at their start", arguments: [0.3, 1, 4])
  func initialErrors(load: Double) throws {
    let result = try Generalization.theory("loadRatio=\(load) initToNoise=2 time=0")
    expectClose(result.observables["testError"]?.curveValues?[0] ?? .nan, 8, 1e-13, "E_g(0)")
    expectClose(result.observables["trainError"]?.curveValues?[0] ?? .nan, 8, 1e-13, "E_t(0)")
    expectClose(result.observables["weightNorm"]?.curveValues?[0] ?? .nan, 2, 1e-13, "q(0)")
    expectClose(result.observables["displacementCapacity"]?.curveValues?[0] ?? .nan, 0, 1e-7, "displacement")
  }

  @Test func finalErrors() throws {
    let below = try Generalization.theory("loadRatio=0.5 initToNoise=1"),
      above = try Generalization.theory("loadRatio=2")
    expectClose(below["finalTestError"] ?? .nan, 5, 1e-13, "alpha = 0.5")
    expectClose(below["finalTrainError"] ?? .nan, 0, 1e-13, "alpha = 0.5")
    expectClose(above["finalTestError"] ?? .nan, 2, 1e-13, "alpha = 2")
    expectClose(above["finalTrainError"] ?? .nan, 0.5, 1e-13, "alpha = 2")
    // Minimum over alpha < 1 at 1 - 1/sqrt(S0), value 2 sqrt(S0).
    let best = try Generalization.theory("signalToNoise=9 loadRatio=\(1 - 1 / 3.0)")
    expectClose(best["finalTestError"] ?? .nan, 6, 1e-13, "best load")
  }

  @Test("alpha = 1: E_g grows like 0.660988 sqrt(t)")
  func hardEdge() throws {
    let errors = try Generalization.theory("loadRatio=1 time=1e8,4e8").observables["testError"]?.curveValues ?? []
    #expect(errors.count == 2)
    expectClose(
      (errors[1] - errors[0]) / 1e4, 2 * (2 - 2.0.squareRoot()) / Double.pi.squareRoot(), 1e-6, "slope in sqrt(t)")
  }

  @Test("A ridge estimator of vanishing ridge is the end of training from zero", arguments: [0.4, 2.5])
  func smallRidge(load: Double) throws {
    let result = try Generalization.theory("loadRatio=\(load) ridge=1e-9")
    expectClose(result["ridgeTestError"] ?? .nan, result["finalTestError"] ?? .nan, 1e-7, "ridge")
    let zero = try Generalization.theory("loadRatio=\(load) ridge=0")
    expectClose(zero["ridgeTestError"] ?? .nan, result["finalTestError"] ?? .nan, 1e-13, "no ridge")
  }

  @Test("Weight decay ends at its ridge estimator, in test and train error", arguments: [0.4, 1, 2.5])
  func weightDecay(load: Double) throws {
    let result = try Generalization.theory("loadRatio=\(load) weightDecay=0.3 ridge=0.3 initToNoise=3 time=1e3")
    let final = result["finalTestError"] ?? .nan
    expectClose(final, result["ridgeTestError"] ?? .nan, 1e-13, "E_g")
    expectClose(result.observables["testError"]?.curveValues?[0] ?? .nan, final, 1e-12, "E_g(t)")
    expectClose(
      result.observables["trainError"]?.curveValues?[0] ?? .nan, result["finalTrainError"] ?? .nan, 1e-12, "E_t(t)")
    for name in ["optimalStoppingTime", "overtrainingGap", "optimalRidge", "finiteSizeFinalTestError"] {
      #expect(result[name] == nil && result.reason(name) != nil)
    }
    #expect(result.phase == nil)
  }

  @Test("The best ridge beats the best stopping time, and a little more or less ridge is worse")
  func bayes() throws {
    for load in [0.2, 1, 3] {
      for signal in [0.1, 1, 10, 100] {
        let request = "loadRatio=\(load) signalToNoise=\(signal)"
        let result = try Generalization.theory(request)
        let best = result["optimalRidgeTestError"] ?? .nan, gamma = result["optimalRidge"] ?? .nan
        #expect(best <= result["optimalStoppingTestError"] ?? 0)
        for factor in [0.8, 1.25] {
          #expect(try Generalization.theory("\(request) ridge=\(factor * gamma)")["ridgeTestError"] ?? 0 > best)
        }
      }
    }
  }

  @Test("t* is the minimum of the curve", arguments: ["loadRatio=0.5", "loadRatio=1 initToNoise=3", "loadRatio=4"])
  func stoppingTime(request: String) throws {
    let result = try Generalization.theory(request)
    let time = result["optimalStoppingTime"] ?? .nan
    let around = try Generalization.theory("\(request) time=\(0.99 * time),\(time),\(1.01 * time)")
    let errors = around.observables["testError"]?.curveValues ?? []
    expectClose(errors[1], result["optimalStoppingTestError"] ?? .nan, 1e-13, "E_g(t*)")
    #expect(errors[0] > errors[1] && errors[2] > errors[1])
  }

  @Test("The conditioning bound lies above E_g")
  func bound() throws {
    for load in [0.3, 0.9, 1, 1.3, 5] {
      let result = try Generalization.theory("loadRatio=\(load) initToNoise=1 time=0,0.1,1,5,20,100,1e4")
      let errors = result.observables["testError"]?.curveValues ?? []
      let bounds = result.observables["conditioningBound"]?.curveValues ?? []
      #expect(errors.count == 7 && zip(errors, bounds).allSatisfy { $0 <= $1 * (1 + 1e-12) }, "alpha = \(load)")
    }
  }

  @Test("Phases and the lines alpha = 1 ± 1/S0")
  func phases() throws {
    for (request, phase) in [
      ("loadRatio=0.79 signalToNoise=5", "overtraining"), ("loadRatio=0.81 signalToNoise=5", "harmful"),
      ("loadRatio=1 signalToNoise=5", "harmful"), ("loadRatio=1.19 signalToNoise=5", "harmful"),
      ("loadRatio=1.21 signalToNoise=5", "overtraining"), ("loadRatio=50 signalToNoise=5", "benign"),
      ("loadRatio=0.01 signalToNoise=0.5", "harmful"),
    ] {
      #expect(try Generalization.theory(request).phase == phase, "\(request)")
    }
    let plane = [
      AxisOutline(name: "loadRatio", coordinates: [0.1, 3]),
      AxisOutline(name: "signalToNoise", coordinates: [0.5, 20]),
    ]
    let parameters = try Generalization.parameters("initToNoise=1")
    let lines = Generalization.system.transitionLines(in: plane, at: parameters)
    #expect(lines.map(\.name) == ["harmfulBelow", "harmfulAbove"])
    for line in lines {
      for place in 0..<line.vertexCount {
        guard let vertex = try Generalization.system.transitionVertex(place, of: line.name, in: plane, at: parameters)
        else { continue }
        expectClose(abs(vertex[0] - 1), 1 / (vertex[1] + 1), 1e-13, line.name)
        let side = line.name == "harmfulBelow" ? 1.0 : -1.0
        for (shift, isHarmful) in [(1e-6, true), (-1e-6, false)] {
          let request = "loadRatio=\(vertex[0] + side * shift) signalToNoise=\(vertex[1]) initToNoise=1"
          #expect((try Generalization.theory(request).phase == "harmful") == isHarmful)
        }
      }
    }
  }

  @Test("Equal eigenvalues are the isotropic model", arguments: [0.5, 1, 2])
  func isotropicLimit(load: Double) throws {
    let times = "time=0,0.3,2,40,1e3"
    let plain = try Generalization.theory("loadRatio=\(load) initToNoise=1 ridge=0.2 \(times)")
    let general = try Generalization.theory(
      "model=anisotropicLinear covarianceEigenvalues=1,1,1 teacherVariance=5 initVariance=1 loadRatio=\(load) ridge=0.2 \(times)"
    )
    for name in ["testError", "trainError"] {
      for (a, b) in zip(
        general.observables[name]?.curveValues ?? [], plain.observables[name]?.curveValues ?? [])
      { expectClose(a, b, 1e-10, "\(name), alpha = \(load)") }
    }
    for name in ["ridgeTestError", "optimalStoppingTestError", "smallestEigenvalue", "largestEigenvalue"] {
      expectClose(general[name] ?? .nan, plain[name] ?? .nan, 1e-10, "\(name), alpha = \(load)")
    }
    expectClose(general["optimalStoppingTime"] ?? .nan, plain["optimalStoppingTime"] ?? .nan, 1e-5, "t*")
    #expect(general["finalTestError"] == nil ? load == 1 : load != 1)
    #expect(general.phase == plain.phase && general["numTestErrorMinima"] == 1)
  }

  @Test("Two layers with a vanishing first start are slow but follow the shallow optimum")
  func deepLimits() throws {
    let result = try Generalization.theory(
      "model=deepLinearStudent numLayers=2 labelNoiseVariance=0.25 loadRatio=0.5 initialStrength=0.01")
    let shallow = try Generalization.theory("loadRatio=0.5 signalToNoise=4 labelNoiseVariance=0.25")
    let deep = result["optimalStoppingTestError"] ?? .nan, best = shallow["optimalStoppingTestError"] ?? .nan
    expectDigits(best, "0.895072", "shallow optimum")
    #expect(deep > best && deep < best + 0.02)
  }
}

@Suite("Edge cases give values or a reason") struct GeneralizationEdgeTests {
  @Test(
    "Every declared observable is there, finite or with its reason",
    arguments: [
      "loadRatio=1", "loadRatio=1 time=0,1e-300,1e300", "loadRatio=0.5 time=1e300", "signalToNoise=0",
      "signalToNoise=0 initToNoise=0 loadRatio=1", "signalToNoise=1e8 loadRatio=1", "loadRatio=1e-4", "loadRatio=1e4",
      "labelNoiseVariance=0 teacherVariance=1", "labelNoiseVariance=0 teacherVariance=0", "loadRatio=0.9999999999",
      "labelNoiseVariance=0 teacherVariance=1 loadRatio=1", "numInputs=2 numSamples=1",
      "numInputs=2 numSamples=2 ridge=1",
      "model=anisotropicLinear loadRatio=1", "model=anisotropicLinear loadRatio=1 time=0,1e-12,1e6,1e15",
      "model=anisotropicLinear covarianceEigenvalues=1,0 loadRatio=0.5 time=1,1e9 ridge=0.1",
      "model=anisotropicLinear covarianceEigenvalues=1 loadRatio=0.3 ridge=0",
      "model=anisotropicLinear covarianceEigenvalues=2,0.5,0 covarianceWeights=0.25,0.5,0.25",
      "model=anisotropicLinear labelNoiseVariance=0", "model=anisotropicLinear teacherVariance=0",
      "model=anisotropicLinear covarianceEigenvalues=1e6,1e-6 loadRatio=0.7 time=1e-8,1,1e8",
      "model=anisotropicLinear loadRatio=0.99999", "model=anisotropicLinear loadRatio=1e-4",
      "model=anisotropicLinear loadRatio=1e4",
      "model=anisotropicLinear covarianceEigenvalues=1,2,3,4,5,6,7,8 loadRatio=40",
      "model=randomFeatures hiddenWidth=200 numSamples=200 ridge=0", "model=randomFeatures hiddenWidth=1",
      "model=randomFeatures hiddenWidth=3 inputDimension=1", "model=randomFeatures labelNoiseVariance=0 ridge=0.1",
      "model=randomFeatures activation=relu hiddenWidth=60 inputDimension=2 numTeacherUnits=1",
      "model=deepLinearStudent labelNoiseVariance=0", "model=deepLinearStudent teacherVariance=0",
      "model=deepLinearStudent loadRatio=1 time=0,100", "model=deepLinearStudent initialInputScale=0",
      "model=deepLinearStudent numLayers=20 initialStrength=0.9 time=0,1,10",
      "model=deepLinearStudent numLayers=6 initialStrength=0.1", "model=deepLinearStudent time=0,1,1e9",
    ])
  func theory(request: String) throws {
    let parameters = try Generalization.parameters(request)
    let result = try GeneralizationDynamics().theory(at: Generalization.point(request))
    for declaration in Generalization.system.description.observables(of: .theory, under: parameters.option) {
      guard let value = result.observables[declaration.name] else {
        Issue.record("\(request): no \(declaration.name)")
        continue
      }
      switch value {
      case .scalar(let number, _): #expect(number.isFinite, "\(request): \(declaration.name)")
      case .curve(let curve):
        #expect(curve.values.allSatisfy { $0?.isFinite ?? false }, "\(request): \(declaration.name) \(curve.values)")
      case .missing(let reason): #expect(!reason.isEmpty)
      }
    }
    for name in ["testError", "trainError"] {
      #expect(result.observables[name]?.curveValues?.allSatisfy { $0 >= -1e-12 } ?? false, "\(request): \(name) < 0")
    }
  }

  @Test(
    "Samples too",
    arguments: [
      "loadRatio=1 numInputs=2", "numInputs=2 numSamples=1", "numInputs=3 numSamples=3 simulationMode=literal",
      "numInputs=3 numSamples=3 simulationMode=gradientDescent time=0,1", "signalToNoise=0 ridge=1",
      "labelNoiseVariance=0 teacherVariance=1 loadRatio=1", "loadRatio=1 time=0,1e300", "weightDecay=0.1 numInputs=5",
      "labelNoiseVariance=0 teacherVariance=0", "loadRatio=1e4 numInputs=2",
      "simulationMode=literal weightDecay=0.3 numInputs=10 loadRatio=0.3 ridge=0",
      "model=anisotropicLinear numInputs=2", "model=anisotropicLinear numInputs=10 loadRatio=1 ridge=0.1 time=0,1e9",
      "model=anisotropicLinear covarianceEigenvalues=1,0 numInputs=10 loadRatio=0.5 ridge=0.2",
      "model=deepLinearStudent numInputs=2 loadRatio=1 time=0,1",
      "model=deepLinearStudent numInputs=3 numLayers=5 simulationMode=gradientDescent time=0,1",
      "model=randomFeatures hiddenWidth=20 numSamples=20 ridge=0", "model=randomFeatures hiddenWidth=1 numSamples=1",
      "model=twoLayerFull hiddenWidth=1 numSamples=1 inputDimension=1 step=0,3",
      "model=twoLayerFull wScale=0 aScale=0 step=0,3",
    ])
  func simulation(request: String) throws {
    let parameters = try Generalization.parameters(request)
    let result = try Generalization.sample(request)
    for declaration in Generalization.system.description.observables(of: .simulate, under: parameters.option) {
      guard let value = result.observables[declaration.name] else {
        Issue.record("\(request): no \(declaration.name)")
        continue
      }
      if case .missing(let reason) = value { #expect(!reason.isEmpty) }
      if case .curve(let curve) = value {
        #expect(curve.values.allSatisfy { $0 != nil }, "\(request): \(declaration.name)")
      }
    }
  }

  @Test("Extreme times: E_g grows like sqrt(t) where the spectrum reaches zero, and has its limit elsewhere")
  func extremeTimes() throws {
    for model in ["model=anisotropicLinear covarianceEigenvalues=1 teacherVariance=5", "model=isotropicLinear"] {
      let critical = try Generalization.theory("\(model) loadRatio=1 time=1e100,1e150")
      let errors = critical.observables["testError"]?.curveValues ?? []
      for (error, root) in zip(errors, [1e50, 1e75]) {
        expectClose(error / root, 2 * (2 - 2.0.squareRoot()) / Double.pi.squareRoot(), 1e-11, model)
      }
      let plain = try Generalization.theory("\(model) loadRatio=0.5 time=1e-300,1e150")
      let ends = plain.observables["testError"]?.curveValues ?? []
      expectClose(ends[0], 6, 1e-14, model)
      expectClose(ends[1], plain["finalTestError"] ?? .nan, 1e-11, model)
    }
  }

  @Test func nulls() throws {
    let critical = try Generalization.theory("loadRatio=1")
    #expect(critical["finalTestError"] == nil && critical["overtrainingGap"] == nil && critical.phase == "harmful")
    #expect(critical["optimalStoppingTime"] != nil)
    let noSignal = try Generalization.theory("signalToNoise=0")
    #expect(noSignal["optimalRidge"] == nil && noSignal["optimalStoppingTime"] == 0)
    #expect(noSignal["optimalStoppingTestError"] == 1)
    let noNoise = try Generalization.theory("labelNoiseVariance=0 teacherVariance=1")
    #expect(noNoise["optimalStoppingTime"] == nil && noNoise.phase == nil && noNoise["finalTestError"] == 0.5)
    #expect(try Generalization.theory("numInputs=20 numSamples=21")["finiteSizeFinalTestError"] == nil)
    let deep = try Generalization.theory("model=deepLinearStudent labelNoiseVariance=0 loadRatio=2")
    #expect(deep["optimalStoppingTime"] == nil && deep.reason("optimalStoppingTime") != nil)
    let anisotropic = try Generalization.theory("model=anisotropicLinear labelNoiseVariance=0")
    #expect(anisotropic["optimalStoppingTime"] == nil && anisotropic.phase == nil)
    let sample = try Generalization.sample("numInputs=20 numSamples=21")
    #expect(sample["finalTestError"] == nil && sample.reason("finalTestError") != nil)
  }
}

@Suite struct StoppingSearchTests {
  @Test("Minima count where both sides rise by more than 1e-8")
  func prominence() {
    #expect(StoppingSearch.prominentMinima(of: [5, 3, 4, 2, 6]) == [1, 3])
    #expect(StoppingSearch.prominentMinima(of: [5, 3, 3.00000001, 2, 2.00000001, .infinity]) == [3])
    #expect(StoppingSearch.prominentMinima(of: [5, 4, 3, 2]) == [])
    #expect(StoppingSearch.prominentMinima(of: [5, 4, 3, 3 + 1e-12, 3]) == [])
    #expect(StoppingSearch.prominentMinima(of: [1, 2, 3]) == [])
  }
}
