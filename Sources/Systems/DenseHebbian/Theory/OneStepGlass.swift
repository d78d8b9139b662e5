import NumericalMethods
import RealModule
import SystemInterface

/// The spin glass of the dense Hebbian network with one step of replica symmetry breaking (P >= 4, distinct indices).
///
/// Without retrieval the noise is that of the P-spin model with covariance alpha F(q), F(q) = c_P q^P (Albanese, Alemanno,
/// Alessandrelli & Barra, arXiv:2111.12997). With inner overlap q, outer overlap 0, block parameter 0 < x <= 1 and
/// qh = alpha beta² F'(q)/4,
/// -beta f = (alpha beta²/8)[F(1) - (1-x)F(q)] - qh/2 + (1-x) qh q/2 + (1/x) ln ∫Dz (2cosh √qh z)^x, stationary in q and x.
struct OneStepGlass: Sendable {
  /// P.
  let order: Int
  /// F(1) = c_P.
  let amplitude: Double

  /// A solution at one load and temperature.
  struct State: Sendable {
    /// f per spin, zero of energy at infinite temperature.
    var freeEnergy: Double
    /// e per spin, same zero.
    var energy: Double
    /// Inner overlap q; `nil` for the paramagnet (T >= T_K).
    var innerOverlap: Double?
    /// Block parameter x; `nil` for the paramagnet.
    var blockParameter: Double?
  }

  /// Averages under the weight Dz cosh^x at noise variance qh.
  private struct Moments {
    /// ln ∫Dz (2cosh √qh z)^x.
    var logNorm: Double
    /// <tanh²>.
    var q: Double
    /// <ln 2cosh>.
    var logTwoCosh: Double

    init(x: Double, qh: Double) {
      let deviation = qh.squareRoot()
      if deviation > FieldCore.widestNarrow {
        self.init(x: x, wideDeviation: deviation)
      } else {
        self.init(x: x, narrowDeviation: deviation)
      }
    }

    /// Trapezoid sum over z > 0; the weight cosh^x pulls the mass out to z = x √qh.
    private init(x: Double, narrowDeviation deviation: Double) {
      let step = min(0.1, 0.25 / max(deviation, 1e-300)), count = Int(((9 + x * deviation) / step).rounded(.up))
      var norm = 0.0, square = 0.0, logarithm = 0.0
      for k in 0...count {
        let z = Double(k) * step, y = deviation * z, e = Double.exp(-2 * y)
        let value = y + Double.log(onePlus: e), shift = z - x * deviation
        // Relative to exp(x² qh/2); the integrand is even, so that z = 0 counts half.
        let weight = Double.exp(x * (value - y) - shift * shift / 2) * (k == 0 ? 0.5 : 1)
        let tanh = (1 - e) / (1 + e)
        norm += weight
        square += weight * tanh * tanh
        logarithm += weight * value
      }
      let gaussian = 2 * step / (2 * Double.pi).squareRoot()
      logNorm = x * x * deviation * deviation / 2 + Double.log(norm * gaussian)
      q = square / norm
      logTwoCosh = logarithm / norm
    }

    /// Beyond the core tanh is 1 and ln 2cosh y = y: Gaussian integrals in closed form.
    private init(x: Double, wideDeviation deviation: Double) {
      let core = FieldCore.shared, density = 1 / (deviation * (2 * Double.pi).squareRoot())
      let edge = FieldCore.end / deviation - x * deviation
      let tail = Double.erfc(edge / 2.0.squareRoot()) / 2
      let edgeDensity = Double.exp(-edge * edge / 2) / (2 * Double.pi).squareRoot()
      var norm = tail, square = tail, logarithm = deviation * (x * deviation * tail + edgeDensity)
      for i in core.fields.indices {
        let y = core.fields[i], shift = y / deviation - x * deviation
        let excess = core.logarithms[i] / core.weights[i]
        let weight = core.weights[i] * density * Double.exp(x * excess - shift * shift / 2)
        norm += weight
        square += weight * (1 - core.slopes[i] / core.weights[i])
        logarithm += weight * (y + excess)
      }
      logNorm = x * x * deviation * deviation / 2 + Double.log(2 * norm)
      q = square / norm
      logTwoCosh = logarithm / norm
    }
  }

  private func F(_ q: Double) -> Double { amplitude * Double.pow(q, order) }
  private func slope(_ q: Double) -> Double { amplitude * Double(order) * Double.pow(q, order - 1) }

  /// alpha beta² of the solution with noise variance qh at block parameter x.
  private func coupling(x: Double, qh: Double) -> Double { 4 * qh / slope(Moments(x: x, qh: qh).q) }

  /// d(-beta f)/dx at fixed q.
  private func blockDerivative(x: Double, qh: Double) -> Double {
    let moments = Moments(x: x, qh: qh)
    let couplingTerm = 4 * qh / slope(moments.q) / 8 * F(moments.q)
    return couplingTerm - qh * moments.q / 2 - moments.logNorm / (x * x) + moments.logTwoCosh / x
  }

  /// T_d and T_K over √alpha: the largest temperature with q > 0 at x = 1, and where the x-derivative vanishes there.
  ///
  /// - Throws: `SolverError` where the root is not found.
  func transitionTemperatures() throws -> (dynamic: Double, kauzmann: Double) {
    let unit = try Self.unitTemperatures[order]?.get() ?? Self.unitTemperatures(order: order)
    return (unit.dynamic * amplitude.squareRoot(), unit.kauzmann * amplitude.squareRoot())
  }

  /// The temperatures at alpha F(1) = 1: they depend on P alone.
  private static let unitTemperatures = Dictionary(
    uniqueKeysWithValues: [4, 6, 8].map { order in (order, Result { try unitTemperatures(order: order) }) })

