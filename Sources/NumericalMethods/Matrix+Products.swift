import CLinearAlgebra

extension Matrix {
  /// A B.
  ///
  /// - Precondition: as many columns in A as rows in B.
  public static func * (a: Matrix, b: Matrix) -> Matrix {
    multiply(a, by: b)
  }

  /// A x.
  ///
  /// - Precondition: as many components in x as columns in A.
  public static func * (a: Matrix, x: [Double]) -> [Double] {
    a.multiply(x)
  }

  /// op(A) op(B) by dgemm, where op transposes if told so; to transpose B alone, write `transposed: false` for A.
  ///
  /// - Precondition: as many columns in op(A) as rows in op(B).
  public static func multiply(
    _ a: Matrix, transposed transposesA: Bool = false, by b: Matrix, transposed transposesB: Bool = false
  ) -> Matrix {
    let (m, inner) = transposesA ? (a.columns, a.rows) : (a.rows, a.columns)
    let (innerOfB, n) = transposesB ? (b.columns, b.rows) : (b.rows, b.columns)
    precondition(inner == innerOfB, "a matrix of \(m) x \(inner) cannot multiply one of \(innerOfB) x \(n)")
    var product = Matrix(rows: m, columns: n)
    guard m > 0, n > 0, inner > 0 else { return product }
    let leading = product.leadingDimension
    cblas_dgemm(
      CblasColMajor, transposesA ? CblasTrans : CblasNoTrans, transposesB ? CblasTrans : CblasNoTrans,
      libraryCount(m), libraryCount(n), libraryCount(inner), 1, a.elements, a.leadingDimension,
      b.elements, b.leadingDimension, 0, &product.storage, leading)
    return product
  }

  /// `self` ← `factor` op(A) op(B) + `keeping` · `self` by dgemm, in place, where op transposes if told so.
  ///
  /// - Precondition: as many columns in op(A) as rows in op(B), and `self` of the shape of the product.
  public mutating func accumulate(
    _ factor: Double = 1, _ a: Matrix, transposed transposesA: Bool = false, by b: Matrix,
    transposed transposesB: Bool = false, keeping: Double = 0
  ) {
    let (m, inner) = transposesA ? (a.columns, a.rows) : (a.rows, a.columns)
    let (innerOfB, n) = transposesB ? (b.columns, b.rows) : (b.rows, b.columns)
    precondition(
      inner == innerOfB && m == rows && n == columns,
      "a product of \(m) x \(inner) by \(innerOfB) x \(n) does not fit a matrix of \(rows) x \(columns)")
    guard m > 0, n > 0 else { return }
    let leading = leadingDimension
    cblas_dgemm(
      CblasColMajor, transposesA ? CblasTrans : CblasNoTrans, transposesB ? CblasTrans : CblasNoTrans,
      Self.libraryCount(m), Self.libraryCount(n), Self.libraryCount(inner), factor, a.elements, a.leadingDimension,
      b.elements, b.leadingDimension, keeping, &storage, leading)
  }

  /// `self` ← `self` + `factor` A by daxpy, in place.
  ///
  /// - Precondition: matrices of the same shape.
  public mutating func add(_ factor: Double, _ a: Matrix) {
    precondition(
      a.rows == rows && a.columns == columns, "a \(a.rows) x \(a.columns) matrix, \(rows) x \(columns) needed")
    cblas_daxpy(Self.libraryCount(rows * columns), factor, a.elements, 1, &storage, 1)
  }

  /// op(A) x by dgemv, where op transposes if told so.
  ///
  /// - Precondition: as many components in x as columns in op(A).
  public func multiply(_ x: [Double], transposed: Bool = false) -> [Double] {
    let (m, n) = transposed ? (columns, rows) : (rows, columns)
    precondition(x.count == n, "a matrix of \(m) x \(n) cannot multiply a vector of \(x.count) components")
    var product = [Double](repeating: 0, count: m)
    guard m > 0, n > 0 else { return product }
    cblas_dgemv(
      CblasColMajor, transposed ? CblasTrans : CblasNoTrans, Self.libraryCount(rows), Self.libraryCount(columns),
      1, elements, leadingDimension, x, 1, 0, &product, 1)
    return product
  }

  /// AᵀA by dsyrk, exactly symmetric.
  public func gram() -> Matrix {
    var product = Matrix(rows: columns, columns: columns)
    guard columns > 0, rows > 0 else { return product }
    let leading = product.leadingDimension
    cblas_dsyrk(
      CblasColMajor, CblasUpper, CblasTrans, Self.libraryCount(columns), Self.libraryCount(rows), 1, elements,
      leadingDimension, 0, &product.storage, leading)
    for j in 0..<columns {
      for i in 0..<j {
        product.storage[j + i * columns] = product.storage[i + j * columns]
      }
    }
    return product
  }
}
