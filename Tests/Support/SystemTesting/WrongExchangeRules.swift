import RealModule
import ReplicaExchange

/// Wrong rules that tests must notice.
extension ExchangeRule {
  /// A wrong sign in the exponent.
  public static let wrongSign = ExchangeRule(acceptance: { min(1, Double.exp(-$0 * $1)) }, firstLink: { $0 % 2 })
  /// Odd links are never tried.
  public static let alwaysEven = ExchangeRule(acceptance: { min(1, Double.exp($0 * $1)) }, firstLink: { _ in 0 })
  /// Replicas are not told their new temperatures.
  public static let forgotten: ExchangeRule = {
    var rule = ExchangeRule.exact
    rule.movesTemperatures = false
    return rule
  }()
}
