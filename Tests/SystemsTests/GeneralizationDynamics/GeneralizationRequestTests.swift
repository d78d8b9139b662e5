import SystemTesting
import Testing

@testable import GeneralizationDynamics
@testable import SystemInterface

@Suite struct GeneralizationRequestTests {
  @Test(
    "Refusals name key, value and what is allowed",
    arguments: [
      (Verb.theory, "loadRatio=0", ["loadRatio", "given 0", "0.0001", "10000"]),
      (.theory, "loadRatio=1 ridge=0", ["ridge", "> 0", "loadRatio = 1"]),
      (.simulate, "loadRatio=0.5 numSamples=80", ["numSamples", "loadRatio", "one of them"]),
      (.theory, "labelNoiseVariance=0 signalToNoise=5", ["ratios need noise", "teacherVariance, initVariance"]),
      (.theory, "labelNoiseVariance=0", ["ratios need noise", "teacherVariance, initVariance"]),
      (.theory, "labelNoiseVariance=0 teacherVariance=1 initToNoise=1", ["initToNoise", "ratios need noise"]),
      (.theory, "signalToNoise=5 teacherVariance=1", ["signalToNoise", "teacherVariance", "one of them"]),
      (
        .theory, "model=anisotropicLinear covarianceEigenvalues=1,-0.5", ["covarianceEigenvalues", "-0.5 is negative"]
      ),
      (.theory, "model=anisotropicLinear covarianceEigenvalues=0,0", ["covarianceEigenvalues", "zero"]),
      (.theory, "model=anisotropicLinear covarianceWeights=0.5,0.6", ["covarianceWeights", "1.1", "sum of 1"]),
      (.theory, "model=anisotropicLinear covarianceWeights=0.5,0.3,0.2", ["covarianceWeights", "equal length"]),
      (.theory, "model=anisotropicLinear teacherVariance=1,2,3", ["teacherVariance", "3 values for 2"]),
      (
        .theory, "model=anisotropicLinear covarianceEigenvalues=1,0 loadRatio=0.5 ridge=0",
        ["ridge", "> 0", "loadRatio = 0.5"]
      ),
      (.simulate, "model=anisotropicLinear numInputs=101", ["numInputs", "101", "integer"]),
      (.theory, "model=deepLinearStudent numLayers=1", ["numLayers", "given 1", "2...20"]),
      (.theory, "model=twoLayerFull", ["'twoLayerFull' has no theory", "use simulate"]),
      (.theory, "time=-1", ["time", "given -1", "finite", ">= 0", "finalTestError"]),
      (.theory, "time=inf", ["time", "given inf", "finite", ">= 0", "finalTestError"]),
      (.theory, "time=1,1", ["time", "ascend"]),
      (.theory, "model=anisotropicLinear time=1e300", ["time", "1e150", "finalTestError"]),
      (.theory, "model=isotropicLinear activation=relu", ["activation", "not a parameter of model=isotropicLinear"]),
      (.simulate, "simulationMode=gradientDescent learningRate=1", ["learningRate", "given 1", "2/l"]),
      (.simulate, "simulationMode=gradientDescent time=1e12", ["time", "steps"]),
      (.simulate, "simulationMode=literal numInputs=100000000", ["numInputs", "GiB"]),
      (.theory, "signalToNoise=nan", ["signalToNoise"]), (.theory, "labelNoiseVariance=-1", ["labelNoiseVariance"]),
      (.simulate, "model=twoLayerFull step=5,5", ["step", "ascend"]),
      (.theory, "numSamples=3000000 numInputs=2", ["numSamples", "P/N"]),
    ])
  func refusals(verb: Verb, request: String, words: [String]) {
    let refusal = Generalization.refusal(request, for: verb)
    for word in words {
      #expect(refusal?.contains(word) ?? false, "\(request): \(refusal ?? "accepted") lacks '\(word)'")
    }
    #expect(refusal.map { !$0.contains("\n") } ?? true, "\(request): one line")
  }

  @Test(
    "One line serves both verbs",
    arguments: [
      "simulationMode=literal learningRate=0.1", "ridge=0.1 weightDecay=0.2", "loadRatio=1 ridge=0.1",
      "numSamples=80 numInputs=40", "labelNoiseVariance=0 teacherVariance=2",
      "model=deepLinearStudent simulationMode=gradientDescent learningRate=0.1",
      "model=randomFeatures featureWeights=gaussian weightSeed=7 ridge=0",
      "model=anisotropicLinear covarianceWeights=0.25,0.75 initVariance=1,2",
    ])
  func accepted(request: String) {
    for verb in Verb.allCases { #expect(Generalization.refusal(request, for: verb) == nil) }
  }

  @Test func defaults() throws {
    guard case .isotropicLinear(let plain) = try Generalization.point("") else {
      Issue.record("isotropicLinear is not the default")
      return
    }
    #expect(plain.variances == ModeVariances(teacher: 5, start: 0, noise: 1, weightDecay: 0))
    #expect(plain.sizes == SampleSizes(loadRatio: 0.5, numInputs: 200, numSamples: 100))
    #expect(plain.simulationMode == .spectrum && plain.ridge == nil)
    guard case .isotropicLinear(let tiny) = try Generalization.point("loadRatio=1e-4 labelNoiseVariance=2") else {
      return
    }
    #expect(tiny.sizes.numSamples == 1 && tiny.variances.teacher == 10)
    guard case .deepLinearStudent(let deep) = try Generalization.point("model=deepLinearStudent initialStrength=0.7")
    else { return }
    #expect(deep.initialInputScale == 0.7 && deep.learningRate == 0.01 && deep.simulationMode == .reduced)
    guard case .twoLayerFull(let net) = try Generalization.point("model=twoLayerFull", for: .simulate) else { return }
    #expect(net.inputDimension == 20 && net.numSamples == 60 && net.numTeacherUnits == 5 && net.learningRate == 0.5)
  }
}
