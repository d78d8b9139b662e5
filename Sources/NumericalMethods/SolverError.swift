/// Why a numerical solver has no answer.
///
/// `what` names the quantity that was sought, so that the message can be shown to a user as it stands.
public enum SolverError: Error, Equatable, CustomStringConvertible {
  /// The iteration limit was reached; `best` is the iterate with the smallest `residual`, which is not an answer.
  case notConverged(iterations: Int, residual: Double, best: [Double], what: String)
  /// The function has the same sign at both ends of the interval.
  case notBracketed(lower: Double, upper: Double, valueAtLower: Double, valueAtUpper: Double, what: String)
  /// A function returned an infinity or not-a-number.
  case notFinite(what: String)

  /// One line that names the quantity and the numbers behind the failure.
  public var description: String {
    switch self {
    case .notConverged(let iterations, let residual, let best, let what):
      let shown = best.prefix(8).map { "\($0)" }.joined(separator: ", ")
      let rest = best.count > 8 ? ", … (\(best.count) components)" : ""
      return "\(what): not converged after \(iterations) iterations, residual \(residual) at [\(shown)\(rest)]"
    case .notBracketed(let lower, let upper, let valueAtLower, let valueAtUpper, let what):
      return "\(what): no sign change between \(lower) (value \(valueAtLower)) and \(upper) (value \(valueAtUpper))"
    case .notFinite(let what):
      return "\(what): the function is not finite"
    }
  }
}
