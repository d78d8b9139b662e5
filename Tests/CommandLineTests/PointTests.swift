import Foundation
import Testing

/// `theory`, `simulate` and `systems`: numbers and JSON shapes.
@Suite(.timeLimit(.minutes(1))) struct PointTests {
  private func run(_ command: String) async throws -> ProgramResult {
    let program = Program(folder: FileManager.default.temporaryDirectory)
    let result = try await program.start(command.split(separator: " ").map(String.init)).result()
    #expect(result.status == 0, "\(result.errors)")
    // Short chains are told not to be in equilibrium; nothing else stands on standard error.
    #expect(result.errorLines.allSatisfy { $0.hasPrefix("spinodal: warning: not equilibrated") }, "\(result.errors)")
    return result
  }

  private func expect(
    _ value: JSONValue, _ expected: Double, digits: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let number = try #require(value.number, sourceLocation: sourceLocation)
    let tolerance = 0.500001 * pow(10, -Double(digits))
    #expect(abs(number - expected) <= tolerance, "\(number), expected \(expected)", sourceLocation: sourceLocation)
  }

  // MARK: - Examples of the interface page

  @Test func theoryExample() async throws {
    let json = try await run(
      "theory dense-hebbian interactionOrder=4 storageLoad=0.02 temperature=0.5 --format json"
    ).json()
    try expect(json["observables"]["magnetization"]["value"], 0.97994746, digits: 8)
    try expect(json["observables"]["replicaOverlap"]["value"], 0.96865028, digits: 8)
    try expect(json["observables"]["freeEnergy"]["value"], -0.50547781, digits: 8)
    try expect(json["observables"]["energy"]["value"], -0.48979502, digits: 8)
  }

  @Test func criticalLoadExample() async throws {
    let json = try await run(
      "theory dense-hebbian quantity=criticalLoad examplesPerArchetype=8 datasetQuality=0.6 temperature=0 --format json"
    ).json()
    try expect(json["observables"]["spinodalLoad"]["value"], 0.01705847, digits: 8)
    // The maximum is flat: 3 digits of the magnetization there.
    try expect(json["observables"]["spinodalMagnetization"]["value"], 0.7611, digits: 3)
    #expect(json["phase"].isNull)
  }

  /// Within 5 combined standard errors of another implementation with other random numbers (6e-7 false alarms, and the
  /// numbers are the same in every run).
  @Test func simulateExample() async throws {
    let json = try await run(
      "simulate dense-hebbian interactionOrder=2 spinCount=1000 storageLoad=0.03 temperature=0.4 --samples 10 --seed 1 "
        + "--format json"
    ).json()
    for (name, mean, error) in [("magnetization", 0.9772, 0.0004), ("replicaOverlap", 0.9555, 0.0007)] {
      let observable = json["observables"][name]
      let found = try #require(observable["mean"].number), foundError = try #require(observable["standardError"].number)
      #expect(observable["samples"].number == 10)
      #expect(abs(found - mean) <= 5 * (error * error + foundError * foundError).squareRoot())
    }
  }

  // MARK: - Shapes

  @Test func shapeOfTheory() async throws {
    let json = try await run("theory dense-hebbian temperature=0 storageLoad=0.01 --format json").json()
    #expect(json.keys == ["diagnostics", "observables", "parameters", "phase", "system"])
    #expect(json["system"].text == "dense-hebbian")
    #expect(json["phase"].text == "retrieval")
    // All that the page says theory reports under `equilibrium`.
    #expect(
      json["observables"].keys == [
        "classOverlap", "effectiveLoad", "energy", "exampleMagnetization", "freeEnergy", "glassFreeEnergy",
        "glassFreeEnergyRSB", "magnetization", "replicaOverlap", "repliconEigenvalue",
      ])
    for name in json["observables"].keys { #expect(json["observables"][name].keys == ["value"]) }
    // What does not exist is null, with the reason in the diagnostics.
    #expect(json["observables"]["repliconEigenvalue"]["value"].isNull)
    #expect(json["diagnostics"]["repliconEigenvalue"].text?.isEmpty == false)
    #expect(json["diagnostics"]["residual"].number != nil)
  }

  @Test func parametersAreEchoedWithTheirDefaults() async throws {
    let theory = try await run("theory dense-hebbian storageLoad=0.01 --format json").json()["parameters"]
    #expect(theory["quantity"].text == "equilibrium")
    #expect(theory["interactionOrder"].number == 4)
    #expect(theory["interactionForm"].text == "distinctIndices")
    #expect(theory["learningProtocol"].text == "supervised")
    #expect(theory["examplesPerArchetype"].text == "infinite")
    #expect(theory["datasetQuality"].number == 1)
    #expect(theory["temperature"].number == 0.1)
    #expect(theory["storageLoad"].number == 0.01)
    #expect(theory["storageExponent"].number == 3)
    #expect(!theory["dynamics"].exists)

    let command = "simulate dense-hebbian archetypeCount=3 spinCount=16 measurementSweeps=5 --samples 2 --format json"
    let simulation = try await run(command).json()["parameters"]
    #expect(simulation["archetypeCount"].number == 3)
    #expect(simulation["spinCount"].number == 16)
    #expect(simulation["dynamics"].text == "heatBath")
    #expect(simulation["initialOverlap"].number == 1)
    #expect(simulation["equilibrationSweeps"].number == 60)
    #expect(simulation["measurementSweeps"].number == 5)
    #expect(!simulation["storageLoad"].exists)
  }

  @Test func shapeOfSimulate() async throws {
    let command = "simulate dense-hebbian initialOverlap=random spinCount=16 measurementSweeps=20 --format json"
    let json = try await run(command).json()
    #expect(json.keys == ["diagnostics", "observables", "parameters", "phase", "system"])
    #expect(
      json["observables"].keys == [
        "classOverlap", "effectiveLoad", "energy", "escapedFraction", "exampleMagnetization", "magnetization",
        "replicaOverlap", "retainedMagnetization",
      ])
    for name in json["observables"].keys {
      #expect(json["observables"][name].keys == ["mean", "samples", "standardError"])
    }
    #expect(json["observables"]["magnetization"]["samples"].number == 8)
    #expect(json["observables"]["magnetization"]["standardError"].number != nil)
    #expect(["retrieval", "spin-glass", "paramagnet"].contains(json["phase"].text))
    // A random start has nothing to escape from.
    #expect(json["observables"]["escapedFraction"]["mean"].isNull)
    #expect(json["observables"]["escapedFraction"]["standardError"].isNull)
    #expect(json["diagnostics"]["escapedFraction"].text?.isEmpty == false)
    #expect(json["diagnostics"]["archetypeCount"].number == 1)
  }

  @Test func oneSampleHasNoError() async throws {
    let command = "simulate dense-hebbian spinCount=16 measurementSweeps=20 --samples 1 --format json"
    let json = try await run(command).json()
    let magnetization = json["observables"]["magnetization"]
    #expect(magnetization["standardError"].isNull)
    #expect(magnetization["samples"].number == 1)
    #expect(magnetization["mean"].number != nil)
  }

  @Test func seedDecidesTheNumbers() async throws {
    let command = "simulate dense-hebbian spinCount=16 measurementSweeps=20 temperature=0.6 --samples 2 --format json"
    let one = try await run(command), again = try await run(command + " --seed 1")
    let two = try await run(command + " --seed 2")
    #expect(one.output == again.output)
    #expect(one.output != two.output)
  }

  @Test func systemsAsJSON() async throws {
    let list = try await run("systems --format json").json()
    #expect(list["systems"].list.contains { $0["name"].text == "dense-hebbian" })
    let system = try await run("systems dense-hebbian --format json").json()
    #expect(system["system"].text == "dense-hebbian")
    #expect(system["selector"].text == "quantity")
    let options = system["options"].list.compactMap(\.["name"].text)
    #expect(
      options == [
        "equilibrium", "criticalLoad", "criticalTemperature", "glass", "oneStep", "plefka", "exactEnumeration",
        "structuredData",
      ])
    let names = [
      "interactionOrder", "interactionForm", "learningProtocol", "examplesPerArchetype", "datasetQuality",
      "datasetEntropy", "exampleAverage", "temperature", "storageLoad", "storageExponent", "archetypeCount",
      "spinCount",
      "synapticNoise", "initialOverlap", "dynamics", "equilibrationSweeps", "measurementSweeps", "exchangeTemperatures",
      "imageFile", "labelFile", "testImages", "centring", "binarizationThreshold",
    ]
    #expect(system["parameters"].list.compactMap(\.["name"].text) == names)
    let temperature = try #require(system["parameters"].list.first { $0["name"].text == "temperature" })
    #expect(temperature["symbol"].text == "T")
    #expect(temperature["default"].number == 0.1)
    #expect(temperature["allowed"].text?.contains(">= 0") == true)
    #expect(system["phases"].list.compactMap(\.["name"].text).first == "retrieval")
    #expect(!system["observables"].list.isEmpty)
    #expect(!system["references"].list.isEmpty)
  }

  @Test(arguments: [
    "systems", "systems dense-hebbian", "theory dense-hebbian storageLoad=0.01",
    "simulate dense-hebbian spinCount=16 measurementSweeps=5 --samples 2", "--help", "--version", "run --help",
  ]) func textIsForPeople(command: String) async throws {
    let output = try await run(command).output
    #expect(!output.isEmpty)
    #expect(!output.contains("\u{1B}["))
    #expect(!output.hasPrefix("{"))
  }

  /// One object on standard output, whatever the number of ranks.
  @Test(
    .enabled(if: Program.launcher != nil, "mpirun is not installed"),
    arguments: [
      "theory dense-hebbian storageLoad=0.01", "systems", "doctor",
      "simulate dense-hebbian spinCount=16 measurementSweeps=5 --samples 3",
    ]) func ranksPrintOnce(command: String) async throws
  {
    try await withTemporaryFolder { folder in
      let arguments = command.split(separator: " ").map(String.init) + ["--format", "json"]
      let alone = try await Program(folder: folder).start(arguments).result()
      let together = try await Program(folder: folder).start(ranks: 2, arguments).result()
      #expect(alone.status == 0 && together.status == 0)
      _ = try together.json()
      if !command.hasPrefix("doctor") { #expect(together.output == alone.output) }
    }
  }
}
