import Foundation
import Testing

@testable import NumericalMethods

@Suite struct FixedPointTests {
  @Test("The plain iteration finds the fixed point of the cosine")
  func cosine() throws {
    let solution = try FixedPoint.iterate(from: [1]) { [cos($0[0])] }
    #expect(abs(solution.state[0] - 0.7390851332151607) < 1e-12)
    #expect(solution.residual == abs(cos(solution.state[0]) - solution.state[0]))
    #expect(solution.residual <= 1e-13)
  }

  @Test("Damping makes an unstable iteration converge")
  func damping() throws {
    #expect(throws: SolverError.self) {
      try FixedPoint.iterate(from: [0], maximumIterations: 50) { [3 - 2 * $0[0]] }
    }
    let solution = try FixedPoint.iterate(from: [0], damping: 0.4) { [3 - 2 * $0[0]] }
    #expect(abs(solution.state[0] - 1) < 1e-13)
  }

  /// m = tanh βm close to its critical point, where the plain iteration contracts by 1 − 2(β − 1) a step only.
  @Test("Acceleration solves the Curie–Weiss equation in far fewer steps")
  func curieWeiss() throws {
    let map = { (m: [Double]) in [tanh(1.005 * m[0])] }
    let plain = try FixedPoint.iterate(from: [1], map)
    let accelerated = try FixedPoint.iterate(from: [1], accelerate: .init(memory: 3), map)
    #expect(abs(plain.state[0] - accelerated.state[0]) < 1e-10)
    #expect(accelerated.iterations * 10 < plain.iterations)
    #expect(accelerated.state[0] > 0.1)
  }

  /// On a linear map of dimension d full memory solves the equations in d + 1 combinations (Walker & Ni).
  @Test("Acceleration solves a slow linear map almost directly")
  func linearMap() throws {
    let slopes = [0.99, 0.9, -0.5, 0.2, -0.95]
    let solution = try FixedPoint.iterate(from: [0, 0, 0, 0, 0], accelerate: .init(memory: 5)) { x in
      zip(slopes, x).map { $0 * $1 + 1 }
    }
    for (x, slope) in zip(solution.state, slopes) { #expect(abs(x - 1 / (1 - slope)) < 1e-9) }
    #expect(solution.iterations <= 15)
  }

  @Test("The safeguard survives a map on which acceleration goes astray")
  func safeguard() throws {
    // The slow linear part above 1 always extrapolates to 0, where the map is undefined.
    let solution = try FixedPoint.iterate(from: [50], accelerate: .init(memory: 5)) { x in
      [x[0] > 1 ? 0.95 * x[0] : x[0] > 0.5 ? 0.95 : .nan]
    }
    #expect(solution.state == [0.95])
    #expect(solution.iterations < 2 * 80, "the plain iteration takes 78")
    let kinked = try FixedPoint.iterate(from: [7, -3], accelerate: .init(memory: 4)) { x in
      [0.8 * abs(x[1]) + 0.1, 0.9 * min(x[0], 1) - 0.3]
    }
    #expect(kinked.residual <= 1e-13)
  }

  @Test("Without convergence the iterate of the smallest residual is reported, not returned")
  func notConverged() {
    #expect {
      // Residuals 1, 0.5, then a cycle of residual 4.
      try FixedPoint.iterate(from: [0], maximumIterations: 20, what: "overlap") { x in
        x[0] == 0 ? [1] : x[0] == 1 ? [1.5] : x[0] == 1.5 ? [5.5] : x[0] == 5.5 ? [9.5] : [5.5]
      }
    } throws: { error in
      error as? SolverError == .notConverged(iterations: 20, residual: 0.5, best: [1], what: "overlap")
    }
    #expect(throws: SolverError.notFinite(what: "overlap")) {
      try FixedPoint.iterate(from: [-1], what: "overlap") { [$0[0].squareRoot()] }
    }
  }
}
