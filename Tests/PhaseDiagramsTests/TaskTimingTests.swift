import Foundation
import Testing

@testable import PhaseDiagrams

/// Estimated costs beside measured times, for studies of work sharing.
@Suite struct TaskTimingTests {
  @Test func finishedTasksComeInTheOrderOfThePlan() throws {
    let text = ToyRuns.text(), plan = try ToyRuns.plan(text)
    try withTemporaryFolder { folder in
      try ToyRuns.execute(text, in: folder)
      let timings = try DiagramRun.timings(in: folder, registry: ToyRuns.registry)
      #expect(timings.map(\.kind) == plan.tasks.map(\.kind))
      #expect(timings.map(\.cost) == plan.tasks.map(\.cost))
      let records = try RunFolder(folder).records().records
      let seconds = try plan.tasks.map { try TaskRecord(decoding: #require(records[$0.id])).seconds }
      #expect(timings.map(\.seconds) == seconds)
    }
  }

  @Test func aFolderWithoutARunIsRefused() throws {
    try withTemporaryFolder { folder in
      _ = #expect(throws: SharedFailure.self) { try DiagramRun.timings(in: folder, registry: ToyRuns.registry) }
    }
  }
}
