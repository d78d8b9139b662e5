import DeepLinear
import Foundation
import Statistics
import SystemInterface
import Testing

@testable import PhaseDiagrams

/// Observables that are no means, curves over modes, levels and layers, and axes over lists: what deep linear networks ask of runs.
@Suite struct DeepLinearDiagramTests {
  private func plan(_ text: String) throws -> RunPlan {
    try RunPlan(
      RunSpecification(
        text: "system = \"deep-linear\"\n" + text, file: "run.toml", overrides: [],
        registry: SystemRegistry([DeepLinear()])))
  }

  private func diagram(_ text: String) throws -> PhaseDiagram {
    let plan = try plan(text)
    let records = plan.tasks.map { ($0.id, TaskRecord(computing: $0, of: plan).encoded()) }
    return try PhaseDiagram(reducing: Dictionary(uniqueKeysWithValues: records), of: plan)
  }

  @Test("A ratio of means and medians reach the diagram with their own errors")
  func reduced() throws {
    let jacobians = try diagram(
      """
      parameters = { quantity = "signalPropagation", hiddenWidth = 6, numWeightLayers = 3 }
      axes = { gain = { values = [1] } }
      simulation.samples = 5
      """)
    let means = try #require(jacobians.points[0].simulation?.means)
    guard case .scalar(let ratio)? = means["secondMomentRatio"] else {
      Issue.record("no ratio")
      return
    }
    #expect(ratio.samples == 5 && ratio.standardError ?? 0 > 0)
    let epochs = try diagram(
      """
      parameters = { quantity = "trainingEpochs", hiddenWidth = 4, relativeLearningRate = [0.4, 9], maximumEpochs = 300 }
      axes = { numWeightLayers = { values = [2] } }
      simulation.samples = 5
      """)
    let summary = try #require(epochs.points[0].simulation)
    guard case .curve(let dimensions, _, let medians)? = summary.means["medianEpochs"] else {
      Issue.record("no medians")
      return
    }
    #expect(dimensions == ["relativeLearningRate"] && medians[0] != nil && medians[1] == nil)
    #expect(medians[0]?.standardError == nil, "a median has no error")
    #expect(summary.means["bestRelativeLearningRate"]?.scalarMean == 0.4)
    #expect(summary.remarks["epochs"]?.contains("300 epochs") ?? false)
  }

  @Test("Lists of numbers are words of an axis, lists of one number are numbers")
  func listAxes() throws {
    let lists = try plan(
      """
      parameters = { singularValues = 1, time = 1 }
      axes = { initialLayerStrengths = { values = [[0.5, 0], [1, 0.1]] } }
      """
    ).specification.axes[0]
    #expect(lists.words == ["0.5,0", "1,0.1"] && lists.coordinates == [0, 1] && lists.outline == nil)
    let numbers = try plan("axes = { singularValues = { from = 1, to = 4, points = 3, spacing = \"log\" } }")
      .specification.axes[0]
    #expect(numbers.words == nil && numbers.coordinates == [1, 2, 4])
    #expect(numbers.values == [.list([1]), .list([2]), .list([4])])
  }

  @Test("Learning times of a tree stand over its levels")
  func levels() throws {
    let text = """
      parameters = { quantity = "hierarchy", treeDepth = 2, numFeatures = 50 }
      axes = { flipProbability = { values = [0.1, 0.2] } }
      simulation.samples = 2
      """
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("levels-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("diagram.nc").path
    try DiagramWriter(diagram: diagram(text)).write(to: path)
    let reader = try NetCDFReader(path)
    #expect(try reader.doubles("level") == [0, 1, 2])
    #expect(try reader.shape(of: "learningTime") == [2, 3])
    #expect(try reader.shape(of: "learningTime_theory") == [2, 3])
  }
}
