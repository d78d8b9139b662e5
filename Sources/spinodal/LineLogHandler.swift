import Foundation
import Logging

/// Log lines on standard error: time of day, level where it matters, message.
struct LineLogHandler: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .info

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let time = Date.now.formatted(.iso8601.time(includingFractionalSeconds: false))
    let level = event.level >= .warning ? "\(event.level): " : ""
    Console.error("\(time) \(level)\(event.message)")
  }
}

/// The program's log on standard error; warnings only with `--quiet`.
func makeLogger(isQuiet: Bool) -> Logger {
  var logger = Logger(label: "spinodal") { _ in LineLogHandler() }
  logger.logLevel = isQuiet ? .warning : .info
  return logger
}
