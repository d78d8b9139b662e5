import DeepLinear
import Foundation
import GeneralizationDynamics
import NumericalMethods
import SystemInterface

extension BoundedWork {
  /// Everything that is measured, prepared outside the timed parts.
  ///
  /// - Throws: what the systems throw; a kernel that no system has any more is a programmer's mistake.
  static func all() throws -> [BoundedWork] {
    [try spectrumSample(), try mapOfTheory(), try linearNetwork(), try twoLayerNetwork()]
  }

  /// One disorder sample of errors at all times, of the best stopping time and of the limit t → ∞, at N = P = 2000, beside the
  /// eigenvalues of one Gram matrix that is already there.
  private static func spectrumSample() throws -> BoundedWork {
    let size = 2000
    let system = AnySystem(GeneralizationDynamics())
    let given = try parameters(["numInputs": .integer(size), "loadRatio": .real(1)], of: system)
    var random = RandomStream(StreamKey(seed: 1, system: 0, point: 0, purpose: .disorder))
    let gram = Matrix.gaussian(
      rows: size, columns: size, standardDeviation: 1 / Double(size).squareRoot(), using: &random
    ).gram()
    var sample = 0
    return BoundedWork(
      name: "sample of the spectrum, N = P = \(size)", referenceName: "dsyevd, eigenvalues of a Gram matrix",
      demand: .timeRatio(atMost: 1.15),
      work: {
        _ = try system.simulate(at: given, seed: 1, sample: sample)
        sample += 1
        return 1
      },
      reference: {
        _ = try gram.symmetricEigenvalues()
        return 1
      })
  }

  /// The map of `runs/generalization-map.toml`: E_g, E_t and bounds at 200 loads and 200 times, t* and ridge at every load.
  private static func mapOfTheory() throws -> BoundedWork {
    let count = 200
    let system = AnySystem(GeneralizationDynamics())
    let times = (0..<count).map { RawValue.real(0.1 * pow(1e4, Double($0) / Double(count - 1))) }
    let loads = (0..<count).map { 0.05 + (4 - 0.05) * Double($0) / Double(count - 1) }
    let points = try loads.map { try parameters(["loadRatio": .real($0), "time": .array(times)], of: system) }
    return BoundedWork(
      name: "\(count) × \(count) map E_g(α, t) with t*(α), theory", referenceName: "–", demand: .time(below: 0.5),
      work: {
        for point in points { _ = try system.theory(at: point) }
        return 1
      }, reference: nil)
  }

  /// Gradient descent on a deep linear network, beside the product of its matrices.
  private static func linearNetwork() throws -> BoundedWork {
    let kernels = DeepLinear().benchmarks
    return BoundedWork(
      name: "step of 4 layers of 512 × 512", referenceName: "dgemm of 512 × 512", demand: .rateRatio(atLeast: 0.8),
      work: try kernel("linear-network-step", of: kernels), reference: try kernel("matrix-product", of: kernels))
  }

  /// Both layers of a nonlinear network in training, beside the two products of a step.
  private static func twoLayerNetwork() throws -> BoundedWork {
    let kernels = GeneralizationDynamics().benchmarks
    return BoundedWork(
      name: "step of two layers, d = 100, P = 500, M = 4096", referenceName: "its two products by dgemm", demand: .rate,
      work: try kernel("generalization-two-layer", of: kernels),
      reference: try kernel("generalization-two-layer-products", of: kernels))
  }

  private static func parameters(_ values: [String: RawValue], of system: AnySystem) throws -> GivenParameters {
    let words = values.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value, origin: InputOrigin?.none) }
    return try GivenParameters(words, of: system.description)
  }

  private static func kernel(_ name: String, of kernels: [KernelBenchmark]) throws -> () -> Double {
    guard let found = kernels.first(where: { $0.name == name }) else {
      preconditionFailure("no kernel is called \(name)")
    }
    return try found.prepare()
  }
}
