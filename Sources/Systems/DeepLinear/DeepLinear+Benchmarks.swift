import NumericalMethods
import SystemInterface

extension DeepLinear {
  /// Steps of gradient descent, and the matrix product whose rate bounds them.
  public var benchmarks: [KernelBenchmark] {
    let width = 512, depth = 4
    return [
      KernelBenchmark(
        name: "linear-network-step",
        meaning: "a step of gradient descent of \(depth) layers of \(width) x \(width) weights",
        unit: "floating-point operations"
      ) {
        var random = Self.benchmarkStream
        let weights = try (0..<depth).map { _ in try Matrix.haar(rows: width, columns: width, using: &random) }
        var network = LinearNetwork(weights, correlation: .identity(width))
        // Prefixes and left factors of all layers but one, gradients of all but the first: 3 D − 3 products.
        let operations = Double(3 * depth - 3) * 2 * Double(width * width * width)
        return {
          network.step(learningRate: 1e-6)
          return operations
        }
      },
      KernelBenchmark(
        name: "matrix-product", meaning: "the product of \(width) x \(width) matrices by dgemm",
        unit: "floating-point operations"
      ) {
        var random = Self.benchmarkStream
        let a = Matrix.gaussian(rows: width, columns: width, using: &random)
        let b = Matrix.gaussian(rows: width, columns: width, using: &random)
        var c = a
        return {
          c.accumulate(1, a, by: b)
          return 2 * Double(width * width * width)
        }
      },
    ]
  }

  private static var benchmarkStream: RandomStream {
    RandomStream(StreamKey(seed: 1, system: streamNumber, point: 0, purpose: .disorder))
  }
}
