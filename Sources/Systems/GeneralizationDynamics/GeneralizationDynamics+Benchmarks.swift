import NumericalMethods
import SystemInterface

extension GeneralizationDynamics {
  /// Training of two layers, and the matrix products whose rate bounds it.
  public var benchmarks: [KernelBenchmark] {
    let (d, samples, width) = (100, 500, 4096)
    // Fields and gradients: two products of P × d × M.
    let operations = 4 * Double(d * samples * width)
    return [
      KernelBenchmark(
        name: "generalization-two-layer", meaning: "steps of both layers, d = \(d), P = \(samples), M = \(width)",
        unit: "floating-point operations of the matrix products"
      ) {
        let model = TwoLayerNetwork(
          activation: .erf, inputDimension: d, hiddenWidth: width, numSamples: samples, numTeacherUnits: 5,
          teacherSecondMoment: 1, noiseVariance: 0.25, hiddenScale: 1, readoutScale: 1, learningRate: 0.5, steps: [])
        let training = TrainingInProgress(model)
        return {
          training.step()
          return operations
        }
      },
      KernelBenchmark(
        name: "generalization-two-layer-products", meaning: "the two matrix products of such a step by dgemm",
        unit: "floating-point operations"
      ) {
        var random = RandomStream(StreamKey(seed: 1, system: description.streamNumber, point: 0, purpose: .disorder))
        let inputs = Matrix.gaussian(rows: d, columns: samples, using: &random)
        var hidden = Matrix.gaussian(rows: d, columns: width, using: &random)
        var fields = Matrix(rows: samples, columns: width)
        return {
          fields.accumulate(1, inputs, transposed: true, by: hidden)
          // A tiny factor keeps the weights finite however often this is repeated.
          hidden.accumulate(1e-12, inputs, by: fields, keeping: 1)
          return operations
        }
      },
    ]
  }
}

/// A network in training, for a closure to hold.
private final class TrainingInProgress {
  private var training: TwoLayerTraining

  init(_ model: TwoLayerNetwork) {
    training = TwoLayerTraining(model, SampleStreams(seed: 1, system: 3, point: 0, sample: 0))
  }

  func step() { training.step() }
}
