import NumericalMethods

/// The distribution of a sum of squares of independent standard Gaussian numbers.
public enum ChiSquaredDistribution {
  /// The probability of a χ² of at least `value`: Q(ν/2, χ²/2), relative error about 1e-12.
  ///
  /// - Parameters:
  ///   - value: not negative.
  ///   - degreesOfFreedom: ν > 0, not necessarily whole.
  public static func survival(_ value: Double, degreesOfFreedom: Double) -> Double {
    precondition(value >= 0, "a sum of squares cannot be \(value)")
    precondition(degreesOfFreedom > 0, "a χ² distribution needs degrees of freedom, got \(degreesOfFreedom)")
    return IncompleteGamma.upperRegularized(degreesOfFreedom / 2, value / 2)
  }
}
