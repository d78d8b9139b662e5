import CLinearAlgebra

/// A = Q R of an m × n matrix, with k = min(m, n).
public struct QRDecomposition: Sendable, Equatable {
  /// Q, m × k, with orthonormal columns.
  public let orthogonal: Matrix
  /// R, k × n, zero below the diagonal, its diagonal not negative.
  public let triangular: Matrix
}

extension Matrix {
  /// The thin QR decomposition with a diagonal of R that is not negative, which makes it unique at full rank.
  ///
  /// Householder reflections (dgeqrf, dorgqr).
  /// - Throws: `LinearAlgebraError` for not-a-numbers.
  public func qrDecomposition() throws(LinearAlgebraError) -> QRDecomposition {
    let k = min(rows, columns)
    var factors = self
    var scales = [Double](repeating: 0, count: max(k, 1))
    guard k > 0 else {
      return QRDecomposition(
        orthogonal: Matrix(rows: rows, columns: 0), triangular: Matrix(rows: 0, columns: columns))
    }
    let (m, leading) = (Self.libraryCount(rows), leadingDimension)
    var info = LAPACKE_dgeqrf(LAPACK_COL_MAJOR, m, Self.libraryCount(columns), &factors.storage, leading, &scales)
    try LinearAlgebraError.check(info, "dgeqrf")
    var triangular = Matrix(rows: k, columns: columns) { $0 <= $1 ? factors.storage[$0 + $1 * rows] : 0 }
    var orthogonal = Matrix(rows: rows, columns: k, columnMajor: Array(factors.storage[..<(rows * k)]))
    let count = Self.libraryCount(k)
    info = LAPACKE_dorgqr(LAPACK_COL_MAJOR, m, count, count, &orthogonal.storage, leading, scales)
    try LinearAlgebraError.check(info, "dorgqr")
    for i in 0..<k where triangular[i, i] < 0 {
      for j in i..<columns { triangular.storage[i + j * k] *= -1 }
      for row in 0..<rows { orthogonal.storage[row + i * rows] *= -1 }
    }
    return QRDecomposition(orthogonal: orthogonal, triangular: triangular)
  }

  /// A matrix of independent Gaussian numbers of mean 0, drawn column by column.
  public static func gaussian(
    rows: Int, columns: Int, standardDeviation: Double = 1, using random: inout RandomStream
  ) -> Matrix {
    var matrix = Matrix(rows: rows, columns: columns)
    matrix.withUnsafeMutableElements { elements in
      random.fillNormal(elements)
      for index in elements.indices { elements[index] *= standardDeviation }
    }
    return matrix
  }

  /// Orthonormal columns distributed by Haar's measure: Q of a Gaussian matrix, with the signs that make diag R positive.
  ///
  /// Without the sign correction Q is not uniform (Mezzadri, Notices AMS 54, 592 (2007)).
  /// - Precondition: not more columns than rows.
  /// - Throws: `LinearAlgebraError`, for which there is no cause but a failing library.
  public static func haar(
    rows: Int, columns: Int, using random: inout RandomStream
  ) throws(LinearAlgebraError) -> Matrix {
    precondition(columns <= rows, "\(columns) orthonormal columns do not fit \(rows) rows")
    return try gaussian(rows: rows, columns: columns, using: &random).qrDecomposition().orthogonal
  }

  /// The lower triangular L with A = L Lᵀ (dpotrf; only the lower triangle is read).
  ///
  /// - Throws: `LinearAlgebraError` for a matrix that is not positive definite or holds not-a-numbers.
  public func choleskyFactor() throws(LinearAlgebraError) -> Matrix {
    precondition(rows == columns, "a Cholesky factor needs a square matrix, got \(rows) x \(columns)")
    var factor = self
    guard rows > 0 else { return factor }
    let n = Self.libraryCount(rows)
    let info = LAPACKE_dpotrf(LAPACK_COL_MAJOR, CChar(UInt8(ascii: "L")), n, &factor.storage, n)
    try LinearAlgebraError.check(info, "dpotrf")
    for j in 0..<columns {
      for i in 0..<j { factor.storage[i + j * rows] = 0 }
    }
    return factor
  }

  /// A L⁻ᵀ for a lower triangular L (dtrsm).
  ///
  /// - Precondition: L is square, with as many rows as A has columns and no zero on its diagonal.
  public func dividedOnRight(byTransposeOfLower factor: Matrix) -> Matrix {
    precondition(
      factor.rows == columns && factor.columns == columns,
      "a factor of \(factor.rows) x \(factor.columns) cannot divide a matrix of \(rows) x \(columns)")
    var quotient = self
    guard rows > 0, columns > 0 else { return quotient }
    cblas_dtrsm(
      CblasColMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, Self.libraryCount(rows),
      Self.libraryCount(columns), 1, factor.elements, factor.leadingDimension, &quotient.storage, leadingDimension)
    return quotient
  }
}
