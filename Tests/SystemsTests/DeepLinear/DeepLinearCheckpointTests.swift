import Foundation
import SystemTesting
import Testing

@testable import DeepLinear
@testable import SystemInterface

/// A simulation that was saved and restored goes on with the same bits.
@Suite struct DeepLinearCheckpointTests {
  @Test(
    "Saved and restored between any two advances",
    arguments: [
      "hiddenWidth=60 numInputs=50 numOutputs=40 time=0,0.1,0.2 singularValues=3,2 initialModeStrength=0.1",
      "quantity=riccati numInputs=40 numOutputs=40 hiddenWidth=30 time=0,0.3,0.5",
      "quantity=hierarchy treeDepth=6 numFeatures=200 initialModeStrength=0.005",
      "quantity=convolution hiddenWidth=20000 time=0.00001,0.0002 initialModeStrength=0.9 kernelWidth=0.01",
      "quantity=trainingEpochs hiddenWidth=100 numWeightLayers=2 relativeLearningRate=0.4,0.8",
    ])
  func restoring(request: String) throws {
    let parameters = try Linear.parameters(request), system = Linear.system
    let direct = try system.simulate(at: parameters, seed: 3, sample: 1)
    var simulation = try system.simulation(at: parameters, seed: 3, sample: 1)
    var advances = 0
    while !simulation.isFinished {
      try simulation.advance()
      advances += 1
      let state = try #require(try simulation.encodedState())
      #expect(!state.contains(UInt8(ascii: "\n")))
      simulation = try system.simulation(at: parameters, seed: 3, sample: 1)
      try simulation.restore(state)
    }
    #expect(advances > 1, "nothing was interrupted")
    #expect(try simulation.result() == direct)
  }

  @Test("A state of another size is refused")
  func mismatch() throws {
    let small = try Linear.system.simulation(at: Linear.parameters("time=1"), seed: 1, sample: 0)
    let state = try #require(try small.encodedState())
    var large = try Linear.system.simulation(at: Linear.parameters("time=1 hiddenWidth=21"), seed: 1, sample: 0)
    #expect(throws: SavedNetworkMismatch.self) { try large.restore(state) }
  }
}
