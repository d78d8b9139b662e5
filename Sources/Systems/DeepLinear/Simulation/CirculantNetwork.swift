import ComplexModule
import Foundation
import NumericalMethods
import SystemInterface

/// A deep linear network whose layers are circular convolutions, under gradient descent on its kernels.
///
/// W_l = C(k_l) with (C(k)x)_i = Σ_j k_{(i−j) mod n} x_j. The Fourier transform decouples it: with k̂ = DFT(k),
/// L = ½Σ_f |ŝ_f − Π_l k̂_{l,f}|² and dk̂_l/dt = n (Π_{m≠l} k̂_m)* (ŝ − Π_m k̂_m) for every frequency: O(D n) a step after transforms
/// of O(D n log n), against O(D n³) for dense layers. Kernels are real, so that f = 0 … n/2 tell all. A step of η moves the
/// weights as a step of nη on free matrices would.
public struct CirculantNetwork: Sendable {
  /// n.
  public var count: Int { target.count }
  /// D.
  public let depth: Int
  /// k̂_l, f = 0 … n/2, shape `[frequency][layer]`, the layer contiguous.
  private(set) var spectra: [Complex<Double>]
  /// Π_l k̂_{l,f}.
  private var products: [Complex<Double>] = []
  private let target: ConvolutionTarget
  /// e^{iθ_f} of the target.
  let phases: [Complex<Double>]

  /// A network that starts at `kernels`, shape `[layer][place]`, and learns the convolution with `target`.
  ///
  /// - Precondition: at least one layer, all kernels as long as the target.
  /// - Throws: `FourierTransformError` when FFTW has no memory or no plan.
  public init(kernels: [[Double]], target: [Double]) throws(FourierTransformError) {
    try self.init(kernels: kernels, target: ConvolutionTarget(kernel: target))
  }

  /// The same for a target whose spectrum is known.
  init(kernels: [[Double]], target: ConvolutionTarget) throws(FourierTransformError) {
    precondition(kernels.allSatisfy { $0.count == target.count }, "kernels and target must be equally long")
    var spectra: [[Complex<Double>]] = []
    for kernel in kernels { spectra.append(try Self.halfSpectrum(kernel)) }
    self.init(spectra: spectra, target: target)
  }

  /// A network that starts at these spectra k̂_l, shape `[layer][frequency]`, f = 0 … n/2.
  init(spectra: [[Complex<Double>]], target: ConvolutionTarget) {
    precondition(!spectra.isEmpty, "a network needs a layer")
    precondition(spectra.allSatisfy { $0.count == target.spectrum.count }, "one number for each frequency")
    depth = spectra.count
    self.spectra = target.spectrum.indices.flatMap { f in spectra.map { $0[f] } }
    self.target = target
    phases = target.phases
    propagate()
  }

  /// The products of the present spectra.
  private mutating func propagate() {
    products = phases.indices.map { f in spectra[f * depth..<(f + 1) * depth].reduce(1, *) }
  }

  /// ½‖C(target) − W‖² = ½Σ_f |ŝ_f − Π_l k̂_{l,f}|² over all n frequencies.
  public var loss: Double { 0.5 * sum { (target.spectrum[$0] - products[$0]).lengthSquared } }

  /// The kernels as they are now, shape `[layer][place]`.
  ///
  /// - Throws: `FourierTransformError` when FFTW has no memory or no plan.
  public func kernels() throws(FourierTransformError) -> [[Double]] {
    var kernels: [[Double]] = []
    for l in 0..<depth { kernels.append(try kernel { spectra[$0 * depth + l] }) }
    return kernels
  }

  /// The kernel of the whole network.
  ///
  /// - Throws: `FourierTransformError` when FFTW has no memory or no plan.
  public func productKernel() throws(FourierTransformError) -> [Double] { try kernel { products[$0] } }

