import SystemTesting
import Testing

@testable import DeepLinear
@testable import SystemInterface

/// Refusals, defaults and what every quantity reports.
@Suite struct DeepLinearRequestTests {
  @Test(
    "Refusals",
    arguments: [
      ("numWeightLayers=0", ["numWeightLayers", "0", "1...1000"]),
      ("singularValues=2,-1", ["singularValues", "-1 is not > 0"]),
      ("singularValues=3 initialModeStrength=4", ["initialModeStrength: 4 is not below the smallest singular value 3"]),
      ("initialLayerStrengths=0,0 singularValues=1", ["initialLayerStrengths", "not all 0"]),
      ("initialLayerStrengths=1,1,1 singularValues=1", ["initialLayerStrengths", "one value for each", "2"]),
      ("initialLayerStrengths=1,1", ["one value of singularValues"]),
      ("initialLayerStrengths=1,1 singularValues=2 initialModeStrength=0.1", ["give one of them"]),
      ("layerImbalance=-1 singularValues=1", ["layerImbalance: given -1", ">= 0"]),
      ("layerImbalance=0.5", ["layerImbalance: given 0.5 with 3 modes", "one value of singularValues"]),
      (
        "layerImbalance=0.5 singularValues=1 numWeightLayers=3",
        ["layerImbalance: given 0.5", "numWeightLayers = 2 only"]
      ),
      ("layerImbalance=0.5 singularValues=1 initialLayerStrengths=1,0", ["layerImbalance", "give one of them"]),
      ("layerImbalance=0.5 singularValues=1 initialization=smallRandom", ["layerImbalance", "decoupled only"]),
      ("layerImbalance=0.5 singularValues=1 initialModeStrength=1", ["initialModeStrength: 1 is not below"]),
      ("quantity=hierarchy layerImbalance=0.5", ["layerImbalance", "not a parameter"]),
      ("initialization=smallRandom numWeightLayers=3", ["smallRandom", "numWeightLayers = 2"]),
      ("quantity=riccati inputOutputCorrelation=1,2,3", ["3 values given", "= 20 needed"]),
      ("quantity=riccati inputOutputCorrelation=0,0 numInputs=2 numOutputs=1", ["not all 0"]),
      ("quantity=signalPropagation gain=0", ["gain: given 0", "> 0"]),
      ("quantity=hierarchy flipProbability=0.6", ["flipProbability: given 0.6", "[0, 0.5)"]),
      ("quantity=hierarchy treeDepth=12 branching=3", ["treeDepth", "4096"]),
      ("quantity=hierarchy gain=1", ["gain", "not a parameter"]),
      ("time=1,1", ["time", "increasing"]), ("time=-1", ["time"]), ("learnedFraction=1", ["learnedFraction"]),
      ("hiddenWidth=2", ["hiddenWidth", "number of modes, 3"]),
      ("quantity=convolution hiddenWidth=2 targetKernel=1,2,3", ["targetKernel: 3 values given", "hiddenWidth = 2"]),
      ("quantity=convolution targetKernel=0,0", ["targetKernel", "not all 0"]),
      ("quantity=convolution targetKernel=1,2 kernelWidth=2", ["kernelWidth", "give one of them"]),
      ("quantity=convolution kernelWidth=0", ["kernelWidth: given 0", "> 0"]),
      ("quantity=convolution initialization=smallRandom numWeightLayers=3", ["initialization", "numWeightLayers = 2"]),
      ("quantity=convolution singularValues=1", ["singularValues", "not a parameter"]),
      ("quantity=trainingEpochs hiddenWidth=2", ["hiddenWidth", "number of modes, 3"]),
      ("quantity=trainingEpochs initialization=decoupled singularValues=0.01", ["initialModeStrength"]),
      ("quantity=trainingEpochs relativeLearningRate=1,1", ["only once"]),
    ])
  func refusals(request: String, words: [String]) throws {
    let message = try #require(Linear.refusal(request, for: .theory), "\(request) was accepted")
    for word in words { #expect(message.contains(word), "\(request): \(message)") }
    #expect(!message.contains("\n"), "\(request): one problem, one line")
  }

  @Test("Simulations have more rules")
  func simulationRules() {
    #expect(Linear.refusal("numWeightLayers=257", for: .simulate)?.contains("1...256") ?? false)
    #expect(Linear.refusal("numWeightLayers=257", for: .theory) == nil)
    #expect(Linear.refusal("numInputs=2", for: .simulate)?.contains("number of modes") ?? false)
    #expect(Linear.refusal("numInputs=2", for: .theory) == nil, "theory does not need the inputs")
    #expect(
      Linear.refusal("quantity=trainingEpochs initialization=decoupled initialModeStrength=5", for: .simulate) == nil)
    #expect(Linear.refusal("quantity=trainingEpochs initialModeStrength=5", for: .theory) == nil, "no decoupled start")
    #expect(Linear.refusal("quantity=productSpectrum hiddenWidth=100000", for: .theory) == nil)
    let random = "quantity=convolution initialization=smallRandom numWeightLayers=3"
    #expect(Linear.refusal(random, for: .simulate) == nil, "theory alone needs two layers")
  }

