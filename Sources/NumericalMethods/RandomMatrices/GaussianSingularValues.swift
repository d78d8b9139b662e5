import CLinearAlgebra

/// Singular values of random matrices with Gaussian entries, without the matrices.
public enum GaussianSingularValues {
  /// The singular values of an m × n matrix of independent standard Gaussian entries, descending.
  ///
  /// Householder reflections turn a Gaussian matrix into a bidiagonal one whose entries are independent chi variates, with
  /// max, max − 1, … degrees of freedom on the diagonal and min − 1, …, 1 beside it (Silverstein, Ann. Probab. 13, 1364 (1985);
  /// Dumitriu & Edelman, J. Math. Phys. 43, 5830 (2002)). Drawing that matrix gives the same law at a cost of min² instead of
  /// max · min²; dqds (dbdsqr without vectors) finds even the smallest values to full relative accuracy.
  /// - Throws: `LinearAlgebraError` if the iteration fails.
  public static func draw(
    rows: Int, columns: Int, using random: inout RandomStream
  ) throws(LinearAlgebraError) -> [Double] {
    let count = min(rows, columns), larger = max(rows, columns)
    precondition(count >= 1, "a matrix of \(rows) x \(columns) has no singular values")
    var diagonal = (0..<count).map { random.chi(degreesOfFreedom: larger - $0) }
    var beside = (1..<max(count, 2)).map { $0 < count ? random.chi(degreesOfFreedom: count - $0) : 0 }
    try Matrix.reduceBidiagonal(diagonal: &diagonal, beside: &beside)
    return diagonal
  }
}

extension Matrix {
  /// Replaces the diagonal of an upper bidiagonal matrix by its singular values, descending (dbdsqr).
  static func reduceBidiagonal(diagonal: inout [Double], beside: inout [Double]) throws(LinearAlgebraError) {
    var none = [0.0]
    var (left, other) = ([0.0], [0.0])
    let info = LAPACKE_dbdsqr(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), libraryCount(diagonal.count), 0, 0, 0, &diagonal, &beside, &none, 1,
      &left, 1, &other, 1)
    try LinearAlgebraError.check(info, "dbdsqr")
  }
}
