import SystemTesting
import Testing

@testable import DenseHebbian
@testable import SystemInterface

/// What a request may say, and what is said of one that may not.
@Suite struct DenseHebbianRequestTests {
  /// Request, verb, words that the one line about it must contain, the key first.
  static let refusals: [(request: String, verb: Verb, words: [String])] = [
    ("interactionOrder=5", .theory, ["interactionOrder:", "given 5", "2, 4, 6, 8"]),
    ("interactionOrder=0", .theory, ["interactionOrder:", "given 0", "2, 4, 6, 8"]),
    ("interactionOrder=10", .simulate, ["interactionOrder:", "given 10", "2, 4, 6, 8"]),
    ("interactionOrder=4.5", .theory, ["interactionOrder:", "given 4.5", "2, 4, 6, 8"]),
    ("storageLoad=0.02 archetypeCount=300", .simulate, ["archetypeCount", "storageLoad", "one of them", "K"]),
    ("learningProtocol=unsupervised", .theory, ["learningProtocol:", "unsupervised", "infinitely many", "supervised"]),
    (
      "learningProtocol=unsupervised examplesPerArchetype=infinite", .simulate,
      ["learningProtocol:", "infinitely many", "use supervised"]
    ),
    (
      "datasetEntropy=0.1 examplesPerArchetype=8 exampleAverage=gaussian", .theory,
      ["datasetEntropy:", "already fixed by M and r"]
    ),
    (
      "datasetEntropy=0.1 datasetQuality=0.5 exampleAverage=gaussian", .theory,
      ["datasetEntropy:", "already fixed by M and r"]
    ),
    ("datasetEntropy=0.1 exampleAverage=exact", .theory, ["datasetEntropy:", "Gaussian average"]),
    ("datasetEntropy=0.1", .theory, ["datasetEntropy:", "Gaussian average"]),
    ("datasetEntropy=-0.1 exampleAverage=gaussian", .theory, ["datasetEntropy:", "given -0.1", ">= 0"]),
    ("datasetEntropy=0.1 exampleAverage=gaussian", .simulate, ["datasetEntropy:", "M and r"]),
    (
      "datasetEntropy=0.1 exampleAverage=gaussian learningProtocol=unsupervised", .theory,
      ["datasetEntropy:", "supervised"]
    ),
    ("exampleAverage=gaussian", .theory, ["exampleAverage:", "given gaussian", "examplesPerArchetype"]),
    ("temperature=-1", .theory, ["temperature:", "given -1", "a number >= 0"]),
    ("temperature=nan", .simulate, ["temperature:", "given nan", "a number >= 0"]),
    ("temperature=inf", .theory, ["temperature:", "given inf", "a number >= 0"]),
    ("temperature=cold", .theory, ["temperature:", "given cold", "a number >= 0"]),
    ("quantity=exactEnumeration temperature=0", .theory, ["temperature:", "given 0", "> 0"]),
    ("storageExponent=3.2", .theory, ["storageExponent:", "given 3.2", "[0, 3]"]),
    ("storageExponent=1.5 interactionOrder=2", .theory, ["storageExponent:", "given 1.5", "[0, 1]"]),
    ("storageExponent=-1", .theory, ["storageExponent:", "given -1", ">= 0"]),
    ("initialOverlap=2", .simulate, ["initialOverlap:", "given 2", "[-1, 1]", "'random'"]),
    ("initialOverlap=somewhere", .simulate, ["initialOverlap:", "given somewhere", "[-1, 1]", "'random'"]),
    ("datasetQuality=1.2", .theory, ["datasetQuality:", "given 1.2", "[0, 1]"]),
    ("datasetQuality=-0.1", .theory, ["datasetQuality:", "given -0.1", "[0, 1]"]),
    ("datasetQuality=0", .theory, ["datasetQuality:", "given 0", "finite M"]),
    (
      "datasetQuality=0 examplesPerArchetype=4 exampleAverage=gaussian", .theory,
      ["datasetQuality:", "given 0", "exampleAverage=gaussian"]
    ),
    ("archetypeCount=0", .simulate, ["archetypeCount:", "given 0", "an integer >= 1"]),
    ("archetypeCount=2.5", .simulate, ["archetypeCount:", "given 2.5", "an integer >= 1"]),
    ("archetypeCount=300", .theory, ["archetypeCount:", "spinCount"]),
    ("storageLoad=-0.01", .theory, ["storageLoad:", "given -0.01", ">= 0"]),
    ("examplesPerArchetype=0", .theory, ["examplesPerArchetype:", "given 0", "an integer >= 1", "'infinite'"]),
    ("spinCount=7", .simulate, ["spinCount:", "given 7", "an integer >= 8"]),
    ("spinCount=8 interactionOrder=8", .simulate, ["spinCount:", "given 8", "P + 1 = 9"]),
    ("quantity=exactEnumeration spinCount=21", .theory, ["spinCount:", "given 21", "at most 20"]),
    (
      "quantity=exactEnumeration learningProtocol=unsupervised examplesPerArchetype=3", .theory,
      ["learningProtocol:", "given unsupervised", "supervised"]
    ),
    ("interactionForm=halfPower", .theory, ["interactionForm:", "given halfPower", "distinctIndices, fullPower"]),
    ("learningProtocol=unsupervized", .theory, ["learningProtocol:", "did you mean 'unsupervised'?"]),
    ("exampleAverage=approximate", .theory, ["exampleAverage:", "given approximate", "exact, gaussian"]),
    ("dynamics=wolff", .simulate, ["dynamics:", "given wolff", "heatBath, metropolis"]),
    ("equilibrationSweeps=-1", .simulate, ["equilibrationSweeps:", "given -1", "0"]),
    ("measurementSweeps=0", .simulate, ["measurementSweeps:", "given 0", "1"]),
    ("synapticNoise=-0.1", .theory, ["synapticNoise:", "given -0.1", ">= 0"]),
    ("synapticNoise=0.1 interactionOrder=6", .theory, ["synapticNoise:", "given 0.1", "N^P", "P=2", "64"]),
    ("synapticNoise=0.1 spinCount=96", .theory, ["synapticNoise:", "given 0.1", "N^P", "P=2", "64"]),
    ("synapticNoise=0.1 spinCount=96 archetypeCount=1", .simulate, ["synapticNoise:", "given 0.1", "N^P", "64"]),
    ("synapticNoise=0.1 storageLoad=0.01", .theory, ["synapticNoise:", "storageLoad=0", "archetypeCount"]),
    ("temprature=0.2", .theory, ["temprature:", "not a parameter", "did you mean 'temperature'?"]),
    ("Spincount=64", .simulate, ["Spincount:", "did you mean 'spinCount'?"]),
    ("quantity=criticalload", .theory, ["quantity:", "given criticalload", "did you mean 'criticalLoad'?"]),
    ("temperature=0.1 temperature=0.2", .theory, ["temperature:", "given twice"]),
    ("synapticNoise=0.1 storageLoad=0.01", .simulate, ["synapticNoise:", "given 0.1", "archetypeCount"]),
    ("synapticNoise=0.1", .simulate, ["synapticNoise:", "given 0.1", "archetypeCount written out"]),
    (
      "interactionOrder=2 archetypeCount=1 synapticNoise=0.1 spinCount=1000000", .simulate,
      ["spinCount:", "synapses", "GiB"]
    ),
    ("quantity=plefka", .theory, ["quantity:", "'plefka' has no theory: use simulate"]),
    ("quantity=plefka interactionOrder=6", .simulate, ["interactionOrder:", "given 6", "2, 4"]),
    ("quantity=plefka interactionForm=fullPower", .simulate, ["interactionForm:", "fullPower", "distinctIndices"]),
    ("quantity=plefka temperature=0", .simulate, ["temperature:", "given 0", "> 0"]),
    ("quantity=plefka storageExponent=1", .simulate, ["storageExponent:", "not a parameter of quantity=plefka"]),
    ("quantity=plefka synapticNoise=0.1", .simulate, ["synapticNoise:", "not a parameter of quantity=plefka"]),
    ("quantity=exactEnumeration dynamics=parallel", .simulate, ["dynamics:", "given parallel", "metropolis"]),
    ("quantity=criticalLoad", .simulate, ["quantity:", "criticalLoad", "theory"]),
    ("quantity=criticalTemperature", .simulate, ["quantity:", "criticalTemperature", "theory"]),
    ("quantity=criticalLoad storageLoad=0.1", .theory, ["storageLoad:", "not a parameter of quantity=criticalLoad"]),
    (
      "quantity=criticalTemperature temperature=0.1", .theory,
      ["temperature:", "not a parameter of quantity=criticalTemperature"]
    ),
    ("quantity=oneStep temperature=0.1", .theory, ["temperature:", "not a parameter of quantity=oneStep"]),
    (
      "quantity=exactEnumeration exampleAverage=exact", .theory,
      ["exampleAverage:", "not a parameter of quantity=exactEnumeration"]
    ),
    ("exchangeTemperatures=8", .simulate, ["exchangeTemperatures:", "not a parameter of quantity=equilibrium"]),
  ]

