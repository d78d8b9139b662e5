import Foundation
import NumericalMethods
import StatisticalTesting
import SystemTesting
import Testing

@testable import DenseHebbian
@testable import SystemInterface

/// Replicas shared among processes, saved and restored; what a sample reports.
@Suite struct GlassSimulationTests {
  static let request =
    "quantity=glass spinCount=20 storageLoad=0.02 temperature=0.3 exchangeTemperatures=5 equilibrationSweeps=150 "
    + "measurementSweeps=60"

  private func simulation(_ request: String = request) throws -> any DivisibleSimulation {
    let simulation = try Request.system.simulation(at: Request.parameters(request), seed: 3, sample: 1)
    return try #require(simulation as? any DivisibleSimulation)
  }

  /// One process after another: the parts that each holds.
  private struct Processes {
    var simulations: [any DivisibleSimulation]
    var parts: [Range<Int>]

    init(_ counts: [Int], _ make: () throws -> any DivisibleSimulation) rethrows {
      simulations = try counts.map { _ in try make() }
      var first = 0
      parts = counts.map { count in
        defer { first += count }
        return first..<first + count
      }
    }

    mutating func step() throws {
      for index in simulations.indices { try simulations[index].advance(parts: parts[index]) }
      let messages = try simulations.indices.flatMap { try simulations[$0].messages(of: parts[$0]) }
      for index in simulations.indices { try simulations[index].exchange(messages) }
    }

    /// The state as the process `keeper` would save it.
    mutating func save(by keeper: Int) throws -> Data {
      for index in simulations.indices where index != keeper {
        let states = try simulations[index].encodedParts(parts[index])
        try simulations[keeper].adopt(states, from: parts[index].lowerBound)
      }
      return try #require(try simulations[keeper].encodedState())
    }
  }

  static let divisions = [[10], [5, 5], [1, 9], [0, 7, 3], [2, 2, 2, 2, 2], [0, 3, 0, 6, 1], [10, 0, 0]]

