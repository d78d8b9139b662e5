import NumericalMethods
import RealModule

extension GeneralizationDynamics {
  /// A map of test errors by theory, spectra of large samples, and training of two layers.
  public var benchmarks: [KernelBenchmark] {
    [
      KernelBenchmark(
        name: "generalization-map", meaning: "isotropic theory, 200 times and t* at loads from 0.05 to 4",
        unit: "points of the map"
      ) {
        let times = (0..<200).map { 0.1 * Double.pow(10, 4 * Double($0) / 199) }
        let loads = LoadSequence()
        return {
          let model = IsotropicLinear(
            sizes: SampleSizes(loadRatio: loads.next(), numInputs: 200, numSamples: 100),
            variances: ModeVariances(teacher: 5, start: 0, noise: 1, weightDecay: 0), ridge: nil, times: times,
            simulationMode: .spectrum, learningRate: 0.01)
          return (try? model.theory()) == nil ? 0 : Double(times.count)
        }
      },
      KernelBenchmark(
        name: "generalization-two-layer", meaning: "steps of both layers, d = 100, P = 500, M = 1024",
        unit: "multiply-adds of the matrix products"
      ) {
        let model = TwoLayerNetwork(
          activation: .erf, inputDimension: 100, hiddenWidth: 1024, numSamples: 500, numTeacherUnits: 5,
          teacherSecondMoment: 1, noiseVariance: 0.25, hiddenScale: 1, readoutScale: 1, learningRate: 0.5, steps: [])
        let training = TrainingInProgress(model)
        return { training.step() }
      },
    ]
  }
}

/// Loads in turn, for a closure to hold.
private final class LoadSequence {
  private var place = 0

  func next() -> Double {
    place = (place + 1) % 80
    return 0.05 + 3.95 * Double(place) / 79
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
