import SystemInterface
import Systems
import Testing

@testable import PhaseDiagrams

/// Run files that are wrong: every problem at once, each with file and line.
@Suite struct RunFileProblemTests {
  /// Asserts that the problems are these, by line and by words that each must contain, in any order.
  private func expect(
    _ problems: [String], _ expected: [(line: Int, words: [String])], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(problems.count == expected.count, "\(problems)", sourceLocation: sourceLocation)
    for (line, words) in expected {
      let isThere = problems.contains { problem in
        problem.hasPrefix("run.toml:\(line):") && words.allSatisfy { problem.contains($0) } && !problem.contains("\n")
      }
      #expect(isThere, "no problem in line \(line) with \(words) among \(problems)", sourceLocation: sourceLocation)
    }
  }

  @Test func allProblemsAreReportedAtOnce() {
    let text = """
      system = "dense-hebbian"
      sead = 3
      seed = -1

      [paramters]
      spinCount = 64

      [parameters]
      temprature = 0.2
      interactionOrder = "four"
      datasetQuality = 1.2
      dynamics = "heatbath"
      storageLoad = 0.1

      [axes]
      storageLoad = { from = 0.0, to = 0.05, points = 0 }
      temperature = { from = 0.5, to = 0.1, points = 3 }

      [simulation]
      samples = 0
      maxSamples = 0
      targetError = { magnetization = -0.01 }
      sampels = 3

      [refinement]
      levels = 13
      follow = "bth"
      """
    expect(
      ToyRuns.problems(text, registry: .standard),
      [
        (2, ["sead", "did you mean 'seed'?"]), (3, ["seed", "-1", ">= 0"]),
        (6, ["paramters", "did you mean 'parameters'?"]), (9, ["temprature", "did you mean 'temperature'?"]),
        (10, ["interactionOrder", "four", "2, 4, 6, 8"]), (11, ["datasetQuality", "1.2", "[0, 1]"]),
        (12, ["dynamics", "heatbath", "did you mean 'heatBath'?"]), (13, ["storageLoad", "axis"]),
        (16, ["axes.storageLoad.points", "0"]), (17, ["axes.temperature.to", "0.1"]),
        (20, ["simulation.samples", "0"]), (21, ["simulation.maxSamples", "0"]),
        (22, ["simulation.targetError.magnetization", "-0.01", "> 0"]), (23, ["sampels", "did you mean 'samples'?"]),
        (26, ["refinement.levels", "13", "0...12"]), (27, ["refinement.follow", "bth", "did you mean 'both'?"]),
      ])
  }

  @Test(arguments: [
    ("parameters.size = true", ["size", "true", "an integer in 1...100"]),
    ("parameters.size = 1.5", ["size", "1.5", "an integer in 1...100"]),
    ("parameters.size = [3]", ["size", "[3]", "an integer in 1...100"]),
    ("parameters.size = 1979-05-27", ["size", "date", "an integer in 1...100"]),
    ("parameters.size = 101", ["size", "101", "an integer in 1...100"]),
    ("parameters.size = \"infinit\"", ["size", "infinit", "'infinite'"]),
    ("parameters.shape = 3", ["shape", "3", "one of flat, steep"]),
    ("parameters.shape = { steep = 1 }", ["parameters.shape", "not allowed"]),
    ("parameters.model = \"sharde\"", ["model", "sharde", "did you mean 'shared'?"]),
    ("parameters.model = \"later\"", ["model", "later", "not yet available"]),
    ("parameters.model = 3", ["model", "3", "one of shared"]),
    ("parameters = 3", ["parameters", "3"]),
    ("simulation = 3", ["simulation", "3"]),
    ("simulation.samples = 2.5", ["simulation.samples", "2.5", "an integer"]),
    ("simulation.samples = \"8\"", ["simulation.samples", "8", "an integer"]),
    ("seed = 1.5", ["seed", "1.5", "an integer >= 0"]),
    ("seed = \"1\"", ["seed", "1", "an integer >= 0"]),
    ("refinement = {}", ["refinement", "none of the axes can be refined"]),
    ("refinement.level = 3", ["refinement.level", "did you mean 'levels'?"]),
    ("simulation = { samples = 8, maxSamples = 4 }", ["simulation.maxSamples", "4", "at least samples = 8"]),
    ("simulation.targetError.leve = 0.1", ["simulation.targetError.leve", "did you mean 'level'?"]),
    ("simulation.targetError.profile = 0.1", ["simulation.targetError.profile", "not a number"]),
    ("simulation.targetError = 0.1", ["simulation.targetError", "0.1", "{ observable = error"]),
    ("simulation = { samples = 1, targetError = { level = 1 } }", ["simulation.samples", "at least 2"]),
    ("simulation.balanceSweeps = 1", ["simulation.balanceSweeps", "1", "true or false"]),
    ("[sytem]", ["sytem", "did you mean 'system'?"]),
    ("colour = 3", ["colour", "not a key"]),
  ]) func oneWrongKey(line: String, words: [String]) {
    let text = "system = 'toy'\naxes.field.values = [0]\n\(line)\n"
    expect(ToyRuns.problems(text), [(3, words)])
  }

