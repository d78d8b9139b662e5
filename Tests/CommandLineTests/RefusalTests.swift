import Foundation
import Testing

/// Requests that are wrong: one line on standard error, the documented exit status, nothing else.
@Suite(.timeLimit(.minutes(1))) struct RefusalTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let arguments: [String]
    let words: [String]
    var status: Int32 = 2

    init(_ command: String, _ words: String..., status: Int32 = 2) {
      arguments = command.split(separator: " ").map(String.init)
      self.words = words
      self.status = status
    }

    var testDescription: String { arguments.joined(separator: " ") }
  }

  private func expectRefusal(
    _ refused: Case, in folder: URL, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let before = try names(in: folder)
    let result = try await Program(folder: folder).start(refused.arguments).result()
    #expect(result.status == refused.status, sourceLocation: sourceLocation)
    #expect(result.output.isEmpty, "standard output: \(result.output)", sourceLocation: sourceLocation)
    #expect(result.errorLines.count == 1, "standard error: \(result.errors)", sourceLocation: sourceLocation)
    #expect(result.errors.hasPrefix("spinodal: "), sourceLocation: sourceLocation)
    for word in refused.words {
      #expect(result.errors.contains(word), "\(word) is not in: \(result.errors)", sourceLocation: sourceLocation)
    }
    #expect(try names(in: folder) == before, "files were left behind", sourceLocation: sourceLocation)
  }

  @Test(arguments: [
    Case("theory dense-hebbian temprature=0.2", "temprature", "did you mean 'temperature'?"),
    Case("simulate dense-hebbian temprature=0.2", "temprature", "did you mean 'temperature'?"),
    Case("theory dense-hebbian temperature=warm", "temperature", "warm", "a number >= 0"),
    Case("theory dense-hebbian temperature=-1", "temperature", "-1", "a number >= 0"),
    Case("theory dense-hebbian temperature=nan", "temperature", "nan", "a number >= 0"),
    Case("theory dense-hebbian temperature", "temperature", "key=value"),
    Case("theory dense-hebbian interactionOrder=5", "interactionOrder", "5", "2, 4, 6, 8"),
    Case("simulate dense-hebbian spinCount=64.5", "spinCount", "64.5", "an integer"),
    Case("theory dense-hebbian storageExponent=3.2", "storageExponent", "3.2", "[0, 3]"),
    Case("simulate dense-hebbian initialOverlap=2", "initialOverlap", "2", "[-1, 1]"),
    Case("theory dense-hebbian datasetQuality=1.2", "datasetQuality", "1.2", "[0, 1]"),
    Case("simulate dense-hebbian archetypeCount=0", "archetypeCount", "0", ">= 1"),
    Case("simulate dense-hebbian storageLoad=0.02 archetypeCount=300", "storageLoad", "archetypeCount", "one of them"),
    Case("theory dense-hebbian learningProtocol=unsupervised", "learningProtocol", "use supervised"),
    Case(
      "theory dense-hebbian datasetEntropy=0.1 exampleAverage=gaussian examplesPerArchetype=8", "datasetEntropy",
      "fixed by M and r"),
    Case("theory dense-hebbian datasetEntropy=0.1", "datasetEntropy", "Gaussian average"),
    Case("theory dense-hebbian synapticNoise=0.1 interactionOrder=6", "synapticNoise", "0.1", "P=2"),
    Case("theory dense-hebbian temperature=0.1 temperature=0.2", "temperature", "twice"),
    Case("theory dense-hebbain", "dense-hebbain", "did you mean 'dense-hebbian'?"),
    Case("simulate hopfield", "hopfield", "dense-hebbian"),
    Case("systems dense-hebbain", "dense-hebbain", "did you mean 'dense-hebbian'?"),
    Case("theory dense-hebbian --frmat json", "--frmat", "--format"),
    Case("theory dense-hebbian --format xml", "xml", "json"),
    Case("simulate dense-hebbian --samples 0", "--samples", "0", ">= 1"),
    Case("simulate dense-hebbian --samples many", "--samples", "many"),
    Case("simulate dense-hebbian --seed x", "--seed", "x"),
    Case("bench dense-hebbian-sings", "dense-hebbian-sings", "did you mean 'dense-hebbian-signs'?"),
    Case("bench --repetitions 0", "--repetitions", "0", ">= 1"),
    Case("bench --time 0", "--time", "0", "more than 0 s"),
    Case("frobnicate", "frobnicate"),
    Case("run", "file"),
    Case("run missing.toml", "missing.toml"),
    Case("run missing.toml --output results", "missing.toml"),
    Case("status missing", "missing"),
    Case("merge missing", "missing"),
    Case("theory dense-hebbian quantity=plefka", "plefka", "no theory", "simulate"),
    Case("simulate dense-hebbian quantity=plefka interactionOrder=6", "interactionOrder", "2, 4"),
    Case("simulate dense-hebbian quantity=glass", "storageLoad", "> 0"),
    Case("simulate dense-hebbian quantity=criticalLoad", "criticalLoad", "theory"),
    Case("theory dense-hebbian quantity=criticalLoads", "criticalLoads", "did you mean 'criticalLoad'?"),
    Case("theory dense-hebbian quantity=criticalTemperature temperature=1", "temperature", "criticalTemperature"),
  ]) func wrongRequests(refused: Case) async throws {
    try await withTemporaryFolder { try await expectRefusal(refused, in: $0) }
  }

  @Test func allProblemsAreNamedAtOnce() async throws {
    try await withTemporaryFolder { folder in
      let result = try await Program(folder: folder).run(
        "theory", "dense-hebbian", "temprature=1", "interactionOrder=5", "dynamics=glauber")
      #expect(result.status == 2)
      #expect(result.errorLines.count == 3)
      for (line, word) in zip(result.errorLines, ["temprature", "interactionOrder", "dynamics"]) {
        #expect(line.hasPrefix("spinodal: \(word): "))
      }
    }
  }

  @Test func wrongRunFilesLeaveNoFolder() async throws {
    try await withTemporaryFolder { folder in
      let text = "system = \"dense-hebbian\"\naxes.temperature = { from = 1, to = 0.5, points = 3 }\nsed = 3\n"
      try Data(text.utf8).write(to: folder.appendingPathComponent("bad.toml"))
      let result = try await Program(folder: folder).run("run", "bad.toml")
      #expect(result.status == 2)
      #expect(result.output.isEmpty)
      #expect(result.errorLines.contains { $0.hasPrefix("spinodal: bad.toml:2:") && $0.contains("to") })
      #expect(
        result.errorLines.contains { $0.hasPrefix("spinodal: bad.toml:3:") && $0.contains("did you mean 'seed'?") })
      #expect(result.errorLines.count == 2)
      #expect(try names(in: folder) == ["bad.toml"])
    }
  }

  /// Below a regular file nobody can write, not even root.
  @Test func placesThatCannotBeWritten() async throws {
    try await withTemporaryFolder { folder in
      try Data(TinyRun.text.utf8).write(to: folder.appendingPathComponent("tiny.toml"))
      try Data().write(to: folder.appendingPathComponent("file"))
      try await expectRefusal(Case("run tiny.toml --quiet --output file/below", "file/below", status: 4), in: folder)
      try await expectRefusal(Case("run tiny.toml --quiet --output file", "file", status: 4), in: folder)
    }
  }

  @Test(.enabled(if: Program.launcher != nil, "mpirun is not installed")) func oneMessageForAllRanks() async throws {
    try await withTemporaryFolder { folder in
      let result = try await Program(folder: folder).run(ranks: 2, "simulate", "dense-hebbian", "temprature=0.2")
      #expect(result.status == 2)
      #expect(result.output.isEmpty)
      #expect(result.errorLines.count { $0.hasPrefix("spinodal: ") } == 1)
    }
  }
}