  @Test("Refusals name the key, what was given and what is allowed", arguments: refusals.indices)
  func refusal(index: Int) throws {
    let row = Self.refusals[index]
    let message = try #require(Request.refusal(row.request, for: row.verb), "accepted: \(row.request)")
    let line = message.split(separator: "\n").first { line in
      row.words.allSatisfy { line.contains($0) }
    }
    #expect(line != nil, "\(row.request): no line with \(row.words) in: \(message)")
  }

  @Test("Every problem is reported, not only the first")
  func allProblems() throws {
    let message = try #require(Request.refusal("temperature=-1 interactionOrder=3 temprature=1", for: .theory))
    #expect(message.split(separator: "\n").count == 3)
  }

  /// Beyond the range of integers that a double holds: refused, or computed, but never a crash.
  @Test("Very large numbers are refused or computed")
  func largeNumbers() {
    for (request, verb) in [
      ("interactionOrder=8 spinCount=1000 storageLoad=1", Verb.theory),
      ("interactionOrder=8 spinCount=1000 storageLoad=1", .simulate),
      ("spinCount=1000000 archetypeCount=1000000000000", .simulate),
    ] {
      let message = Request.refusal(request, for: verb)
      #expect(verb == .theory || message?.contains("GiB") == true, "\(request): \(message ?? "accepted")")
    }
  }

