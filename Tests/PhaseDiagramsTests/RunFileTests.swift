import SystemInterface
import Systems
import Testing

@testable import PhaseDiagrams

/// Run files that are right: what is read from them.
@Suite struct RunFileTests {
  @Test func everythingIsRead() throws {
    let text = """
      system = "dense-hebbian"
      seed = 2026

      [parameters]
      interactionOrder = 4
      spinCount = 64
      dynamics = "metropolis"

      [axes]
      temperature = { from = 0.5, to = 1.0, points = 3 }
      storageLoad = { values = [0.01, 0.002] }

      [simulation]
      samples = 3
      """
    let run = try RunSpecification(text: text, file: "run.toml", overrides: [], registry: .standard)
    #expect(run.system.description.name == "dense-hebbian")
    #expect(run.seed == 2026)
    #expect(run.samples == 3)
    #expect(run.hasTheory)
    #expect(run.parameters.option == "equilibrium")
    #expect(
      run.parameters.explicit == [
        "interactionOrder": .integer(4), "spinCount": .integer(64), "dynamics": .word("metropolis"),
      ])
    #expect(run.axes.map(\.name) == ["temperature", "storageLoad"])
    #expect(run.axes[0].values == [.real(0.5), .real(0.75), .real(1)])
    #expect(run.axes[0].spacing == .linear)
    #expect(run.axes[1].values == [.real(0.01), .real(0.002)])
    #expect(run.axes[1].spacing == .values)
    #expect(run.text == text)
  }

  @Test func whatIsNotWrittenHasADefault() throws {
    let run = try ToyRuns.specification("system = 'toy'\naxes.field.values = [1]\n")
    #expect(run.seed == 1)
    #expect(run.samples == nil)
    #expect(run.parameters.option == "shared")
    #expect(run.parameters.explicit.isEmpty)
    #expect(try ToyRuns.specification("system = 'toy'\naxes.field.values = [1]\n[simulation]").samples == 8)
  }

  /// The same request in other TOML spellings.
  @Test func spellingDoesNotMatter() throws {
    let texts = [
      "system = 'toy'\n[axes.size]\nfrom = 1\nto = 3\npoints = 3\n[axes.field]\nvalues = [1]\n[parameters]\nmodel = 'lengths'",
      "system = 'toy'\nparameters.model = 'lengths'\naxes.size = { from = 1.0, to = 3e0, points = 3 }\naxes.field.values = [1.0]",
      "system = 'toy'\r\naxes = { size = { values = [1, 2,\r\n 3] }, field = { values = [\r\n1\r\n] } }\r\n"
        + "\"parameters\" = { model = \"lengths\" }\r\n",
    ]
    for text in texts {
      let run = try ToyRuns.specification(text)
      #expect(run.axes.map(\.name) == ["size", "field"])
      #expect(run.axes[0].values == [.integer(1), .integer(2), .integer(3)])
      #expect(run.axes[1].values == [.real(1)])
      #expect(run.parameters.option == "lengths")
    }
  }

  @Test func quantityWithoutTheoryIsSimulatedOnly() throws {
    #expect(try ToyRuns.specification(ToyRuns.text(model: "simulationOnly")).hasTheory == false)
    #expect(try ToyRuns.specification(ToyRuns.text(model: "theoryOnly", samples: nil)).hasTheory)
  }

  // MARK: - Overrides

  private let base = ToyRuns.text(parameters: "size = 5")

  @Test func overridesReplaceAndAddKeys() throws {
    let run = try ToyRuns.specification(
      base, overrides: ["size=7", "shape=flat", "seed=99", "simulation.samples=2", "axes.field.values=1,2.5"])
    #expect(run.parameters.explicit == ["size": .integer(7), "shape": .word("flat")])
    #expect(run.seed == 99)
    #expect(run.samples == 2)
    #expect(run.axes[0].values == [.real(1), .real(2.5)])
    #expect(run.text == base)
    #expect(run.overrides.count == 5)
  }

  @Test func dottedOverridesReachEveryTable() throws {
    let text = ToyRuns.text(axes: "field = { from = 0.0, to = 1.0, points = 2 }", samples: nil)
    let run = try ToyRuns.specification(
      text, overrides: ["parameters.size=3", "axes.field.points=3", "axes.field.to=4", "simulation.samples=5"])
    #expect(run.parameters["size"] == .integer(3))
    #expect(run.axes[0].values == [.real(0), .real(2), .real(4)])
    #expect(run.samples == 5)
  }

  @Test func overridesSelectModelAndSystem() throws {
    #expect(try ToyRuns.specification(base, overrides: ["model=lengths"]).parameters.option == "lengths")
    #expect(ToyRuns.problems(base, overrides: ["system=toi"]).first?.contains("did you mean 'toy'?") == true)
  }

  @Test func seedsReachTheWholeRange() throws {
    #expect(try ToyRuns.specification(base, overrides: ["seed=0"]).seed == 0)
    #expect(try ToyRuns.specification(base, overrides: ["seed=18446744073709551615"]).seed == .max)
  }

  @Test func laterOverrideWins() throws {
    #expect(try ToyRuns.specification(base, overrides: ["size=7", "size=8"]).parameters["size"] == .integer(8))
  }

  /// Nothing in the file is to blame, so no line of it is named.
  @Test(arguments: [
    ("size=0", "size: given 0, allowed: an integer in 1...100 or 'infinite'"),
    ("sise=3", "sise: not a parameter of toy; did you mean 'size'?"),
    ("seed=-1", "seed: given -1, allowed: an integer >= 0"),
    ("seed=abc", "seed: given abc, allowed: an integer >= 0"),
    ("simulation.samples=0", "simulation.samples: given 0"),
    ("simulation.sampels=2", "simulation.sampels: not a key here; did you mean 'samples'?"),
    ("field=1", "parameters.field: is an axis already"),
    ("=3", "--set: given '=3', allowed: key=value"),
    ("size", "--set: given 'size', allowed: key=value"),
  ]) func wrongOverridesAreRefused(override: String, message: String) {
    let problems = ToyRuns.problems(base, overrides: [override])
    #expect(problems.count == 1)
    #expect(problems.first?.hasPrefix(message) == true, "\(problems)")
  }
}
