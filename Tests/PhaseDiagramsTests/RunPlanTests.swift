import SystemInterface
import Testing

@testable import PhaseDiagrams

@Suite struct RunPlanTests {
  private let axes = "field = { values = [0, 0.5] }\nsize = { from = 1, to = 3, points = 3 }"

  @Test func lastAxisIsFastest() throws {
    let plan = try ToyRuns.plan(ToyRuns.text(axes: axes))
    #expect(plan.points.map(\.index) == [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]])
    let values = plan.points.map { [$0.values["field"], $0.values["size"]] }
    #expect(values.first == [.real(0), .integer(1)])
    #expect(values.last == [.real(0.5), .integer(3)])
    #expect(plan.points[4].parameters["field"] == .real(0.5))
    #expect(plan.points[4].parameters["size"] == .integer(2))
  }

  @Test func tasksStandInReducingOrder() throws {
    let plan = try ToyRuns.plan(ToyRuns.text(axes: axes, samples: 2))
    #expect(plan.tasks.count == 6 + 3 + 12)
    for (number, task) in plan.tasks.enumerated() {
      switch task.work {
      case .theory(let point): #expect(number == point)
      case .vertex(let line, let place): #expect((6..<9).contains(number) && line == 0 && place == number - 6)
      case .sample(let point, let sample): #expect(number == 9 + 2 * point + sample)
      }
    }
    #expect(Set(plan.tasks.map(\.id)).count == plan.tasks.count)
  }

  /// Records on disk are found by these names: a change of them loses every finished task of every user.
  @Test func taskNamesAreStable() throws {
    let plan = try ToyRuns.plan(ToyRuns.text(axes: axes, samples: 1))
    #expect(plan.tasks[0].id == "theory field=0 size=1")
    #expect(plan.tasks[5].id == "theory field=0.5 size=3")
    #expect(plan.tasks[6].id == "vertex 0 of 3 critical field=0.0..0.5 size=1.0..3.0")
    #expect(plan.tasks[8].id == "vertex 2 of 3 critical field=0.0..0.5 size=1.0..3.0")
    #expect(plan.tasks[9].id == "sample 0 field=0 size=1")
    #expect(plan.tasks[14].id == "sample 0 field=0.5 size=3")
  }

  @Test func largerPlansHoldTheTasksOfSmallerOnes() throws {
    let small = try ToyRuns.plan(ToyRuns.text(axes: "field = { values = [0, 2] }", samples: 2))
    let large = try ToyRuns.plan(ToyRuns.text(axes: "field = { from = 0, to = 2, points = 5 }", samples: 5))
    #expect(Set(small.tasks.map(\.id)).isSubset(of: large.tasks.map(\.id)))
  }

  @Test func theoryAndSimulationOnlyWhereTheyExist() throws {
    let theory = try ToyRuns.plan(ToyRuns.text(model: "theoryOnly", samples: nil))
    #expect(theory.tasks.map(\.id) == ["theory field=-1", "theory field=0", "theory field=2"])
    let simulation = try ToyRuns.plan(ToyRuns.text(model: "simulationOnly", samples: 1))
    #expect(simulation.tasks.map(\.id) == ["sample 0 field=-1", "sample 0 field=0", "sample 0 field=2"])
  }

  @Test func linesNeedNumericAxes() throws {
    let numeric = ToyRuns.text(axes: "field = { values = [0, 2] }\nsize = { values = [1, 4] }")
    #expect(try ToyRuns.plan(numeric).lines.map(\.name) == ["critical"])
    #expect(try ToyRuns.plan(numeric).lines.map(\.vertexCount) == [3])
    let categorical = ToyRuns.text(axes: "field = { values = [0, 2] }\nshape = { values = ['flat', 'steep'] }")
    #expect(try ToyRuns.plan(categorical).lines == [])
    #expect(try ToyRuns.plan(ToyRuns.text(axes: "size = { values = [1, 4] }")).lines == [])
  }

  @Test func costsComeFromTheSystem() throws {
    let plan = try ToyRuns.plan(ToyRuns.text(axes: "size = { values = [2, 6] }", samples: 1))
    let costs = plan.tasks.compactMap { task in if case .sample = task.work { task.cost } else { nil } }
    #expect(costs == [2, 6])
  }
}
