import Foundation
import Testing

@testable import NumericalMethods

@Suite struct OrdinaryDifferentialEquationTests {
  static let oscillator = { @Sendable (_: Double, y: [Double]) in [y[1], -y[0]] }

  @Test("Exponential decay at all requested times")
  func decay() throws {
    let times = (0...50).map { 0.2 * Double($0) }
    let solution = try OrdinaryDifferentialEquation.integrate(
      from: [1, 2], over: times, relativeTolerance: 1e-10, absoluteTolerance: 1e-14
    ) { _, y in [-y[0], -0.5 * y[1]] }
    #expect(solution.count == times.count && solution[0] == [1, 2])
    for (time, state) in zip(times, solution) {
      #expect(abs(state[0] / exp(-time) - 1) < 1e-8)
      #expect(abs(state[1] / (2 * exp(-0.5 * time)) - 1) < 1e-8)
    }
  }

  @Test("The harmonic oscillator over ten periods, forwards and backwards")
  func oscillation() throws {
    for direction in [1.0, -1] {
      let times = (0...400).map { direction * Double($0) * Double.pi / 20 }
      let solution = try OrdinaryDifferentialEquation.integrate(
        from: [1, 0], over: times, relativeTolerance: 1e-11, absoluteTolerance: 1e-11, derivative: Self.oscillator)
      for (time, state) in zip(times, solution) {
        #expect(abs(state[0] - cos(time)) < 1e-8 && abs(state[1] + sin(time)) < 1e-8)
      }
    }
  }

  @Test("An explicit time, repeated times and a single time")
  func times() throws {
    let solution = try OrdinaryDifferentialEquation.integrate(from: [0], over: [0, 0, 1, 1, 2]) { t, _ in [2 * t] }
    for (state, exact) in zip(solution, [0.0, 0, 1, 1, 4]) { #expect(abs(state[0] - exact) < 1e-12) }
    #expect(try OrdinaryDifferentialEquation.integrate(from: [3], over: [1]) { _, y in y } == [[3]])
    #expect(try OrdinaryDifferentialEquation.integrate(from: [0], over: [0, 5]) { _, _ in [0] } == [[0], [0]])
  }

  /// Halving a step must divide the errors by 2⁶ (solution), 2⁵ (estimate) and 2⁵ (interpolation).
  ///
  /// One wrong coefficient lowers an order and with it a ratio to 16 or less.
  @Test("A step has the orders of the pair")
  func orders() {
    func errors(_ step: Double) -> (solution: Double, estimate: Double, interpolation: Double) {
      let derivative = { (t: Double, y: [Double]) in [y[0] * cos(t)] }
      let exact = { (t: Double) in exp(sin(t)) }
      let trial = DormandPrinceStep(from: [1], slope: [1], at: 0, step: step, derivative)
      return (
        abs(trial.state[0] - exact(step)), trial.error(ErrorScale(relative: 0, absolute: 1)),
        abs(trial.interpolated(at: 0.3)[0] - exact(0.3 * step))
      )
    }
    let (coarse, fine) = (errors(0.1), errors(0.05))
    #expect(coarse.solution / fine.solution > 45)
    #expect(abs(coarse.estimate / fine.estimate - 32) < 8)
    #expect(coarse.interpolation / fine.interpolation > 24)
    let trial = DormandPrinceStep(from: [1, 0], slope: [0, -1], at: 0, step: 0.3, Self.oscillator)
    #expect(trial.interpolated(at: 0) == [1, 0])
    for (end, state) in zip(trial.interpolated(at: 1), trial.state) { #expect(abs(end - state) < 1e-15) }
  }

  @Test("A solution that blows up, a step limit and a derivative without value are named errors")
  func failures() {
    #expect {
      try OrdinaryDifferentialEquation.integrate(from: [1], over: [0, 2]) { _, y in [y[0] * y[0]] }
    } throws: { error in
      guard case .notConverged(_, let timeLeft, _, _)? = error as? SolverError else { return false }
      return abs(timeLeft - 1) < 1e-3
    }
    #expect {
      try OrdinaryDifferentialEquation.integrate(
        from: [1, 0], over: [0, 100], maximumSteps: 5, derivative: Self.oscillator)
    } throws: { error in
      guard case .notConverged(5, _, _, _)? = error as? SolverError else { return false }
      return true
    }
    #expect(throws: SolverError.notFinite(what: "flow at time 0.0")) {
      try OrdinaryDifferentialEquation.integrate(from: [0], over: [0, 1], what: "flow") { _, y in [1 / y[0]] }
    }
  }
}
