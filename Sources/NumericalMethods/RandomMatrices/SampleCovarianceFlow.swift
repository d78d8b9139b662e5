import ComplexModule
import RealModule

/// Means of e^{−St} between diagonal matrices, S = X Xᵀ with columns of covariance diag(Λ)/N, N → ∞.
///
/// All come from the resolvent by inverse Laplace transforms (``TalbotContour``), with the frozen directions (λ = 0) taken
/// out analytically, so that late times keep their digits.
public struct SampleCovarianceFlow: Sendable {
  /// The resolvent of S.
  public let resolvent: SampleCovarianceResolvent
  /// The diagonal of A, one for each Λ_j.
  public let secondMoments: [Double]
  private let roots: [Double]

  /// The flow with diagonal A.
  public init(_ resolvent: SampleCovarianceResolvent, secondMoments: [Double]) {
    precondition(secondMoments.count == resolvent.values.count, "each covariance eigenvalue needs a second moment")
    self.resolvent = resolvent
    self.secondMoments = secondMoments
    roots = resolvent.values.indices.map {
      (resolvent.weights[$0] * secondMoments[$0] * resolvent.values[$0]).squareRoot()
    }
  }

  /// Solutions of the resolvent on the contours of one time, as guesses for a neighbouring time.
  public struct Guesses: Sendable {
    var time: Double
    var deltas: [Complex<Double>]
    var deltasAtTwice: [Complex<Double>]
  }

  /// What the flow says at one time.
  public struct Moments: Sendable {
    /// (1/N) tr A e^{−St} Λ e^{−St}.
    public var bias: Double
    /// (1/N) tr Λ (1 − e^{−St})² S⁻¹, zero where S is.
    public var noise: Double
    /// (1/N) tr A S e^{−2St}.
    public var trainBias: Double
    /// (1/N) Σ e^{−2λt} over the min(N, P) directions that P samples see, and over the P − N ones that are never learnt.
    public var trainNoise: Double
  }

  /// The moments at t = 0.
  public var initialMoments: Moments {
    let power = resolvent.values.indices.reduce(0) {
      $0 + resolvent.weights[$1] * secondMoments[$1] * resolvent.values[$1]
    }
    return Moments(bias: power, noise: 0, trainBias: resolvent.ratio * power, trainNoise: resolvent.ratio)
  }

  /// The moments at `time` ≥ 0; `guesses` are replaced by the solutions found.
  ///
  /// - Throws: `SolverError` where the resolvent has no numerical solution.
  public func moments(at time: Double, guesses: inout Guesses?) throws -> Moments {
    let largest = resolvent.values.max() ?? 1
    guard time * largest * (1 + resolvent.ratio) > 1e-15 else { return initialMoments }
    let here = TalbotContour(time: time), twice = TalbotContour(time: 2 * time)
    var near: Guesses?
    if let guesses, abs(Double.log(guesses.time / time)) < 0.2 { near = guesses }
    let deltas = try resolvent.deltas(along: here.nodes, guesses: near?.deltas)
    let deltasAtTwice = try resolvent.deltas(along: twice.nodes, guesses: near?.deltasAtTwice)
    guesses = Guesses(time: time, deltas: deltas, deltasAtTwice: deltasAtTwice)
    let noise =
      2 * here.inverse(integratedTrace(here.nodes, deltas))
      - twice.inverse(integratedTrace(twice.nodes, deltasAtTwice))
    let (bias, identity) = trainTransforms(twice.nodes, deltasAtTwice)
    return Moments(
      bias: max(0, self.bias(here, deltas)), noise: max(0, noise), trainBias: max(0, twice.inverse(bias)),
      trainNoise: max(0, resolvent.excess + twice.inverse(identity)))
  }

  /// E_test for label noise `variance`: variance + bias + variance · noise.
  public func testError(at time: Double, noiseVariance: Double, guesses: inout Guesses?) throws -> Double {
    let largest = resolvent.values.max() ?? 1
    guard time * largest * (1 + resolvent.ratio) > 1e-15 else { return noiseVariance + initialMoments.bias }
    let here = TalbotContour(time: time), twice = TalbotContour(time: 2 * time)
    var near: Guesses?
    if let guesses, abs(Double.log(guesses.time / time)) < 0.2 { near = guesses }
    let deltas = try resolvent.deltas(along: here.nodes, guesses: near?.deltas)
    var deltasAtTwice: [Complex<Double>] = []
    var noise = 0.0
    if noiseVariance > 0 {
      deltasAtTwice = try resolvent.deltas(along: twice.nodes, guesses: near?.deltasAtTwice)
      noise =
        2 * here.inverse(integratedTrace(here.nodes, deltas))
        - twice.inverse(integratedTrace(twice.nodes, deltasAtTwice))
      guesses = Guesses(time: time, deltas: deltas, deltasAtTwice: deltasAtTwice)
    }
    return noiseVariance * (1 + max(0, noise)) + max(0, bias(here, deltas))
  }

  /// (e(z) − its frozen part)/z with e = (1/N) tr Λ(S + z)⁻¹ = ακ/z − 1.
  private func integratedTrace(_ nodes: [Complex<Double>], _ deltas: [Complex<Double>]) -> [Complex<Double>] {
    zip(nodes, deltas).map { z, delta in (Complex(resolvent.ratio) * delta / z - Complex(1)) / z }
  }

