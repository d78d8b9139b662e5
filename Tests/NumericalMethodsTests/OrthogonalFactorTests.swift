import NumericalMethods
import RealModule
import Testing

/// QR and Cholesky factors, Haar measure, singular values, in-place products, and digamma.
@Suite struct OrthogonalFactorTests {
  private func random(_ purpose: StreamKey.Purpose = .disorder, seed: UInt64 = 5) -> RandomStream {
    RandomStream(StreamKey(seed: seed, system: 0, point: 0, purpose: purpose))
  }

  private func expectEqual(_ a: Matrix, _ b: Matrix, _ tolerance: Double, _ what: String) {
    #expect(a.rows == b.rows && a.columns == b.columns, "\(what)")
    for (x, y) in zip(a.elements, b.elements) { #expect(abs(x - y) <= tolerance, "\(what): \(x), expected \(y)") }
  }

  @Test("QR: orthonormal columns, upper triangle, positive diagonal", arguments: [(6, 4), (4, 4), (3, 5), (1, 1)])
  func qr(rows: Int, columns: Int) throws {
    var stream = random()
    let a = Matrix.gaussian(rows: rows, columns: columns, using: &stream)
    let qr = try a.qrDecomposition(), k = min(rows, columns)
    expectEqual(qr.orthogonal * qr.triangular, a, 1e-13, "Q R")
    expectEqual(qr.orthogonal.gram(), .identity(k), 1e-14, "QᵀQ")
    for j in 0..<columns {
      for i in 0..<k where i > j { #expect(qr.triangular[i, j] == 0) }
    }
    for i in 0..<k { #expect(qr.triangular[i, i] >= 0) }
  }

  /// Under Haar's measure E Q_ij = 0 and E Q_ij² = 1/n; without the sign correction E Q_11 ≈ -0.8/√n·….
  @Test("Haar matrices have no preferred direction")
  func haar() throws {
    var stream = random()
    let n = 4, draws = 20_000
    var (sum, squares, traces) = (0.0, 0.0, 0.0)
    for _ in 0..<draws {
      let q = try Matrix.haar(rows: n, columns: n, using: &stream)
      sum += q[0, 0]
      squares += q[1, 2] * q[1, 2]
      let trace = (0..<n).reduce(0) { $0 + q[$1, $1] }
      traces += trace * trace
    }
    let N = Double(draws)
    // Variances: 1/n; E q⁴ − 1/n² = 3/(n(n+2)) − 1/n² = 1/16; of tr² (mean 1, fourth moment 3): 2.
    #expect(abs(sum / N) < 6 * (0.25 / N).squareRoot())
    #expect(abs(squares / N - 0.25) < 6 * (1.0 / 16 / N).squareRoot())
    #expect(abs(traces / N - 1) < 6 * (2 / N).squareRoot())
  }

  @Test("Cholesky factor and division by it")
  func cholesky() throws {
    var stream = random()
    let b = Matrix.gaussian(rows: 7, columns: 5, using: &stream), a = b.gram()
    let factor = try a.choleskyFactor()
    expectEqual(.multiply(factor, transposed: false, by: factor, transposed: true), a, 1e-13, "L Lᵀ")
    let quotient = b.dividedOnRight(byTransposeOfLower: factor)
    // b L⁻ᵀ has orthonormal columns.
    expectEqual(quotient.gram(), .identity(5), 1e-13, "orthonormal")
    #expect(throws: LinearAlgebraError.self) { try Matrix(rows: 2, columns: 2, repeating: 1).choleskyFactor() }
  }

  @Test("Singular values by both methods, and small ones by Jacobi only")
  func singularValues() throws {
    var stream = random()
    let a = Matrix.gaussian(rows: 6, columns: 4, using: &stream)
    let expected = try a.singularValueDecomposition().values
    for (x, y) in zip(try a.singularValues(), expected) { #expect(abs(x - y) < 1e-14) }
    for (x, y) in zip(try a.singularValuesByJacobi(), expected) { #expect(abs(x - y) < 1e-14) }
    // Graded columns: det² = det(AᵀA) is the product of squares, which the small values must hold.
    let scales = [1, 1e-20, 1e-60, 1e-120]
    let square = Matrix.gaussian(rows: 4, columns: 4, using: &stream)
    let graded = Matrix(rows: 4, columns: 4) { square[$0, $1] * scales[$1] }
    let logarithms = try graded.singularValuesByJacobi().reduce(0) { $0 + Double.log($1) }
    let determinant = try square.singularValues().reduce(0) { $0 + Double.log($1) }
    let exact = determinant + scales.reduce(0) { $0 + Double.log($1) }
    #expect(abs(logarithms - exact) < 1e-11)
  }

  @Test("Products and sums in place")
  func inPlace() {
    var stream = random()
    let a = Matrix.gaussian(rows: 3, columns: 4, using: &stream),
      b = Matrix.gaussian(rows: 3, columns: 5, using: &stream)
    let start = Matrix.gaussian(rows: 4, columns: 5, using: &stream)
    var c = start
    c.accumulate(2, a, transposed: true, by: b, keeping: 3)
    let product = a.transposed() * b
    expectEqual(c, Matrix(rows: 4, columns: 5) { 2 * product[$0, $1] + 3 * start[$0, $1] }, 1e-14, "accumulate")
    c = start
    c.add(-2, start)
    expectEqual(c, Matrix(rows: 4, columns: 5) { -start[$0, $1] }, 0, "add")
  }

  /// ψ(1) = −γ, ψ(½) = −γ − 2 ln 2, ψ(x + 1) = ψ(x) + 1/x, and ψ(1/4) = −γ − π/2 − 3 ln 2.
  @Test("Digamma")
  func digamma() {
    let gamma = 0.57721566490153286
    #expect(abs(Digamma.value(1) + gamma) < 2e-15)
    #expect(abs(Digamma.value(0.5) + gamma + 2 * Double.log(2)) < 2e-15)
    #expect(abs(Digamma.value(0.25) + gamma + Double.pi / 2 + 3 * Double.log(2)) < 4e-15)
    for x in [1e-3, 0.7, 3.2, 11.9, 12.1, 500, 1e6] {
      let step = Digamma.value(x + 1) - Digamma.value(x)
      #expect(abs(step - 1 / x) < 1e-14 * max(1, 1 / x), "x = \(x)")
    }
    #expect(abs(Digamma.value(1e8) - Double.log(1e8) + 0.5e-8) < 1e-14)
  }
}
