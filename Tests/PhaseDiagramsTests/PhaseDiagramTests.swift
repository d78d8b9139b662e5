import Foundation
import Statistics
import SystemInterface
import Systems
import Testing

@testable import PhaseDiagrams

/// The reducer: from records to means, errors, statuses and reasons.
@Suite struct PhaseDiagramTests {
  private func isSample(_ task: PlanTask, at points: Set<Int>, below count: Int = .max) -> Bool {
    if case .sample(let point, let number) = task.work { points.contains(point) && number < count } else { false }
  }

  /// Mean and error of 400 samples against the Gaussian of mean `field` and variance 1 (|z| <= 6: 2e-9 false alarms).
  ///
  /// A standard error with n in place of n - 1, or of a single sample, lies 20 times its own error away.
  @Test func meansAndErrorsAreThoseOfTheGaussian() throws {
    let count = 400
    let diagram = try ToyRuns.diagram(ToyRuns.text(samples: count))
    for (point, field) in zip(diagram.points, [-1.0, 0, 2]) {
      guard case .scalar(let level)? = point.simulation?.means["level"] else {
        Issue.record("no mean at field \(field)")
        continue
      }
      let error = try #require(level.standardError)
      #expect(level.samples == count)
      #expect(abs(level.mean - field) <= 6 * error)
      #expect(abs(error * Double(count).squareRoot() - 1) <= 6 / Double(2 * count - 2).squareRoot())
      #expect(point.theory?.observables["level"] == .scalar(field))
    }
  }

  @Test func samplesAreAddedInTheirOrder() throws {
    let text = ToyRuns.text(samples: 9), plan = try ToyRuns.plan(text)
    let diagram = try ToyRuns.diagram(text)
    for (point, field) in zip(plan.points.indices, [-1.0, 0, 2]) {
      let levels = ToyRuns.levels(field: field, at: plan.points[point], seed: 11, samples: 9)
      let mean = levels.reduce(0, +) / 9
      let variance = levels.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 8
      guard case .scalar(let level)? = diagram.points[point].simulation?.means["level"] else {
        Issue.record("no mean at field \(field)")
        continue
      }
      #expect(abs(level.mean - mean) < 1e-14)
      #expect(abs((level.standardError ?? 0) - (variance / 9).squareRoot()) < 1e-14)
      // Bit for bit: the same sum in the order of the samples.
      #expect(level == Estimate(of: levels))
    }
  }

  @Test func oneSampleHasNoError() throws {
    let diagram = try ToyRuns.diagram(ToyRuns.text(samples: 1))
    for point in diagram.points {
      guard case .scalar(let level)? = point.simulation?.means["level"] else {
        Issue.record("no mean")
        continue
      }
      #expect(level.standardError == nil)
      #expect(level.samples == 1)
    }
  }