  /// −z <A/(z + sΛ)> and <1/(z + sΛ)>, each without its pole at zero or its constant.
  private func trainTransforms(
    _ nodes: [Complex<Double>], _ deltas: [Complex<Double>]
  ) -> (bias: [Complex<Double>], identity: [Complex<Double>]) {
    var bias: [Complex<Double>] = [], identity: [Complex<Double>] = []
    for (z, delta) in zip(nodes, deltas) {
      let x = resolvent.kappaAtZero + delta.real, y = delta.imaginary
      var weighted = (real: 0.0, imaginary: 0.0), plain = (real: 0.0, imaginary: 0.0)
      for index in secondMoments.indices {
        let shifted = x + resolvent.values[index],
          inverse = resolvent.reducedWeights[index] / (shifted * shifted + y * y)
        plain.real += shifted * inverse
        plain.imaginary -= y * inverse
        weighted.real += secondMoments[index] * shifted * inverse
        weighted.imaginary -= secondMoments[index] * y * inverse
      }
      bias.append(-delta * Complex(weighted.real, weighted.imaginary))
      identity.append(delta * Complex(plain.real, plain.imaginary) / z)
    }
    return (bias, identity)
  }

  /// (1/N) tr A e^{−St} Λ e^{−St}, a double inverse transform over all pairs of nodes.
  ///
  /// The deterministic equivalent of two resolvents has the denominator 1 − <Λ²/((κ + Λ)(κ′ + Λ))>/α, which is
  /// (z − z′)/(α(κ − κ′)) by the equation of κ.
  private func bias(_ contour: TalbotContour, _ deltas: [Complex<Double>]) -> Double {
    let n = contour.nodes.count, kappas = deltas.map { Complex(resolvent.kappaAtZero) + $0 }
    // Rows: real parts of √(wAΛ)/(κ + Λ) at all nodes, then imaginary parts.
    var rows = Matrix(rows: roots.count, columns: 2 * n)
    rows.withUnsafeMutableElements { elements in
      for (k, kappa) in kappas.enumerated() {
        let y = kappa.imaginary
        for j in roots.indices {
          let shifted = kappa.real + resolvent.values[j], inverse = roots[j] / (shifted * shifted + y * y)
          elements[k * roots.count + j] = shifted * inverse
          elements[(n + k) * roots.count + j] = -y * inverse
        }
      }
    }
    let products = rows.gram()
    let prefactors = (0..<n).map { contour.weights[$0] * kappas[$0] / contour.nodes[$0] }
    let ratio = Complex(resolvent.ratio)
    var sum = 0.0
    for k in 0..<n {
      for l in 0...k {
        let (rr, ii) = (products[k, l], products[n + k, n + l])
        let (ri, ir) = (products[k, n + l], products[n + k, l])
        let alike = Complex(rr - ii, ri + ir), mixed = Complex(rr + ii, ir - ri)
        let (z, w) = (contour.nodes[k], contour.nodes[l])
        let slope =
          k == l ? resolvent.argument(at: deltas[k]).slope : (z - w) / (deltas[k] - deltas[l])
        let mixedSlope = (z - w.conjugate) / (deltas[k] - deltas[l].conjugate)
        let term = prefactors[k] * prefactors[l] * ratio * alike / slope
        let mixedTerm = prefactors[k] * prefactors[l].conjugate * ratio * mixed / mixedSlope
        sum += (k == l ? 1 : 2) * (term.real + mixedTerm.real)
      }
    }
    return 2 * sum
  }
}

extension SampleCovarianceResolvent {
  /// df₁ = <Λ/(κ + Λ)> and κ²<A Λ/(κ + Λ)²> and dz/dκ at real z = `gamma` ≥ 0: the ridge estimator.
  ///
  /// - Throws: `SolverError` where κ is not found.
  public func ridge(at gamma: Double, secondMoments: [Double]) throws -> Ridge {
    let delta = try delta(at: gamma), kappa = kappaAtZero + delta
    var bias = 0.0
    for (index, value) in values.enumerated() where value > 0 {
      let shrunk = kappa / (kappa + value)
      bias += weights[index] * secondMoments[index] * value * shrunk * shrunk
    }
    return Ridge(
      kappa: kappa, bias: bias, residualFraction: kappa > 0 ? (gamma / kappa) / ratio : excess / ratio,
      slope: argument(at: delta).slope, ratio: ratio)
  }

  /// Minimum of |y − Xᵀw|² + γ|w|², in the limit of large N.
  public struct Ridge: Sendable {
    /// κ(γ).
    public var kappa: Double
    /// <A Λ κ²/(κ + Λ)²>.
    public var bias: Double
    /// 1 − df₁/α = γ/(ακ).
    public var residualFraction: Double
    /// dz/dκ = α − df₂.
    public var slope: Double
    var ratio: Double

    /// (bias + variance)/(1 − df₂/α); infinite where the denominator vanishes.
    public func testError(noiseVariance: Double) -> Double {
      slope > 0 ? ratio * (bias + noiseVariance) / slope : (bias + noiseVariance > 0 ? .infinity : 0)
    }

    /// E_test (1 − df₁/α)².
    public func trainError(noiseVariance: Double) -> Double {
      testError(noiseVariance: noiseVariance) * residualFraction * residualFraction
    }
  }
}
