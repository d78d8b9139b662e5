/// A LAPACK routine that reported a failure.
public struct LinearAlgebraError: Error, Equatable, CustomStringConvertible {
  /// The LAPACK routine.
  public let routine: String
  /// Its `info` code: negative, the argument of that number was refused (mostly a not-a-number in a matrix); positive, the
  /// computation failed at that place (a zero pivot, a minor that is not positive, a vector that did not converge).
  public let info: Int

  /// One line with the routine and its code in words.
  public var description: String {
    info < 0
      ? "LAPACK \(routine): argument \(-info) has an illegal value, such as not-a-number"
      : "LAPACK \(routine): failed with info \(info), \(Self.meaning(of: routine))"
  }

  private static func meaning(of routine: String) -> String {
    switch routine {
    case "dgesv": "the matrix is singular"
    case "dposv": "the matrix is not positive definite"
    default: "the iteration did not converge"
    }
  }

  static func check(_ info: Int32, _ routine: String) throws(LinearAlgebraError) {
    guard info == 0 else { throw LinearAlgebraError(routine: routine, info: Int(info)) }
  }
}
