import Cluster
import Foundation
import Testing

@testable import PhaseDiagrams

/// Runs that end early, go on and grow: always the bytes of one run in one piece.
@Suite struct DiagramRunTests {
  private func diagramBytes(_ folder: URL) throws -> Data { try Data(contentsOf: RunFolder(folder).diagramFile) }

  private func segments(_ folder: URL) throws -> [URL] {
    let names = try FileManager.default.contentsOfDirectory(atPath: RunFolder(folder).segments.path)
    return names.sorted().map { RunFolder(folder).segments.appendingPathComponent($0) }
  }

  /// The diagram of a run in one piece.
  private func reference(_ text: String) throws -> Data {
    try withTemporaryFolder { folder in
      try ToyRuns.execute(text, in: folder)
      return try diagramBytes(folder)
    }
  }

  /// Executes and counts the tasks that had to be computed.
  private func computedTasks(_ text: String, in folder: URL, overrides: [String] = []) throws -> Int {
    var count = 0
    try ToyRuns.execute(text, in: folder, overrides: overrides) { count = $0.total }
    return count
  }

  private let long = ToyRuns.text(axes: "field = { values = [-1, 0, 2] }\nsize = { values = [2, 3] }", samples: 60)
  private let longTaskCount = 6 + 3 + 360

  @Test func runLeavesDiagramSummaryManifestAndSegments() throws {
    try withTemporaryFolder { folder in
      let outcome = try ToyRuns.execute(ToyRuns.text(), in: folder)
      #expect(outcome.finishedTasks == 18 && outcome.totalTasks == 18)
      #expect(outcome.failures.isEmpty && outcome.damagedSegments.isEmpty && outcome.stopped == nil)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      #expect(names == ["manifest.json", "phase_diagram.nc", "segments", "summary.txt"])
      let summary = try String(contentsOf: RunFolder(folder).summaryFile, encoding: .utf8)
      #expect(summary.contains("18 of 18 tasks finished"))
    }
  }

  @Test func secondRunComputesNothing() throws {
    try withTemporaryFolder { folder in
      #expect(try computedTasks(long, in: folder) == longTaskCount)
      // Commits of at most 256 records are brought together at the end.
      #expect(try segments(folder).count == 1)
      let before = try contents(of: folder)
      #expect(try computedTasks(long, in: folder) == 0)
      #expect(try contents(of: folder) == before)
    }
  }

  @Test func lostSegmentsAreComputedAgain() throws {
    let expected = try reference(long)
    try withTemporaryFolder { folder in
      let plan = try ToyRuns.plan(long)
      let segments = try ToyRuns.commit(plan.tasks, of: plan, to: RunFolder(folder), size: 100)
      #expect(segments.count == 4)
      #expect(try computedTasks(long, in: folder) == 0)
      try FileManager.default.removeItem(at: segments[1].file)
      try FileManager.default.removeItem(at: RunFolder(folder).diagramFile)
      #expect(try computedTasks(long, in: folder) == segments[1].count)
      #expect(try self.segments(folder).count == 1)
      #expect(try diagramBytes(folder) == expected)
    }
  }

  /// A run that was ended after every third task, in other segments and another order.
  @Test func interruptedRunGoesOn() throws {
    let expected = try reference(long), plan = try ToyRuns.plan(long)
    try withTemporaryFolder { folder in
      let finished = plan.tasks.enumerated().filter { $0.offset % 3 == 0 }.map(\.element).reversed()
      try ToyRuns.commit(finished, of: plan, to: RunFolder(folder), size: 1, ranks: 5)
      #expect(try computedTasks(long, in: folder) == longTaskCount - finished.count)
      #expect(try diagramBytes(folder) == expected)
    }
  }

  @Test func moreSamplesKeepTheOldOnes() throws {
    let short = ToyRuns.text(samples: 4), long = ToyRuns.text(samples: 7)
    try withTemporaryFolder { folder in
      try ToyRuns.execute(short, in: folder)
      let old = try RunFolder(folder).records().records
      #expect(old.count == 18)
      #expect(try computedTasks(long, in: folder) == 3 * 3)
      #expect(try diagramBytes(folder) == reference(long))
      // Not only the same results: the same records, times included, whatever segment they are in now.
      let new = try RunFolder(folder).records().records
      #expect(new.count == 18 + 3 * 3)
      #expect(new.filter { old[$0.key] != nil } == old)
      // And back: records that are not asked for stay, but do not count.
      #expect(try computedTasks(short, in: folder) == 0)
      #expect(try diagramBytes(folder) == reference(short))
      #expect(try RunFolder(folder).records().records == new)
    }
  }

  @Test func moreValuesKeepTheOldOnes() throws {
    let narrow = ToyRuns.text(axes: "field = { values = [0, 2] }")
    let dense = ToyRuns.text(axes: "field = { values = [0, 1, 2] }")
    let wide = ToyRuns.text(axes: "field = { values = [0, 1, 2, 7] }")
    try withTemporaryFolder { folder in
      try ToyRuns.execute(narrow, in: folder)
      #expect(try computedTasks(dense, in: folder) == 1 + 4)
      #expect(try diagramBytes(folder) == reference(dense))
      // The line covers more of the plane now.
      #expect(try computedTasks(wide, in: folder) == 1 + 3 + 4)
      #expect(try diagramBytes(folder) == reference(wide))
    }
  }

