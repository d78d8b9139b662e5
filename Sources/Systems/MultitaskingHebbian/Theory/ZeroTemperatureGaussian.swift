import NumericalMethods
import RealModule
import SystemInterface

/// The equations at T = 0 for data with Gaussian noise: signs become error functions, entries are enumerated
/// (page, section 3.4).
struct ZeroTemperatureGaussian: RetrievalEquations {
  /// d.
  let dilution: Double
  /// r.
  let quality: Double
  /// rho r².
  let variance: Double

  /// Weight of a delta function at zero field in ∂²f/∂n²: it tends to infinity as T → 0.
  private static let weightOfZeroField = 1e9

  /// One draw of the entries of the patterns that act, with a field that is not identically zero.
  private struct Draw {
    var probability: Double
    /// z = r n·ξ/s.
    var ratio: Double
    /// s² = rho r² Σ n² ξ².
    var fieldVariance: Double
    /// p = 2 exp(-z²/2)/(√(2π) s), twice the density of the field at zero.
    var density: Double
  }

  /// m_mu = E[ξ_mu erf(z/√2)] and E[ξ_mu² p], shape [pattern].
  func averages(at n: [Double]) -> (magnetizations: [Double], densities: [Double]) {
    var m = [Double](repeating: 0, count: n.count), p = m, meanDensity = 0.0
    forEachDraw(n) { entries, draw in
      meanDensity += draw.probability * draw.density
      let sign = draw.probability * Double.erf(draw.ratio / 2.0.squareRoot())
      for (mu, entry) in entries where entry != 0 {
        m[mu] += entry * sign
        p[mu] += draw.probability * draw.density
      }
    }
    for mu in n.indices where n[mu] == 0 { p[mu] = (1 - dilution) * meanDensity }
    return (m, p)
  }

  /// n_mu = r m_mu + rho r² n_mu E[ξ_mu² p].
  func image(of n: [Double]) -> [Double] {
    let (m, p) = averages(at: n)
    return n.indices.map { quality * m[$0] + variance * n[$0] * p[$0] }
  }

  /// 1 - E[p (v diag ξ² - w wᵀ/s² + u uᵀ)], w = v ξ² n, u = r ξ - (z/s) w, v = rho r².
  func hessian(at n: [Double]) -> Matrix {
    let K = n.count
    var moments = Matrix(rows: K, columns: K), meanDensity = 0.0, drawn = 0.0
    forEachDraw(n) { entries, draw in
      let factor = draw.probability * draw.density, s = draw.fieldVariance.squareRoot()
      meanDensity += factor
      drawn += draw.probability
      let w = entries.map { variance * $0.entry * $0.entry * n[$0.pattern] }
      let u = entries.indices.map { quality * entries[$0].entry - draw.ratio / s * w[$0] }
      for a in entries.indices {
        moments[entries[a].pattern, entries[a].pattern] += factor * variance * entries[a].entry * entries[a].entry
        for b in entries.indices {
          moments[entries[a].pattern, entries[b].pattern] += factor * (u[a] * u[b] - w[a] * w[b] / draw.fieldVariance)
        }
      }
    }
    // A pattern at rest meets spins that no other pattern holds, wherever all of these are blank.
    let free = drawn < 1 - 1e-14 ? Self.weightOfZeroField * (1 - drawn) : 0
    for mu in n.indices where n[mu] == 0 {
      moments[mu, mu] = (1 - dilution) * ((quality * quality + variance) * meanDensity + free)
    }
    return Matrix(rows: K, columns: K) { ($0 == $1 ? 1 : 0) - moments[$0, $1] }
  }

  private func forEachDraw(_ n: [Double], _ body: ([(pattern: Int, entry: Double)], Draw) -> Void) {
    var entries = n.indices.filter { n[$0] != 0 }.map { (pattern: $0, entry: 0.0) }
    func visit(_ level: Int, _ field: Double, _ square: Double, _ probability: Double) {
      guard level < entries.count else {
        guard square > 0 else { return }
        let s = (variance * square).squareRoot(), z = quality * field / s
        let density = 2 / ((2 * .pi).squareRoot() * s) * Double.exp(-0.5 * z * z)
        body(entries, Draw(probability: probability, ratio: z, fieldVariance: s * s, density: density))
        return
      }
      let value = n[entries[level].pattern]
      for (entry, chance) in [(1.0, 0.5 * (1 - dilution)), (-1, 0.5 * (1 - dilution)), (0, dilution)] where chance > 0 {
        entries[level].entry = entry
        visit(level + 1, field + entry * value, square + entry * entry * value * value, probability * chance)
      }
    }
    visit(0, 0, 0, 1)
  }
}
