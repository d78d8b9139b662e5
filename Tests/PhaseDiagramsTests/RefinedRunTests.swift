import Cluster
import Foundation
import NumericalMethods
import SystemInterface
import Testing

@testable import PhaseDiagrams

/// Whole refined runs: the same bytes whatever interrupts them, and files that others can read.
@Suite struct RefinedRunTests {
  private let text = EdgeRuns.text(
    parameters: "scatter = 0.05\nnoise = 0.3", axes: EdgeRuns.plane(4),
    simulation: "samples = 4\nmaxSamples = 12\ntargetError = { margin = 0.05 }", levels: 2, follow: "both")

  private func bytes(_ folder: URL) throws -> Data { try Data(contentsOf: RunFolder(folder).diagramFile) }

  /// The diagram of a run in one go.
  private func reference(_ text: String) throws -> Data {
    try withTemporaryFolder { folder in
      try EdgeRuns.execute(text, in: folder)
      return try bytes(folder)
    }
  }

  /// Commits some of the records of a finished run to a new folder, a few a segment.
  private func commit(_ ids: [String], of records: [String: Data], to folder: URL) throws {
    let place = RunFolder(folder)
    try place.open(for: EdgeRuns.plan(text).specification, runFile: "run.toml", ranks: 1, fresh: false)
    for start in stride(from: 0, to: ids.count, by: 200) {
      let part = ids[start..<min(start + 200, ids.count)]
      _ = try RecordStore(folder: place.segments).commit(part.map { (id: $0, payload: records[$0] ?? Data()) })
    }
  }

