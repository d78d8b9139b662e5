import Foundation

/// Plain text tables.
public enum TextTable {
  /// Columns padded to equal width, two spaces apart.
  public static func aligned(_ rows: [[String]]) -> [String] {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    return rows.map { row in
      let cells = row.enumerated().map { $1 + String(repeating: " ", count: widths[$0] - $1.count) }
      return cells.joined(separator: "  ").trimmingCharacters(in: .whitespaces)
    }
  }

  /// `0.97715 ± 0.00037`: the error to two digits, the mean to the same place.
  public static func text(mean: Double, standardError: Double?) -> String {
    guard let standardError, standardError > 0 else { return String(format: "%.6g", mean) }
    let places = min(12, max(0, 1 - Int(floor(log10(standardError)))))
    return String(format: "%.\(places)f ± %.\(places)f", mean, standardError)
  }
}
