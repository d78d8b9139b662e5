import Cluster
import Foundation
import SystemInterface
import Testing

@testable import PhaseDiagrams

/// What `verify` finds in the folder of a run.
@Suite struct RunVerificationTests {
  private let text = ToyRuns.text()

  private func verify(_ folder: URL, audit: Int = 0) throws -> RunVerification {
    try RunVerification(of: folder, audit: audit, registry: ToyRuns.registry)
  }

  /// The record of a sample with its level one bit higher.
  private func withNextLevel(_ record: TaskRecord) throws -> TaskRecord {
    guard case .sample(let result) = record.outcome else { throw ToyFailure() }
    let level = try #require(result.observables["level"]?.scalar)
    let observables = result.observables.merging(["level": .scalar(level.nextUp)]) { $1 }
    let other = SampleResult(observables: observables, diagnostics: result.diagnostics)
    return TaskRecord(task: record.task, outcome: .sample(other), seconds: record.seconds)
  }

  @Test func finishedRunIsSound() throws {
    try withTemporaryFolder { folder in
      try ToyRuns.execute(text, in: folder)
      let before = try contents(of: folder), found = try verify(folder)
      #expect(found.isSound)
      #expect(found.segments == 1 && found.records == 18)
      #expect(found.missingRecords == 0 && found.foreignRecords == 0)
      #expect(found.damaged.isEmpty && found.audited.isEmpty && found.mismatches.isEmpty)
      #expect(try contents(of: folder) == before)
    }
  }

  @Test func auditRecomputesThatManyTasks() throws {
    // Failures are results too: they must come again.
    let text = ToyRuns.text(axes: "field = { values = [3, 4, 5, 6, 8] }"), plan = try ToyRuns.plan(text)
    try withTemporaryFolder { folder in
      try ToyRuns.execute(text, in: folder)
      for (audit, expected) in [(1, 1), (5, 5), (1000, plan.tasks.count)] {
        let found = try verify(folder, audit: audit)
        #expect(found.audited.count == expected)
        #expect(Set(found.audited).count == expected)
        #expect(Set(found.audited).isSubset(of: plan.tasks.map(\.id)))
        #expect(found.isSound)
      }
    }
  }

  @Test func auditOfStepwiseSamplesIsSound() throws {
    try withTemporaryFolder { folder in
      try ToyRuns.execute(ToyRuns.text(model: "stepwise"), in: folder)
      let found = try verify(folder, audit: 100)
      #expect(found.audited.count == 15 && found.isSound)
    }
  }

  /// A record whose checksum is right but that holds another number: only the audit can tell.
  @Test func auditFindsWrongNumbers() throws {
    let plan = try ToyRuns.plan(text), wrong = "sample 2 field=0"
    let others = plan.tasks.filter { $0.id != wrong }
    let task = try #require(plan.tasks.first { $0.id == wrong })
    let record = try withNextLevel(TaskRecord(computing: task, of: plan))
    try withTemporaryFolder { folder in
      try ToyRuns.commit(others, of: plan, to: RunFolder(folder), size: 100)
      _ = try RecordStore(folder: RunFolder(folder).segments).commit([(record.task, record.encoded())])

      #expect(try verify(folder).isSound)
      let found = try verify(folder, audit: 18)
      #expect(found.audited.count == 18)
      #expect(found.mismatches == [wrong])
      #expect(!found.isSound)
      #expect(found.damaged.isEmpty)
    }
  }

  @Test func unfinishedAndForeignRecordsAreCountedAndAllowed() throws {
    let larger = try ToyRuns.plan(ToyRuns.text(samples: 6)), plan = try ToyRuns.plan(text)
    try withTemporaryFolder { folder in
      let foreign = larger.tasks.filter { task in !plan.tasks.contains { $0.id == task.id } }
      #expect(foreign.count == 6)
      try ToyRuns.commit(foreign + plan.tasks.prefix(5), of: larger, to: RunFolder(folder), size: 4)
      try RunFolder(folder).open(for: plan.specification, runFile: "run.toml", ranks: 1, fresh: false)
      let found = try verify(folder, audit: 100)
      #expect(found.segments == 3 && found.records == 11)
      #expect(found.foreignRecords == 6 && found.missingRecords == 13)
      #expect(Set(found.audited) == Set(plan.tasks.prefix(5).map(\.id)))
      #expect(found.isSound)
    }
  }

