import ComplexModule
import NumericalMethods
import SystemInterface

/// A deep linear network whose layers are circular convolutions, under gradient descent on its kernels.
///
/// W_l = C(k_l) with (C(k)x)_i = Σ_j k_{(i−j) mod n} x_j. The Fourier transform decouples it into n complex modes: with
/// k̂ = DFT(k), L = ½Σ_f |ŝ_f − Π_l k̂_{l,f}|² and dk̂_l/dt = n (Π_{m≠l} k̂_m)* (ŝ − Π_m k̂_m): O(D n) a step after transforms of
/// O(D n log n), against O(D n³) for dense layers.
public struct CirculantNetwork: ~Copyable {
  /// n.
  public let count: Int
  private var transform: ComplexFourierTransform
  /// k̂_l, shape `[layer][frequency]`.
  private var spectra: [[Complex<Double>]]
  /// ŝ.
  private let target: [Complex<Double>]

  /// A network that starts at `kernels`, shape `[layer][place]`, and learns the convolution with `target`.
  ///
  /// - Precondition: at least one layer, all kernels as long as the target.
  /// - Throws: `FourierTransformError` when FFTW has no memory or no plan.
  public init(kernels: [[Double]], target: [Double]) throws(FourierTransformError) {
    precondition(!kernels.isEmpty, "a network needs a layer")
    precondition(kernels.allSatisfy { $0.count == target.count }, "kernels and target must be equally long")
    count = target.count
    var transform = try ComplexFourierTransform(count: target.count)
    self.target = transform.forward(target.map { Complex($0, 0) })
    spectra = kernels.map { transform.forward($0.map { Complex($0, 0) }) }
    self.transform = transform
  }

  /// ½‖C(target) − W‖² = ½Σ_f |ŝ_f − Π_l k̂_{l,f}|².
  public var loss: Double {
    0.5 * (0..<count).reduce(0) { $0 + (target[$1] - product(frequency: $1)).lengthSquared }
  }

  /// The kernels as they are now, shape `[layer][place]`.
  public mutating func kernels() -> [[Double]] {
    var kernels: [[Double]] = []
    for spectrum in spectra { kernels.append(transform.inverse(spectrum).map(\.real)) }
    return kernels
  }

  /// The kernel of the whole network.
  public mutating func productKernel() -> [Double] {
    let spectrum = (0..<count).map { product(frequency: $0) }
    return transform.inverse(spectrum).map(\.real)
  }

  /// One step k_l ← k_l − η ∂L/∂k_l, all gradients from the same old kernels.
  public mutating func step(learningRate: Double) {
    let depth = spectra.count, factor = learningRate * Double(count)
    var prefixes = [Complex<Double>](repeating: Complex(1, 0), count: depth + 1)
    for f in 0..<count {
      for l in 0..<depth { prefixes[l + 1] = prefixes[l] * spectra[l][f] }
      let residual = target[f] - prefixes[depth]
      var suffix = Complex(1.0, 0)
      for l in stride(from: depth - 1, through: 0, by: -1) {
        let others = prefixes[l] * suffix
        suffix = suffix * spectra[l][f]
        spectra[l][f] += Complex(factor, 0) * others.conjugate * residual
      }
    }
  }

  private func product(frequency f: Int) -> Complex<Double> {
    spectra.reduce(Complex(1, 0)) { $0 * $1[f] }
  }
}
