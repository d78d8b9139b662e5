import Testing

@testable import NumericalMethods

@Suite struct MatrixTests {
  static func random(_ rows: Int, _ columns: Int, sample: UInt32 = 0) -> Matrix {
    var stream = RandomStream(StreamKey(seed: 7, system: 0, point: 0, sample: sample, purpose: .data))
    return Matrix(rows: rows, columns: columns) { _, _ in stream.normal() }
  }

  /// The definition of the product, the reference for BLAS.
  static func product(_ a: Matrix, _ b: Matrix) -> Matrix {
    Matrix(rows: a.rows, columns: b.columns) { i, j in
      (0..<a.columns).reduce(0) { $0 + a[i, $1] * b[$1, j] }
    }
  }

  static func expectEqual(
    _ a: Matrix, _ b: Matrix, tolerance: Double = 1e-12, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(a.rows == b.rows && a.columns == b.columns, sourceLocation: sourceLocation)
    let difference = zip(a.elements, b.elements).map { abs($0 - $1) }.max() ?? 0
    #expect(difference <= tolerance, sourceLocation: sourceLocation)
  }

  @Test("Elements are stored column by column")
  func layout() {
    var matrix = Matrix(rows: 2, columns: 3) { Double(10 * $0 + $1) }
    #expect(matrix.elements == [0, 10, 1, 11, 2, 12])
    #expect(matrix[1, 2] == 12)
    #expect(matrix.column(1) == [1, 11])
    #expect(matrix.transposed().elements == [0, 1, 2, 10, 11, 12])
    matrix[0, 1] = -1
    matrix.withUnsafeMutableElements { $0[5] = -2 }
    #expect(matrix == Matrix(rows: 2, columns: 3, columnMajor: [0, 10, -1, 11, 2, -2]))
    #expect(Matrix(rows: 2, columns: 2, repeating: 4).elements == [4, 4, 4, 4])
  }

  @Test("Products in all four transpositions follow the definition")
  func products() {
    let (a, b) = (Self.random(5, 7), Self.random(7, 3, sample: 1))
    let exact = Self.product(a, b)
    Self.expectEqual(a * b, exact)
    Self.expectEqual(Matrix.multiply(a.transposed(), transposed: true, by: b), exact)
    Self.expectEqual(Matrix.multiply(a, transposed: false, by: b.transposed(), transposed: true), exact)
    Self.expectEqual(Matrix.multiply(a.transposed(), transposed: true, by: b.transposed(), transposed: true), exact)
    let vector = b.column(2)
    for (x, y) in zip(a * vector, exact.column(2)) { #expect(abs(x - y) < 1e-12) }
    for (x, y) in zip(a.transposed().multiply(vector, transposed: true), exact.column(2)) {
      #expect(abs(x - y) < 1e-12)
    }
    Self.expectEqual(Matrix.identity(5) * a, a, tolerance: 0)
  }

  @Test("The Gram matrix is AᵀA and exactly symmetric")
  func gram() {
    let a = Self.random(6, 4)
    Self.expectEqual(a.gram(), Self.product(a.transposed(), a))
    #expect(a.gram() == a.gram().transposed())
  }

  @Test("Empty matrices multiply and factorise")
  func empty() throws {
    let none = Matrix(rows: 0, columns: 3)
    #expect(none.gram() == Matrix(rows: 3, columns: 3))
    #expect(Matrix(rows: 2, columns: 0) * none == Matrix(rows: 2, columns: 3))
    #expect(try Matrix(rows: 0, columns: 0).symmetricEigenvalues().isEmpty)
    #expect(try none.singularValueDecomposition().values.isEmpty)
  }

  @Test("Eigenvalues ascend, and A V = V diag(values) with orthonormal V", arguments: [1, 2, 9, 40])
  func eigendecomposition(n: Int) throws {
    let root = Self.random(n, n)
    let a = Matrix(rows: n, columns: n) { root[$0, $1] + root[$1, $0] }
    let decomposition = try a.symmetricEigendecomposition()
    let (values, vectors) = (decomposition.values, decomposition.vectors)
    #expect(values == values.sorted())
    Self.expectEqual(a * vectors, Matrix(rows: n, columns: n) { vectors[$0, $1] * values[$1] }, tolerance: 1e-11)
    Self.expectEqual(vectors.gram(), .identity(n))
    for (x, y) in zip(try a.symmetricEigenvalues(), values) { #expect(abs(x - y) < 1e-11) }
  }

  @Test("A known spectrum")
  func knownSpectrum() throws {
    let values = try Matrix(rows: 2, columns: 2, columnMajor: [2, 1, 1, 2]).symmetricEigenvalues()
    #expect(abs(values[0] - 1) < 1e-14 && abs(values[1] - 3) < 1e-14)
  }

  @Test("U diag(values) Vᵀ = A with orthonormal factors", arguments: [(5, 3), (3, 5), (4, 4), (1, 6)])
  func singularValues(rows: Int, columns: Int) throws {
    let a = Self.random(rows, columns)
    let factors = try a.singularValueDecomposition()
    let k = min(rows, columns)
    let scaled = Matrix(rows: k, columns: columns) { factors.values[$0] * factors.rightTransposed[$0, $1] }
    Self.expectEqual(factors.left * scaled, a)
    Self.expectEqual(factors.left.gram(), .identity(k))
    Self.expectEqual(factors.rightTransposed.transposed().gram(), .identity(k))
    #expect(factors.values == factors.values.sorted(by: >))
  }

  @Test("Linear systems are solved by both factorisations")
  func systems() throws {
    let (a, x) = (Self.random(8, 8), Self.random(8, 2, sample: 1))
    Self.expectEqual(try a.solve(a * x), x, tolerance: 1e-10)
    let positive = Matrix(rows: 8, columns: 8) { a.gram()[$0, $1] + ($0 == $1 ? 1 : 0) }
    Self.expectEqual(try positive.choleskySolve(positive * x), x, tolerance: 1e-10)
    for (found, exact) in zip(try positive.choleskySolve(positive * x.column(1)), x.column(1)) {
      #expect(abs(found - exact) < 1e-10)
    }
    for (found, exact) in zip(try a.solve(a * x.column(0)), x.column(0)) { #expect(abs(found - exact) < 1e-10) }
  }

  @Test("Failures name the routine and its code")
  func failures() {
    let singular = Matrix(rows: 2, columns: 2, columnMajor: [1, 2, 2, 4])
    #expect(throws: LinearAlgebraError(routine: "dgesv", info: 2)) { try singular.solve([1, 1]) }
    let indefinite = Matrix(rows: 2, columns: 2, columnMajor: [1, 0, 0, -1])
    #expect(throws: LinearAlgebraError(routine: "dposv", info: 2)) { try indefinite.choleskySolve([1, 1]) }
    let undefined = Matrix(rows: 2, columns: 2, repeating: .nan)
    #expect(throws: LinearAlgebraError.self) { try undefined.symmetricEigenvalues() }
    #expect("\(LinearAlgebraError(routine: "dgesv", info: 2))".contains("singular"))
  }

  @Test("The library names itself, and takes a number of threads")
  func library() {
    LinearAlgebraThreads.set(1)
    #expect(LinearAlgebraLibrary.configuration.contains("OpenBLAS"))
  }
}
