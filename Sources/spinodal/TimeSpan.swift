import ArgumentParser

/// A time on the command line: seconds, MM:SS or HH:MM:SS.
struct TimeSpan: ExpressibleByArgument {
  /// The time in seconds.
  let seconds: Double

  init(seconds: Double) { self.seconds = seconds }

  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
    guard (1...3).contains(parts.count), parts.allSatisfy({ $0.map { $0 >= 0 && $0.isFinite } ?? false }) else {
      return nil
    }
    seconds = parts.compactMap { $0 }.reduce(0) { $0 * 60 + $1 }
  }

  var defaultValueDescription: String { "\(Int(seconds)) s" }
}
