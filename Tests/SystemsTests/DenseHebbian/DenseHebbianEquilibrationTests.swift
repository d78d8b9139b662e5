import Foundation
import NumericalMethods
import StatisticalTesting
import Statistics
import SystemTesting
import Testing

@testable import DenseHebbian
@testable import SystemInterface

/// Thermal errors, moments and evidence of equilibration that a sample reports beside its means.
@Suite struct DenseHebbianEquilibrationTests {
  /// Values from before the chains recorded more than their means; a chain that drew one number more would change all.
  @Test(
    "The two replicas are what they always were",
    arguments: [
      (
        "spinCount=64 storageLoad=0.05 temperature=0.1 measurementSweeps=40",
        ["energy": -0.4934007579763793, "magnetization": 1, "replicaOverlap": 1]
      ),
      (
        "interactionOrder=2 spinCount=101 storageLoad=0.02 temperature=0.4 initialOverlap=random measurementSweeps=33",
        ["energy": -0.4795259525952594, "magnetization": 0.030303030303030318, "replicaOverlap": -0.9678513305876042]
      ),
    ])
  func pinned(request: String, values: [String: Double]) throws {
    let sample = try Request.sample(request, seed: 3)
    for (name, value) in values { expectClose(try #require(sample[name]), value, 1e-13, name) }
  }

  static func simulation(_ request: String) throws -> any SampleSimulation {
    try Request.system.simulation(at: Request.parameters(request), seed: 4, sample: 1)
  }

  /// 20 + 20 steps with the third chain, 20 without: saved after each of them.
  @Test(
    "Saved and restored after any step, a sample has the same bits",
    arguments: [
      (40, "spinCount=24 storageLoad=0.06 temperature=0.9 initialOverlap=0.2"), (20, "spinCount=24 temperature=0.4"),
      (20, "spinCount=24 storageLoad=0.02 temperature=0.6 initialOverlap=random"),
      (20, "spinCount=20 archetypeCount=1 synapticNoise=0.05 temperature=0.4"),
      (20, "interactionOrder=2 spinCount=30 archetypeCount=2 synapticNoise=0.2 temperature=0.4"),
      (20, "interactionOrder=2 spinCount=60 archetypeCount=2 temperature=0.5 dynamics=parallel"),
    ])
  func restored(steps: Int, request: String) throws {
    let request = request + " equilibrationSweeps=4 measurementSweeps=16"
    var whole = try Self.simulation(request)
    var states: [Data] = []
    while !whole.isFinished {
      states.append(try #require(try whole.encodedState()))
      try whole.advance()
    }
    #expect(states.count == steps)
    let expected = try whole.result()
    #expect((expected.equilibration?.startDifference != nil) == (steps == 40))
    states.append(try #require(try whole.encodedState()))
    for (done, state) in states.enumerated() {
      var simulation = try Self.simulation(request)
      try simulation.restore(state)
      for _ in done..<steps {
        #expect(!simulation.isFinished)
        try simulation.advance()
      }
      #expect(simulation.isFinished)
      #expect(try simulation.result() == expected)
    }
  }

  @Test("A random start is compared where retrieval was left, and only there")
  func startDifference() throws {
    let evidence = { (request: String) in try Request.sample(request).equilibration }
    let left = try #require(try evidence("spinCount=32 storageLoad=0.06 temperature=0.9"))
    #expect(left.startDifference != nil)
    let stayed = try #require(try evidence("spinCount=64 storageLoad=0.005 temperature=0.3"))
    #expect(stayed.startDifference == nil)
    let random = try #require(try evidence("spinCount=32 storageLoad=0.06 temperature=0.9 initialOverlap=random"))
    #expect(random.startDifference == nil)
  }

  @Test("The start difference is that of the energies, the third chain one of its own streams")
  func thirdChain() throws {
    let request = "spinCount=32 storageLoad=0.06 temperature=0.9 equilibrationSweeps=5 measurementSweeps=20"
    let given = try Request.parameters(request), point = try Request.point(request, for: .simulate)
    let streams = SampleStreams(
      seed: 1, system: Request.system.description.streamNumber, point: Request.system.fingerprint(of: given), sample: 0)
    let disorder = DenseHebbian.drawDisorder(point, streams)
    var start = streams.stream(.initialState, replica: 2)
    var chain = Trajectory(
      on: disorder, from: disorder.initialSpins(.random, using: &start), rule: point.updateRule,
      equilibrationSweeps: 5, measurementSweeps: 20, random: streams.stream(.dynamics, replica: 2))
    while !chain.isFinished { chain.sweep() }
    let sample = try Request.sample(request)
    let energy = try #require(sample["energy"]) + disorder.infiniteTemperatureEnergy(skipsCondensed: true) / 32
    let difference = try #require(sample.equilibration?.startDifference)
    #expect(abs(difference - (energy - chain.record.energy / 32)) < 1e-12)
  }

  @Test("Nothing is equilibrated at zero temperature, and nothing told from less than 16 sweeps")
  func absent() throws {
    let cold = try Request.sample("spinCount=64 storageLoad=0.05 temperature=0")
    #expect(cold.equilibration == nil && cold.thermalErrors.isEmpty && cold.moments.isEmpty)
    let short = try Request.sample("spinCount=32 storageLoad=0.01 temperature=0.5 measurementSweeps=15")
    #expect(short.equilibration == nil && short.thermalErrors["replicaOverlap"] == nil)
    let single = try Request.sample("spinCount=32 storageLoad=0.01 temperature=0.5 measurementSweeps=1")
    #expect(single.thermalErrors.isEmpty && single.moments["magnetization"] != nil)
  }

  /// With one archetype all disorder samples are alike up to a gauge: their scatter is thermal noise alone.
  ///
  /// The variance over 400 samples is known to 7 %, so that six errors are 42 %: a wrong factor 2 (one replica in place of
  /// two, τ for 2τ, a missing B − 1) shows.
  @Test("Thermal errors are the scatter of samples without disorder")
  func thermalErrors() throws {
    let request = "interactionOrder=2 spinCount=100 temperature=0.6 examplesPerArchetype=1 datasetQuality=0.8"
    let samples = try (0..<400).map { try Request.sample(request + " archetypeCount=1", seed: 8, $0) }
    for name in ["classOverlap", "energy", "replicaOverlap"] {
      let means = samples.compactMap { $0[name] }
      let squares = samples.compactMap { $0.thermalErrors[name] }.map { $0 * $0 }
      #expect(means.count == 400 && squares.count == 400)
      let scatter = try #require(RunningMoments(of: means).variance)
      let claimed = RunningMoments(of: squares).mean
      expectAgrees(scatter / claimed, standardError: (2.0 / 399).squareRoot(), exact: 1, "variance of \(name)")
    }
    // Here u = n/(r/√R) with R = 1.
    for sample in samples.prefix(3) {
      let (u, n) = (sample.thermalErrors["classOverlap"] ?? .nan, sample.thermalErrors["exampleMagnetization"] ?? .nan)
      #expect(abs(n / u - 0.8) < 1e-12)
    }
  }

  @Test("Moments over both replicas, and those of the enumerated instance against their mean")
  func moments() throws {
    let sample = try Request.sample("spinCount=64 storageLoad=0.01 temperature=0.3")
    let moments = try #require(sample.moments["magnetization"])
    let m = try #require(sample["magnetization"])
    #expect(moments.second >= m * m && moments.fourth >= moments.second * moments.second && moments.fourth < 1)
    #expect(moments.second < m * m + 0.01)
    let enumerated = try Request.sample("quantity=exactEnumeration measurementSweeps=50")
    let second = try #require(enumerated.moments["magnetization"]).second
    #expect(abs(second - (try #require(enumerated["squaredMagnetization"]))) < 1e-15)
  }

  /// 1000 repetitions, 4 binomial errors; a seed in 16000 would fail with exact intervals.
  @Test("Thermal errors and Binder cumulants of the sampler cover the exact sums")
  func coverage() throws {
    // At T = 0.5 the instance has barriers that 400 sweeps cross a few times only.
    let instance = "quantity=exactEnumeration interactionOrder=2 temperature=1 equilibrationSweeps=40 "
    let theory = try Request.theory(instance)
    let energy = try #require(theory["energy"])
    let binder = try #require(theory.diagnostics["binderCumulant"]?.number)
    let long = try Request.parameters(instance + "measurementSweeps=400")
    let short = try Request.parameters(instance + "measurementSweeps=10")
    let half = StudentDistribution(degreesOfFreedom: 15).halfWidth(confidence: StudentDistribution.oneSigma)
    var hits = (energy: 0, binder: 0)
    for number in 0..<1000 {
      let sample = try Request.system.simulate(at: long, seed: 5, sample: number)
      let error = try #require(sample.thermalErrors["energy"])
      if abs(try #require(sample["energy"]) - energy) <= error { hits.energy += 1 }
      let moments = try (0..<16).map {
        try #require(
          try Request.system.simulate(at: short, seed: 6, sample: 16 * number + $0).moments["magnetization"])
      }
      let cumulant = try #require(
        Jackknife.binderCumulant(secondMoments: moments.map(\.second), fourthMoments: moments.map(\.fourth)))
      if abs(cumulant.value - binder) <= half * cumulant.standardError { hits.binder += 1 }
    }
    let nominal = StudentDistribution.oneSigma
    let tolerance = 4 * (nominal * (1 - nominal) / 1000).squareRoot()
    #expect(abs(Double(hits.energy) / 1000 - nominal) < tolerance, "energy \(hits.energy)")
    #expect(abs(Double(hits.binder) / 1000 - nominal) < tolerance, "Binder cumulant \(hits.binder)")
  }

  static func verdict(_ request: String, samples: Int = 10) throws -> EquilibrationVerdict {
    let results = try (0..<samples).map { try Request.sample(request, $0) }
    let order = Estimate(of: results.compactMap { $0["magnetization"] })
    return try #require(
      EquilibrationVerdict(of: results.compactMap(\.equilibration), standardError: order?.standardError))
  }

  @Test("Real runs: retrieval is equilibrated; lost retrieval and a decay that is still going on are not")
  func verdicts() throws {
    for request in [
      "spinCount=96 storageLoad=0.01 temperature=0.5",
      "interactionOrder=2 spinCount=1000 storageLoad=0.03 temperature=0.4",
    ] {
      let verdict = try Self.verdict(request)
      #expect(verdict.state == .equilibrated && verdict.medianSplitRHat < 1.05)
    }
    let lost = try Self.verdict("spinCount=64 storageLoad=0.05 temperature=0.1 measurementSweeps=200")
    #expect(lost.state == .chainsDisagree && lost.medianSplitRHat > 1.5)
    let decay = "interactionOrder=2 spinCount=400 archetypeCount=1 temperature=1.3 equilibrationSweeps=0 "
    let drifting = try Self.verdict(decay + "measurementSweeps=20")
    #expect(drifting.state == .drifting)
    #expect(try #require(drifting.drift).mean < -0.02)
    let settled = "interactionOrder=2 spinCount=400 archetypeCount=1 temperature=1.3 "
    #expect(try Self.verdict(settled).state == .equilibrated)
  }
}

extension RunningMoments {
  fileprivate init(of values: [Double]) {
    self.init()
    for value in values { add(value) }
  }
}
