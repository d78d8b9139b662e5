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

extension Matrix {
  /// Aᵀ times some columns of B by dgemm, into a buffer of shape `[column of B][column of A]`.
  ///
  /// - Precondition: as many rows in A as in B, and room for the product.
  public static func multiplyTransposed(
    _ a: Matrix, byColumns columns: Range<Int>, of b: Matrix, into product: UnsafeMutableBufferPointer<Double>
  ) {
    precondition(
      a.rows == b.rows, "a matrix of \(a.columns) x \(a.rows) cannot multiply one of \(b.rows) x \(b.columns)")
    precondition(columns.lowerBound >= 0 && columns.upperBound <= b.columns, "\(columns) are no columns of the matrix")
    precondition(product.count >= a.columns * columns.count, "\(product.count) elements are too few for the product")
    guard a.columns > 0, !columns.isEmpty, a.rows > 0 else { return }
    b.storage.withUnsafeBufferPointer { storage in
      cblas_dgemm(
        CblasColMajor, CblasTrans, CblasNoTrans, libraryCount(a.columns), libraryCount(columns.count),
        libraryCount(a.rows), 1, a.storage, a.leadingDimension, storage.baseAddress! + columns.lowerBound * b.rows,
        b.leadingDimension, 0, product.baseAddress!, libraryCount(a.columns))
    }
  }

  /// Adds A times a buffer of shape `[column][row]` to some columns, by dgemm.
  ///
  /// - Precondition: as many rows as A, and A.columns rows in the buffer.
  public mutating func addProduct(_ a: Matrix, by b: UnsafeBufferPointer<Double>, toColumns columns: Range<Int>) {
    precondition(a.rows == rows, "a product of \(a.rows) rows cannot be added to \(rows)")
    precondition(
      columns.lowerBound >= 0 && columns.upperBound <= self.columns, "\(columns) are no columns of the matrix")
    precondition(b.count >= a.columns * columns.count, "\(b.count) elements are too few for the factor")
    guard rows > 0, !columns.isEmpty, a.columns > 0 else { return }
    let leading = leadingDimension, offset = columns.lowerBound * rows, rowCount = rows
    storage.withUnsafeMutableBufferPointer { storage in
      cblas_dgemm(
        CblasColMajor, CblasNoTrans, CblasNoTrans, Self.libraryCount(rowCount), Self.libraryCount(columns.count),
        Self.libraryCount(a.columns), 1, a.storage, a.leadingDimension, b.baseAddress!, Self.libraryCount(a.columns), 1,
        storage.baseAddress! + offset, leading)
    }
  }
}
