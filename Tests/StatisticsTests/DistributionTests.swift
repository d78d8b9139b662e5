import Testing

@testable import Statistics

/// Reference values: mpmath with 40 digits.
@Suite struct DistributionTests {
  @Test(
    "Tails of Student's distribution",
    arguments: [
      (0.5, 3, 0.1836540779929717), (1, 2, 0.1475836176504333), (2.5, -1.3, 0.8497566053646459),
      (7, 5.408, 0.0004999370824410069), (31, 1, 0.1625263663617667), (100, 0.01, 0.4960206051172143),
      (3, 40, 1.719034039457926e-5), (1e6, 2.5, 0.006209744751081623), (7, 1e-9, 0.4999999996150085),
    ])
  func studentTail(degreesOfFreedom: Double, t: Double, exact: Double) {
    let law = StudentDistribution(degreesOfFreedom: degreesOfFreedom)
    #expect(abs(law.cumulative(-t) / exact - 1) < 1e-12)
    #expect(abs(law.cumulative(t) - (1 - exact)) < 1e-12)
    if t > 0 { #expect(abs(law.twoSidedProbability(-t) / (2 * exact) - 1) < 1e-12) }
  }

  @Test(
    "Quantiles of Student's distribution",
    arguments: [
      (0.3, 0.9, 64.78654563709689), (3, 0.9995, 12.92397863668748), (2.5, 1e-12, -55306.17407651582),
      (1e6, 0.975, 1.959966356814107), (9, 0.5000001, 2.577087723647909e-7), (1, 0.75, 1.0), (4, 0.5, 0),
    ])
  func studentQuantile(degreesOfFreedom: Double, probability: Double, exact: Double) {
    let law = StudentDistribution(degreesOfFreedom: degreesOfFreedom)
    // 1 - 0.9995 and 0.5000001 - 0.5 are themselves rounded, to 1e-13 and 1e-9 of their value.
    let tolerance = probability == 0.5000001 ? 1e-8 : 1e-11
    #expect(abs(law.quantile(probability) - exact) <= tolerance * abs(exact))
    #expect(abs(law.cumulative(law.quantile(probability)) / probability - 1) < 1e-12)
  }

  @Test("The half width of one sigma grows as samples become few")
  func halfWidth() {
    let width = { StudentDistribution(degreesOfFreedom: $0).halfWidth(confidence: StudentDistribution.oneSigma) }
    #expect(abs(width(7) - 1.076713375416462) < 1e-12)
    #expect(abs(width(31) - 1.016391271320648) < 1e-12)
    #expect(abs(width(1e9) - 1) < 1e-8)
  }

  @Test("Extreme arguments neither overflow nor vanish")
  func extremes() {
    let law = StudentDistribution(degreesOfFreedom: 2)
    #expect(law.cumulative(.infinity) == 1 && law.cumulative(-.infinity) == 0)
    // P(T > t) = 1/(2t²) far out for ν = 2.
    #expect(abs(law.cumulative(-1e100) / 0.5e-200 - 1) < 1e-12)
    #expect(law.cumulative(0) == 0.5)
    #expect(law.twoSidedProbability(0) == 1)
  }

  @Test(
    "Survival of chi squared",
    arguments: [
      (1, 1, 0.3173105078629141), (1, 10.83, 0.0009986863791802588), (2, 0.001, 0.9995001249791693),
      (3.7, 2.2, 0.6534555161190557), (10, 25.19, 0.004996764653133495), (100, 80, 0.929664933340605),
      (100, 300, 7.412100857322877e-22), (10000, 10200, 0.07932888107761898), (1e6, 1e6, 0.4998119368033945),
      (0.4, 5, 0.006860404163334159), (5, 0, 1),
    ])
  func chiSquared(degreesOfFreedom: Double, value: Double, exact: Double) {
    #expect(abs(ChiSquaredDistribution.survival(value, degreesOfFreedom: degreesOfFreedom) / exact - 1) < 1e-12)
  }
}
