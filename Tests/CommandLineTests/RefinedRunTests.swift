import Foundation
import Testing

/// A refined run of the real program: the same bytes on any number of ranks, and through interruptions.
///
/// The temperature is refined for each of two sizes: lines in the plane of the load would take seconds of theory a run.
@Suite(.timeLimit(.minutes(6))) struct RefinedRunTests {
  private static let text = """
    system = "dense-hebbian"
    seed = 9

    [parameters]
    interactionOrder = 2
    storageLoad = 0.05
    equilibrationSweeps = 5
    measurementSweeps = 10

    [axes]
    spinCount = { values = [16, 24] }
    temperature = { from = 0.2, to = 1.4, points = 5 }

    [simulation]
    samples = 4
    maxSamples = 8
    targetError = { magnetization = 0.05 }

    [refinement]
    levels = 4
    follow = "simulation"
    """

  private func diagram(_ folder: URL, _ results: String) throws -> Data {
    try Data(contentsOf: folder.appendingPathComponent(results).appendingPathComponent("phase_diagram.nc"))
  }

  @Test(.enabled(if: Program.launcher != nil, "mpirun is not installed")) func ranksGiveTheSameBytes() async throws {
    try await withTemporaryFolder { folder in
      try Data(Self.text.utf8).write(to: folder.appendingPathComponent("refined.toml"))
      let program = Program(folder: folder)
      let alone = try await program.run("run", "refined.toml", "--output", "alone", "--format", "json")
      #expect(alone.status == 0, "\(alone.errors)")
      let tasks = try #require(try alone.json()["totalTasks"].number)
      let expected = try diagram(folder, "alone")
      for ranks in [1, 2, 3, 5] {
        let result = try await program.run(
          ranks: ranks, "run", "refined.toml", "--output", "ranks\(ranks)", "--format", "json")
        #expect(result.status == 0, "\(result.errors)")
        #expect(try result.json()["finishedTasks"].number == tasks)
        #expect(try diagram(folder, "ranks\(ranks)") == expected, "\(ranks) ranks")
      }
    }
  }

  @Test func statusVerifyAndMergeInTheMiddle() async throws {
    try await withTemporaryFolder { folder in
      try Data(Self.text.utf8).write(to: folder.appendingPathComponent("refined.toml"))
      let program = Program(folder: folder)
      #expect(try await program.run("run", "refined.toml", "--output", "whole").status == 0)
      var stops = 0, rounds: Set<Double> = []
      while stops < 20 {
        let limit = String(format: "%.2f", 0.04 * pow(1.5, Double(stops)))
        let part = try await program.run("run", "refined.toml", "--output", "parts", "--time-limit", limit)
        guard part.status != 0 else { break }
        stops += 1
        let status = try await program.run("status", "parts", "--format", "json").json()
        rounds.insert(status["round"].number ?? 0)
        let finished = try #require(status["finishedTasks"].number), tasks = try #require(status["tasks"].number)
        #expect(finished < tasks)
        let merged = try await program.run("merge", "parts", "--format", "json").json()
        #expect(merged["finishedTasks"].number == finished && merged["totalTasks"].number == tasks)
        let verified = try await program.run("verify", "parts", "--format", "json")
        #expect(verified.status == 0, "\(verified.output)")
      }
      #expect(stops >= 1)
      #expect(try diagram(folder, "parts") == diagram(folder, "whole"))
    }
  }
}
