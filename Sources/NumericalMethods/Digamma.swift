import RealModule

/// The digamma function ψ(x) = d ln Γ(x)/dx.
public enum Digamma {
  /// ψ(`x`), with an error of about 1e-15 max(1, |ψ|).
  ///
  /// Recurrence 5.5.2, ψ(x) = ψ(x + 1) − 1/x, up to x ≥ 12, then the asymptotic series 5.11.2 (NIST Handbook of Mathematical
  /// Functions, 2010), whose first term left out is below 1e-17 there.
  /// - Precondition: `x` positive and finite.
  public static func value(_ x: Double) -> Double {
    precondition(x > 0 && x.isFinite, "digamma needs a positive finite argument, got \(x)")
    var (argument, shift) = (x, 0.0)
    while argument < 12 {
      shift += 1 / argument
      argument += 1
    }
    let square = 1 / (argument * argument)
    var series = 3617.0 / 8160
    series = series * square - 1.0 / 12
    series = series * square + 691.0 / 32760
    series = series * square - 1.0 / 132
    series = series * square + 1.0 / 240
    series = series * square - 1.0 / 252
    series = series * square + 1.0 / 120
    series = series * square - 1.0 / 12
    return Double.log(argument) - 0.5 / argument + series * square - shift
  }
}
