import Foundation
import SystemInterface
import Testing

@testable import PhaseDiagrams

@Suite struct TaskRecordTests {
  /// The record of the first task of a run at one field that `isWanted`, after a way through the disk.
  private func record(field: Int, where isWanted: (PlanTask.Work) -> Bool) throws -> TaskRecord {
    let plan = try ToyRuns.plan(ToyRuns.text(axes: "field = { values = [\(field)] }", samples: 8))
    let task = try #require(plan.tasks.first { isWanted($0.work) })
    return try TaskRecord(decoding: TaskRecord(computing: task, of: plan).encoded())
  }

  private func isTheory(_ work: PlanTask.Work) -> Bool { if case .theory = work { true } else { false } }

  @Test func resultsSurviveTheDiskBitForBit() throws {
    let plan = try ToyRuns.plan(ToyRuns.text(axes: "field = { values = [0.1, -2] }", samples: 2))
    for task in plan.tasks {
      let record = TaskRecord(computing: task, of: plan)
      #expect(record.task == task.id)
      #expect(record.seconds >= 0)
      let data = record.encoded()
      #expect(!data.contains(UInt8(ascii: "\n")))
      #expect(try TaskRecord(decoding: data) == record)
      switch record.outcome {
      case .theory, .sample, .vertex: break
      case .failure(_, let message): Issue.record("\(task.id) failed: \(message)")
      }
    }
  }

  @Test func sameTaskGivesTheSameResult() throws {
    let plan = try ToyRuns.plan(ToyRuns.text())
    for task in plan.tasks {
      #expect(TaskRecord(computing: task, of: plan).outcome == TaskRecord(computing: task, of: plan).outcome)
    }
  }

  @Test func solverThatDoesNotConvergeIsRecordedAsSuch() throws {
    guard case .failure(.notConverged, let message) = try record(field: 3, where: isTheory).outcome else {
      Issue.record("a theory that did not converge has a result")
      return
    }
    #expect(message.contains("toy level"))
    #expect(message.contains("not converged"))
  }

  @Test func otherErrorsAreFailures() throws {
    let outcome = try record(field: 8, where: isTheory).outcome
    #expect(outcome == .failure(kind: .failed, message: "the toy is broken"))
  }

  @Test func theoryThatIsNotANumberIsMissing() throws {
    guard case .theory(let result) = try record(field: 4, where: isTheory).outcome else {
      Issue.record("a theory of which one observable is not a number has no result")
      return
    }
    guard case .missing(let reason)? = result.observables["level"] else {
      Issue.record("a level that is not a number has a value")
      return
    }
    #expect(reason.contains("not a finite number"))
    // What is not finite in the diagnostics is left out.
    #expect(result.diagnostics == ["iterations": .number(7)])
  }

  @Test func sampleThatIsNotFiniteIsAFailure() throws {
    let plan = try ToyRuns.plan(ToyRuns.text(axes: "field = { values = [6] }", samples: 8))
    let bad = try #require(ToyRuns.levels(field: 6, at: plan.points[0], seed: 11, samples: 8).firstIndex { $0 < 6 })
    let found = try record(field: 6) { if case .sample(_, bad) = $0 { true } else { false } }
    #expect(found.outcome == .failure(kind: .failed, message: "level is not a finite number"))
  }

  @Test func verticesAreRecordedEvenWhereThereIsNone() throws {
    let vertices = try (0..<3).map { place in
      try record(field: 1) { if case .vertex(0, place) = $0 { true } else { false } }
    }
    #expect(vertices.map(\.outcome) == [.vertex([1]), .vertex(nil), .vertex([1])])
  }

  /// Samples below the mean fail at these fields; the others of the same point are results.
  @Test(arguments: [(5, TaskRecord.FailureKind.notConverged), (6, .failed)])
  func samplesFailOneByOne(field: Int, kind: TaskRecord.FailureKind) throws {
    let plan = try ToyRuns.plan(ToyRuns.text(axes: "field = { values = [\(field)] }", samples: 8))
    let levels = ToyRuns.levels(field: Double(field), at: plan.points[0], seed: 11, samples: 8)
    #expect(levels.contains { $0 < Double(field) } && levels.contains { $0 >= Double(field) })
    for task in plan.tasks {
      guard case .sample(_, let number) = task.work else { continue }
      switch try TaskRecord(decoding: TaskRecord(computing: task, of: plan).encoded()).outcome {
      case .sample(let result):
        #expect(levels[number] >= Double(field))
        #expect(result.observables["level"] == .scalar(levels[number]))
      case .failure(let found, _):
        #expect(levels[number] < Double(field))
        #expect(found == kind)
      default: Issue.record("\(task.id) has a result of another kind")
      }
    }
  }

  @Test func bytesThatAreNoRecordAreRefused() {
    #expect(throws: (any Error).self) { try TaskRecord(decoding: Data("{}".utf8)) }
    #expect(throws: (any Error).self) { try TaskRecord(decoding: Data("no JSON".utf8)) }
  }
}
