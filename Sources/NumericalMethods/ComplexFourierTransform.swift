import CFFTW
import ComplexModule
import RealModule

/// The discrete Fourier transform of complex series of one length, by FFTW.
///
/// X_k = Σ_j x_j e^{−2πi jk/n}; the inverse divides by n. See ``RealFourierTransform`` for the planning and its bits.
public struct ComplexFourierTransform: ~Copyable {
  /// The length n.
  public let count: Int

  private let values: UnsafeMutablePointer<fftw_complex>
  private let forwardPlan: fftw_plan
  private let inversePlan: fftw_plan

  /// Plans both directions.
  ///
  /// - Precondition: `count` ≥ 1.
  /// - Throws: `FourierTransformError` when FFTW has no memory or no plan.
  public init(count: Int) throws(FourierTransformError) {
    let length = FourierPlanning.libraryCount(count)
    let values = fftw_alloc_complex(count)
    nonisolated(unsafe) let buffer = values
    let plans = FourierPlanning.withPlanner {
      nonisolated(unsafe) let made = (
        fftw_plan_dft_1d(length, buffer, buffer, FFTW_FORWARD, FFTW_ESTIMATE),
        fftw_plan_dft_1d(length, buffer, buffer, FFTW_BACKWARD, FFTW_ESTIMATE)
      )
      return made
    }
    guard let values, let forward = plans.0, let inverse = plans.1 else {
      FourierPlanning.withPlanner {
        plans.0.map { fftw_destroy_plan($0) }
        plans.1.map { fftw_destroy_plan($0) }
      }
      fftw_free(values)
      throw FourierTransformError(count: count)
    }
    self.count = count
    self.values = values
    forwardPlan = forward
    inversePlan = inverse
  }

  deinit {
    FourierPlanning.withPlanner {
      fftw_destroy_plan(forwardPlan)
      fftw_destroy_plan(inversePlan)
    }
    fftw_free(values)
  }

  /// X_k = Σ_j x_j e^{−2πi jk/n}.
  ///
  /// - Precondition: `input` has length n.
  public mutating func forward(_ input: [Complex<Double>]) -> [Complex<Double>] {
    execute(forwardPlan, input, scale: 1)
  }

  /// x_j = (1/n) Σ_k X_k e^{2πi jk/n}, so that it undoes ``forward(_:)``.
  ///
  /// - Precondition: `input` has length n.
  public mutating func inverse(_ input: [Complex<Double>]) -> [Complex<Double>] {
    execute(inversePlan, input, scale: Double(count))
  }

  private func execute(_ plan: fftw_plan, _ input: [Complex<Double>], scale: Double) -> [Complex<Double>] {
    precondition(input.count == count, "a transform of length \(count) cannot take \(input.count) numbers")
    for index in 0..<count {
      values[index] = (input[index].real, input[index].imaginary)
    }
    fftw_execute(plan)
    return (0..<count).map { Complex(values[$0].0 / scale, values[$0].1 / scale) }
  }
}
