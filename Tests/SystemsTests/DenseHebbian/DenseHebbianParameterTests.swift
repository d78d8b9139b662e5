import StatisticalTesting
import SystemTesting
import Testing

@testable import DenseHebbian
@testable import SystemInterface

/// Defaults, the echo of parameters in force, and the sizes that follow from them.
@Suite struct DenseHebbianParameterTests {
  private func inForce(_ request: String, for verb: Verb) throws -> String {
    try Request.system.parametersInForce(Request.parameters(request), for: verb)
      .map { "\($0.name)=\($0.value)" }.joined(separator: " ")
  }

  @Test("The defaults of the table")
  func defaults() throws {
    #expect(
      try inForce("", for: .simulate)
        == "quantity=equilibrium interactionOrder=4 interactionForm=distinctIndices learningProtocol=supervised "
        + "examplesPerArchetype=infinite datasetQuality=1 temperature=0.1 storageLoad=0 storageExponent=3 spinCount=64 "
        + "synapticNoise=0 initialOverlap=1 dynamics=heatBath equilibrationSweeps=60 measurementSweeps=300")
    #expect(
      try inForce("", for: .theory)
        == "quantity=equilibrium interactionOrder=4 interactionForm=distinctIndices learningProtocol=supervised "
        + "examplesPerArchetype=infinite datasetQuality=1 exampleAverage=exact temperature=0.1 storageLoad=0 "
        + "storageExponent=3 synapticNoise=0")
    #expect(
      try inForce("quantity=exactEnumeration", for: .theory)
        == "quantity=exactEnumeration interactionOrder=4 interactionForm=distinctIndices learningProtocol=supervised "
        + "examplesPerArchetype=infinite datasetQuality=1 temperature=0.1 archetypeCount=5 spinCount=10")
    #expect(
      try inForce("quantity=glass", for: .simulate)
        == "quantity=glass interactionOrder=4 interactionForm=distinctIndices learningProtocol=supervised "
        + "examplesPerArchetype=infinite datasetQuality=1 temperature=0.1 storageLoad=0 spinCount=64 "
        + "equilibrationSweeps=60 measurementSweeps=300 exchangeTemperatures=16")
    #expect(
      try inForce("quantity=plefka", for: .simulate)
        == "quantity=plefka interactionOrder=4 interactionForm=distinctIndices learningProtocol=supervised "
        + "examplesPerArchetype=infinite datasetQuality=1 temperature=0.1 storageLoad=0 spinCount=64 "
        + "equilibrationSweeps=60 measurementSweeps=300")
    #expect(
      try inForce("quantity=glass", for: .theory)
        == "quantity=glass interactionOrder=4 interactionForm=distinctIndices learningProtocol=supervised "
        + "examplesPerArchetype=infinite datasetQuality=1 temperature=0.1 storageLoad=0")
    #expect(
      try inForce("quantity=criticalTemperature interactionOrder=6", for: .theory)
        == "quantity=criticalTemperature interactionOrder=6 interactionForm=distinctIndices "
        + "learningProtocol=supervised examplesPerArchetype=infinite datasetQuality=1 exampleAverage=exact")
  }

  @Test("The echo holds what is in force and nothing else")
  func echo() throws {
    let counted = try inForce("archetypeCount=12 spinCount=80 temperature=0.30", for: .simulate)
    #expect(counted.contains("archetypeCount=12") && counted.contains("temperature=0.3 "))
    #expect(!counted.contains("storageLoad") && !counted.contains("storageExponent"))
    let exponent = try inForce("interactionOrder=2", for: .theory)
    #expect(exponent.contains("storageExponent=1"))
    let entropy = try inForce("datasetEntropy=0.2 exampleAverage=gaussian", for: .theory)
    #expect(entropy.contains("datasetEntropy=0.2"))
    #expect(!entropy.contains("examplesPerArchetype") && !entropy.contains("datasetQuality"))
  }

  @Test("The fingerprint of a simulated point does not depend on how it was written")
  func fingerprint() throws {
    let print = { (request: String) in try Request.system.fingerprint(of: Request.parameters(request)) }
    let reference = try print("storageLoad=0.02 temperature=0.5")
    #expect(try print("temperature=5e-1 storageLoad=0.020") == reference)
    #expect(try print("storageLoad=0.02 temperature=0.5 spinCount=64 initialOverlap=1") == reference)
    #expect(try print("storageLoad=0.02 temperature=0.5 storageExponent=3") == reference)
    #expect(try print("storageLoad=0.02 temperature=0.5 exampleAverage=exact") == reference)
    #expect(try print("storageLoad=0.02 temperature=0.51") != reference)
    #expect(try print("storageLoad=0.02 temperature=0.5 measurementSweeps=301") != reference)
  }

  /// K = round(alpha (N-1)…(N-P+1)), round(alpha N^(P-1)) for full powers, round(alpha N^b) below b = P - 1.
  @Test("Number of archetypes and effective load")
  func sizes() throws {
    let rows: [(request: String, K: Double, load: Double)] = [
      ("storageLoad=0.01 spinCount=96", 8305, 0.01),  // 0.01 · 95 · 94 · 93 = 8304.9
      ("storageLoad=0.01 spinCount=96 interactionForm=fullPower", 8847, 0.01),  // 0.01 · 96³ = 8847.36
      ("interactionOrder=2 storageLoad=0.03 spinCount=1000", 30, 0.03),  // 0.03 · 999 = 29.97
      ("interactionOrder=6 storageLoad=1e-7 spinCount=60", 60, 1e-7),  // 1e-7 · 59 · 58 · 57 · 56 · 55 = 60.08
      ("storageLoad=0 spinCount=64", 1, 0), ("storageLoad=1e-9 spinCount=64", 1, 1e-9),
      ("storageLoad=2 storageExponent=2 spinCount=20", 800, 800.0 / 5814),
      ("storageLoad=2 storageExponent=1.5 spinCount=16 interactionForm=fullPower", 128, 128.0 / 4096),
      ("storageLoad=2 storageExponent=0 spinCount=30", 2, 2.0 / 21924),
      ("archetypeCount=60 spinCount=60 interactionOrder=6", 60, 60.0 / 600_766_320),
      ("archetypeCount=100 spinCount=10 interactionForm=fullPower", 100, 0.1),
    ]
    for (request, K, load) in rows {
      let sample = try Request.point(request, for: .simulate)
      #expect(sample.archetypeCount(spinCount: sample.spinCount ?? 0) == Int(K), "\(request)")
      let theory = try Request.theory(request)
      expectClose(try #require(theory["effectiveLoad"]), load, 1e-14, request)
      #expect(theory.diagnostics["archetypeCount"]?.number == K, "\(request)")
    }
    #expect(try Request.theory("storageLoad=2 storageExponent=1")["effectiveLoad"] == 0, "no size, no noise")
    #expect(try Request.theory("synapticNoise=0.1 archetypeCount=9 spinCount=50")["effectiveLoad"] == 0)
  }

  @Test("Every quantity reports the observables that it declares, and no others")
  func observables() throws {
    let common = "interactionOrder=2 "
    for (request, verbs) in [
      ("quantity=equilibrium storageLoad=0.02 spinCount=20", [Verb.theory, .simulate]),
      ("quantity=criticalLoad", [.theory]), ("quantity=criticalTemperature", [.theory]),
      ("quantity=oneStep storageLoad=0.02 spinCount=20", [.theory, .simulate]),
      ("quantity=exactEnumeration", [.theory, .simulate]),
      ("quantity=plefka storageLoad=0.02 spinCount=60 temperature=0.4", [.simulate]),
      ("quantity=glass storageLoad=0.2 spinCount=20 exchangeTemperatures=3 temperature=0.5", [.theory, .simulate]),
    ] {
      let option = String(request.split(separator: " ")[0].dropFirst("quantity=".count))
      for verb in verbs {
        let declared = Request.system.description.observables(of: verb, under: option).map(\.name)
        let names =
          verb == .theory
          ? try Request.theory(common + request).observables.keys.sorted()
          : try Request.sample(common + request).observables.keys.sorted()
        #expect(names == declared.sorted(), "\(verb) \(request)")
      }
    }
  }

  @Test("What has no value says why")
  func missing() throws {
    let cold = try Request.theory("temperature=0 storageLoad=0.01")
    #expect(cold.reason("repliconEigenvalue") != nil)
    let pair = try Request.theory("interactionOrder=2 quantity=criticalLoad")
    #expect(pair.reason("firstOrderLoadRSB")?.contains("P >= 4") == true)
  }

  @Test("Phases by simulated means")
  func phases() throws {
    let point = try Request.parameters("spinCount=100")
    let phase = { (u: Double, q: Double) in
      try Request.system.phase(at: point, means: ["classOverlap": u, "replicaOverlap": q])
    }
    #expect(try phase(0.5, 0.9) == "retrieval")
    #expect(try phase(-0.8, 0.1) == "retrieval")
    #expect(try phase(0.49, 0.4) == "spin-glass")
    #expect(try phase(0.1, -0.41) == "spin-glass")
    #expect(try phase(0.49, 0.39) == "paramagnet")
  }
}