  private static func unitTemperatures(order: Int) throws -> (dynamic: Double, kauzmann: Double) {
    let glass = OneStepGlass(order: order, amplitude: 1)
    let grid = (0...200).map { Double.log(0.05) + Double.log(4000) * Double($0) / 200 }
    let best = Maximization.scanThenGoldenSection(over: grid, tolerance: 1e-10) {
      -glass.coupling(x: 1, qh: Double.exp($0))
    }[0]
    let fold = Double.exp(best.location)
    // Beyond the fold the derivative rises through zero at T_K.
    let root = try RootFinding.brent(in: fold...(fold * 60), tolerance: 1e-13, what: "Kauzmann temperature") {
      glass.blockDerivative(x: 1, qh: $0)
    }
    return (1 / (-best.value).squareRoot(), 1 / glass.coupling(x: 1, qh: root).squareRoot())
  }

  /// The solution at load `alpha` and temperature `T` > 0: broken below T_K, the paramagnet above.
  ///
  /// - Throws: `SolverError` where the stationary point is not found.
  func state(load alpha: Double, temperature T: Double) throws -> State {
    let beta = 1 / T, strength = alpha * beta * beta
    let paramagnet = State(
      freeEnergy: -T * Double.log(2) - alpha * amplitude / (8 * T), energy: -alpha * amplitude / (4 * T),
      innerOverlap: nil, blockParameter: nil)
    guard (strength * slope(1)).isFinite else { throw SolverError.notFinite(what: "strength of the noise, alpha/T²") }
    guard alpha > 0, T < (try transitionTemperatures().kauzmann) * alpha.squareRoot() else { return paramagnet }
    let x = try blockParameter(strength: strength)
    guard let qh = try noiseVariance(x: x, strength: strength) else {
      throw SolverError.notConverged(iterations: 0, residual: .infinity, best: [x], what: "inner overlap")
    }
    let moments = Moments(x: x, qh: qh)
    let broken = F(1) - (1 - x) * F(moments.q)
    let minusBetaF =
      strength / 8 * broken - qh / 2 + (1 - x) * qh * moments.q / 2 + moments.logNorm / x
    return State(
      freeEnergy: -minusBetaF * T, energy: -strength * T / 4 * broken, innerOverlap: moments.q, blockParameter: x)
  }

  /// The block parameter where -beta f is stationary: the first sign change of its derivative below x = 1.
  ///
  /// For small x the branch with q > 0 need not exist, so that the search comes down from x = 1.
  private func blockParameter(strength: Double) throws -> Double {
    let derivative = { (x: Double) throws -> Double? in
      try noiseVariance(x: x, strength: strength).map { blockDerivative(x: x, qh: $0) }
    }
    var upper = 1.0
    guard let sign = try derivative(upper)?.sign else {
      throw SolverError.notConverged(iterations: 0, residual: .infinity, best: [1], what: "block parameter")
    }
    for _ in 0..<200 {
      let lower = upper * 0.9
      guard let value = try derivative(lower) else { break }
      if value.sign != sign {
        return try RootFinding.brent(in: lower...upper, tolerance: 1e-13, what: "block parameter") {
          try derivative($0) ?? value
        }
      }
      upper = lower
    }
    throw SolverError.notConverged(iterations: 200, residual: .infinity, best: [upper], what: "block parameter")
  }

  /// The largest root of qh = alpha beta² F'(q(qh))/4 at block parameter x; `nil` where only qh = 0 is left.
  private func noiseVariance(x: Double, strength: Double) throws -> Double? {
    // q rises with qh towards 1: from above the iteration falls to the largest root, and a bracketed search finishes it.
    var qh = strength * slope(1) / 4
    for _ in 0..<4000 {
      let next = strength * slope(Moments(x: x, qh: qh).q) / 4
      if abs(next - qh) <= 1e-9 * qh { break }
      qh = next
      if qh < 1e-3 { return nil }
    }
    let excess = { (qh: Double) -> Double in strength * slope(Moments(x: x, qh: qh).q) / 4 - qh }
    let width = 1e-6 * qh
    guard excess(qh - width) > 0, excess(qh + width) < 0 else {
      throw SolverError.notConverged(iterations: 4000, residual: excess(qh), best: [qh], what: "inner overlap")
    }
    return try RootFinding.brent(in: (qh - width)...(qh + width), tolerance: 1e-15, what: "inner overlap", excess)
  }

  /// The solution at T = 0: f = -min over y > 0 of { alpha y F(1)/8 + (1/y) ln[2 Phi(y s)] }, s² = alpha F'(1)/4, y = beta x.
  ///
  /// - Throws: `SolverError` where the load is too large for numbers.
  func groundState(load alpha: Double) throws -> State {
    guard (alpha * slope(1)).isFinite else { throw SolverError.notFinite(what: "strength of the noise") }
    guard alpha > 0 else { return State(freeEnergy: 0, energy: 0, innerOverlap: nil, blockParameter: nil) }
    let s = (alpha * slope(1) / 4).squareRoot()
    let grid = (0...400).map { Double.log(1e-3 / s) + Double.log(1e7) * Double($0) / 400 }
    let best = Maximization.scanThenGoldenSection(over: grid, tolerance: 1e-12) { logY in
      let y = Double.exp(logY)
      return -(alpha * y * amplitude / 8 + Double.log(1 + Double.erf(y * s / 2.0.squareRoot())) / y)
    }[0]
    return State(freeEnergy: best.value, energy: best.value, innerOverlap: 1, blockParameter: 0)
  }
}
