import Foundation
import Testing

@testable import NumericalMethods

@Suite struct NormalDistributionTests {
  /// Newton's correction (Φ(z) − p)/φ(z) is the error of z; both branch points of the algorithm are on the list.
  @Test(
    "The quantile undoes the distribution function",
    arguments: [1e-300, 1e-19, 1.3e-11, 1.4e-11, 1e-6, 0.01, 0.0749, 0.0751, 0.2, 0.4, 0.4999])
  func inverse(tail: Double) {
    let z = NormalDistribution.upperQuantile(tail: tail)
    let probability = 0.5 * erfc(z / 2.0.squareRoot())
    let density = exp(-0.5 * z * z) / (2 * Double.pi).squareRoot()
    #expect(abs(probability - tail) / density <= 1e-14 * max(z, 0.01))
  }

  @Test("The quantile is odd about one half and has its published values")
  func values() {
    #expect(NormalDistribution.quantile(0.5) == 0)
    #expect(abs(NormalDistribution.quantile(0.975) - 1.959963984540054) < 1e-15 * 4)
    #expect(NormalDistribution.quantile(0.25) == -NormalDistribution.quantile(0.75))
  }

  @Test("The logarithm of the tails is that of the C library to rounding")
  func logarithm() {
    for exponent in 1...64 {
      for fraction in [1.0, 1.2, 1.41, 1.42, 1.7, 1.999] {
        let x = fraction * Double(sign: .plus, exponent: -exponent - 1, significand: 1)
        #expect(abs(NormalDistribution.negativeLogarithm(x) / -log(x) - 1) < 1e-15)
      }
    }
  }
}
