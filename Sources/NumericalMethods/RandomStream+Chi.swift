import RealModule

extension RandomStream {
  /// The length of a vector of `degreesOfFreedom` ≥ 1 standard Gaussian numbers.
  ///
  /// √(2 Γ_{ν/2}), the gamma variate by the rejection method of Marsaglia & Tsang (ACM Trans. Math. Softw. 26, 363 (2000)),
  /// which uses 1.03 Gaussian and as many uniform numbers on average; |z| for ν = 1.
  public mutating func chi(degreesOfFreedom: Int) -> Double {
    precondition(degreesOfFreedom >= 1, "a chi variate needs a degree of freedom, got \(degreesOfFreedom)")
    guard degreesOfFreedom > 1 else { return abs(normal()) }
    let d = 0.5 * Double(degreesOfFreedom) - 1.0 / 3, c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal(), root = 1 + c * x, v = root * root * root
      let u = openUniform()
      if root > 0, Double.log(u) < 0.5 * x * x + d - d * v + d * Double.log(v) { return (2 * d * v).squareRoot() }
    }
  }
}
