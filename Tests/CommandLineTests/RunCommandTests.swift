import Foundation
import Testing

/// `run`, `status`, `merge` and `doctor`: files, exit statuses, and the same bytes on any number of ranks.
@Suite(.timeLimit(.minutes(6))) struct RunCommandTests {
  /// Bytes of the diagram in a folder of results.
  private func diagram(_ folder: URL, _ results: String) throws -> Data {
    try Data(contentsOf: folder.appendingPathComponent(results).appendingPathComponent("phase_diagram.nc"))
  }

  private func write(_ text: String, as name: String, in folder: URL) throws {
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
  }

  @Test func runStatusAndMerge() async throws {
    try await withTemporaryFolder { folder in
      try write(TinyRun.text, as: "tiny.toml", in: folder)
      let program = Program(folder: folder)
      let first = try await program.run("run", "tiny.toml", "--format", "json")
      #expect(first.status == 0)
      let json = try first.json()
      #expect(json["finishedTasks"].number == Double(TinyRun.taskCount))
      #expect(json["totalTasks"].number == Double(TinyRun.taskCount))
      #expect(json["failures"].list.isEmpty && json["damagedSegments"].list.isEmpty)
      #expect(!first.errors.isEmpty, "progress in a log file: a line every so often")
      // Results go to a folder of the name of the run file.
      #expect(try names(in: folder) == ["results", "tiny.toml"])
      let results = folder.appendingPathComponent("results/tiny")
      #expect(try names(in: results) == ["manifest.json", "phase_diagram.nc", "segments", "summary.txt"])
      let bytes = try diagram(folder, "results/tiny")
      let segments = try names(in: results.appendingPathComponent("segments"))

      let second = try await program.run("run", "tiny.toml", "--quiet")
      #expect(second.status == 0)
      #expect(second.errors.isEmpty)
      #expect(second.output.contains("\(TinyRun.taskCount) of \(TinyRun.taskCount) tasks"))
      #expect(try diagram(folder, "results/tiny") == bytes)
      #expect(try names(in: results.appendingPathComponent("segments")) == segments)

      let status = try await program.run("status", "results/tiny", "--format", "json")
      #expect(status.status == 0)
      #expect(try status.json()["finishedTasks"].number == Double(TinyRun.taskCount))
      #expect(try status.json()["finishedPoints"].number == 9)
      #expect(try status.json()["samples"].number == 18)
      #expect(try status.json()["secondsLeft"].number == 0)
      let words = try await program.run("status", "results/tiny")
      #expect(words.output.contains("9 of 9"))

      try FileManager.default.removeItem(at: results.appendingPathComponent("phase_diagram.nc"))
      let merge = try await program.run("merge", "results/tiny")
      #expect(merge.status == 0)
      #expect(merge.output.contains("phase_diagram.nc"))
      #expect(try diagram(folder, "results/tiny") == bytes)
    }
  }

  @Test(.enabled(if: Program.launcher != nil, "mpirun is not installed")) func ranksGiveTheSameBytes() async throws {
    try await withTemporaryFolder { folder in
      try write(TinyRun.text, as: "tiny.toml", in: folder)
      let program = Program(folder: folder)
      #expect(try await program.run("run", "tiny.toml", "--output", "alone").status == 0)
      let expected = try diagram(folder, "alone")
      for ranks in 1...3 {
        let result = try await program.run(
          ranks: ranks, "run", "tiny.toml", "--output", "ranks\(ranks)", "--format", "json")
        #expect(result.status == 0, "\(result.errors)")
        #expect(try result.json()["finishedTasks"].number == Double(TinyRun.taskCount))
        #expect(try diagram(folder, "ranks\(ranks)") == expected, "\(ranks) ranks")
      }
    }
  }

  /// A simulation at one point is the run's simulation at that point.
  @Test func simulateAgreesWithRun() async throws {
    try await withTemporaryFolder { folder in
      let text =
        "system = 'dense-hebbian'\nseed = 5\naxes.temperature.values = [0.25, 0.5]\n[parameters]\nspinCount = 16\n"
        + "measurementSweeps = 20\n[simulation]\nsamples = 3\n"
      try write(text, as: "two.toml", in: folder)
      let program = Program(folder: folder)
      #expect(try await program.run("run", "two.toml", "--output", "out").status == 0)
      let json = try await program.run(
        "simulate", "dense-hebbian", "spinCount=16", "measurementSweeps=20", "temperature=0.5", "--seed", "5",
        "--samples", "3", "--format", "json"
      ).json()
      let mean = try #require(json["observables"]["energy"]["mean"].number)
      // A NetCDF file without compression holds its numbers as they are: eight bytes each.
      let bytes = withUnsafeBytes(of: mean.bitPattern.littleEndian) { Data($0) }
      #expect(try diagram(folder, "out").range(of: bytes) != nil)
    }
  }

  @Test func overridesAndFresh() async throws {
    try await withTemporaryFolder { folder in
      let text = "system = 'dense-hebbian'\naxes.temperature.values = [0.2, 0.4]\nparameters.spinCount = 16\n"
      try write(text, as: "theory.toml", in: folder)
      let program = Program(folder: folder)
      #expect(try await program.run("run", "theory.toml", "--output", "out").status == 0)
      let other = try await program.run("run", "theory.toml", "--output", "out", "--set", "seed=2")
      #expect(other.status == 2)
      #expect(other.output.isEmpty)
      #expect(other.errors.contains("--fresh"))
      let fresh = try await program.run(
        "run", "theory.toml", "--output", "out", "--set", "seed=2", "--set", "axes.temperature.values=0.1,0.2,0.3",
        "--fresh")
      #expect(fresh.status == 0)
      let status = try await program.run("status", "out", "--format", "json").json()
      #expect(status["points"].number == 3)
      #expect(status["samples"].number == 0)
    }
  }

  /// The first signal saves: 143, an honest status, and the bytes of an undisturbed run after going on.
  @Test func terminatedRunGoesOn() async throws {
    try await withTemporaryFolder { folder in
      try write(TinyRun.longText, as: "long.toml", in: folder)
      let program = Program(folder: folder)
      let running = try program.start(["run", "long.toml", "--output", "killed", "--format", "json"])
      let manifest = folder.appendingPathComponent("killed/manifest.json").path
      for _ in 0..<200 where !FileManager.default.fileExists(atPath: manifest) {
        try await Task.sleep(for: .milliseconds(50))
      }
      try await Task.sleep(for: .milliseconds(500))
      running.send(SIGTERM)
      let killed = try await running.result()
      #expect(killed.status == 143, "\(killed.errors)")
      #expect(try killed.json()["stopped"].text == "signal \(SIGTERM)")
      let finished = try #require(try killed.json()["finishedTasks"].number)
      let total = try #require(try killed.json()["totalTasks"].number)
      #expect(0 < finished && finished < total)
      let status = try await program.run("status", "killed", "--format", "json").json()
      #expect(status["finishedTasks"].number == finished)

      let merged = try await program.run("merge", "killed", "--format", "json")
      #expect(merged.status == 0)
      #expect(try merged.json()["finishedTasks"].number == finished)

      let resumed = try await program.run("run", "long.toml", "--output", "killed", "--format", "json")
      #expect(resumed.status == 0)
      #expect(try resumed.json()["finishedTasks"].number == total)
      #expect(try await program.run("run", "long.toml", "--output", "whole").status == 0)
      #expect(try diagram(folder, "killed") == diagram(folder, "whole"))
    }
  }

  @Test func doctorNamesEveryCheck() async throws {
    try await withTemporaryFolder { folder in
      let program = Program(folder: folder)
      let text = try await program.run("doctor")
      #expect(text.status == 0)
      let json = try await program.run("doctor", "--format", "json").json()
      let checks = json["checks"].list
      #expect(text.output.split(separator: "\n").count == checks.count)
      for name in ["launcher", "processors", "threads", "kernels", "file system", "MPI", "BLAS", "FFTW", "NetCDF"] {
        let check = checks.first { $0["name"].text == name }
        #expect(check?["finding"].text?.isEmpty == false, "\(name)")
        #expect(text.output.contains(name))
      }
      #expect(checks.allSatisfy { ["ok", "warning", "problem"].contains($0["verdict"].text) })
      #expect(try names(in: folder).isEmpty)
    }
  }
}
