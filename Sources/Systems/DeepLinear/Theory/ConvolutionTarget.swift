import ComplexModule
import NumericalMethods
import RealModule

/// The circular convolution that a convolutional network learns, in the modes of the Fourier transform.
///
/// The circulant C(k)_ij = k_{(i−j) mod n} has the singular values s_f = |k̂_f|; f and n − f are one mode of two directions
/// (cosine and sine), f = 0 and n/2 of one.
struct ConvolutionTarget: Sendable {
  /// n.
  let count: Int
  /// k̂_f, f = 0 … n/2; 0 where it is 0 to rounding.
  let spectrum: [Complex<Double>]

  /// The convolution with a kernel of n numbers.
  ///
  /// - Throws: `FourierTransformError` when FFTW has no memory or no plan.
  init(kernel: [Double]) throws(FourierTransformError) {
    count = kernel.count
    let smallest = 1e-14 * kernel.reduce(0) { $0 + abs($1) }
    spectrum = try CirculantNetwork.halfSpectrum(kernel).map { $0.length > smallest ? $0 : 0 }
  }

  /// s_f.
  var singularValues: [Double] { spectrum.map(\.length) }

  /// e^{iθ_f} with k̂_f = s_f e^{iθ_f}; 1 where s_f = 0.
  var phases: [Complex<Double>] { spectrum.map { $0.normalized ?? 1 } }

  /// Number of directions of a frequency: 1 for f = 0 and n/2, else 2.
  static func multiplicity(frequency f: Int, count n: Int) -> Int { f == 0 || 2 * f == n ? 1 : 2 }

  /// n D s₁^{2−2/D}: the largest eigenvalue of the Hessian at the balanced optimum, gradients of kernels being n times those of
  /// free matrices, since every number of a kernel stands in n places.
  func sharpness(depth: Int) -> Double {
    Double(count) * DeepLinear.sharpness(depth: depth, largest: singularValues.max() ?? 0)
  }

  /// The law of a frequency from kernels of two layers whose numbers are N(0, σ²): k̂ has the variance nσ², over one or two
  /// directions.
  func randomMode(frequency f: Int, scale: Double) -> SmallRandomStart {
    let directions = Self.multiplicity(frequency: f, count: count)
    return SmallRandomStart(
      scale: scale * (Double(count) / Double(directions)).squareRoot(), hiddenWidth: directions)
  }

  /// k_j ∝ e^{−|j|/w} on a ring of n places, all windings summed, Σ_j k_j = 1:
  /// k̂_f = (1 − ρ)²/(1 + ρ² − 2ρ cos(2πf/n)) with ρ = e^{−1/w}.
  static func exponentialKernel(width w: Double, count n: Int) -> [Double] {
    // (1 − ρ)/((1 + ρ)(1 − ρ^n)), which is 1/(2n) for wide kernels.
    let decay = Double.exp(-1 / w)
    let factor = Double.expMinusOne(-1 / w) / ((1 + decay) * Double.expMinusOne(-Double(n) / w))
    return (0..<n).map { factor * (Double.exp(-Double($0) / w) + Double.exp(-Double(n - $0) / w)) }
  }
}
