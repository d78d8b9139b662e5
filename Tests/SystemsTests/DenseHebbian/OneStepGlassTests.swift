import Foundation
import NumericalMethods
import StatisticalTesting
import Testing

@testable import DenseHebbian
@testable import SystemInterface

/// One step of replica symmetry breaking without retrieval (P >= 4, distinct indices).
@Suite struct OneStepGlassTests {
  private func glass(_ order: Int) -> OneStepGlass { OneStepGlass(order: order, amplitude: factorial(order)) }

  @Test(
    "Dynamic and Kauzmann temperature over √alpha",
    arguments: [(4, "2.350085", "2.136946"), (6, "13.80288", "11.44673"), (8, "111.3431", "85.35171")])
  func temperatures(order: Int, dynamic: String, kauzmann: String) throws {
    let temperatures = try glass(order).transitionTemperatures()
    expectDigits(temperatures.dynamic, dynamic, "T_d, P = \(order)")
    expectDigits(temperatures.kauzmann, kauzmann, "T_K, P = \(order)")
  }

  /// Gross, Kanter & Sompolinsky, Phys. Rev. Lett. 55, 304 (1985): T_K = 0.6169 for couplings of unit variance, P = 4.
  @Test("The Kauzmann temperature of the P-spin model")
  func pSpinModel() throws {
    // Couplings of unit variance have the covariance N q^P/2 of -H, here alpha F(q)/4 per spin.
    let unit = OneStepGlass(order: 4, amplitude: 2)
    #expect(abs(try unit.transitionTemperatures().kauzmann - 0.6169) < 5e-5)
  }

  @Test("A published state")
  func publishedState() throws {
    let state = try glass(4).state(load: 0.03, temperature: 0.2)
    expectDigits(state.freeEnergy, "-.4960182", "f")
    expectDigits(state.blockParameter, ".51798", "x")
    expectDigits(state.innerOverlap, ".983630", "q")
  }

  /// -beta f of the docstring by Gauss–Hermite quadrature, independent of the sums in the code.
  private func minusBetaF(_ order: Int, q: Double, x: Double, load: Double, temperature T: Double) -> Double {
    let c = factorial(order), strength = load / (T * T), P = Double(order)
    let qh = strength * c * P * pow(q, P - 1) / 4
    let rule = Quadrature.gaussHermite(200)
    let integral = rule.integrate { z in pow(2 * cosh(qh.squareRoot() * z), x) }
    return strength / 8 * (c - (1 - x) * c * pow(q, P)) - qh / 2 + (1 - x) * qh * q / 2 + log(integral) / x
  }

  @Test(
    "The state is a stationary point of its free energy in q and x", arguments: [(4, 0.03, 0.25), (6, 0.001, 0.25)])
  func stationary(order: Int, load: Double, T: Double) throws {
    let state = try glass(order).state(load: load, temperature: T)
    let q = try #require(state.innerOverlap), x = try #require(state.blockParameter)
    let value = minusBetaF(order, q: q, x: x, load: load, temperature: T)
    expectClose(-T * value, state.freeEnergy, 1e-8, "f")
    let h = 1e-5
    let alongX =
      (minusBetaF(order, q: q, x: x + h, load: load, temperature: T)
        - minusBetaF(order, q: q, x: x - h, load: load, temperature: T)) / (2 * h)
    let alongQ =
      (minusBetaF(order, q: q + h, x: x, load: load, temperature: T)
        - minusBetaF(order, q: q - h, x: x, load: load, temperature: T)) / (2 * h)
    #expect(abs(alongX) < 1e-6 && abs(alongQ) < 1e-5, "derivatives \(alongX), \(alongQ)")
  }

  @Test("Continuous at T_K, and towards zero temperature", arguments: [4, 6, 8])
  func limits(order: Int) throws {
    let glass = glass(order), load = 0.5 / factorial(order)
    let kauzmann = try glass.transitionTemperatures().kauzmann * load.squareRoot()
    let below = try glass.state(load: load, temperature: kauzmann * (1 - 1e-6))
    let above = try glass.state(load: load, temperature: kauzmann * (1 + 1e-6))
    #expect(below.innerOverlap != nil && above.innerOverlap == nil)
    expectClose(below.freeEnergy, above.freeEnergy, 1e-5 * abs(above.freeEnergy), "f at T_K")
    expectClose(try #require(below.blockParameter), 1, 1e-4, "x at T_K")
    let cold = try glass.state(load: load, temperature: kauzmann * 0.02)
    let ground = try glass.groundState(load: load)
    expectClose(cold.freeEnergy, ground.freeEnergy, 2e-3 * abs(ground.freeEnergy), "f towards T = 0")
  }

  @Test("The energy is the derivative of beta f")
  func thermodynamics() throws {
    let glass = glass(4), T = 0.25, h = 1e-5
    let betaF = { (T: Double) in try glass.state(load: 0.03, temperature: T).freeEnergy / T }
    let derivative = try (betaF(1 / (1 / T + h)) - betaF(1 / (1 / T - h))) / (2 * h)
    expectClose(derivative, try glass.state(load: 0.03, temperature: T).energy, 1e-6, "e")
  }
}
