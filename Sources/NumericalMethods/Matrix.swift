/// A dense real matrix in column-major order, the layout of BLAS and LAPACK.
///
/// Products and factorisations come from OpenBLAS, whose last bits depend on the processor's kernel: use them where
/// numbers carry an error bar or a tolerance, not where they decide an acceptance.
public struct Matrix: Sendable, Equatable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// The elements, shape `[column][row]`, the row index contiguous.
  @inlinable public var elements: [Double] { storage }
  @usableFromInline var storage: [Double]

  private static func shapeMessage(_ rows: Int, _ columns: Int, _ count: Int) -> String {
    "a matrix of \(rows) x \(columns) cannot hold \(count) elements"
  }

  /// A matrix from its elements, shape `[column][row]`.
  ///
  /// - Precondition: as many elements as `rows` · `columns`.
  public init(rows: Int, columns: Int, columnMajor elements: [Double]) {
    precondition(
      rows >= 0 && columns >= 0 && elements.count == rows * columns, Self.shapeMessage(rows, columns, elements.count))
    self.rows = rows
    self.columns = columns
    storage = elements
  }

  /// A matrix with equal elements.
  public init(rows: Int, columns: Int, repeating value: Double = 0) {
    precondition(rows >= 0 && columns >= 0, "a matrix cannot have the shape \(rows) x \(columns)")
    self.init(rows: rows, columns: columns, columnMajor: [Double](repeating: value, count: rows * columns))
  }

  /// A matrix with the element `element(i, j)` in row i and column j, called column by column.
  public init(rows: Int, columns: Int, _ element: (_ row: Int, _ column: Int) throws -> Double) rethrows {
    precondition(rows >= 0 && columns >= 0, "a matrix cannot have the shape \(rows) x \(columns)")
    var elements: [Double] = []
    elements.reserveCapacity(rows * columns)
    for column in 0..<columns {
      for row in 0..<rows {
        elements.append(try element(row, column))
      }
    }
    self.init(rows: rows, columns: columns, columnMajor: elements)
  }

  /// The n × n unit matrix.
  public static func identity(_ n: Int) -> Matrix {
    Matrix(rows: n, columns: n) { $0 == $1 ? 1 : 0 }
  }

  /// The element in row i and column j, both from 0.
  @inlinable
  public subscript(i: Int, j: Int) -> Double {
    get {
      precondition(
        i >= 0 && i < rows && j >= 0 && j < columns, "element (\(i), \(j)) is outside a matrix of \(rows) x \(columns)")
      return storage[i + j * rows]
    }
    set {
      precondition(
        i >= 0 && i < rows && j >= 0 && j < columns, "element (\(i), \(j)) is outside a matrix of \(rows) x \(columns)")
      storage[i + j * rows] = newValue
    }
  }

  /// Column j.
  public func column(_ j: Int) -> [Double] {
    precondition(j >= 0 && j < columns, "column \(j) is outside a matrix of \(rows) x \(columns)")
    return Array(storage[j * rows..<(j + 1) * rows])
  }

  /// Calls `body` with the elements, shape `[column][row]`, to be changed in place.
  public mutating func withUnsafeMutableElements<Result>(
    _ body: (UnsafeMutableBufferPointer<Double>) throws -> Result
  ) rethrows -> Result {
    try storage.withUnsafeMutableBufferPointer { try body($0) }
  }

  /// The transposed matrix.
  public func transposed() -> Matrix {
    Matrix(rows: columns, columns: rows) { self[$1, $0] }
  }

  /// A count in the integers of BLAS and LAPACK.
  static func libraryCount(_ count: Int) -> Int32 {
    guard let narrow = Int32(exactly: count) else {
      preconditionFailure("a count of \(count) exceeds the 32-bit integers of BLAS and LAPACK")
    }
    return narrow
  }

  /// A leading dimension: BLAS demands at least 1 even of an empty matrix.
  var leadingDimension: Int32 {
    Self.libraryCount(max(rows, 1))
  }
}
