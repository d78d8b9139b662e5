import NumericalMethods
import SystemInterface

extension GeneralizationDynamics {
  /// Training of two layers.
  public var benchmarks: [KernelBenchmark] {
    [
      KernelBenchmark(
        name: "generalization-two-layer", meaning: "steps of both layers, d = 100, P = 500, M = 1024",
        unit: "multiply-adds of the matrix products"
      ) {
        let model = TwoLayerNetwork(
          activation: .erf, inputDimension: 100, hiddenWidth: 1024, numSamples: 500, numTeacherUnits: 5,
          teacherSecondMoment: 1, noiseVariance: 0.25, hiddenScale: 1, readoutScale: 1, learningRate: 0.5, steps: [])
        let training = TrainingInProgress(model)
        return { training.step() }
      }
    ]
  }
}

/// A network in training, for a closure to hold.
private final class TrainingInProgress {
  private var training: TwoLayerTraining
  private let work: Double

  init(_ model: TwoLayerNetwork) {
    training = TwoLayerTraining(model, SampleStreams(seed: 1, system: 3, point: 0, sample: 0))
    work = 2 * Double(model.inputDimension) * Double(model.hiddenWidth) * Double(model.numSamples)
  }

  func step() -> Double {
    training.step()
    return work
  }
}
