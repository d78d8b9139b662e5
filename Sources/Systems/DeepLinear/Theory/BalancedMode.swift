import NumericalMethods
import RealModule
import SystemInterface

/// A mode whose D layers start equal: du/dt = D u^{2−2/D} (s − u) with 0 ≤ u₀ < s (any u₀ for D = 1).
///
/// D = 1: u = s + (u₀ − s) e^{−t}. D = 2: u = s/(1 + (s/u₀ − 1) e^{−2st}). Any D: with y = ln(u/(s − u)),
/// dt = u(y)^{2/D−1} dy/(s D), by Gauss–Legendre quadrature; u(t) by Brent's method in y (Saxe, McClelland & Ganguli 2014).
struct BalancedMode: LinearMode {
  /// D.
  let depth: Int
  /// s.
  let singularValue: Double
  /// u₀.
  let initialStrength: Double

  /// Beyond this y, u equals s to rounding and time is linear in y.
  private static let largestLogit = 40.0
  private static let panelWidth = 2.0
  private static let rule = Quadrature.gaussLegendre(24, from: 0, to: 1)

  private var initialLogit: Double { Double.log(initialStrength / (singularValue - initialStrength)) }

  func strengths(at times: [Double]) throws -> [Double] {
    let s = singularValue, u0 = initialStrength
    if depth == 1 { return times.map { u0 - (s - u0) * Double.expMinusOne(-$0) } }
    if u0 == 0 { return times.map { _ in 0 } }
    if depth == 2 { return times.map { s / (1 + (s / u0 - 1) * Double.exp(-2 * s * $0)) } }
    return try strengthsByQuadrature(at: times)
  }

  func time(to u: Double) -> Double {
    let s = singularValue, u0 = initialStrength
    switch depth {
    case 1: return Double.log((s - u0) / (s - u))
    case 2: return logitDistance(to: u) / (2 * s)
    default: return time(from: initialLogit, to: Double.log(u / (s - u)))
    }
  }

  /// lim D t for D → ∞ at fixed u₀: (1/s²) ln[u(s − u₀)/(u₀(s − u))] + (1/s)(1/u₀ − 1/u).
  func infiniteDepthTime(to u: Double) -> Double {
    let s = singularValue, u0 = initialStrength
    return logitDistance(to: u) / (s * s) + (1 / u0 - 1 / u) / s
  }

  /// ln[u(s − u₀)/(u₀(s − u))].
  private func logitDistance(to u: Double) -> Double {
    Double.log(u / (singularValue - u)) - initialLogit
  }

  private func strengthsByQuadrature(at times: [Double]) throws -> [Double] {
    // Panel edges and the times at which they are passed.
    var (logits, passed) = ([initialLogit], [0.0])
    let end = max(Self.largestLogit, initialLogit)
    while let last = logits.last, last < end, let time = passed.last, time < times.last ?? 0 {
      let next = min(last + Self.panelWidth, end)
      logits.append(next)
      passed.append(time + panelTime(from: last, to: next))
    }
    return try times.map { t in
      guard let panel = passed.indices.dropLast().first(where: { passed[$0 + 1] >= t }) else {
        return t <= 0 ? initialStrength : singularValue
      }
      if t <= passed[panel] { return strength(logit: logits[panel]) }
      let logit = try RootFinding.brent(in: logits[panel]...logits[panel + 1], what: "mode strength at time \(t)") {
        panelTime(from: logits[panel], to: $0) - (t - passed[panel])
      }
      return strength(logit: logit)
    }
  }

  private func time(from start: Double, to end: Double) -> Double {
    var (logit, time) = (start, 0.0)
    while logit < end {
      let next = min(logit + Self.panelWidth, end)
      time += panelTime(from: logit, to: next)
      logit = next
    }
    return time
  }

  private func panelTime(from start: Double, to end: Double) -> Double {
    let width = end - start, power = 2 / Double(depth) - 1
    let integral = Self.rule.integrate { Double.exp(power * logStrength(logit: start + width * $0)) }
    return width * integral / (singularValue * Double(depth))
  }

  private func logStrength(logit y: Double) -> Double {
    Double.log(singularValue) + (y < 0 ? y - Double.log(onePlus: Double.exp(y)) : -Double.log(onePlus: Double.exp(-y)))
  }

  private func strength(logit y: Double) -> Double { Double.exp(logStrength(logit: y)) }
}

/// Two layers with a₀ = −b₀: u = s/(1 + (s/u₀ − 1) e^{2st}) < 0 on the stable manifold of the saddle.
struct SaddleMode: LinearMode {
  /// s.
  let singularValue: Double
  /// u₀ < 0.
  let initialStrength: Double

  func strengths(at times: [Double]) -> [Double] {
    let s = singularValue
    return times.map { t in
      let growth = Double.exp(2 * s * t)
      // Beyond the range of doubles u is 0 to rounding.
      return growth.isFinite ? s / (1 + (s / initialStrength - 1) * growth) : 0
    }
  }

  func time(to strength: Double) -> Double { preconditionFailure("a mode at the saddle reaches no strength") }
}
