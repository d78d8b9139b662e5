/// Mean and variance of a sequence of numbers, accumulated one by one without storing them.
///
/// Welford, Technometrics 4, 419 (1962); merging after Chan, Golub & LeVeque, Am. Stat. 37, 242 (1983). The last bits
/// depend on the order of additions and merges: add and merge by global index, never by rank or by arrival.
public struct RunningMoments: Sendable, Codable, Equatable {
  /// How many numbers were added.
  public private(set) var count: Int = 0
  /// Their mean; 0 before the first.
  public private(set) var mean: Double = 0
  /// Σ (x − mean)².
  private var sumOfSquares: Double = 0

  /// No numbers yet.
  public init() {}

  /// Adds a number.
  public mutating func add(_ value: Double) {
    count += 1
    let difference = value - mean
    mean += difference / Double(count)
    sumOfSquares += difference * (value - mean)
  }

  /// Adds all numbers of another accumulator after those of this one.
  public mutating func merge(_ other: RunningMoments) {
    guard other.count > 0 else { return }
    guard count > 0 else {
      self = other
      return
    }
    let total = Double(count + other.count)
    let difference = other.mean - mean
    sumOfSquares += other.sumOfSquares + difference * difference * (Double(count) * Double(other.count) / total)
    mean += difference * (Double(other.count) / total)
    count += other.count
  }

  /// The unbiased variance Σ (x − mean)²/(count − 1); `nil` for fewer than two numbers.
  public var variance: Double? {
    count < 2 ? nil : sumOfSquares / Double(count - 1)
  }

  /// √(variance/count), the standard error of the mean of *independent* numbers; `nil` for fewer than two.
  ///
  /// For a correlated series see ``Autocorrelation/standardError(of:)``.
  public var standardError: Double? {
    variance.map { ($0 / Double(count)).squareRoot() }
  }
}