  @Test("The echo holds what is in force")
  func echo() throws {
    let inForce = { (request: String, verb: Verb) in
      try Linear.system.parametersInForce(Linear.parameters(request), for: verb)
        .map { "\($0.name)=\($0.value)" }.joined(separator: " ")
    }
    #expect(
      try inForce("", .simulate)
        == "quantity=modeDynamics numWeightLayers=2 singularValues=3,2,1 initialModeStrength=0.001 "
        + "initialization=decoupled numInputs=20 numOutputs=8 hiddenWidth=20 time=0.1,0.3,1,3,10,30 learnedFraction=0.5"
    )
    #expect(
      try inForce("quantity=riccati", .theory)
        == "quantity=riccati initialization=eye initialWeightScale=0.1 numInputs=5 numOutputs=4 hiddenWidth=3 "
        + "time=0.1,0.3,1,3,10,30")
    #expect(
      try inForce("quantity=productSpectrum", .theory)
        == "quantity=productSpectrum numWeightLayers=3 initialization=gaussian hiddenWidth=100 probability=0.1,0.5")
    #expect(
      try inForce("quantity=convolution targetKernel=1,-1", .theory)
        == "quantity=convolution numWeightLayers=2 initialModeStrength=0.001 initialization=decoupled hiddenWidth=16 "
        + "targetKernel=1,-1 time=0.1,0.3,1,3 learnedFraction=0.5")
    #expect(
      try inForce("quantity=convolution initialization=smallRandom", .theory)
        == "quantity=convolution numWeightLayers=2 initialization=smallRandom initialWeightScale=0.01 hiddenWidth=16 "
        + "kernelWidth=1 time=0.1,0.3,1,3 learnedFraction=0.5")
    #expect(
      try inForce("quantity=trainingEpochs", .simulate)
        == "quantity=trainingEpochs numWeightLayers=2 singularValues=3,2,1 initialization=orthogonal hiddenWidth=16 "
        + "relativeLearningRate=0.8 threshold=0.05 maximumEpochs=10000")
  }

  @Test("Every quantity reports the observables that it declares, and no others")
  func observables() throws {
    for request in [
      "quantity=modeDynamics singularValues=2,1 time=0.1", "quantity=riccati time=0.1",
      "quantity=productSpectrum hiddenWidth=5", "quantity=hierarchy treeDepth=2 numFeatures=20",
      "quantity=signalPropagation hiddenWidth=5", "quantity=trainingEpochs hiddenWidth=4",
      "quantity=modeDynamics initialization=smallRandom singularValues=2,1 time=0.1",
      "quantity=convolution hiddenWidth=4 time=0.1",
      "quantity=convolution initialization=smallRandom hiddenWidth=5 time=0.1",
    ] {
      let option = String(request.split(separator: " ")[0].dropFirst("quantity=".count))
      for verb in [Verb.theory, .simulate] {
        let declared = Linear.system.description.observables(of: verb, under: option)
        let reported =
          try verb == .theory ? Linear.theory(request).observables : Linear.sample(request).observables
        #expect(Set(reported.keys) == Set(declared.map(\.name)), "\(request) \(verb)")
        for declaration in declared {
          guard case .curve(let curve)? = reported[declaration.name] else { continue }
          #expect(curve.dimensions == declaration.dimensions, "\(request) \(declaration.name)")
        }
      }
    }
  }
}
