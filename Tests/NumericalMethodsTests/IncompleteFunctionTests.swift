import NumericalMethods
import RealModule
import Testing

/// Closed forms; values from many-digit arithmetic stand in the tests of the distributions made from these functions.
@Suite struct IncompleteFunctionTests {
  @Test("Incomplete beta functions of small whole numbers are polynomials")
  func polynomial() {
    for x in [0.0, 0.05, 0.3, 0.5, 0.77, 1] {
      let exact = 6 * x * x - 8 * x * x * x + 3 * x * x * x * x
      #expect(abs(IncompleteBeta.regularized(x, complement: 1 - x, 2, 3) - exact) < 1e-14)
    }
  }

  @Test("A complement far below the rounding of 1 counts")
  func complement() {
    // I_x(2, 1) = x², so that the rest is 2ε.
    #expect(IncompleteBeta.regularized(1, complement: 1e-30, 2, 1) == 1)
    let rest = IncompleteBeta.regularized(1e-30, complement: 1, 1, 2)
    #expect(abs(rest / 2e-30 - 1) < 1e-13)
  }

  @Test("The logarithm of the beta function keeps its digits for large arguments", arguments: [14.9, 15.1, 1e3, 1e9])
  func logarithm(a: Double) {
    // B(a, 1) = 1/a and B(a, 2) = 1/(a (a + 1)).
    #expect(abs(IncompleteBeta.logarithmOfBeta(a, 1) + Double.log(a)) < 1e-13)
    #expect(abs(IncompleteBeta.logarithmOfBeta(2, a) + Double.log(a * (a + 1))) < 2e-13)
  }

  @Test("Incomplete gamma functions of whole numbers are Poisson sums", arguments: [1, 3, 14, 16, 60])
  func poisson(a: Int) {
    for x in [0.01, 0.7, 2.9, 14, 16.5, 50, 90] {
      var (term, sum) = (Double.exp(-x), 0.0)
      for k in 0..<a {
        sum += term
        term *= x / Double(k + 1)
      }
      #expect(abs(IncompleteGamma.upperRegularized(Double(a), x) / sum - 1) < 1e-12, "a = \(a), x = \(x)")
    }
    #expect(IncompleteGamma.upperRegularized(Double(a), 0) == 1)
    #expect(IncompleteGamma.upperRegularized(Double(a), .infinity) == 0)
  }
}