  /// A sample without a value does not count, and a mean over none has the reason of the first.
  @Test func missingValuesKeepTheirReason() throws {
    let text = ToyRuns.text(samples: 12), plan = try ToyRuns.plan(text), diagram = try ToyRuns.diagram(text)
    for (point, field) in zip(plan.points.indices, [-1.0, 0, 2]) {
      let gaps = ToyRuns.levels(field: field, at: plan.points[point], seed: 11, samples: 12).map { $0 - field }
      #expect(
        diagram.points[point].simulation?.means["gap"] == Estimate(of: gaps.filter { $0 >= 0 }).map { .scalar($0) })
      #expect(diagram.points[point].simulationStatus == .ok)
    }
    #expect(diagram.points[0].theory?.observables["gap"] == .missing(reason: "no gap below 0"))
    #expect(diagram.points[0].theoryStatus == .ok)
    let none = SampleMean(of: [.missing(reason: "first"), .missing(reason: "second")])
    #expect(none == .missing(reason: "first"))
    #expect(SampleMean(of: [.missing(reason: "first"), .scalar(3)]).scalarMean == 3)
  }

  @Test func curvesAreAveragedPlaceByPlace() {
    func curve(_ values: [Double?], at times: [Double] = [0, 1, 2]) -> ObservableValue {
      .curve(Curve(dimensions: ["time"], coordinates: ["time": times], values: values))
    }
    guard
      case .curve(let dimensions, let coordinates, let estimates) = SampleMean(of: [
        curve([1, 2, nil]), .missing(reason: "lost"), curve([3, nil, nil]), curve([5, 4, nil]),
      ])
    else {
      Issue.record("no curve")
      return
    }
    #expect(dimensions == ["time"])
    #expect(coordinates == ["time": [0, 1, 2]])
    #expect(estimates == [Estimate(of: [1, 3, 5]), Estimate(of: [2, 4]), nil])
    let mixed = SampleMean(of: [curve([1, 2, 3]), curve([1, 2, 3], at: [0, 1, 4])])
    guard case .missing(let reason) = mixed else {
      Issue.record("curves over different times were averaged")
      return
    }
    #expect(reason.contains("coordinates"))
  }

  // MARK: - Statuses

  @Test func finishedPointsAreOk() throws {
    let diagram = try ToyRuns.diagram(ToyRuns.text())
    #expect(diagram.isComplete)
    #expect(diagram.finishedTasks == 3 + 3 + 12)
    #expect(diagram.points.allSatisfy { $0.theoryStatus == .ok && $0.simulationStatus == .ok })
    #expect(diagram.failures.isEmpty)
    #expect(diagram.lines.map(\.name) == ["critical"])
    #expect(diagram.lines.map(\.vertices) == [[[-1], nil, [2]]])
    #expect(diagram.points.map(\.simulation?.samples) == [4, 4, 4])
    #expect(diagram.points[0].simulation?.diagnostics == ["draws": 1])
  }

  @Test func unfinishedPointsArePending() throws {
    let diagram = try ToyRuns.diagram(ToyRuns.text()) { isSample($0, at: [0]) || isSample($0, at: [1], below: 3) }
    #expect(!diagram.isComplete)
    #expect(diagram.finishedTasks == 7)
    #expect(diagram.points.map(\.theoryStatus) == [.pending, .pending, .pending])
    #expect(diagram.points.map(\.simulationStatus) == [.ok, .pending, .pending])
    #expect(diagram.points.allSatisfy { $0.theory == nil })
    #expect(diagram.points[1].simulation?.samples == 3)
    #expect(diagram.points[2].simulation == nil)
    #expect(diagram.lines.map(\.vertices) == [[nil, nil, nil]])
  }

  /// The vertices that are there stand in their places, whatever is missing.
  @Test func linesHaveTheVerticesThatAreFinished() throws {
    let text = ToyRuns.text()
    let last = try ToyRuns.diagram(text) { $0.id == "vertex 2 of 3 critical field=-1.0..2.0" }
    #expect(last.finishedTasks == 1)
    #expect(last.lines == [TransitionLine(name: "critical", title: "Critical line", vertices: [nil, nil, [2]])])
    let plan = try ToyRuns.plan(text)
    var records = ToyRuns.records(plan)
    let failed = TaskRecord(
      task: "vertex 0 of 3 critical field=-1.0..2.0", outcome: .failure(kind: .notConverged, message: "no"), seconds: 0)
    records[failed.task] = failed.encoded()
    let diagram = try PhaseDiagram(reducing: records, of: plan)
    #expect(diagram.isComplete)
    #expect(diagram.lines.map(\.vertices) == [[nil, nil, [2]]])
    #expect(diagram.failures.map(\.task) == [failed.task])
    #expect(diagram.points.allSatisfy { $0.theoryStatus == .ok })
  }

  /// Theory fails at fields 3 and 8, some samples at 5 and 6: their points have no number, and all others do.
  @Test func failuresNeverGiveANumber() throws {
    let diagram = try ToyRuns.diagram(ToyRuns.text(axes: "field = { values = [2, 3, 8, 5, 6] }", samples: 8))
    #expect(diagram.isComplete)
    #expect(diagram.points.map(\.theoryStatus) == [.ok, .notConverged, .failed, .ok, .ok])
    #expect(diagram.points.map(\.simulationStatus) == [.ok, .ok, .ok, .notConverged, .failed])
    #expect(diagram.points.map { $0.theory == nil } == [false, true, true, false, false])
    #expect(diagram.points.map { $0.simulation == nil } == [false, false, false, true, true])
    #expect(diagram.points[0].failures.isEmpty)
    #expect(diagram.points[1].failures.count == 1)
    #expect(diagram.points[3].failures.allSatisfy { $0.contains("toy sample") })
  }

  /// A theory that is not finite has no number there, a reason, and all the rest.
  @Test func theoryThatIsNotFiniteIsMissing() throws {
    let diagram = try ToyRuns.diagram(ToyRuns.text(axes: "field = { values = [2, 4] }"))
    #expect(diagram.points.map(\.theoryStatus) == [.ok, .ok])
    #expect(diagram.failures.isEmpty)
    let theory = try #require(diagram.points[1].theory)
    guard case .missing(let reason)? = theory.observables["level"] else {
      Issue.record("a level that is not a number has a value")
      return
    }
    #expect(reason.contains("not a finite number"))
    #expect(theory.observables["gap"] == .scalar(1))
    guard case .curve(let profile)? = theory.observables["profile"] else {
      Issue.record("no profile")
      return
    }
    #expect(profile.values == [nil, nil, nil, nil])
    #expect(theory.diagnostics == ["iterations": .number(7)])
  }

  @Test func oneFailedSampleSpoilsItsPointEvenBeforeTheOthersAreThere() throws {
    let text = ToyRuns.text(axes: "field = { values = [5] }", samples: 8), plan = try ToyRuns.plan(text)
    let levels = ToyRuns.levels(field: 5, at: plan.points[0], seed: 11, samples: 8)
    let bad = try #require(levels.firstIndex { $0 < 5 })
    let diagram = try ToyRuns.diagram(text) { isSample($0, at: [0], below: bad + 1) && $0.id != "sample 7 field=5" }
    #expect(diagram.points[0].simulationStatus == .notConverged)
    #expect(diagram.points[0].simulation == nil)
  }

  @Test func failuresAreListedInTheOrderOfThePlan() throws {
    let text = ToyRuns.text(axes: "field = { values = [3, 2, 8] }")
    let diagram = try ToyRuns.diagram(text)
    #expect(diagram.failures.map(\.task) == ["theory field=3", "theory field=8"])
    let summary = DiagramTable(diagram: diagram).description
    #expect(summary.contains("theory field=3: toy level: not converged"))
    #expect(summary.contains("not_converged"))
  }

  @Test func phasesFollowTheMeans() throws {
    let diagram = try ToyRuns.diagram(ToyRuns.text(axes: "field = { values = [-9, 9] }"))
    #expect(diagram.points.map(\.simulation?.phase) == ["down", "up"])
    #expect(diagram.points.map(\.theory?.phase) == ["down", "up"])
    let without = try ToyRuns.diagram(ToyRuns.text(model: "lengths", axes: "field = { values = [9] }"))
    #expect(without.points[0].simulation?.phase == nil)
  }

  @Test func recordsOfOtherRunsAreLeftOut() throws {
    let plan = try ToyRuns.plan(ToyRuns.text(axes: "field = { values = [0] }", samples: 2))
    let larger = ToyRuns.records(try ToyRuns.plan(ToyRuns.text(samples: 4)))
    let diagram = try PhaseDiagram(reducing: larger, of: plan)
    #expect(diagram.points[0].simulation?.samples == 2)
  }

  /// √<q²> against 4/√100: the mean of the squares counts, 0.16, not that of the roots.
  @Test func secondMomentsReachThePhase() throws {
    let system = try SystemRegistry.standard.system(named: "dense-hebbian")
    let parameters = try GivenParameters(
      [
        ("quantity", .untyped("glass"), nil), ("storageLoad", .untyped("0.1"), nil),
        ("spinCount", .untyped("100"), nil),
      ],
      of: system.description)
    for (squares, phase) in [([0.10, 0.23], "spin-glass"), ([0.10, 0.21], "paramagnet")] {
      let results = squares.map {
        SampleResult(
          observables: ["glassEnergy": .scalar(-1)],
          moments: ["replicaOverlap": OrderParameterMoments(second: $0, fourth: $0 * $0)])
      }
      let summary = try SimulationSummary(of: results, system: system, at: parameters)
      #expect(summary.phase == phase)
      #expect(summary.means.keys.sorted() == ["glassEnergy", "overlapDistribution"])
    }
  }
}