  @Test func syntaxErrorsHaveAPlace() {
    expect(ToyRuns.problems("system = 'toy'\nseed = = 3\n"), [(2, ["TOML"])])
    expect(ToyRuns.problems("system = 'toy'\n[axes\nfield = 1\n"), [(2, ["TOML"])])
    let repeated = ToyRuns.problems("system = 'toy'\nseed = 1\nseed = 2\n")
    #expect(repeated.count == 1)
    #expect(repeated.first?.hasPrefix("run.toml:3:") == true, "\(repeated)")
  }

  @Test func systemMustBeKnown() {
    expect(ToyRuns.problems("system = \"toi\"\naxes.field.values = [0]"), [(1, ["toi", "did you mean 'toy'?"])])
    expect(ToyRuns.problems("seed = 1\naxes.field.values = [0]"), [(1, ["system", "missing"])])
    expect(ToyRuns.problems("\nsystem = 3\naxes.field.values = [0]"), [(2, ["system", "3"])])
    expect(ToyRuns.problems(""), [(1, ["system", "missing"])])
  }

  @Test func oneOrTwoAxes() {
    let three = "system = 'toy'\n[axes]\nfield.values = [0]\nsize.values = [1]\nshape.values = ['flat']\n"
    expect(ToyRuns.problems(three), [(2, ["axes", "3", "one or two"])])
    expect(ToyRuns.problems("system = 'toy'\n[axes]\n"), [(2, ["axes", "one or two"])])
    let none = ToyRuns.problems("system = 'toy'\n")
    #expect(none.count == 1)
    #expect(none.first?.contains("axes: given 0 axes, allowed: one or two") == true, "\(none)")
  }

  @Test func axesMustBeParametersOfTheModel() {
    expect(
      ToyRuns.problems("system = 'toy'\n[axes]\nfeild.values = [0]\n"), [(3, ["axes.feild", "did you mean 'field'?"])])
    let quantity = "system = 'dense-hebbian'\nparameters.quantity = 'criticalLoad'\naxes.storageLoad.values = [0.1]\n"
    expect(ToyRuns.problems(quantity, registry: .standard), [(3, ["axes.storageLoad", "criticalLoad"])])
  }

  @Test func loadAndArchetypeCountExcludeEachOther() {
    let text = """
      system = "dense-hebbian"
      axes.temperature.values = [0.1]
      [parameters]
      spinCount = 64
      storageLoad = 0.02
      archetypeCount = 300
      """
    expect(ToyRuns.problems(text, registry: .standard), [(6, ["archetypeCount", "storageLoad", "one of them"])])
  }

  @Test func simulationNeedsAQuantityThatHasOne() {
    let text = "system = 'toy'\naxes.field.values = [0]\nparameters.model = 'theoryOnly'\n[simulation]\n"
    expect(ToyRuns.problems(text), [(4, ["theoryOnly", "no simulation"])])
  }

  /// A rule that ties two parameters may hold at some values of an axis only; the axis is where it was written.
  @Test func rulesBrokenAtSomeAxisValues() {
    let text = "system = 'toy'\n[axes]\nfield.values = [9, 10]\nsize.values = [2, 1]\n"
    expect(ToyRuns.problems(text), [(4, ["size", "1", ">= 2"])])
    let fixed = "system = 'toy'\n[parameters]\nsize = 1\n[axes]\nfield.values = [9, 10]\n"
    expect(ToyRuns.problems(fixed), [(3, ["size", "1", ">= 2"])])
    let infinite = "system = 'toy'\n[axes]\nsize.values = [2, 'infinite']\n"
    #expect(ToyRuns.problems(infinite) == [])
    expect(ToyRuns.problems(infinite + "[simulation]\n"), [(3, ["size", "finite"])])
    let small = """
      system = "dense-hebbian"
      parameters.spinCount = 8
      axes.interactionOrder.values = [2, 4, 8]
      """
    expect(ToyRuns.problems(small, registry: .standard), [(2, ["spinCount", "8", ">= P + 1 = 9"])])
  }

  /// Whatever is refused is refused before anything is computed, so every message must be one line.
  @Test func messagesAreOneLineEach() {
    let problems = ToyRuns.problems("system = 'toy'\naxes.field.values = [0]\nparameters.shape = \"a\\nb\"\n")
    #expect(problems.count == 1)
    #expect(problems.allSatisfy { !$0.contains("\n") }, "\(problems)")
  }
}
