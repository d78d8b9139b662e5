import CLinearAlgebra

/// A = V diag(values) Vᵀ of a symmetric matrix.
public struct SymmetricEigendecomposition: Sendable, Equatable {
  /// The eigenvalues in ascending order.
  public let values: [Double]
  /// The orthonormal eigenvectors; column k belongs to value k. The sign of a vector is arbitrary.
  public let vectors: Matrix
}

/// A = U diag(values) Vᵀ of an m × n matrix, with k = min(m, n) singular values.
public struct SingularValueDecomposition: Sendable, Equatable {
  /// U, m × k.
  public let left: Matrix
  /// The singular values in descending order.
  public let values: [Double]
  /// Vᵀ, k × n.
  public let rightTransposed: Matrix
}

extension Matrix {
  private var isSquare: Bool { rows == columns }

  /// The eigenvalues of a symmetric matrix in ascending order (dsyevd; only the upper triangle is read).
  ///
  /// - Throws: `LinearAlgebraError` if the iteration fails or an element is not a number.
  public func symmetricEigenvalues() throws(LinearAlgebraError) -> [Double] {
    var copy = self
    return try copy.reduceToEigenvalues(job: "N")
  }

  /// Eigenvalues and eigenvectors of a symmetric matrix (dsyevd; only the upper triangle is read).
  ///
  /// - Throws: `LinearAlgebraError` if the iteration fails or an element is not a number.
  public func symmetricEigendecomposition() throws(LinearAlgebraError) -> SymmetricEigendecomposition {
    var vectors = self
    let values = try vectors.reduceToEigenvalues(job: "V")
    return SymmetricEigendecomposition(values: values, vectors: vectors)
  }

  /// dsyevd in place: returns the eigenvalues, and leaves the eigenvectors for job "V".
  private mutating func reduceToEigenvalues(job: Character) throws(LinearAlgebraError) -> [Double] {
    precondition(isSquare, "eigenvalues need a square matrix, got \(rows) x \(columns)")
    var values = [Double](repeating: 0, count: rows)
    guard rows > 0 else { return values }
    let n = Self.libraryCount(rows)
    let info = LAPACKE_dsyevd(LAPACK_COL_MAJOR, Self.code(job), Self.code("U"), n, &storage, n, &values)
    try LinearAlgebraError.check(info, "dsyevd")
    return values
  }

  /// The thin singular value decomposition (dgesdd).
  ///
  /// - Throws: `LinearAlgebraError` if the iteration fails or an element is not a number.
  public func singularValueDecomposition() throws(LinearAlgebraError) -> SingularValueDecomposition {
    let k = min(rows, columns)
    var copy = elements
    var left = Matrix(rows: rows, columns: k)
    var right = Matrix(rows: k, columns: columns)
    var values = [Double](repeating: 0, count: k)
    if k > 0 {
      let (leftLeading, rightLeading) = (left.leadingDimension, right.leadingDimension)
      let info = LAPACKE_dgesdd(
        LAPACK_COL_MAJOR, Self.code("S"), Self.libraryCount(rows), Self.libraryCount(columns), &copy,
        leadingDimension, &values, &left.storage, leftLeading, &right.storage, rightLeading)
      try LinearAlgebraError.check(info, "dgesdd")
    }
    return SingularValueDecomposition(left: left, values: values, rightTransposed: right)
  }

  /// X with A X = `rhs`, one solution a column (dgesv, LU with partial pivoting).
  ///
  /// - Throws: `LinearAlgebraError` for an exactly singular matrix or not-a-numbers.
  public func solve(_ rhs: Matrix) throws(LinearAlgebraError) -> Matrix {
    checkSystem(rhs)
    var (factors, solution, pivots) = (elements, rhs, [Int32](repeating: 0, count: rows))
    guard rows > 0, rhs.columns > 0 else { return solution }
    let n = Self.libraryCount(rows)
    let info = LAPACKE_dgesv(
      LAPACK_COL_MAJOR, n, Self.libraryCount(rhs.columns), &factors, n, &pivots, &solution.storage, n)
    try LinearAlgebraError.check(info, "dgesv")
    return solution
  }

  /// x with A x = `rhs` (dgesv).
  ///
  /// - Throws: `LinearAlgebraError` for an exactly singular matrix or not-a-numbers.
  public func solve(_ rhs: [Double]) throws(LinearAlgebraError) -> [Double] {
    try solve(Matrix(rows: rhs.count, columns: 1, columnMajor: rhs)).elements
  }

  /// X with A X = `rhs` for a symmetric positive definite A (dposv; only the upper triangle is read).
  ///
  /// - Throws: `LinearAlgebraError` for a matrix that is not positive definite or holds not-a-numbers.
  public func choleskySolve(_ rhs: Matrix) throws(LinearAlgebraError) -> Matrix {
    checkSystem(rhs)
    var (factors, solution) = (elements, rhs)
    guard rows > 0, rhs.columns > 0 else { return solution }
    let n = Self.libraryCount(rows)
    let info = LAPACKE_dposv(
      LAPACK_COL_MAJOR, Self.code("U"), n, Self.libraryCount(rhs.columns), &factors, n, &solution.storage, n)
    try LinearAlgebraError.check(info, "dposv")
    return solution
  }

  /// x with A x = `rhs` for a symmetric positive definite A (dposv; only the upper triangle is read).
  ///
  /// - Throws: `LinearAlgebraError` for a matrix that is not positive definite or holds not-a-numbers.
  public func choleskySolve(_ rhs: [Double]) throws(LinearAlgebraError) -> [Double] {
    try choleskySolve(Matrix(rows: rhs.count, columns: 1, columnMajor: rhs)).elements
  }

  private func checkSystem(_ rhs: Matrix) {
    precondition(isSquare, "a linear system needs a square matrix, got \(rows) x \(columns)")
    precondition(
      rhs.rows == rows, "a system of \(rows) equations cannot take right-hand sides of \(rhs.rows) components")
  }

  /// An option letter as LAPACK's C interface wants it.
  private static func code(_ letter: Character) -> CChar {
    CChar(letter.asciiValue ?? 0)
  }
}