  @Test(arguments: ["flipped", "cut", "emptied"]) func damagedSegmentIsFoundAndLeftAlone(damage: String) throws {
    let plan = try ToyRuns.plan(text)
    try withTemporaryFolder { folder in
      let victim = try ToyRuns.commit(plan.tasks, of: plan, to: RunFolder(folder), size: 7)[1]
      try ToyRuns.damage(victim.file, damage)
      let before = try contents(of: folder)
      let found = try verify(folder, audit: 100)
      #expect(!found.isSound)
      #expect(found.segments == 2 && found.records == 11 && found.missingRecords == 7)
      #expect(found.damaged.count == 1)
      #expect(found.damaged.first?.hasPrefix("segments/\(victim.file.lastPathComponent): ") == true)
      #expect(found.audited.count == 11 && found.mismatches.isEmpty)
      #expect(try contents(of: folder) == before)

      try ToyRuns.execute(text, in: folder)
      let healed = try verify(folder, audit: 100)
      #expect(healed.isSound && healed.records == 18 && healed.missingRecords == 0)
    }
  }

  @Test func damagedCheckpointIsFound() throws {
    let text = ToyRuns.text(model: "stepwise"), plan = try ToyRuns.plan(text)
    let sample = try #require(plan.tasks.last)
    try withTemporaryFolder { folder in
      let runFolder = RunFolder(folder), store = CheckpointStore(folder: RunFolder(folder).checkpoints)
      try ToyRuns.commit(plan.tasks.dropLast(), of: plan, to: runFolder, size: 100)
      for _ in 0..<2 {
        let execution = try TaskExecution(
          task: sample, plan: plan, checkpoints: store, checkpointInterval: .seconds(60),
          stop: StopCondition(timeLimit: .zero), communicator: Communicator.start())
        #expect(try execution.record() == nil)
      }
      #expect(try verify(folder).isSound)
      let file = try CheckpointFiles(of: sample.id, in: runFolder.checkpoints).file(generation: 2)
      try ToyRuns.damage(file)
      let found = try verify(folder)
      #expect(!found.isSound)
      #expect(found.damaged.count == 1)
      #expect(found.damaged.first?.hasPrefix("checkpoints/") == true)
      #expect(found.damaged.first?.contains(file.lastPathComponent) == true)
      #expect(found.missingRecords == 1)

      try ToyRuns.execute(text, in: folder)
      #expect(try verify(folder, audit: 100).isSound)
      #expect(try contents(of: runFolder.checkpoints).isEmpty)
    }
  }

  /// A record whose checksum is right but that no task has written is reported, with and without an audit.
  @Test(arguments: [0, 100]) func recordsThatAreNoneAreFound(audit: Int) throws {
    let plan = try ToyRuns.plan(text)
    try withTemporaryFolder { folder in
      try ToyRuns.commit(plan.tasks.dropLast(), of: plan, to: RunFolder(folder), size: 100)
      let task = try #require(plan.tasks.last)
      _ = try RecordStore(folder: RunFolder(folder).segments).commit([(task.id, Data("{}".utf8))])
      let found = try verify(folder, audit: audit)
      #expect(!found.isSound)
      #expect(found.damaged.count == 1)
      #expect(found.damaged.first?.contains(task.id) == true)
    }
  }

  @Test func folderWithoutARunIsRefused() throws {
    try withTemporaryFolder { folder in
      let failure = #expect(throws: SharedFailure.self) { try verify(folder, audit: 3) }
      #expect(failure?.status == 2)
      #expect(failure?.message.contains("holds no run") == true)
    }
  }
}