  @Test func roundsGrowThePlanInOneCall() throws {
    try withTemporaryFolder { folder in
      var rounds: Set<Int> = []
      let outcome = try EdgeRuns.execute(text, in: folder) { rounds.insert($0.round) }
      let grown = try EdgeRuns.grow(text)
      #expect(outcome.totalTasks == grown.records.count && outcome.finishedTasks == outcome.totalTasks)
      #expect(outcome.failures.isEmpty && outcome.stopped == nil)
      #expect(rounds == Set(1...grown.diagram.plan.extensions.count + 1) && rounds.count >= 4)
      #expect(
        try DiagramRun.boundaries(in: folder, registry: EdgeRuns.registry) == RefinedDiagram(grown.diagram).boundaries)
      let before = try contents(of: folder)
      try EdgeRuns.execute(text, in: folder)
      #expect(try contents(of: folder) == before, "nothing is left to do")
    }
  }

  /// Killed between rounds and in the middle of them: any set of records leads to the same file.
  @Test func anyLossOfRecordsGivesTheSameBytes() throws {
    let expected = try reference(text), records = try EdgeRuns.grow(text).records
    let ids = records.keys.sorted()
    for (number, share) in [0.05, 0.3, 0.6, 0.9, 0.99].enumerated() {
      var random = RandomStream(StreamKey(seed: UInt64(number), system: 0, point: 0, purpose: .bootstrap))
      let kept = ids.filter { _ in random.uniform() < share }.shuffled(using: &random)
      try withTemporaryFolder { folder in
        try commit(kept, of: records, to: folder)
        try EdgeRuns.execute(text, in: folder)
        #expect(try bytes(folder) == expected, "\(share) of the records")
      }
    }
  }

  /// Ended after every round in turn.
  @Test func runEndedAfterAnyRoundGoesOn() throws {
    let expected = try reference(text), records = try EdgeRuns.grow(text).records
    var rounds: [[String]] = []
    _ = try EdgeRuns.grow(text) { rounds.append($0.plan.tasks.map(\.id)) }
    for (round, ids) in rounds.enumerated() {
      try withTemporaryFolder { folder in
        try commit(ids, of: records, to: folder)
        let status = try RunStatus(of: folder, registry: EdgeRuns.registry)
        // A finished round has led to the next one.
        #expect(status.round == min(round + 2, rounds.count))
        #expect(status.finishedTasks == ids.count)
        #expect(status.mayGrow == (round + 1 < rounds.count))
        let merged = try DiagramRun.merge(folder, registry: EdgeRuns.registry)
        #expect(merged.finishedTasks == ids.count)
        #expect((merged.totalTasks == ids.count) == (round + 1 == rounds.count))
        #expect(merged.totalTasks == rounds[min(round + 1, rounds.count - 1)].count)
        let check = try RunVerification(of: folder, audit: 5, registry: EdgeRuns.registry)
        #expect(check.isSound && check.audited.count == 5 && check.foreignRecords == 0)
        #expect(check.missingRecords == merged.totalTasks - ids.count)
        try EdgeRuns.execute(text, in: folder)
        #expect(try bytes(folder) == expected, "after round \(round + 1)")
      }
    }
  }

  @Test func timeLimitsGiveTheSameBytes() throws {
    let expected = try reference(text)
    try withTemporaryFolder { folder in
      var stops = 0, seen: Set<Int> = []
      while stops < 30 {
        let limit = Duration.milliseconds(20 << (stops / 2))
        let outcome = try EdgeRuns.execute(text, in: folder, timeLimit: limit)
        seen.insert(outcome.totalTasks)
        guard outcome.stopped != nil else { break }
        #expect(outcome.finishedTasks < outcome.totalTasks)
        stops += 1
      }
      #expect(stops >= 2 && seen.count >= 2, "stopped \(stops) times")
      #expect(try bytes(folder) == expected)
    }
  }

  /// More levels and more samples in the run file extend what is there.
  @Test func widerRequestsTakeOverWhatIsThere() throws {
    let wider = text.replacing("levels = 2", with: "levels = 3").replacing("maxSamples = 12", with: "maxSamples = 24")
    let expected = try reference(wider)
    try withTemporaryFolder { folder in
      let first = try EdgeRuns.execute(text, in: folder).totalTasks
      var computed = 0, round = 0
      let outcome = try EdgeRuns.execute(wider, in: folder) { progress in
        if progress.round != round { computed += progress.total }
        round = progress.round
      }
      #expect(computed < outcome.totalTasks && computed >= outcome.totalTasks - first)
      #expect(try bytes(folder) == expected)
    }
  }

  // MARK: - Files

  @Test func fileListsPointsLevelsAndBoundaries() throws {
    try withTemporaryFolder { folder in
      try EdgeRuns.execute(text, in: folder)
      let diagram = try EdgeRuns.grow(text).diagram, path = RunFolder(folder).diagramFile.path
      let file = try NetCDFReader(path)
      #expect(try file.text("layout") == "points")
      #expect(try file.text("axes") == "x y" && file.text("coordinates") == "x y")
      #expect(try file.integers(attribute: "refinement_levels") == [2])
      let count = diagram.plan.points.count
      for name in ["x", "y", "level", "phase", "phase_theory", "margin", "margin_error", "margin_samples"] {
        #expect(try file.shape(of: name) == [count], "\(name)")
      }
      #expect(try file.doubles("x") == diagram.plan.points.map { $0.values["x"]?.number ?? .nan })
      #expect(try file.doubles("y") == diagram.plan.points.map { $0.values["y"]?.number ?? .nan })
      #expect(try file.integers("level") == diagram.plan.points.map { Int32($0.level) })
      #expect(try file.integers("margin_samples") == diagram.plan.sampleCounts.map(Int32.init))
      let names = try file.text("phase_boundaries").split(separator: " ").map(String.init)
      #expect(names == ["theory_boundary_inside_outside", "simulation_boundary_inside_outside"])
      for (name, boundary) in zip(names, RefinedDiagram(diagram).boundaries) {
        let x = try file.doubles("\(name)_x"), error = try file.doubles("\(name)_y_error")
        let vertices = boundary.pieces.flatMap { $0 }
        #expect(x.count == vertices.count + boundary.pieces.count - 1 && error.count == x.count)
        // A missing vertex, the fill value of NetCDF, stands between pieces.
        #expect(x.filter { $0 < 1e30 } == vertices.map { $0.position[0] })
        #expect(error.filter { $0 < 1e30 } == vertices.map { $0.error[1] })
        #expect(try file.text("phases", of: "\(name)_x") == "inside outside")
        #expect(try file.text("source", of: "\(name)_x") == boundary.source.rawValue)
        #expect(try file.text("order", of: "\(name)_x") == boundary.kind?.rawValue ?? "undecided")
      }
    }
  }

  // MARK: - Divisible samples

  /// A group of one rank, through the messages of a larger one: the bits of the sample alone, also saved at every exchange.
  @Test func sharedSampleGivesTheBitsOfOneRank() throws {
    let plan = try EdgeRuns.plan(
      EdgeRuns.text(
        shape: "ladder", parameters: "noise = 0.3", axes: "x = { values = [0.3, 0.6] }", simulation: "samples = 2",
        levels: nil))
    let communicator = try Communicator.start(), group = try communicator.divided(intoGroupsOf: 1)
    for task in plan.tasks where task.kind == "sample" {
      let expected = TaskRecord(computing: task, of: plan).outcome
      try withTemporaryFolder { folder in
        let execution = TaskExecution(
          task: task, plan: plan, checkpoints: CheckpointStore(folder: folder), checkpointInterval: .zero,
          stop: StopCondition(timeLimit: nil), communicator: communicator, group: group)
        let record = try execution.record(), saved = try CheckpointStore(folder: folder).load(task: task.id)
        #expect(record?.outcome == expected)
        #expect(saved?.generation == 5, "after every exchange but the last")
      }
      try withTemporaryFolder { folder in
        var stops = 0
        while stops < 20 {
          // In turn alone and as a group: a checkpoint does not know who made it.
          let execution = TaskExecution(
            task: task, plan: plan, checkpoints: CheckpointStore(folder: folder), checkpointInterval: .seconds(60),
            stop: StopCondition(timeLimit: .zero), communicator: communicator,
            group: stops.isMultiple(of: 2) ? group : nil)
          guard let record = try execution.record() else {
            stops += 1
            continue
          }
          #expect(record.outcome == expected)
          break
        }
        #expect(stops == 5)
      }
    }
    try group.release()
  }

  /// Ranks that hold different parts and exchange messages come to the bits of one that holds all.
  @Test func partsOnSeveralRanksGiveTheSameBits() throws {
    let system = AnySystem(EdgeSystem())
    let plan = try EdgeRuns.plan(
      EdgeRuns.text(
        shape: "ladder", parameters: "noise = 0.3", axes: "x = { values = [0.3] }", simulation: "samples = 1",
        levels: nil))
    let whole = try system.simulate(at: plan.points[0].parameters, seed: 3, sample: 0)
    for ranks in 1...6 {
      var copies: [any DivisibleSimulation] = try (0..<ranks).map { _ in
        let simulation = try system.simulation(at: plan.points[0].parameters, seed: 3, sample: 0)
        return try #require(simulation as? any DivisibleSimulation)
      }
      let shares = (0..<ranks).map { SharedSimulation.share(of: $0, among: ranks, parts: EdgeLadder.partCount) }
      #expect(shares.flatMap { Array($0) } == Array(0..<EdgeLadder.partCount))
      while !copies[0].isFinished {
        var messages: [[UInt8]] = []
        for rank in copies.indices {
          try copies[rank].advance(parts: shares[rank])
          let packed = SharedSimulation.packed(try copies[rank].messages(of: shares[rank]))
          messages += SharedSimulation.unpacked(packed[...])
        }
        for rank in copies.indices { try copies[rank].exchange(messages) }
      }
      for copy in copies {
        let result = try copy.result()
        #expect(result == whole, "\(ranks) ranks")
      }
    }
  }

  /// The record of a failure is the same whichever rank of a group has failed.
  @Test func failureOfAPartKeepsItsKind() {
    let failures: [any Error] = [
      SolverError.notConverged(iterations: 1, residual: 2, best: [], what: "part"), ToyFailure(),
    ]
    for error in failures {
      let alone = TaskRecord(task: "t", failure: error, seconds: 0)
      let shared = TaskRecord(task: "t", failure: PartFailure(decoding: PartFailure(error).encoded), seconds: 0)
      #expect(alone == shared)
    }
  }
}
