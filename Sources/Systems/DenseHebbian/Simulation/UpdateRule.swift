import CKernels
import RealModule
import SystemInterface

/// Rule by which single spins are updated.
enum UpdateRule: Sendable {
  /// Gibbs sampling at inverse temperature beta.
  case heatBath(beta: Double)
  /// Metropolis at inverse temperature beta.
  case metropolis(beta: Double)
  /// Follow the sign of the field, stay on zero.
  case zeroTemperature

  /// Probability of a flip when the field along the spin is `s h`; the energy would change by 2 s h.
  @inline(__always)
  func flipProbability(fieldAlongSpin: Double) -> Double {
    switch self {
    case .heatBath(let beta): 1 / (1 + Double.exp(2 * beta * fieldAlongSpin))
    case .metropolis(let beta): fieldAlongSpin <= 0 ? 1 : Double.exp(-2 * beta * fieldAlongSpin)
    case .zeroTemperature: fieldAlongSpin < 0 ? 1 : 0
    }
  }

  /// Fields along a spin below which an update with a uniform number certainly flips, and above which it certainly does not.
  func computeThresholds(
    uniforms: UnsafeMutableBufferPointer<Double>, lower: UnsafeMutableBufferPointer<Double>,
    upper: UnsafeMutableBufferPointer<Double>, instructions: spinodal_instructions
  ) {
    switch self {
    case .heatBath(let beta):
      spinodal_heat_bath_thresholds(
        instructions, uniforms.baseAddress!, 0.5 / beta, uniforms.count, lower.baseAddress!, upper.baseAddress!)
    case .metropolis(let beta):
      spinodal_metropolis_thresholds(
        instructions, uniforms.baseAddress!, 0.5 / beta, uniforms.count, lower.baseAddress!, upper.baseAddress!)
    case .zeroTemperature:
      lower.update(repeating: 0)
      upper.update(repeating: 0)
    }
  }
}
