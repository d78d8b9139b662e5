import StatisticalTesting
import Statistics
import SystemTesting
import Testing

@testable import MultitaskingHebbian
@testable import SystemInterface

@Suite("Multitasking Hebbian: simulations by request") struct SimulationRequestTests {
  private static func curve(_ result: SampleResult, _ name: String) -> [Double?] {
    if case .curve(let curve) = result.observables[name] { curve.values } else { [] }
  }

  @Test("Every observable declared for a simulation is reported, and no other")
  func observables() throws {
    for text in [
      "neuronCount=200", "neuronCount=200 sampleMeanField=on", "neuronCount=200 temperature=0",
      "neuronCount=200 protocol=unsupervised examplesPerPattern=3 exampleQuality=0.5",
      "quantity=oneStep neuronCount=200", "quantity=flow neuronCount=200 initialMagnetization=0.1,0.1,0.1 time=0,1,3",
      "quantity=highStorage neuronCount=200 storageLoad=0.05 condensedPatternCount=2",
      "quantity=exactEnumeration temperature=0.3",
    ] {
      let parameters = try MultitaskingRequest.parameters(text)
      let declared = MultitaskingRequest.system.description.observables(of: .simulate, under: parameters.option)
      let result = try MultitaskingRequest.sample(text).checkedFinite()
      #expect(Set(result.observables.keys) == Set(declared.map(\.name)), "\(text)")
      for observable in declared {
        if case .curve(let curve) = result.observables[observable.name] {
          #expect(curve.dimensions == observable.dimensions, "\(text): \(observable.name)")
        }
      }
    }
  }

  @Test("With the same seed both protocols learn the same examples")
  func sharedData() throws {
    let common = "neuronCount=3000 patternCount=2 examplesPerPattern=40 exampleQuality=0.6 fieldNormalization=dataset"
    let supervised = try MultitaskingRequest.sample(common + " protocol=supervised sampleMeanField=on")
    let unsupervised = try MultitaskingRequest.sample(common + " protocol=unsupervised sampleMeanField=on")
    // Mean fields differ by the scatter of single examples only, of order 1/M² of the disorder.
    for (a, b) in zip(
      Self.curve(supervised, "sampleMeanFieldMagnetization"), Self.curve(unsupervised, "sampleMeanFieldMagnetization"))
    {
      #expect(abs(try #require(a) - #require(b)) < 1e-3)
    }
  }

  @Test("M = 1 is the same network with and without labels")
  func singleExample() throws {
    let common = "neuronCount=500 patternCount=2 exampleQuality=0.6"
    let one = try MultitaskingRequest.sample(common + " protocol=supervised")
    let other = try MultitaskingRequest.sample(common + " protocol=unsupervised")
    #expect(one.observables["magnetization"] == other.observables["magnetization"])
    #expect(one.observables["energy"] == other.observables["energy"])
  }