  /// One step k_l ← k_l − η ∂L/∂k_l, all gradients from the same old kernels.
  public mutating func step(learningRate: Double) {
    let depth = depth, factor = Complex(learningRate * Double(count), 0)
    let target = target.spectrum
    spectra.withUnsafeMutableBufferPointer { spectra in
      products.withUnsafeMutableBufferPointer { products in
        withUnsafeTemporaryAllocation(of: Complex<Double>.self, capacity: depth) { prefixes in
          for f in target.indices {
            let layers = spectra.extracting(f * depth..<(f + 1) * depth)
            var (prefix, suffix, product) = (Complex(1.0, 0), Complex(1.0, 0), Complex(1.0, 0))
            for l in 0..<depth {
              prefixes[l] = prefix
              prefix = prefix * layers[l]
            }
            let residual = target[f] - prefix
            for l in stride(from: depth - 1, through: 0, by: -1) {
              let others = prefixes[l] * suffix
              suffix = suffix * layers[l]
              layers[l] += factor * others.conjugate * residual
            }
            for l in 0..<depth { product = product * layers[l] }
            products[f] = product
          }
        }
      }
    }
  }

  /// Σ_f over all n frequencies.
  private func sum(_ term: (_ frequency: Int) -> Double) -> Double {
    target.spectrum.indices.reduce(0) {
      $0 + Double(ConvolutionTarget.multiplicity(frequency: $1, count: count)) * term($1)
    }
  }

  private func kernel(_ spectrum: (Int) -> Complex<Double>) throws(FourierTransformError) -> [Double] {
    var transform = try ComplexFourierTransform(count: count)
    let all = (0..<count).map { 2 * $0 <= count ? spectrum($0) : spectrum(count - $0).conjugate }
    return transform.inverse(all).map(\.real)
  }

  /// DFT(kernel) at f = 0 … n/2; the others are its conjugates.
  static func halfSpectrum(_ kernel: [Double]) throws(FourierTransformError) -> [Complex<Double>] {
    var transform = try ComplexFourierTransform(count: kernel.count)
    let half = transform.forward(kernel.map { Complex($0, 0) }).prefix(kernel.count / 2 + 1)
    return half.enumerated().map { f, value in
      ConvolutionTarget.multiplicity(frequency: f, count: kernel.count) == 1 ? Complex(value.real, 0) : value
    }
  }
}

extension CirculantNetwork: ModeLearner {
  static let stableRate = "2/(n D s^(2-2/D)), s the largest of the target's spectrum"

  /// u_f = Re(e^{−iθ_f} Π_l k̂_{l,f}), the part in phase with the target, and √Σ_f of the squares of the part out of phase.
  var modes: (strengths: [Double], residue: Double) {
    let aligned = phases.indices.map { products[$0] * phases[$0].conjugate }
    return (aligned.map(\.real), sum { aligned[$0].imaginary * aligned[$0].imaginary }.squareRoot())
  }

  var mapElements: [Double] { [] }

  /// |k̂_{l+1}|² − |k̂_l|², the eigenvalues of W_{l+1}ᵀW_{l+1} − W_lW_lᵀ, shape `[layer][frequency]`.
  var conserved: [[Double]] {
    (1..<max(depth, 1)).map { l in
      phases.indices.map { spectra[$0 * depth + l].lengthSquared - spectra[$0 * depth + l - 1].lengthSquared }
    }
  }

  func drift(from start: [[Double]]) -> Double {
    zip(conserved, start).map { now, start in
      sum { (now[$0] - start[$0]) * (now[$0] - start[$0]) }.squareRoot()
    }.max() ?? 0
  }

  /// Complex numbers count fourfold: prefix, suffix, product of the others, gradient, new product.
  var work: Double { 20 * Double(spectra.count) }

  var savedWeights: Data { spectra.withUnsafeBytes { Data($0) } }

  mutating func restore(_ saved: Data) throws(SavedNetworkMismatch) {
    guard saved.count == spectra.count * MemoryLayout<Complex<Double>>.stride else { throw SavedNetworkMismatch() }
    _ = spectra.withUnsafeMutableBytes { saved.copyBytes(to: $0) }
    propagate()
  }
}
