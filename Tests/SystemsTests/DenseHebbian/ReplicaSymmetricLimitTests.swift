import Foundation
import StatisticalTesting
import SystemTesting
import Testing

@testable import DenseHebbian
@testable import SystemInterface

/// The exact limits of section 3.
@Suite struct ReplicaSymmetricLimitTests {
  private func value(_ name: String, _ request: String) throws -> Double { try #require(Request.theory(request)[name]) }

  @Test("Zero load, clean archetypes: u = tanh(beta P u^(P-1)/2)", arguments: [2, 4, 6, 8])
  func unloaded(order: Int) throws {
    for T in [0.05, 0.3, 0.6, 0.9] {
      let theory = try Request.theory("interactionOrder=\(order) temperature=\(T)")
      let u = try #require(theory["classOverlap"])
      #expect(u > 0.3)
      let power = pow(u, Double(order - 1))
      expectClose(tanh(Double(order) * power / (2 * T)), u, 1e-12, "u at T = \(T)")
      expectClose(try #require(theory["magnetization"]), u, 1e-13, "m")
      expectClose(try #require(theory["replicaOverlap"]), u * u, 1e-12, "q")
      expectClose(try #require(theory["energy"]), -u * power / 2, 1e-12, "e")
      expectClose(try #require(theory["glassFreeEnergy"]), -T * log(2), 1e-13, "free spins")
    }
  }

  @Test("P = 2 retrieves below T = 1 at zero load, whatever the examples")
  func pairwiseCriticalTemperature() throws {
    for dataset in [
      "", " examplesPerArchetype=1 datasetQuality=0.3", " examplesPerArchetype=4 datasetQuality=0.5",
      " examplesPerArchetype=9 datasetQuality=0.2 learningProtocol=unsupervised",
      " exampleAverage=gaussian datasetEntropy=0.5",
    ] {
      let below = try Request.theory("interactionOrder=2 temperature=0.98" + dataset)
      #expect(try #require(below["classOverlap"]) > 0.05, "\(dataset)")
      let above = try Request.theory("interactionOrder=2 temperature=1.02" + dataset)
      #expect(above["classOverlap"] == 0 && above.phase == "paramagnet", "\(dataset)")
    }
  }

  @Test("The paramagnet of P >= 4")
  func paramagnet() throws {
    let kernels: [(String, Double)] = [
      ("interactionOrder=4", 24), ("interactionOrder=6", 720), ("interactionOrder=8", 40320),
      ("interactionOrder=4 interactionForm=fullPower", 96),
    ]
    for (form, kernel) in kernels {
      // Above the freezing temperature, which is 2.4 √alpha for P = 4.
      let load = 1.2 / kernel, T = 3.0
      let theory = try Request.theory("\(form) storageLoad=\(load) temperature=\(T)")
      #expect(theory.phase == "paramagnet" && theory["replicaOverlap"] == 0 && theory["magnetization"] == 0)
      expectClose(try #require(theory["freeEnergy"]), -T * log(2) - load * kernel / (8 * T), 1e-12, "f")
      expectClose(try #require(theory["energy"]), -load * kernel / (4 * T), 1e-12, "e")
      expectClose(try #require(theory["glassFreeEnergy"]), try #require(theory["freeEnergy"]), 1e-15, "f of u = 0")
    }
  }

  @Test("The paramagnet of P = 2")
  func pairwiseParamagnet() throws {
    let alpha = 0.3, T = 2.5
    let supervised = try Request.theory("interactionOrder=2 storageLoad=\(alpha) temperature=\(T)")
    #expect(supervised.phase == "paramagnet")
    expectClose(
      try #require(supervised["freeEnergy"]), -T * log(2) + alpha * T / 2 * log(1 - 1 / T) + alpha / 2, 1e-12, "f")
    let M = 5.0, r = 0.6, R = r * r + (1 - r * r) / M, kappa = (1 - r * r) / (M * R)
    let unsupervised = try Request.theory(
      "interactionOrder=2 storageLoad=\(alpha) temperature=\(T) learningProtocol=unsupervised examplesPerArchetype=5 "
        + "datasetQuality=0.6")
    let sum = log(1 - 1 / T) + (M - 1) * log(1 - kappa / T)
    expectClose(
      try #require(unsupervised["freeEnergy"]), -T * log(2) + alpha * T / 2 * sum + alpha / (2 * R), 1e-12, "f")
  }

  @Test("The glass line of P = 2 is T = 1 + √alpha", arguments: [0.04, 0.2, 1.0])
  func pairwiseGlassLine(alpha: Double) throws {
    try expectGlassLine("interactionOrder=2 storageLoad=\(alpha)", at: 1 + alpha.squareRoot())
  }

  @Test("The unsupervised glass line is where the replicon of the paramagnet vanishes")
  func unsupervisedGlassLine() throws {
    let alpha = 0.2, M = 5.0, r = 0.6, R = r * r + (1 - r * r) / M, kappa = (1 - r * r) / (M * R)
    var (low, high) = (1.001, 5.0)
    while high - low > 1e-12 {
      let T = (low + high) / 2
      let noise = 1 / ((T - 1) * (T - 1)) + (M - 1) * kappa * kappa / ((T - kappa) * (T - kappa))
      if alpha * noise > 1 { low = T } else { high = T }
    }
    try expectGlassLine(
      "interactionOrder=2 storageLoad=0.2 learningProtocol=unsupervised examplesPerArchetype=5 datasetQuality=0.6",
      at: low)
  }

  /// Spin glass below, paramagnet above, whose replicon vanishes on the line.
  private func expectGlassLine(_ words: String, at line: Double) throws {
    for distance in [0.002, 0.02, 0.1] {
      let below = try Request.theory("\(words) temperature=\(line - distance * (line - 1))")
      #expect(below.phase == "spin-glass")
      #expect(try #require(below["replicaOverlap"]) > 1e-4)
      let above = try Request.theory("\(words) temperature=\(line + distance)")
      #expect(above.phase == "paramagnet" && above["replicaOverlap"] == 0)
    }
    expectClose(try value("repliconEigenvalue", "\(words) temperature=\(line + 1e-7)"), 0, 1e-5, "replicon")
  }

  @Test("Full powers of P = 4 freeze continuously at T = 6 √alpha, different sites never do")
  func fullPowerInstability() throws {
    let alpha = 0.04
    let words = "interactionForm=fullPower storageLoad=\(alpha)"
    #expect(try Request.theory("\(words) temperature=1.19").phase == "spin-glass")
    for T in [0.6, 1.19, 1.5] {
      let replicon = try value("repliconEigenvalue", "storageLoad=\(alpha) temperature=\(T)")
      expectClose(replicon, 1, 1e-12, "the paramagnet of different sites at T = \(T)")
    }
  }

  @Test("One example: both protocols coincide, and store the example", arguments: [2, 4, 6])
  func oneExample(order: Int) throws {
    let loads = [2: 0.05, 4: 0.01, 6: 2e-4]
    let load = try #require(loads[order])
    for T in [0.0, 0.3] {
      let words = "interactionOrder=\(order) storageLoad=\(load) temperature=\(T)"
      let clean = try Request.theory(words)
      let dataset = " examplesPerArchetype=1 datasetQuality=0.7"
      let supervised = try Request.theory(words + dataset)
      let unsupervised = try Request.theory(words + dataset + " learningProtocol=unsupervised")
      for name in ["magnetization", "classOverlap", "replicaOverlap", "freeEnergy", "energy", "glassFreeEnergy"] {
        expectClose(try #require(supervised[name]), try #require(unsupervised[name]), 1e-13, name)
      }
      expectClose(
        try #require(supervised["magnetization"]), 0.7 * (try #require(clean["magnetization"])), 1e-12, "m = r m(clean)"
      )
      for name in ["classOverlap", "replicaOverlap", "freeEnergy", "energy"] {
        expectClose(try #require(supervised[name]), try #require(clean[name]), 1e-12, name)
      }
    }
  }

  @Test("Examples without quality carry no archetype")
  func noQuality() throws {
    for words in ["storageLoad=0.001 temperature=0.1", "temperature=0.1", "temperature=0"] {
      let theory = try Request.theory(words + " examplesPerArchetype=5 datasetQuality=0")
      #expect(abs(try #require(theory["magnetization"])) < 1e-13)
      #expect(abs(try #require(theory["exampleMagnetization"])) < 1e-13)
      #expect(try #require(theory["classOverlap"]) > 0.5, "the class itself is still stored: \(words)")
    }
    let oneStep = try Request.theory(
      "quantity=oneStep storageLoad=0.001 examplesPerArchetype=5 datasetQuality=0")
    #expect(abs(try #require(oneStep["oneStepMagnetization"])) < 1e-13)
  }

  @Test("Zero temperature and zero load: every entry that is not zero fixes its spin", arguments: [2, 3, 4])
  func noiseless(M: Int) throws {
    let model = IndependentReplicaTheory(order: 4, examples: M, quality: 0.6, load: 0, temperature: 1)
    let theory = try Request.theory("temperature=0 examplesPerArchetype=\(M) datasetQuality=0.6")
    expectClose(try #require(theory["classOverlap"]), model.overEntries(abs), 1e-13, "u")
    let sign = model.overEntries { $0 == 0 ? 0 : $0 > 0 ? 1 : -1 }
    expectClose(try #require(theory["magnetization"]), sign, 1e-13, "m")
    expectClose(try #require(theory["replicaOverlap"]), model.overEntries { $0 == 0 ? 0 : 1 }, 1e-13, "q")
    #expect(theory["repliconEigenvalue"] == nil)
  }

  static let cold = [
    "interactionOrder=2 storageLoad=0.1", "interactionOrder=4 storageLoad=0.02", "interactionOrder=6 storageLoad=5e-4",
    "interactionForm=fullPower storageLoad=0.008", "storageLoad=0.01 examplesPerArchetype=8 datasetQuality=0.6",
    "storageLoad=0.01 exampleAverage=gaussian datasetEntropy=0.2",
    "interactionOrder=2 storageLoad=0.02 examplesPerArchetype=10 datasetQuality=0.7 learningProtocol=unsupervised",
    "interactionOrder=2 storageLoad=0.2", "interactionOrder=4 storageLoad=0.1",
  ]

  /// Order parameters differ from those at T = 0 by a series in T: two temperatures cancel the linear term.
  @Test("Theory is continuous as T falls to zero, and its u = 0 solution as well", arguments: cold)
  func zeroTemperatureLimit(words: String) throws {
    let T = 5e-4
    let limit = try Request.theory(words + " temperature=0")
    let near = try Request.theory(words + " temperature=\(T)")
    let far = try Request.theory(words + " temperature=\(2 * T)")
    for name in ["magnetization", "classOverlap", "replicaOverlap", "freeEnergy", "energy", "glassFreeEnergy"] {
      let extrapolated = 2 * (try #require(near[name])) - (try #require(far[name]))
      expectClose(extrapolated, try #require(limit[name]), 2e-5, "\(name) of \(words)")
      expectClose(try #require(near[name]), try #require(limit[name]), 10 * T, "\(name) of \(words)")
    }
  }

  @Test("Noise on the synapses is the kernel P! q^P with alpha = tau^2, and for P = 2 has no denominator")
  func synapticNoise() throws {
    for name in ["magnetization", "replicaOverlap", "freeEnergy", "energy"] {
      expectClose(
        try value(name, "synapticNoise=0.1 temperature=0.4"), try value(name, "storageLoad=0.01 temperature=0.4"),
        1e-11,
        name)
    }
    let pair = try Request.theory("interactionOrder=2 synapticNoise=0.2 temperature=0.4")
    let m = try #require(pair["magnetization"]), q = try #require(pair["replicaOverlap"])
    let s = (0.04 * q / 0.16).squareRoot()
    expectClose(IndependentReplicaTheory.gaussian { tanh(m / 0.4 + s * $0) }, m, 1e-12, "m")
    expectClose(IndependentReplicaTheory.gaussian { pow(tanh(m / 0.4 + s * $0), 2) }, q, 1e-12, "q")
    expectClose(try #require(pair["energy"]), -m * m / 2 - 0.04 / (4 * 0.4) * 2 * (1 - q * q), 1e-12, "e")
  }
}
