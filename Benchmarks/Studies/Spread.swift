import Foundation

/// Median and range of repetitions.
struct Spread: Equatable {
  let median: Double
  let least: Double
  let most: Double

  /// - Precondition: at least one value.
  init(_ values: [Double]) {
    precondition(!values.isEmpty, "no repetitions")
    let sorted = values.sorted(), count = values.count
    median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
    least = sorted[0]
    most = sorted[count - 1]
  }

  /// `median (least–most)` with `digits` significant digits.
  func text(digits: Int = 3) -> String {
    func shown(_ value: Double) -> String { String(format: "%.\(digits)g", value) }
    return "\(shown(median)) (\(shown(least))–\(shown(most)))"
  }
}
