import NumericalMethods
import RealModule
import SystemInterface

/// How much noise of the data the hierarchical state bears (page, section 3.6): Gaussian theory with Γ = R.
///
/// With Γ = R the quality r drops out, so that it is taken for 1.
struct LearningThreshold {
  /// K.
  let patternCount: Int
  /// d.
  let dilution: Double
  /// T.
  let temperature: Double
  /// eps.
  let tolerance: Double

  static let entropies = 1e-4...3.0

  /// rho_L: where max_mu |m_mu(rho) - m_mu(storage)| reaches eps (1 - d), by bisection; `nil` if not in [1e-4, 3].
  func entropy() throws -> Double? {
    let clean = try magnetizations(entropy: 0)
    func exceeds(_ rho: Double) throws -> Bool {
      let noisy = try magnetizations(entropy: rho)
      return zip(noisy, clean).contains { abs($0 - $1) > tolerance * (1 - dilution) }
    }
    var (low, high) = (Self.entropies.lowerBound, Self.entropies.upperBound)
    guard try !exceeds(low), try exceeds(high) else { return nil }
    while high - low > 1e-12 {
      let middle = 0.5 * (low + high)
      if try exceeds(middle) { high = middle } else { low = middle }
    }
    return 0.5 * (low + high)
  }

  private func magnetizations(entropy rho: Double) throws -> [Double] {
    let law = rho > 0 ? DataLaw.gaussian(quality: 1, variance: rho) : .storage
    let theory = RetrievalTheory(
      law: law, patternCount: patternCount, dilution: dilution, temperature: temperature, gamma: law.secondMoment,
      noiseVariance: rho)
    return try theory.state(from: theory.seeds.hierarchical).sorted.magnetizations
  }

  /// rho_wc = (1 - 2d + d^K)²/(2 Θ² (1 - d)(1 - d^2K)/(1 + d)); zero for d >= d_c.
  func worstCaseEntropy(signalToNoise theta: Double) -> Double {
    let d = dilution, K = Double(patternCount)
    let margin = 1 - 2 * d + Double.pow(d, K)
    guard margin > 0 else { return 0 }
    return margin * margin / (2 * theta * theta * (1 - d) * (1 - Double.pow(d, 2 * K)) / (1 + d))
  }

  /// M = (1 - r²)/(r² rho).
  static func examples(entropy rho: Double, quality r: Double) -> Double { (1 - r * r) / (r * r * rho) }
}
