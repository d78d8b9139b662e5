import Foundation
import Testing

@testable import NumericalMethods

@Suite struct RootFindingTests {
  @Test("Brent finds known zeros to the requested relative error")
  func knownZeros() throws {
    let dottie = try RootFinding.brent(in: 0...1) { cos($0) - $0 }
    #expect(abs(dottie - 0.7390851332151607) < 1e-14)
    #expect(abs(try RootFinding.brent(in: 0...2) { $0 * $0 - 2 } - 2.0.squareRoot()) < 3e-14)
    // A steep and a flat function, and a scale far from 1.
    #expect(abs(try RootFinding.brent(in: -1...20) { expm1(20 * ($0 - 0.3)) } - 0.3) < 1e-14)
    #expect(abs(try RootFinding.brent(in: 0...1e-12) { $0 - 3e-13 } / 3e-13 - 1) < 1e-13)
    #expect(abs(try RootFinding.brent(in: -1...2.5) { pow($0 - 1.1, 9) } - 1.1) < 1e-13)
    // A step has no zero, but a place where it changes sign.
    #expect(abs(try RootFinding.brent(in: 0...1) { $0 < 0.4 ? -1 : 1 } - 0.4) < 1e-14)
  }

  @Test("A zero at the origin or at an end of the interval is found")
  func specialPlaces() throws {
    #expect(abs(try RootFinding.brent(in: -1...1.7) { $0 * $0 * $0 }) < 1e-25)
    #expect(try RootFinding.brent(in: 0...1) { $0 } == 0)
    #expect(try RootFinding.brent(in: -1...0) { $0 } == 0)
    #expect(try RootFinding.brent(in: 2...2) { $0 - 2 } == 2)
  }

  @Test("Failures are named errors")
  func failures() {
    #expect(
      throws: SolverError.notBracketed(lower: 1, upper: 2, valueAtLower: 1, valueAtUpper: 4, what: "square")
    ) { try RootFinding.brent(in: 1...2, what: "square") { $0 * $0 } }
    #expect(throws: SolverError.notFinite(what: "root at 0.0")) { try RootFinding.brent(in: 0...1) { 1 / $0 } }
    #expect {
      try RootFinding.brent(in: 0...2, maximumIterations: 2) { $0 * $0 - 2 }
    } throws: { error in
      guard case .notConverged(2, let residual, let best, "root")? = error as? SolverError else { return false }
      return abs(best[0] * best[0] - 2) == residual
    }
  }

  @Test("Messages name the quantity and the numbers")
  func messages() {
    let error = SolverError.notConverged(iterations: 7, residual: 0.5, best: [1, 2], what: "overlap")
    #expect("\(error)" == "overlap: not converged after 7 iterations, residual 0.5 at [1.0, 2.0]")
  }

  @Test("Sign changes are bracketed, zeros on the grid counted once, poles and holes passed over")
  func brackets() throws {
    let grid = (0...100).map { 0.1 * Double($0) + 0.05 }
    let zeros = try RootFinding.bracketedRoots(over: grid) { sin($0) }.map { try RootFinding.brent(in: $0) { sin($0) } }
    #expect(zeros.count == 3)
    for (zero, multiple) in zip(zeros, [1.0, 2, 3]) {
      #expect(abs(zero - multiple * Double.pi) < 1e-13)
    }
    #expect(RootFinding.bracketedRoots(over: [-2, -1, 0, 1, 2]) { $0 } == [0...0])
    #expect(RootFinding.bracketedRoots(over: [-2, -1, 0, 1, 2]) { 1 / $0 }.isEmpty)
    #expect(RootFinding.bracketedRoots(over: [-3, -1, 0, 1, 2]) { $0 < 0 ? .nan : $0 - 0.5 } == [0...1])
    #expect(RootFinding.bracketedRoots(over: []) { $0 }.isEmpty)
  }
}
