import Foundation
import Testing

@testable import NumericalMethods

@Suite struct QuadratureTests {
  @Test("Gauss–Hermite has the moments (2k − 1)!! of the Gaussian", arguments: [1, 2, 3, 5, 10, 41, 100, 200, 300])
  func hermiteMoments(n: Int) {
    let rule = Quadrature.gaussHermite(n)
    #expect(rule.nodes.count == n && rule.weights.count == n)
    #expect(rule.nodes == rule.nodes.sorted())
    #expect(rule.weights.allSatisfy { $0 > 0 })
    var exact = 1.0
    for k in 0..<min(n, 21) {
      if k > 0 { exact *= Double(2 * k - 1) }
      let moment = rule.integrate { pow($0, Double(2 * k)) }
      #expect(abs(moment / exact - 1) < 1e-13, "moment \(2 * k) of \(n) nodes: \(moment / exact - 1)")
      #expect(abs(rule.integrate { pow($0, Double(2 * k + 1)) }) < 1e-13 * exact * Double(2 * k + 1))
    }
  }

  @Test("Gauss–Hermite with three nodes is the textbook rule")
  func threeNodes() {
    let rule = Quadrature.gaussHermite(3)
    for (node, exact) in zip(rule.nodes, [-3.0.squareRoot(), 0, 3.0.squareRoot()]) {
      #expect(abs(node - exact) < 1e-15)
    }
    for (weight, exact) in zip(rule.weights, [1.0 / 6, 2.0 / 3, 1.0 / 6]) {
      #expect(abs(weight - exact) < 1e-15)
    }
  }

  @Test("∫Dz cos az = exp(−a²/2)", arguments: [0.5, 1, 2, 3])
  func oscillation(a: Double) {
    for rule in [Quadrature.gaussHermite(60), .gaussHermite(200), .gaussianTrapezoid(step: 0.25)] {
      #expect(abs(rule.integrate { cos(a * $0) } - exp(-0.5 * a * a)) < 1e-14)
    }
  }

  @Test("Gauss–Legendre integrates powers on any interval", arguments: [1, 2, 3, 8, 33, 100, 200])
  func legendreMoments(n: Int) {
    let unit = Quadrature.gaussLegendre(n, from: 0, to: 1)
    let wide = Quadrature.gaussLegendre(n, from: -2, to: 3)
    for k in 0..<min(2 * n, 60) {
      #expect(abs(unit.integrate { pow($0, Double(k)) } * Double(k + 1) - 1) < 1e-13)
      let exact = (pow(3, Double(k + 1)) - pow(-2, Double(k + 1))) / Double(k + 1)
      #expect(abs(wide.integrate { pow($0, Double(k)) } / exact - 1) < 1e-13)
    }
    #expect(abs(Quadrature.gaussLegendre(n, from: 3, to: -2).weights.reduce(0, +) + 5) < 1e-13)
  }

  @Test("The trapezoidal rule has the moments of the unit Gaussian", arguments: [0.05, 0.1, 0.3, 0.5])
  func trapezoidMoments(step: Double) {
    let rule = Quadrature.gaussianTrapezoid(step: step)
    #expect(rule.nodes.first.map { abs($0 + 9) < 1e-12 } == true && rule.nodes.last.map { abs($0 - 9) < 1e-12 } == true)
    #expect(abs(rule.weights.reduce(0, +) - 1) < 1e-14)
    for (power, exact) in [(2.0, 1.0), (4, 3), (6, 15), (8, 105)] {
      #expect(abs(rule.integrate { pow($0, power) } / exact - 1) < 1e-13)
    }
  }

  /// Stein's identity ∫Dz z f(z) = ∫Dz f′(z) for f = tanh βz, the kind of integrand the replica equations hold.
  @Test("The rules agree on the integrals of mean-field theory")
  func meanField() {
    let fine = Quadrature.gaussianTrapezoid(step: 0.02)
    for beta in [1.0, 3, 10] {
      let left = fine.integrate { $0 * tanh(beta * $0) }
      let right = fine.integrate { beta / (cosh(beta * $0) * cosh(beta * $0)) }
      #expect(abs(left - right) < 1e-12)
    }
    let gauss = Quadrature.gaussHermite(200)
    #expect(abs(gauss.integrate { tanh($0) * tanh($0) } - fine.integrate { tanh($0) * tanh($0) }) < 1e-12)
  }
}
