import RealModule
import SystemInterface

/// Nodes k_j = j step of the trapezoidal rule for the integrals of section 3.2, eight to a block, with tabulated weights.
///
/// The error of the rule is exp(-2 (P - |h|)) for step = 2π/P, so that P = 22 + (bound on |h|) is exact to round-off; beyond
/// k = 27 the weights are below it.
struct FourierNodes: Sendable {
  /// P.
  let bandwidth: Double
  /// Distance of the nodes.
  let step: Double
  /// step/sinh(πk/2), shape [block]; zero at k = 0, whose share is a limit.
  let sine: [SIMD8<Double>]
  /// step/(k sinh(πk/2)), shape [block]; zero at k = 0, whose share is a limit.
  let logarithm: [SIMD8<Double>]
  /// step k/sinh(πk/2), shape [block]; half of the limit 2 step/π at k = 0.
  let curvature: [SIMD8<Double>]

  private static let largestWaveNumber = 27.0

  /// The rule of this P for local fields, to which a Gaussian field of deviation `noise` adds.
  init(bandwidth: Double, noise: Double = 0) {
    self.bandwidth = bandwidth
    step = 2 * .pi / bandwidth
    let blockCount = Int(Self.largestWaveNumber / step / 8) + 1
    var sine: [SIMD8<Double>] = [], logarithm: [SIMD8<Double>] = [], curvature: [SIMD8<Double>] = []
    sine.reserveCapacity(blockCount)
    logarithm.reserveCapacity(blockCount)
    curvature.reserveCapacity(blockCount)
    for block in 0..<blockCount {
      var (a, b, c) = (SIMD8<Double>.zero, SIMD8<Double>.zero, SIMD8<Double>.zero)
      for lane in 0..<8 {
        let k = Double(8 * block + lane) * step
        // The Gaussian field multiplies every characteristic function.
        let weight = noise > 0 ? step * Double.exp(-0.5 * noise * noise * k * k) : step
        if k == 0 {
          c[lane] = step / .pi
        } else {
          a[lane] = weight * Self.inverseHyperbolicSine(0.5 * .pi * k)
          b[lane] = a[lane] / k
          c[lane] = a[lane] * k
        }
      }
      sine.append(a)
      logarithm.append(b)
      curvature.append(c)
    }
    self.sine = sine
    self.logarithm = logarithm
    self.curvature = curvature
  }

  /// 1/sinh x, without sinh where the exponential alone loses no digits.
  private static func inverseHyperbolicSine(_ x: Double) -> Double {
    guard x > 1 else { return 1 / Double.sinh(x) }
    let e = Double.exp(-x)
    return 2 * e / (1 - e * e)
  }

  /// P, rounded up by at most a sixteenth so that neighbouring states share their nodes.
  static func bandwidth(largestField: Double) -> Double {
    let least = 22 + largestField
    let grain = Double(sign: .plus, exponent: least.exponent - 4, significand: 1)
    return (least / grain).rounded(.up) * grain
  }
}
