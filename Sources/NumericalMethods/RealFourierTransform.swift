import CFFTW
import ComplexModule
import RealModule

/// The discrete Fourier transform of real series of one length, by FFTW.
///
/// X_k = Σ_j x_j e^{−2πi jk/n} for k = 0…⌊n/2⌋; the other half is X_{n−k} = X_k*. The inverse divides by n. Planned with
/// FFTW_ESTIMATE, since FFTW_MEASURE chooses by timing and would change the last bits from run to run; between
/// processors with different vector instructions the last bits still differ. O(n log n) for every n.
public struct RealFourierTransform: ~Copyable {
  /// The length n of the series.
  public let count: Int
  /// The length ⌊n/2⌋ + 1 of the spectrum.
  public var spectrumCount: Int { count / 2 + 1 }

  private let series: UnsafeMutablePointer<Double>
  private let spectrum: UnsafeMutablePointer<fftw_complex>
  private let forwardPlan: fftw_plan
  private let inversePlan: fftw_plan

  /// Plans both directions.
  ///
  /// - Precondition: `count` ≥ 1.
  /// - Throws: `FourierTransformError` when FFTW has no memory or no plan.
  public init(count: Int) throws(FourierTransformError) {
    let length = FourierPlanning.libraryCount(count)
    let series = fftw_alloc_real(count)
    let spectrum = fftw_alloc_complex(count / 2 + 1)
    nonisolated(unsafe) let buffers = (series, spectrum)
    let plans = FourierPlanning.withPlanner {
      nonisolated(unsafe) let made = (
        fftw_plan_dft_r2c_1d(length, buffers.0, buffers.1, FFTW_ESTIMATE),
        fftw_plan_dft_c2r_1d(length, buffers.1, buffers.0, FFTW_ESTIMATE)
      )
      return made
    }
    guard let series, let spectrum, let forward = plans.0, let inverse = plans.1 else {
      FourierPlanning.withPlanner {
        plans.0.map { fftw_destroy_plan($0) }
        plans.1.map { fftw_destroy_plan($0) }
      }
      fftw_free(series)
      fftw_free(spectrum)
      throw FourierTransformError(count: count)
    }
    self.count = count
    self.series = series
    self.spectrum = spectrum
    forwardPlan = forward
    inversePlan = inverse
  }

  deinit {
    FourierPlanning.withPlanner {
      fftw_destroy_plan(forwardPlan)
      fftw_destroy_plan(inversePlan)
    }
    fftw_free(series)
    fftw_free(spectrum)
  }

  /// The spectrum X₀…X_{⌊n/2⌋} of a real series.
  ///
  /// - Precondition: `input` has length n.
  public mutating func forward(_ input: [Double]) -> [Complex<Double>] {
    precondition(input.count == count, "a transform of length \(count) cannot take \(input.count) numbers")
    for index in 0..<count {
      series[index] = input[index]
    }
    fftw_execute(forwardPlan)
    return (0..<spectrumCount).map { Complex(spectrum[$0].0, spectrum[$0].1) }
  }

  /// The real series with that spectrum, divided by n, so that it undoes ``forward(_:)``.
  ///
  /// The imaginary parts of X₀ and, for even n, of X_{n/2} are taken as 0.
  /// - Precondition: `input` has length ⌊n/2⌋ + 1.
  public mutating func inverse(_ input: [Complex<Double>]) -> [Double] {
    precondition(
      input.count == spectrumCount,
      "the inverse of length \(count) needs \(spectrumCount) numbers, got \(input.count)")
    for index in 0..<spectrumCount {
      spectrum[index] = (input[index].real, input[index].imaginary)
    }
    fftw_execute(inversePlan)
    return (0..<count).map { series[$0] / Double(count) }
  }

  /// The circular correlation Σ_j x_j x_{(j+t) mod n} for t = 0…n − 1, the inverse transform of |X_k|² (Wiener–Khinchin).
  ///
  /// - Precondition: `input` has length n.
  public mutating func circularCorrelation(_ input: [Double]) -> [Double] {
    inverse(forward(input).map { Complex($0.lengthSquared, 0) })
  }
}
