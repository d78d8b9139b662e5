import Foundation
import StatisticalTesting
import SystemTesting
import Testing

@testable import DenseHebbian
@testable import SystemInterface

/// The signal-to-noise overlap after one parallel noiseless update.
@Suite struct OneStepTheoryTests {
  private func overlap(_ words: String) throws -> Double {
    try #require(Request.theory("quantity=oneStep " + words)["oneStepMagnetization"])
  }

  @Test("Published overlaps, exact and Gaussian")
  func published() throws {
    for (words, exact, gaussian) in [
      ("storageLoad=0.05", ".9321108", nil),
      ("storageLoad=0.01 examplesPerArchetype=8 datasetQuality=0.6", ".8913710", ".9062103"),
      (
        "storageLoad=0.002 examplesPerArchetype=8 datasetQuality=0.6 learningProtocol=unsupervised", ".9050819",
        ".9219630"
      ),
      ("interactionOrder=2 storageLoad=0.1 examplesPerArchetype=8 datasetQuality=0.6", ".8851373", ".8990854"),
    ] {
      expectDigits(try overlap(words), exact, words)
      if let gaussian { expectDigits(try overlap(words + " exampleAverage=gaussian"), gaussian, words) }
    }
  }

  @Test("Gaussian averages in closed form", arguments: [2, 4, 6])
  func closedForms(order: Int) throws {
    let factorials = [2: 1.0, 4: 6, 6: 120]
    let load = 0.05 / (factorials[order] ?? 1), P = Double(order)
    for (M, r) in [(8.0, 0.6), (40.0, 0.5)] {
      let rho = (1 - r * r) / (M * r * r)
      let rhoP = (1 - pow(r, 2 * P)) / (M * pow(r, 2 * P))
      let words =
        "interactionOrder=\(order) storageLoad=\(load) exampleAverage=gaussian examplesPerArchetype=\(Int(M)) "
        + "datasetQuality=\(r)"
      let noise = load * (factorials[order] ?? 0)
      let supervised = erf(1 / (2 * (rho + noise * pow(1 + rho, P))).squareRoot())
      expectClose(try overlap(words), supervised, 1e-12, "supervised")
      let unsupervised = erf(1 / (2 * (rho + noise * (1 + rhoP))).squareRoot())
      // For P = 2 the two directions of noise add up to the same kernel.
      expectClose(try overlap(words + " learningProtocol=unsupervised"), unsupervised, 1e-12, "unsupervised")
    }
  }

  @Test("Without load, the sign of the class mean")
  func unloaded() throws {
    let model = IndependentReplicaTheory(order: 4, examples: 4, quality: 0.6, load: 0, temperature: 1)
    let sign = model.overEntries { $0 == 0 ? 0 : $0 > 0 ? 1 : -1 }
    expectClose(try overlap("examplesPerArchetype=4 datasetQuality=0.6"), sign, 1e-13, "m1")
    #expect(try overlap("") == 1)
  }
}