  @Test("Any division of the replicas among processes gives the same state and the same result")
  func divisions() throws {
    var whole = try simulation()
    #expect(whole.partCount == 10)
    while !whole.isFinished { try whole.advance() }
    let result = try whole.result(), state = try whole.encodedState()
    for counts in Self.divisions {
      var processes = try Processes(counts) { try simulation() }
      while !processes.simulations[0].isFinished { try processes.step() }
      for simulation in processes.simulations { #expect(try simulation.result() == result, "\(counts)") }
      #expect(try processes.save(by: counts.count - 1) == state, "\(counts)")
    }
  }

  /// Interrupted before the ladder is tuned, between tuning and measurement, and while measuring.
  @Test(
    "Saved by some processes and restored on others, it goes on with the same bits", arguments: [20, 60, 77, 150, 190])
  func restart(interruption: Int) throws {
    var whole = try simulation()
    for _ in 0..<interruption { try whole.advance() }
    let middle = try whole.encodedState()
    while !whole.isFinished { try whole.advance() }
    for (before, after) in zip(Self.divisions, Self.divisions.dropFirst() + [[4, 6]]) {
      var processes = try Processes(before) { try simulation() }
      for _ in 0..<interruption { try processes.step() }
      let saved = try processes.save(by: interruption % before.count)
      #expect(saved == middle, "\(before)")
      var others = try Processes(after) {
        var fresh = try simulation()
        try fresh.restore(saved)
        return fresh
      }
      while !others.simulations[0].isFinished { try others.step() }
      #expect(try others.save(by: 0) == whole.encodedState(), "\(before) then \(after)")
      #expect(try others.simulations[after.count - 1].result() == whole.result())
    }
  }

  @Test("States and messages of another size are refused")
  func mismatches() throws {
    var simulation = try simulation()
    let other = try self.simulation(Self.request.replacingOccurrences(of: "spinCount=20", with: "spinCount=21"))
    let larger = try self.simulation(Self.request.replacingOccurrences(of: "ratures=5", with: "ratures=6"))
    for wrong in [other, larger] {
      let state = try #require(try wrong.encodedState())
      #expect(throws: (any Error).self) { try simulation.restore(state) }
    }
    #expect(throws: (any Error).self) { try simulation.adopt(other.encodedParts(0..<1), from: 0) }
    #expect(throws: (any Error).self) { try simulation.adopt(simulation.encodedParts(0..<2), from: 9) }
    try simulation.advance(parts: 0..<10)
    var messages = try simulation.messages(of: 0..<10)
    #expect(messages.allSatisfy { $0.count == 8 })
    messages[4].append(0)
    #expect(throws: (any Error).self) { try simulation.exchange(messages) }
    #expect(throws: (any Error).self) { try simulation.exchange(Array(messages.prefix(9))) }
  }

  @Test("Only the two replicas at the temperature asked for send their spins, and only while measuring")
  func messages() throws {
    var simulation = try simulation(Self.request.replacingOccurrences(of: "Sweeps=150", with: "Sweeps=3"))
    for step in 0..<40 {
      try simulation.advance(parts: 0..<10)
      let messages = try simulation.messages(of: 0..<10)
      let long = messages.indices.filter { messages[$0].count == 8 + 8 + 3 }
      #expect(messages.allSatisfy { $0.count == 8 || $0.count == 19 })
      #expect(step < 3 ? long.isEmpty : long.count == 2 && long[0] < 5 && long[1] >= 5)
      try simulation.exchange(messages)
    }
  }

  @Test("Packed spins and messages come back as they were")
  func packing() throws {
    var random = stream(90)
    for count in [1, 7, 8, 9, 64, 101] {
      let spins = (0..<count).map { _ in random.sign() }, others = (0..<count).map { _ in random.sign() }
      let packed = PackedSpins(spins)
      #expect(packed.unpacked(count: count) == spins)
      #expect(packed.distance(to: PackedSpins(others)) == zip(spins, others).filter { $0 != $1 }.count)
      for energy in [-0.1, 3e300, -.zero, 0.1 + 0.2] {
        let measured = ReplicaMessage.Measured(largestArchetypeOverlap: 1.0 / 3, spins: packed)
        for message in [ReplicaMessage(energy: energy, measured: nil), .init(energy: energy, measured: measured)] {
          let copy = try ReplicaMessage(
            bytes: message.bytes, spinCount: count, isMeasured: message.measured != nil)
          #expect(copy == message && copy.energy.bitPattern == energy.bitPattern)
        }
      }
    }
  }

  @Test("What a sample reports")
  func report() throws {
    let sample = try Request.sample(
      "quantity=glass interactionOrder=2 spinCount=60 storageLoad=0.2 temperature=0.7 exchangeTemperatures=8 "
        + "equilibrationSweeps=400 measurementSweeps=800")
    let numbers = { (name: String) -> [Double] in
      if case .numbers(let values) = sample.diagnostics[name] { values } else { [] }
    }
    let number = { (name: String) in try #require(sample.diagnostics[name]?.number, "\(name)") }
    let temperatures = numbers("ladderTemperatures"), acceptances = numbers("exchangeAcceptance")
    #expect(temperatures.count == 8 && acceptances.count == 7)
    #expect(temperatures.contains { abs($0 - 0.7) < 1e-15 })
    expectClose(temperatures[0], 0.3 * (1 + 0.2.squareRoot()), 1e-12, "coldest rung")
    expectClose(temperatures[7], 1.5 * (1 + 0.2.squareRoot()), 1e-12, "hottest rung")
    #expect(try number("smallestExchangeAcceptance") == acceptances.min())
    expectClose(try number("communicationBarrier"), 7 - acceptances.reduce(0, +), 1e-13, "barrier")
    // Two sets, four even links at one step and three odd ones at the next.
    #expect(try number("exchangeAttempts") == 2 * 800 * 3.5)
    #expect(try number("roundTrips") == numbers("roundTripsOfReplicas").reduce(0, +))
    #expect(try number("roundTrips") > 10)
    let energies = numbers("ladderEnergies")
    #expect(zip(energies, energies.dropFirst()).allSatisfy { $0 < $1 })
    let rung = try #require(temperatures.firstIndex { abs($0 - 0.7) < 1e-15 })
    expectClose(try #require(sample["glassEnergy"]), energies[rung], 1e-12, "e")
    #expect(try (1.0 / 60..<1).contains(number("largestArchetypeOverlap")))
    let evidence = try #require(sample.equilibration)
    #expect(evidence.splitRHat < 1.2 && abs(evidence.drift) < 0.05 && evidence.startDifference == nil)
    #expect(try (1e-4..<0.02).contains(#require(sample.thermalErrors["glassEnergy"])))
    #expect(try number("archetypeCount") == 12 && number("spinCount") == 60)

    guard case .curve(let curve) = sample.observables["overlapDistribution"] else {
      Issue.record("no distribution")
      return
    }
    let q = try #require(curve.coordinates["overlap"]), density = curve.values.compactMap { $0 }
    #expect(curve.dimensions == ["overlap"] && q.count == 61 && density.count == 61)
    #expect(q.first == -1 && q.last == 1)
    expectClose(density.reduce(0, +) * 2 / 60, 1, 1e-12, "norm")
    let moments = try #require(sample.moments["replicaOverlap"])
    expectClose(zip(q, density).reduce(0) { $0 + $1.0 * $1.0 * $1.1 * 2 / 60 }, moments.second, 1e-12, "<q²>")
    expectClose(zip(q, density).reduce(0) { $0 + pow($1.0, 4) * $1.1 * 2 / 60 }, moments.fourth, 1e-12, "<q⁴>")
  }

  /// At infinite temperature overlaps of K patterns are Gaussian of variance 1/N: the largest of 60 is near 2.4/√N.
  @Test("The largest archetype overlap looks at archetypes, not at their examples", arguments: ["", "un"])
  func archetypes(prefix: String) throws {
    let words =
      "quantity=glass interactionOrder=2 spinCount=100 temperature=100 exchangeTemperatures=2 measurementSweeps=300 "
    let noisy = try Request.sample(
      words + "storageLoad=0.606 examplesPerArchetype=3 datasetQuality=0.5 learningProtocol=\(prefix)supervised")
    let clean = try Request.sample(words + "storageLoad=0.606")
    for sample in [noisy, clean] {
      let overlap = try #require(sample.diagnostics["largestArchetypeOverlap"]?.number)
      #expect(overlap > 0.22 && overlap < 0.28, "\(overlap)")
    }
    let point = try Request.point(
      words + "storageLoad=0.02 examplesPerArchetype=30 datasetQuality=0.8 learningProtocol=\(prefix)supervised",
      for: .simulate)
    var random = stream(91)
    let disorder = DisorderSample(point, spinCount: 100, random: &random)
    let chain = SpinChain(on: disorder, from: disorder.archetype, rule: .zeroTemperature)
    #expect(chain.largestArchetypeOverlap() == 1)
  }

  @Test("Phases, parts and warnings")
  func system() throws {
    let point = try Request.parameters("quantity=glass spinCount=100 storageLoad=0.1 exchangeTemperatures=7")
    #expect(try Request.system.phase(at: point, means: ["replicaOverlap.secondMoment": 0.17]) == "spin-glass")
    #expect(try Request.system.phase(at: point, means: ["replicaOverlap.secondMoment": 0.15]) == "paramagnet")
    #expect(try Request.system.phase(at: point, means: ["glassEnergy": -1]) == nil)
    let margins = try Request.system.phaseMargins(at: point, means: ["replicaOverlap.secondMoment": 0.25])
    #expect(margins == [PhaseMargin("freezing", positivePhases: ["spin-glass"], value: 0.5 - 0.4)])
    #expect(try Request.system.parts(at: point) == 14)
    #expect(try Request.system.parts(at: Request.parameters("storageLoad=0.1")) == 1)
    let warnings = try Request.system.warnings(for: .simulate, at: point)
    #expect(warnings.contains { $0.contains("360 sweeps") } && warnings.contains { $0.contains("tune") })
    let long = try Request.parameters(
      "quantity=glass storageLoad=0.1 equilibrationSweeps=2000 measurementSweeps=4000")
    #expect(try Request.system.warnings(for: .simulate, at: long).isEmpty)
    #expect(try Request.system.warnings(for: .theory, at: point).isEmpty)
  }
}
