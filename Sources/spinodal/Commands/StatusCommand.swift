import ArgumentParser
import Cluster
import Foundation
import PhaseDiagrams
import Systems

/// `spinodal status DIR`.
struct StatusCommand: SingleRankCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "How far a run is: points, samples, failures, time left; works while it runs.")

  @Argument(help: "The folder of a run.")
  var folder: String

  @Flag(help: "Show every change until the run is complete: redrawn on a terminal, otherwise one line a change.")
  var watch = false

  @Option(help: "Time between two looks of --watch.")
  var interval = TimeSpan(seconds: 5)

  @OptionGroup var common: CommonOptions

  func run() throws {
    guard interval.seconds >= 0.1 else {
      throw ValidationError("--interval: given \(interval.seconds) s, allowed: at least 0.1 s")
    }
    if watch { return try StatusWatch(folder: folder, interval: interval, format: common.format).run() }
    let status = try RunStatus(of: URL(fileURLWithPath: folder), registry: .standard)
    switch common.format {
    case .json: try Console.json(status)
    case .text: for line in StatusText(status).lines { Console.output(line) }
    }
  }
}

/// The status of a run in words.
struct StatusText {
  private let status: RunStatus

  init(_ status: RunStatus) { self.status = status }

  /// A short page.
  var lines: [String] {
    var lines = ["system   \(status.system)"]
    lines.append("points   \(status.finishedPoints) of \(status.points) finished")
    lines.append("samples  \(status.finishedSamples) of \(status.samples)")
    lines.append("tasks    \(status.finishedTasks) of \(status.tasks)")
    if status.round > 1 || status.mayGrow {
      lines.append("round    \(status.round)" + (status.mayGrow ? ", more may follow from its results" : ""))
    }
    lines.append("failures \(status.failures.count)")
    lines += status.failures.prefix(10).map { "  \($0)" }
    lines += status.damagedSegments.map { "damaged segment, will be computed again: \($0)" }
    lines.append("time left \(timeLeft) on \(status.ranks) rank(s)")
    return lines
  }

  /// One line of a log.
  var line: String {
    let failures = status.failures.isEmpty ? "" : ", \(status.failures.count) failures"
    let damage = status.damagedSegments.isEmpty ? "" : ", \(status.damagedSegments.count) damaged segments"
    return "\(status.finishedTasks)/\(status.tasks) tasks, \(status.finishedPoints)/\(status.points) points"
      + "\(failures)\(damage), time left \(timeLeft) on \(status.ranks) rank(s)"
  }

  private var timeLeft: String { status.secondsLeft.map { ProgressReporter.text(seconds: $0) } ?? "unknown yet" }
}

/// Looks at a run again and again until it is complete; reads only, so it disturbs nothing.
struct StatusWatch {
  let folder: String
  let interval: TimeSpan
  let format: OutputFormat

  /// Shows every change.
  ///
  /// - Throws: `ExitCode` of 128 + the signal after SIGINT or SIGTERM; what `RunStatus` throws.
  func run() throws {
    Interrupts.install([SIGINT, SIGTERM])
    let isTerminal = isatty(STDOUT_FILENO) == 1 && format == .text
    var lastChange = ContinuousClock.now, lastLine = "", drawnLines = 0
    while true {
      let status = try RunStatus(of: URL(fileURLWithPath: folder), registry: .standard)
      let text = StatusText(status)
      let hasChanged = text.line != lastLine
      if hasChanged { (lastLine, lastChange) = (text.line, .now) }
      if isTerminal {
        let still = (ContinuousClock.now - lastChange) / .seconds(1)
        let lines = text.lines + ["unchanged for \(ProgressReporter.text(seconds: still)); Ctrl-C ends the watch"]
        // Cursor up over the last page, and clear from there: what was on the terminal before stays.
        Console.output((drawnLines > 0 ? "\u{1B}[\(drawnLines)A\u{1B}[J" : "") + lines.joined(separator: "\n"))
        drawnLines = lines.count
      } else if hasChanged {
        try printChange(status, text)
      }
      if status.finishedTasks == status.tasks { return }
      try pause()
    }
  }

  private func printChange(_ status: RunStatus, _ text: StatusText) throws {
    guard format == .json else {
      return Console.output("\(Date.now.formatted(.iso8601.time(includingFractionalSeconds: false))) \(text.line)")
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    Console.output(String(decoding: try encoder.encode(status), as: UTF8.self))
  }

  /// Waits for the interval, and ends the program soon after a signal.
  private func pause() throws {
    let end = ContinuousClock.now + .seconds(interval.seconds)
    repeat {
      if let signal = Interrupts.received { throw ExitCode(128 + signal) }
      usleep(50_000)
    } while ContinuousClock.now < end
  }
}
