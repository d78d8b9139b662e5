import CLinearAlgebra

extension Matrix {
  /// The singular values in descending order, each with an absolute error of about 1e-16 of the largest (dgesdd).
  ///
  /// - Throws: `LinearAlgebraError` if the iteration fails or an element is not a number.
  public func singularValues() throws(LinearAlgebraError) -> [Double] {
    let k = min(rows, columns)
    var values = [Double](repeating: 0, count: k)
    guard k > 0 else { return values }
    var copy = elements
    let info = LAPACKE_dgesdd(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "N")), Self.libraryCount(rows), Self.libraryCount(columns), &copy,
      leadingDimension, &values, nil, 1, nil, 1)
    try LinearAlgebraError.check(info, "dgesdd")
    return values
  }

  /// The singular values in descending order, also small ones with a small *relative* error where the columns, each scaled to
  /// length 1, are well conditioned (one-sided Jacobi, dgesvj; Demmel & Veselić, SIAM J. Matrix Anal. 13, 1204 (1992)).
  ///
  /// Several times the work of ``singularValues()``.
  /// - Precondition: not more columns than rows.
  /// - Throws: `LinearAlgebraError` if the iteration fails or an element is not a number.
  public func singularValuesByJacobi() throws(LinearAlgebraError) -> [Double] {
    precondition(columns <= rows, "one-sided Jacobi needs at least as many rows as columns, got \(rows) x \(columns)")
    guard columns > 0 else { return [] }
    var copy = elements
    var values = [Double](repeating: 0, count: columns)
    var statistics = [Double](repeating: 0, count: 6)
    let info = LAPACKE_dgesvj(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "G")), CChar(UInt8(ascii: "N")), CChar(UInt8(ascii: "N")),
      Self.libraryCount(rows), Self.libraryCount(columns), &copy, leadingDimension, &values, 0, nil, 1, &statistics)
    try LinearAlgebraError.check(info, "dgesvj")
    // The routine returns values up to a common factor that keeps them in the range of doubles.
    return values.map { $0 * statistics[0] }.sorted(by: >)
  }
}