  @Test("The heat bath on the instance of section 8 has its exact means", arguments: [(2, 0.3), (3, 0.5)])
  func enumeration(K: Int, temperature: Double) throws {
    let text = "quantity=exactEnumeration patternCount=\(K) temperature=\(temperature) measurementSweeps=20000"
    let exact = AllStates(SimulationInstances.enumerated(12, K), temperature: temperature)
    let results = try (0..<20).map { try MultitaskingRequest.sample(text, $0) }
    let energies = try #require(Estimate(of: results.compactMap { $0.observables["energy"]?.scalar }))
    expectAgrees(
      energies.mean, standardError: try #require(energies.standardError), exact: exact.energy, "<E>/N")
    for mu in 0..<K {
      let squares = try #require(Estimate(of: results.compactMap { Self.curve($0, "squaredMagnetization")[mu] }))
      expectAgrees(
        squares.mean, standardError: try #require(squares.standardError), exact: exact.squaredMagnetization[mu],
        "<m_\(mu + 1)²>")
    }
  }

  /// Replica-symmetric values of section 8; at N = 4000 they hold to the statistical error of ten samples.
  @Test(
    "K = alpha N",
    arguments: [("0.3", "0.1", "0.01", 1, [0.696546]), ("0.4", "0.03", "0.001", 2, [0.599893, 0.233222])])
  func highStorage(d: String, T: String, alpha: String, L: Int, exact: [Double]) throws {
    let text =
      "quantity=highStorage dilution=\(d) temperature=\(T) storageLoad=\(alpha) condensedPatternCount=\(L) neuronCount=10000"
    let results = try (0..<10).map { try MultitaskingRequest.sample(text, $0) }
    for mu in 0..<L {
      let estimate = try #require(Estimate(of: results.compactMap { Self.curve($0, "magnetization")[mu] }))
      let error = try #require(estimate.standardError)
      #expect(abs(estimate.mean - exact[mu]) < 5 * error + 0.002, "m_\(mu + 1) = \(estimate.mean) ± \(error)")
    }
  }

  @Test("A relaxation ends in the energy of its losses, and time 0 is the start")
  func flow() throws {
    let result = try MultitaskingRequest.sample(
      "quantity=flow neuronCount=1000 initialMagnetization=0.2,0.2,0.2 time=0,1,2,5,10")
    let energies = Self.curve(result, "energyTrajectory"), losses = Self.curve(result, "lossEnergyTrajectory")
    for (energy, loss) in zip(energies, losses) { #expect(abs(energy! - loss!) <= 1e-14) }
    #expect(energies.last!! < energies[0]!)
    for m in Self.curve(result, "magnetizationTrajectory").prefix(3) { #expect(abs(m! - 0.2) < 0.15) }
  }

  @Test("Phases of given magnetizations")
  func phases() {
    let phase = { (m: [Double]) in MultitaskingHebbian.phase(of: m, threshold: 0.02) }
    #expect(phase([0.01, -0.02, 0]) == "ergodic")
    #expect(phase([0, -0.6, 0.01]) == "pure")
    #expect(phase([0.3, 0.31, -0.3]) == "parallel")
    #expect(phase([0.3, 0.31, 0]) == "symmetric-2")
    #expect(phase([0.6, 0.24, -0.096]) == "hierarchical-3")
    #expect(phase([0.6, 0.24, 0]) == "hierarchical-2")
    #expect(phase([0.368, 0.272, 0.176]) == "mixture-3")
    #expect(phase([0.6, 0.2, 0.2]) == "degenerate-3")
  }

  @Test(
    "Refusals name the key and what is allowed",
    arguments: [
      ("dilution=1.2", "[0, 1)"), ("dilution=-0.1", "[0, 1)"), ("patternCount=-1", ">= 1"), ("neuronCount=0", ">= 2"),
      ("protocol=supervised examplesPerPattern=-2", ">= 1"), ("protocol=supervised exampleQuality=-0.3", "(0, 1]"),
      ("temperature=nan", ">= 0"), ("temperature=-1", ">= 0"),
      ("protocol=storage examplesPerPattern=20", "no examples"),
      ("initialState=dominant", "hierarchical"), ("initialState=prescribed initialMagnetization=0.1", "K = 3"),
      ("initialState=prescribed initialMagnetization=0.5,0.2,0.1", "1 - d"), ("initialState=prescribed", "K = 3"),
      ("quantity=flow protocol=unsupervised initialMagnetization=0.1,0.1,0.1", "storage"),
      ("quantity=flow initialMagnetization=0.1,0.1,0.1 time=1,0.5", "increasing"),
      ("quantity=flow initialMagnetization=0.1,0.1,0.1 time=0.5", "whole sweeps"),
      ("protocol=supervised datasetNoise=gaussian datasetEntropy=0.2 examplesPerPattern=10", "already fixed"),
      ("quantity=flow temperature=0 initialMagnetization=0.1,0.1,0.1", "> 0"), ("dilutoin=0.3", "dilution"),
    ])
  func refusals(text: String, allowed: String) throws {
    let refusal = try #require(MultitaskingRequest.refusal(text, for: .simulate))
    #expect(refusal.contains(allowed), "\(refusal)")
  }
}