  @Test func overridesAreRememberedForTheFolder() throws {
    try withTemporaryFolder { folder in
      try ToyRuns.execute(ToyRuns.text(samples: 4), in: folder, overrides: ["simulation.samples=2"])
      let before = try diagramBytes(folder)
      let outcome = try DiagramRun.merge(folder, registry: ToyRuns.registry)
      #expect(outcome.totalTasks == 3 + 3 + 6)
      #expect(try diagramBytes(folder) == before)
    }
  }

  @Test func failedTasksAreReportedAndTheRestIsKept() throws {
    let text = ToyRuns.text(axes: "field = { values = [2, 3, 8] }")
    try withTemporaryFolder { folder in
      let outcome = try ToyRuns.execute(text, in: folder)
      #expect(outcome.finishedTasks == outcome.totalTasks)
      #expect(outcome.failures.count == 2)
      #expect(outcome.failures.first?.hasPrefix("theory field=3: toy level: not converged") == true)
      #expect(try NetCDFReader(RunFolder(folder).diagramFile.path).integers("theory_status") == [0, 2, 3])
    }
  }

  @Test(arguments: ["flipped", "cut", "emptied"]) func damagedSegmentIsReportedAndComputedAgain(damage: String) throws {
    let expected = try reference(long)
    try withTemporaryFolder { folder in
      let plan = try ToyRuns.plan(long), runFolder = RunFolder(folder)
      let victim = try ToyRuns.commit(plan.tasks, of: plan, to: runFolder, size: 100)[1]
      let name = victim.file.lastPathComponent
      try ToyRuns.damage(victim.file, damage)
      let bytes = try Data(contentsOf: victim.file)
      // Whoever only reads reports it and leaves it where it is.
      let merged = try DiagramRun.merge(folder, registry: ToyRuns.registry)
      #expect(merged.finishedTasks == longTaskCount - victim.count)
      for _ in 0..<2 {
        let status = try RunStatus(of: folder, registry: ToyRuns.registry)
        #expect(status.finishedTasks == longTaskCount - victim.count)
        #expect(status.damagedSegments.count == 1)
        #expect(status.damagedSegments.first?.hasPrefix(name + ": ") == true)
      }

      var computed = 0
      let outcome = try ToyRuns.execute(long, in: folder) { computed = $0.total }
      #expect(computed == victim.count)
      #expect(outcome.finishedTasks == longTaskCount)
      #expect(outcome.damagedSegments == merged.damagedSegments)
      #expect(outcome.stopped == nil)
      #expect(try diagramBytes(folder) == expected)

      // Set aside as it was, and reported once.
      let aside = runFolder.segments.appendingPathComponent(name + ".damaged")
      #expect(try Data(contentsOf: aside) == bytes)
      let again = try ToyRuns.execute(long, in: folder)
      #expect(again.damagedSegments.isEmpty && again.finishedTasks == longTaskCount)
      #expect(try RunStatus(of: folder, registry: ToyRuns.registry).damagedSegments.isEmpty)
      #expect(try Data(contentsOf: aside) == bytes)
    }
  }

  @Test func mergeAndStatusOfAnUnfinishedRun() throws {
    let text = ToyRuns.text(), plan = try ToyRuns.plan(text), expected = try reference(text)
    try withTemporaryFolder { folder in
      let runFolder = RunFolder(folder)
      try runFolder.open(for: plan.specification, runFile: "run.toml", ranks: 2, fresh: false)
      let empty = try RunStatus(of: folder, registry: ToyRuns.registry)
      #expect(empty.finishedTasks == 0 && empty.finishedPoints == 0 && empty.secondsLeft == nil)

      // All of the first point, and two samples of the second.
      let finished = plan.tasks.filter { task in
        switch task.work {
        case .theory(let point): point == 0
        case .sample(let point, let sample): point == 0 || point == 1 && sample < 2
        case .vertex: false
        }
      }
      _ = try RecordStore(folder: runFolder.segments).commit(
        finished.map { ($0.id, TaskRecord(computing: $0, of: plan).encoded()) })

      let status = try RunStatus(of: folder, registry: ToyRuns.registry)
      #expect(status.system == "toy")
      #expect(status.points == 3 && status.finishedPoints == 1)
      #expect(status.tasks == 18 && status.finishedTasks == 7)
      #expect(status.samples == 12 && status.finishedSamples == 6)
      #expect(status.ranks == 2)
      #expect(status.failures.isEmpty && status.damagedSegments.isEmpty)

      let outcome = try DiagramRun.merge(folder, registry: ToyRuns.registry)
      #expect(outcome.finishedTasks == 7 && outcome.totalTasks == 18)
      let path = runFolder.diagramFile.path
      #expect(try NetCDFReader(path).integers("simulation_status") == [0, 1, 1])
      #expect(try NetCDFReader(path).integers("level_samples") == [4, 2, 0])

      #expect(try computedTasks(text, in: folder) == 11)
      #expect(try diagramBytes(folder) == expected)
      #expect(try RunStatus(of: folder, registry: ToyRuns.registry).secondsLeft == 0)
    }
  }
}
