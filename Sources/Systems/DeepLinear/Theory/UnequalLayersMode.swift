import NumericalMethods
import RealModule
import SystemInterface

/// A mode whose layers start unequal, any number of them.
///
/// All a_l² − a_m² are conserved, so that the weakest layer a tells all: with c_m = a_m² − a² of the others,
/// da/dt = Π_m √(a² + c_m) (s − u), u = a Π_m √(a² + c_m), where a carries the sign of the product. One equation that is
/// smooth where u changes sign.
struct UnequalLayersMode: LinearMode {
  private let start: Double
  private let differences: [Double]
  private let singularValue: Double

  private static let tolerance = 1e-12

  /// Layers in any order and of any signs.
  init(_ layerStrengths: [Double], singularValue: Double) {
    let magnitudes = layerStrengths.map(abs).sorted()
    let isNegative = !layerStrengths.filter { $0 < 0 }.count.isMultiple(of: 2)
    let weakest = magnitudes[0]
    start = isNegative ? -weakest : weakest
    differences = magnitudes.dropFirst().map { ($0 - weakest) * ($0 + weakest) }
    self.singularValue = singularValue
  }

  /// Π_m √(a² + c_m).
  private func product(_ a: Double) -> Double {
    differences.reduce(1) { $0 * (a * a + $1).squareRoot() }
  }

  private func strength(_ a: Double) -> Double { a * product(a) }

  private func rate(_ a: Double) -> Double {
    let others = product(a)
    return others * (singularValue - a * others)
  }

  private var endsAtSaddle: Bool { start < 0 && differences.contains(0) }

  func strengths(at times: [Double]) throws -> [Double] {
    guard rate(start) != 0 else { return times.map { _ in strength(start) } }
    if endsAtSaddle { return try saddleStrengths(at: times) }
    var (a, time) = (start, 0.0)
    return try times.map { t in
      // Once u is s to rounding, there is nothing left to integrate.
      if t > time, abs(singularValue - strength(a)) > 1e-14 * singularValue {
        let states = try OrdinaryDifferentialEquation.integrate(
          from: [a], over: [time, t], relativeTolerance: Self.tolerance, absoluteTolerance: 1e-3 * Self.tolerance,
          maximumSteps: 10_000_000, what: "mode strength"
        ) { [rate($1[0])] }
        a = states[1][0]
      }
      time = t
      return strength(a)
    }
  }

  /// a < 0 goes to 0 and must not cross it: integrated as ln |a|.
  private func saddleStrengths(at times: [Double]) throws -> [Double] {
    let states = try OrdinaryDifferentialEquation.integrate(
      from: [Double.log(-start)], over: [0] + times, relativeTolerance: Self.tolerance,
      absoluteTolerance: Self.tolerance, maximumSteps: 10_000_000, what: "mode strength"
    ) { _, state in
      let a = -Double.exp(state[0])
      return [a == 0 ? 0 : rate(a) / a]
    }
    return states.dropFirst().map { strength(-Double.exp($0[0])) }
  }

  func time(to u: Double) throws -> Double {
    // u(a) ≥ a^D for a ≥ 0.
    let bound = Double.pow(u, 1 / Double(differences.count + 1))
    let upper = max(bound * (1 + 1e-9), start)
    let end = try RootFinding.brent(in: start...upper, what: "layer strength of a learned mode") { strength($0) - u }
    let states = try OrdinaryDifferentialEquation.integrate(
      from: [0], over: [start, end], relativeTolerance: Self.tolerance, absoluteTolerance: 0, what: "learning time"
    ) { a, _ in [1 / rate(a)] }
    return states[1][0]
  }
}