  @Test("The largest integer is refused or computed", arguments: 0..<3)
  func largestInteger(index: Int) async {
    switch index {
    case 0:
      await #expect(processExitsWith: .success) {
        _ = Request.refusal("spinCount=9223372036854775807", for: .simulate)
      }
    case 1:
      await #expect(processExitsWith: .success) {
        _ = Request.refusal("examplesPerArchetype=9223372036854775807 datasetQuality=0.5", for: .theory)
      }
    default:
      await #expect(processExitsWith: .success) {
        _ = Request.refusal("archetypeCount=9223372036854775807", for: .simulate)
      }
    }
  }

  @Test("Many examples in an exact enumeration are refused or computed")
  func manyExamplesEnumerated() async {
    await #expect(processExitsWith: .success) {
      _ = try? Request.theory("quantity=exactEnumeration examplesPerArchetype=40000 datasetQuality=0.6")
    }
  }

  static let accepted: [(request: String, verb: Verb)] = [
    ("", .theory), ("", .simulate), ("temperature=0", .simulate), ("datasetQuality=0 examplesPerArchetype=4", .theory),
    ("interactionOrder=2 synapticNoise=0.1 spinCount=1000", .theory), ("synapticNoise=0.1 spinCount=64", .theory),
    ("synapticNoise=0.1 archetypeCount=5 spinCount=64", .theory), ("initialOverlap=random", .simulate),
    ("initialOverlap=-1", .simulate), ("storageExponent=3", .theory), ("storageExponent=0 storageLoad=4", .theory),
    ("spinCount=9 interactionOrder=8 archetypeCount=2", .simulate), ("archetypeCount=1e2", .simulate),
    ("examplesPerArchetype=1 learningProtocol=unsupervised datasetQuality=0.5", .theory),
    ("exampleAverage=gaussian examplesPerArchetype=3 datasetQuality=0.5", .simulate),
    ("quantity=exactEnumeration spinCount=20 archetypeCount=3", .simulate),
    ("dynamics=metropolis equilibrationSweeps=0 measurementSweeps=1", .theory),
    ("quantity=oneStep storageLoad=0.01 datasetEntropy=0.1 exampleAverage=gaussian", .theory),
    ("synapticNoise=0.1 archetypeCount=1 spinCount=64", .simulate), ("dynamics=parallel temperature=0", .simulate),
    ("interactionOrder=2 synapticNoise=0.1 archetypeCount=3 spinCount=1000", .simulate),
    ("quantity=plefka storageLoad=0.01", .simulate), ("quantity=plefka archetypeCount=7 spinCount=30", .simulate),
    ("quantity=plefka interactionOrder=2 interactionForm=fullPower storageLoad=0.03", .simulate),
  ]

  @Test("What the tables allow is accepted", arguments: accepted.indices)
  func acceptance(index: Int) {
    let row = Self.accepted[index]
    #expect(Request.refusal(row.request, for: row.verb) == nil, "\(row.request)")
  }

  @Test("Values of a run file have types")
  func runFileValues() throws {
    let origin = InputOrigin(file: "run.toml", line: 3, column: 7)
    let description = Request.system.description
    let given = try GivenParameters(
      [
        ("temperature", .integer(0), origin), ("spinCount", .real(100), origin),
        ("learningProtocol", .string("supervised"), origin), ("initialOverlap", .string("random"), nil),
      ], of: description)
    #expect(given["temperature"] == .real(0) && given["spinCount"] == .integer(100))
    for (name, value) in [
      ("temperature", RawValue.string("0.1")), ("spinCount", .real(64.5)), ("dynamics", .boolean(true)),
      ("temperature", .array([.real(0.1)])), ("storageLoad", .other("table")),
    ] {
      do {
        _ = try GivenParameters([(name, value, origin)], of: description)
        Issue.record("accepted \(name) = \(value)")
      } catch {
        #expect(error.description.hasPrefix("run.toml:3:7: \(name): given \(value), allowed: "), "\(error)")
      }
    }
  }
}
