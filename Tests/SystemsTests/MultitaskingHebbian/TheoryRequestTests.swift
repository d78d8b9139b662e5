import SystemTesting
import Testing

@testable import MultitaskingHebbian
@testable import SystemInterface

@Suite("Multitasking Hebbian: theory by request") struct TheoryRequestTests {
  @Test("Every observable declared for theory is reported, and no other")
  func observables() throws {
    for text in [
      "", "temperature=0", "temperature=2", "initialState=dominant", "initialState=random",
      "protocol=unsupervised examplesPerPattern=3 exampleQuality=0.5",
      "protocol=supervised datasetNoise=gaussian datasetEntropy=0.1 temperature=0",
      "quantity=transitionLines dilution=0",
      "quantity=learningThreshold dilution=0.8", "quantity=oneStep", "quantity=highStorage",
      "quantity=flow initialMagnetization=0.1,0.1,0.1", "quantity=exactEnumeration temperature=0.3",
    ] {
      let parameters = try MultitaskingRequest.parameters(text)
      let declared = MultitaskingRequest.system.description.observables(of: .theory, under: parameters.option)
      let result = try MultitaskingRequest.theory(text)
      #expect(Set(result.observables.keys) == Set(declared.map(\.name)), "\(text)")
      for observable in declared {
        if case .curve(let curve) = result.observables[observable.name] {
          #expect(curve.dimensions == observable.dimensions, "\(text): \(observable.name)")
        }
      }
      #expect((result.phase != nil) == (parameters.option == "equilibrium"), "\(text)")
    }
  }

  @Test(
    "What does not exist is missing with a reason",
    arguments: [
      ("quantity=transitionLines dilution=0", "pureStabilityTemperature"),
      ("quantity=transitionLines dilution=0.7", "pureStabilityTemperature"),
      ("quantity=transitionLines dilution=0.4", "parallelStabilityTemperature"),
      ("quantity=transitionLines patternCount=1 dilution=0.8", "parallelStabilityTemperature"),
      ("quantity=learningThreshold dilution=0.7", "worstCaseExamples"),
      ("quantity=learningThreshold amplitudeTolerance=2", "thresholdEntropy"),
      ("quantity=learningThreshold amplitudeTolerance=2", "thresholdExamples"),
      ("protocol=supervised exampleQuality=0.5 examplesPerPattern=4", "exampleStabilityEigenvalue"),
    ])
  func missing(text: String, name: String) throws {
    guard case .missing(let reason) = try MultitaskingRequest.theory(text).observables[name] else {
      Issue.record("\(text): \(name) has a value")
      return
    }
    #expect(!reason.isEmpty)
  }

  @Test("The phase is null for more different magnetizations than phases have names, and parallel for any number")
  func namedPhases() {
    #expect(MultitaskingHebbian.phase(of: [Double](repeating: 0.1, count: 50), threshold: 1e-4) == "parallel")
    #expect(MultitaskingHebbian.phase(of: (1...31).map { 0.01 * Double($0) }, threshold: 1e-4) == nil)
    #expect(MultitaskingHebbian.phase(of: [0.5, 0.2], threshold: 1e-4, isArchetypeLost: true) == "example-retrieval")
    #expect(MultitaskingHebbian().description.phases.count <= 127)
  }

  @Test("One line serves both verbs: what only a simulation uses has no effect on theory")
  func sharedLines() throws {
    let plain = try MultitaskingRequest.theory("temperature=0.1")
    #expect(
      try MultitaskingRequest.theory("temperature=0.1 neuronCount=10 measurementSweeps=3 sampleMeanField=on") == plain)
    let system = MultitaskingRequest.system
    let one = try MultitaskingRequest.parameters("protocol=supervised exampleQuality=0.5")
    let other = try MultitaskingRequest.parameters("protocol=supervised exampleQuality=0.5 datasetNoise=gaussian")
    #expect(system.fingerprint(of: one) == system.fingerprint(of: other))
  }

  @Test("A prescribed seed of theory may exceed what spins can have")
  func largeSeed() throws {
    let result = try MultitaskingRequest.theory("initialState=prescribed initialMagnetization=0.9,0.5,0.2")
    #expect(result.numbers("magnetization")[0] > 0.5)
  }

  @Test(
    "Refusals name the key and what is allowed",
    arguments: [
      ("dilution=1.2", "dilution: given 1.2, allowed: a number in [0, 1)"), ("dilution=-0.1", "[0, 1)"),
      ("dilution=nan", "[0, 1)"), ("patternCount=-1", ">= 1"), ("neuronCount=0", ">= 2"),
      ("protocol=supervised examplesPerPattern=-2", ">= 1"), ("protocol=supervised exampleQuality=-0.3", "(0, 1]"),
      ("temperature=nan", ">= 0"), ("temperature=-1", ">= 0"), ("temperature=inf", ">= 0"),
      ("temperature=0 protocol=supervised datasetNoise=exactFiniteM", "use a small T, or datasetNoise=gaussian"),
      ("temperature=0 patternCount=14", "1...13"), ("quantity=oneStep patternCount=14", "1...13"),
      ("patternCount=100000", "1...4096"), ("temperature=1e-9", "or more"),
      ("protocol=storage examplesPerPattern=20", "no examples"), ("datasetEntropy=0.2", "no examples"),
      (
        "protocol=supervised datasetNoise=gaussian datasetEntropy=0.2 examplesPerPattern=10", "already fixed by M and r"
      ),
      ("protocol=supervised datasetEntropy=0.2", "datasetNoise=gaussian"),
      ("initialState=prescribed initialMagnetization=0.1", "K = 3"), ("initialState=prescribed", "K = 3"),
      ("quantity=flow protocol=unsupervised initialMagnetization=0.1,0.1,0.1", "the flow is for stored patterns"),
      ("quantity=highStorage protocol=supervised", "storage"), ("quantity=highStorage initialState=parallel", "pure"),
      ("quantity=flow temperature=0 initialMagnetization=0.1,0.1,0.1", "> 0"),
      ("quantity=exactEnumeration neuronCount=21", "20"), ("quantity=transitionLines temperature=1", "temperature"),
      ("quantity=learningThreshold protocol=supervised", "protocol"), ("dilutoin=0.3", "did you mean 'dilution'?"),
    ])
  func refusals(text: String, allowed: String) throws {
    let refusal = try #require(MultitaskingRequest.refusal(text, for: .theory))
    #expect(refusal.contains(allowed), "\(refusal)")
    #expect(!refusal.contains("\n"), "one line: \(refusal)")
  }
}
