import RealModule
import SystemInterface

/// Variances of the isotropic linear problem, and what each eigenmode of S contributes to its observables.
///
/// With e = e^{−(λ+γ)t} and c = λ(1 − e)/(λ + γ) the weights of a mode are w(0) e + c (w̄ + ε/√λ), so that, averaged over
/// teacher, start and noise (docs, section 1):
/// test error σ_w²(1 − c)² + σ₀²e² + σ_ε² λ((1 − e)/(λ + γ))², train error (σ_w²λ + σ_ε²)(1 − c)² + σ₀²λe²,
/// norm (σ_w² + σ_ε²/λ)c² + σ₀²e², displacement (σ_w² + σ_ε²/λ)c² + σ₀²(1 − e)².
public struct ModeVariances: Sendable, Equatable {
  /// σ_w².
  public var teacher: Double
  /// σ₀².
  public var start: Double
  /// σ_ε².
  public var noise: Double
  /// γ in the flow.
  public var weightDecay: Double

  /// σ_w² + σ₀², the test error without noise at t = 0.
  var initialPower: Double { teacher + start }

  /// Contributions of one mode, or sums of them.
  struct Contributions: Equatable {
    var test = 0.0
    var train = 0.0
    var norm = 0.0
    var displacement = 0.0
  }

  /// The limits at λ = 0, where nothing is learnt.
  func frozen(at time: Double) -> Contributions {
    let e = Double.exp(-weightDecay * time), grown = -Double.expMinusOne(-weightDecay * time)
    return Contributions(
      test: teacher + start * e * e, train: noise, norm: start * e * e, displacement: start * grown * grown)
  }

  /// Σ_k weights_k (contributions of eigenvalue k − `shift`).
  func sum(
    over eigenvalues: [Double], weights: [Double], at time: Double, minus shift: Contributions = Contributions()
  ) -> Contributions {
    precondition(eigenvalues.count == weights.count, "each eigenvalue needs a weight")
    var sum = Contributions()
    eigenvalues.withUnsafeBufferPointer { eigenvalues in
      weights.withUnsafeBufferPointer { weights in
        for k in eigenvalues.indices {
          let mode = contributions(eigenvalues[k], time), weight = weights[k]
          sum.test += weight * (mode.test - shift.test)
          sum.train += weight * (mode.train - shift.train)
          sum.norm += weight * (mode.norm - shift.norm)
          sum.displacement += weight * (mode.displacement - shift.displacement)
        }
      }
    }
    return sum
  }

  /// What the mode of eigenvalue `lambda` > 0 contributes.
  @inline(__always)
  func contributions(_ lambda: Double, _ time: Double) -> Contributions {
    let rate = lambda + weightDecay, exponent = rate * time
    // Each of e and 1 − e from the formula that keeps its digits.
    let e: Double, grown: Double
    if exponent < 0.7 {
      grown = -Double.expMinusOne(-exponent)
      e = 1 - grown
    } else {
      e = exponent < 745 ? Double.exp(-exponent) : 0
      grown = 1 - e
    }
    let fit = grown / rate, c = lambda * fit
    let left = weightDecay == 0 ? e : 1 - c
    let unlearnt = start * e * e, misfit = teacher * left * left
    let learntNoise = noise * lambda * fit * fit, learnt = teacher * c * c + learntNoise
    return Contributions(
      test: misfit + unlearnt + learntNoise, train: lambda * (misfit + unlearnt) + noise * left * left,
      norm: learnt + unlearnt, displacement: learnt + start * grown * grown)
  }

  /// −(1/2) of the slope of the test error without weight decay: e (σ_ε² (1 − e) − (σ_w² + σ₀²) λ e) with the opposite sign.
  func slope(of lambda: Double, at time: Double) -> Double {
    let exponent = lambda * time
    guard exponent < 745 else { return 0 }
    let e = Double.exp(-exponent)
    return e * (noise * -Double.expMinusOne(-exponent) - initialPower * lambda * e)
  }

  /// Between these times the test error of eigenvalues in `range` has its minimum: t(λ) = ln(1 + S₀λ)/λ falls with λ.
  ///
  /// - Returns: `nil` without noise or without anything to forget.
  func stoppingBracket(_ range: ClosedRange<Double>) -> ClosedRange<Double>? {
    guard noise > 0, initialPower > 0 else { return nil }
    let ratio = initialPower / noise
    func time(_ lambda: Double) -> Double {
      let product = ratio * lambda
      return product > 1e-12 ? Double.log(onePlus: product) / lambda : ratio
    }
    let early = time(range.upperBound), late = time(range.lowerBound)
    return early * (1 - 1e-12)...late * (1 + 1e-12)
  }
}
