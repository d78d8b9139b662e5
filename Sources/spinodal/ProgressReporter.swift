import Foundation
import Logging
import PhaseDiagrams

/// Shows progress: one line that is rewritten on a terminal, a line every so often in a log file, nothing with `--quiet`.
final class ProgressReporter {
  private let isQuiet: Bool
  private let isTerminal = Console.isTerminal
  private let logger: Logger
  private var lastReport: ContinuousClock.Instant?
  private var hasOpenLine = false

  init(isQuiet: Bool, logger: Logger) {
    self.isQuiet = isQuiet
    self.logger = logger
  }

  /// Reports, if enough time has passed since the last report.
  func report(_ progress: DiagramRun.Progress) {
    guard !isQuiet else { return }
    let now = ContinuousClock.now
    let interval: Duration = isTerminal ? .milliseconds(200) : .seconds(15)
    if let lastReport, now - lastReport < interval, progress.tasks < progress.total { return }
    lastReport = now
    let rate = progress.elapsed > 0 ? Double(progress.tasks) / progress.elapsed : 0
    let left = progress.remaining.map { Self.text(seconds: $0) + " left" } ?? "estimating"
    let round = progress.round > 1 ? "round \(progress.round): " : ""
    let line = String(
      format: "%@%d/%d tasks, %.1f/s, %@, %@", round, progress.tasks, progress.total, rate, left, progress.current)
    if isTerminal {
      try? FileHandle.standardError.write(contentsOf: Data("\r\u{1B}[K\(line)".utf8))
      hasOpenLine = true
    } else {
      logger.info("\(line)")
    }
  }

  /// Ends the line on a terminal.
  func finish() {
    if hasOpenLine { try? FileHandle.standardError.write(contentsOf: Data("\n".utf8)) }
    hasOpenLine = false
  }

  static func text(seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    if whole < 120 { return "\(whole) s" }
    if whole < 7200 { return "\(whole / 60) min" }
    return String(format: "%.1f h", seconds / 3600)
  }
}
