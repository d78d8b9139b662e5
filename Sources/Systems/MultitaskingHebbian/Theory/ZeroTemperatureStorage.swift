import NumericalMethods
import SystemInterface

/// The equations at T = 0 for stored patterns: m_mu = E[ξ_mu sign(m·ξ)] with sign 0 = 0, enumerated (page, section 3.4).
struct ZeroTemperatureStorage: RetrievalEquations {
  /// d.
  let dilution: Double

  /// Fields up to this are zero.
  private static let zeroField = 1e-12
  /// Weight of the delta functions that stand at zero field in ∂²f/∂n²: it tends to infinity as T → 0.
  private static let weightOfZeroField = 1e9

  func image(of m: [Double]) -> [Double] {
    let order = m.indices.filter { m[$0] != 0 }.sorted { abs(m[$0]) > abs(m[$1]) }
    let levels = order.map { m[$0] }
    var rests = [Double](repeating: 0, count: levels.count + 1)
    for level in levels.indices.reversed() { rests[level] = rests[level + 1] + abs(levels[level]) }
    var sums = [Double](repeating: 0, count: levels.count)
    _ = meanSign(level: 0, field: 0, weight: 1, levels, rests, &sums)
    var image = [Double](repeating: 0, count: m.count)
    for (level, mu) in order.enumerated() { image[mu] = sums[level] }
    return image
  }

  /// E sign(field + what the levels from `level` on add); adds `weight` E[ξ sign] to the sums of these levels.
  private func meanSign(
    level: Int, field: Double, weight: Double, _ levels: [Double], _ rests: [Double], _ sums: inout [Double]
  ) -> Double {
    // Nothing that follows can turn the sign: no entry from here on is correlated with it.
    if abs(field) > rests[level] + Self.zeroField { return field > 0 ? 1 : -1 }
    guard level < levels.count else { return 0 }
    let half = 0.5 * (1 - dilution), m = levels[level]
    let up = meanSign(level: level + 1, field: field + m, weight: weight * half, levels, rests, &sums)
    let down = meanSign(level: level + 1, field: field - m, weight: weight * half, levels, rests, &sums)
    let blank =
      dilution > 0 ? meanSign(level: level + 1, field: field, weight: weight * dilution, levels, rests, &sums) : 0
    sums[level] += weight * half * (up - down)
    return half * (up + down) + dilution * blank
  }

  /// 1 - w E[ξ ξᵀ 1(m·ξ = 0)] with a large w: the unit matrix where no spin with an entry is left without field.
  func hessian(at m: [Double]) -> Matrix {
    let K = m.count, active = m.indices.filter { m[$0] != 0 }
    var moments = Matrix(rows: K, columns: K), entries = [Double](repeating: 0, count: active.count)
    var probability = 0.0
    let levels = active.map { m[$0] }
    var rests = [Double](repeating: 0, count: levels.count + 1)
    for level in levels.indices.reversed() { rests[level] = rests[level + 1] + abs(levels[level]) }
    func visit(_ level: Int, _ field: Double, _ weight: Double) {
      if abs(field) > rests[level] + Self.zeroField { return }
      guard level < levels.count else {
        probability += weight
        for p in active.indices where entries[p] != 0 {
          for q in active.indices { moments[active[p], active[q]] += weight * entries[p] * entries[q] }
        }
        return
      }
      for (entry, chance) in [(1.0, 0.5 * (1 - dilution)), (-1, 0.5 * (1 - dilution)), (0, dilution)] where chance > 0 {
        entries[level] = entry
        visit(level + 1, field + entry * levels[level], weight * chance)
      }
    }
    visit(0, 0, 1)
    for mu in m.indices where m[mu] == 0 { moments[mu, mu] = (1 - dilution) * probability }
    return Matrix(rows: K, columns: K) { ($0 == $1 ? 1 : 0) - Self.weightOfZeroField * moments[$0, $1] }
  }
}
