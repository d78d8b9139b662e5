import SystemInterface

/// A curve over one numbered coordinate whose places may lack a value, each with the reason why.
struct MissableCurve {
  private let dimension: String
  private let first: Int
  private let count: Int
  /// Values so far.
  private(set) var values: [Double?] = []
  private var reasons: [(place: Int, text: String)] = []

  /// An empty curve over `dimension` = `first` … `first` + `count` − 1.
  init(over dimension: String, from first: Int = 1, count: Int) {
    self.dimension = dimension
    self.first = first
    self.count = count
  }

  /// Appends a value that is a finite number, or the reason why there is none.
  mutating func append(_ value: Double?, because reason: @autoclosure () -> String) {
    if let value, value.isFinite {
      values.append(value)
    } else {
      reasons.append((first + values.count, value == nil ? reason() : "outside the range of numbers"))
      values.append(nil)
    }
  }

  /// Appends a value or a reason.
  mutating func add(_ entry: (value: Double?, reason: String?)) {
    append(entry.value, because: entry.reason ?? "no value")
  }

  /// Fills the rest with one value.
  mutating func fill(_ value: Double?, because reason: String) {
    while values.count < count { append(value, because: reason) }
  }

  /// Puts the curve among `observables`, and why places lack a value among `diagnostics`.
  func store(
    _ name: String, in observables: inout [String: ObservableValue], _ diagnostics: inout [String: Diagnostic]
  ) {
    guard reasons.count < count else {
      observables[name] = .curve(curve)
      diagnostics[name] = .text(reasons[0].text)
      return
    }
    observables[name] = .curve(curve)
    guard !reasons.isEmpty else { return }
    let places = reasons.map { "\($0.place)" }.joined(separator: ", ")
    diagnostics[name] = .text("\(dimension) \(places): \(reasons[0].text)")
  }

  private var curve: Curve {
    Curve(
      dimensions: [dimension], coordinates: [dimension: (0..<count).map { Double(first + $0) }],
      values: values)
  }
}
