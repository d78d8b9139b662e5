import Foundation
import Testing

/// `status --watch`: a line a change while the run goes on, and an end.
@Suite(.timeLimit(.minutes(6))) struct StatusWatchTests {
  private func waitForFile(_ path: String) async throws {
    for _ in 0..<200 where !FileManager.default.fileExists(atPath: path) {
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  @Test func followsARunToItsEnd() async throws {
    try await withTemporaryFolder { folder in
      try Data(TinyRun.longText.utf8).write(to: folder.appendingPathComponent("long.toml"))
      let program = Program(folder: folder)
      let run = try program.start(["run", "long.toml", "--output", "out", "--quiet"])
      try await waitForFile(folder.appendingPathComponent("out/manifest.json").path)
      let watch = try program.start(["status", "out", "--watch", "--interval", "0.1", "--format", "json"])
      #expect(try await run.result().status == 0)
      let seen = try await watch.result()
      #expect(seen.status == 0)
      #expect(seen.errors.isEmpty)
      let finished = try seen.output.split(separator: "\n").map { line in
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
        return try #require(JSONValue(object)["finishedTasks"].number)
      }
      #expect(finished.count >= 2, "the watch began before the end: \(finished)")
      #expect(finished == finished.sorted())
      #expect(finished.last == 244)

      // A complete run is told of once, in words too.
      let words = try await program.run("status", "out", "--watch")
      #expect(words.status == 0)
      #expect(words.output.split(separator: "\n").count == 1)
      #expect(words.output.contains("244/244 tasks, 4/4 points"))
      #expect(!words.output.contains("\u{1B}"))
    }
  }

  @Test(arguments: [SIGINT, SIGTERM]) func signalEndsIt(signal: Int32) async throws {
    try await withTemporaryFolder { folder in
      try Data(TinyRun.longText.utf8).write(to: folder.appendingPathComponent("long.toml"))
      let program = Program(folder: folder)
      // A run that was stopped at once: incomplete for ever.
      let stopped = try await program.run("run", "long.toml", "--output", "out", "--quiet", "--time-limit", "0.3")
      #expect(stopped.status == 143)
      let watch = try program.start(["status", "out", "--watch", "--interval", "60"])
      try await Task.sleep(for: .seconds(1))
      watch.send(signal)
      let result = try await watch.result()
      #expect(result.status == 128 + signal)
      #expect(result.output.split(separator: "\n").count == 1)
    }
  }

  @Test func wrongRequests() async throws {
    try await withTemporaryFolder { folder in
      let program = Program(folder: folder)
      for wrong in [["missing", "--watch"], [".", "--watch", "--interval", "0"]] {
        let result = try await program.start(["status"] + wrong).result()
        #expect(result.status == 2, "\(wrong)")
      }
    }
  }
}
