import Foundation
import NumericalMethods
import StatisticalTesting
import SystemTesting
import Testing

@testable import DenseHebbian
@testable import SystemInterface

/// Solutions of the replica-symmetric equations: published numbers, residuals, thermodynamic identities.
@Suite struct ReplicaSymmetricTests {
  /// Requests of section 9 and the digits printed there.
  ///
  /// Two of the q differ from print (0.83335797 and 0.91154183): the equations themselves give the digits below, and
  /// `residuals` holds them to 1e-12 by another quadrature.
  static let published: [(request: String, values: [String: String])] = [
    ("interactionOrder=2 temperature=0 storageLoad=0.1", ["m": "0.99799927", "f": "-0.50015421"]),
    ("interactionOrder=4 temperature=0 storageLoad=0.02", ["m": "0.99561332", "f": "-0.50083652"]),
    (
      "temperature=0 examplesPerArchetype=8 datasetQuality=0.6 storageLoad=0.01",
      ["m": "0.88582615", "u": "0.88988742", "f": "-0.37699311"]
    ),
    (
      "interactionOrder=2 storageLoad=0.05 temperature=0.5",
      ["m": "0.90410608", "q": "0.83335796", "f": "-0.51701378", "e": "-0.43682197"]
    ),
    (
      "interactionOrder=4 storageLoad=0.02 temperature=0.5",
      ["m": "0.97994746", "q": "0.96865028", "f": "-0.50547781", "e": "-0.48979502"]
    ),
    (
      "interactionForm=fullPower storageLoad=0.008 temperature=0.5",
      ["m": "0.97776446", "q": "0.96590375", "f": "-0.50577542"]
    ),
    (
      "interactionOrder=6 storageLoad=0.001 temperature=0.5",
      ["m": "0.98987616", "q": "0.98706783", "f": "-0.50334569"]
    ),
    (
      "examplesPerArchetype=8 datasetQuality=0.6 storageLoad=0.01 temperature=0.3",
      ["m": "0.87928613", "u": "0.88573710", "q": "0.91738695", "f": "-0.38341321"]
    ),
    (
      "examplesPerArchetype=8 datasetQuality=0.6 exampleAverage=gaussian storageLoad=0.01 temperature=0.3",
      ["m": "0.88796363", "u": "0.87503166", "q": "0.91154163", "f": "-0.37347130"]
    ),
    (
      "learningProtocol=unsupervised examplesPerArchetype=20 datasetQuality=0.7 storageLoad=0.002 temperature=0.3",
      ["m": "0.99704197", "u": "0.97395103", "q": "0.99568692"]
    ),
    (
      "interactionOrder=2 learningProtocol=unsupervised examplesPerArchetype=10 datasetQuality=0.7 storageLoad=0.02 "
        + "temperature=0.3",
      ["m": "0.94838026", "u": "0.93174444", "q": "0.92824750", "f": "-0.46202559"]
    ),
    ("storageLoad=0.03 temperature=0.2", ["f0": "-0.5785385"]),
    // Limits in brackets beside the simulations.
    ("interactionOrder=2 storageLoad=0.03 temperature=0.4", ["m": "0.97681", "q": "0.95487"]),
    (
      "interactionOrder=2 examplesPerArchetype=10 datasetQuality=0.7 storageLoad=0.03 temperature=0.3",
      ["m": "0.93835", "q": "0.91848"]
    ),
    ("interactionOrder=6 storageLoad=2e-4 temperature=0.5", ["m": "0.99993", "q": "0.99986"]),
    ("interactionOrder=6 storageLoad=1e-7 temperature=0.7", ["m": "0.99961", "q": "0.99923"]),
    ("storageLoad=0.01 temperature=0.5", ["m": "0.99542", "q": "0.99125"]),
    ("interactionForm=fullPower storageLoad=0.004 temperature=0.5", ["m": "0.99533", "q": "0.99110"]),
    (
      "examplesPerArchetype=20 datasetQuality=0.7 storageLoad=0.004 temperature=0.4",
      ["m": "0.99282", "q": "0.98839"]
    ),
    (
      "learningProtocol=unsupervised examplesPerArchetype=20 datasetQuality=0.7 storageLoad=0.0005 temperature=0.4",
      ["m": "0.99627", "q": "0.99342"]
    ),
    ("temperature=0 examplesPerArchetype=8 datasetQuality=0.6 storageLoad=0.004", ["m": "0.92397"]),
    ("synapticNoise=0.0894427190999916 temperature=0.4", ["m": "0.99902", "q": "0.99809"]),
  ]

  @Test("Published order parameters and free energies", arguments: published.indices)
  func publishedStates(index: Int) throws {
    let (request, values) = Self.published[index]
    let theory = try Request.theory(request)
    let names = [
      "m": "magnetization", "u": "classOverlap", "q": "replicaOverlap", "f": "freeEnergy", "e": "energy",
      "f0": "glassFreeEnergy",
    ]
    for (symbol, printed) in values.sorted(by: { $0.key < $1.key }) {
      expectDigits(theory[try #require(names[symbol])], printed, "\(symbol) of \(request)")
    }
  }

  static let states = [
    IndependentReplicaTheory(order: 2, load: 0.05, temperature: 0.5),
    IndependentReplicaTheory(order: 2, load: 0.13, temperature: 0.08),
    IndependentReplicaTheory(order: 2, examples: 5, quality: 0.7, load: 0.02, temperature: 0.4),
    IndependentReplicaTheory(order: 2, isSupervised: false, examples: 10, quality: 0.7, load: 0.02, temperature: 0.3),
    IndependentReplicaTheory(order: 2, gaussianEntropy: 0.15, load: 0.02, temperature: 0.35),
    IndependentReplicaTheory(order: 4, load: 0.02, temperature: 0.5),
    IndependentReplicaTheory(order: 4, isDistinct: false, load: 0.008, temperature: 0.5),
    IndependentReplicaTheory(order: 4, examples: 8, quality: 0.6, load: 0.01, temperature: 0.3),
    IndependentReplicaTheory(
      order: 4, isDistinct: false, isSupervised: false, examples: 20, quality: 0.7, load: 0.0005, temperature: 0.4),
    IndependentReplicaTheory(order: 4, isSupervised: false, examples: 7, quality: 0.7, load: 0.001, temperature: 0.4),
    IndependentReplicaTheory(order: 4, gaussianEntropy: 2.0 / 9, load: 0.01, temperature: 0.3),
    IndependentReplicaTheory(order: 6, examples: 9, quality: 0.8, load: 2e-4, temperature: 0.4),
    IndependentReplicaTheory(order: 6, isDistinct: false, load: 1e-4, temperature: 0.5),
    IndependentReplicaTheory(order: 8, load: 1e-5, temperature: 0.6),
    IndependentReplicaTheory(order: 8, isDistinct: false, load: 5e-7, temperature: 0.6),
  ]

  @Test("Solutions obey the equations written out anew", arguments: states.indices)
  func residuals(index: Int) throws {
    let state = Self.states[index]
    let theory = try Request.theory(state.request)
    let u = try #require(theory["classOverlap"]), q = try #require(theory["replicaOverlap"])
    #expect(u > 0.5, "a test of retrieval needs a retrieval state: \(state.request)")
    let right = state.equations(u, q)
    expectClose(right.u, u, 1e-12, "u of \(state.request)")
    expectClose(right.q, q, 1e-12, "q of \(state.request)")
    expectClose(right.m, try #require(theory["magnetization"]), 1e-12, "m of \(state.request)")
    expectClose(try #require(theory["freeEnergy"]), state.freeEnergy(u, q), 1e-11, "f of \(state.request)")
    expectClose(try #require(theory["energy"]), state.energy(u, q), 1e-11, "e of \(state.request)")
    expectClose(try #require(theory["repliconEigenvalue"]), state.replicon(u, q), 1e-10, "replicon")
    let signal = state.gaussianEntropy.map { 1 / (1 + $0).squareRoot() } ?? state.quality / state.R.squareRoot()
    expectClose(try #require(theory["exampleMagnetization"]), signal * u, 1e-14, "n of \(state.request)")
  }

  /// Fourth-order central difference; the free energy is stationary in u and q, so that only its explicit beta counts.
  @Test("The energy is the derivative of beta f", arguments: states.indices)
  func energyIsDerivative(index: Int) throws {
    var state = Self.states[index]
    let beta = state.beta, h = 1e-3 * beta
    let energy = try #require(Request.theory(state.request)["energy"])
    let values = try [-2.0, -1, 1, 2].map { step -> Double in
      state.temperature = 1 / (beta + step * h)
      return (beta + step * h) * (try #require(Request.theory(state.request)["freeEnergy"]))
    }
    let derivative = (values[0] - 8 * values[1] + 8 * values[2] - values[3]) / (12 * h)
    expectClose(energy, derivative, 1e-8, "e of \(state.request)")
  }

  /// F(q) is the covariance of Π over P sites, or of P-th powers, of two fields with correlation q.
  @Test("The noise kernel is the covariance of powers of correlated Gaussians", arguments: [4, 6, 8])
  func kernel(order: Int) throws {
    let rule = Quadrature.gaussHermite(20)
    for isDistinct in [true, false] {
      let noise = PatternNoise.ofArchetypes(
        order: order, form: isDistinct ? .distinctIndices : .fullPower,
        dataset: try Request.point("interactionOrder=\(order)").dataset)
      let power = { (x: Double) in isDistinct ? hermitePolynomial(order, x) : pow(x, Double(order)) }
      let mean = rule.integrate(power)
      let covariance = { (q: Double) in
        rule.integrate { x in
          power(x) * rule.integrate { power(q * x + (1 - q * q).squareRoot() * $0) }
        } - mean * mean
      }
      for q in [0.0, 0.3, 0.8] {
        let difference = -4 * noise.energy(q: q, oneMinusQ: 1 - q, beta: 1)
        expectClose(difference, covariance(1) - covariance(q), 1e-9, "F(1) - F(\(q)), P = \(order)")
      }
      let slope = (covariance(0.601) - covariance(0.599)) / 0.002
      expectClose(4 * (noise.fieldVariance(q: 1 - 0.4, oneMinusQ: 0.4, beta: 1) ?? 0), slope, 1e-4, "F', P = \(order)")
    }
  }

  @Test("Gaussian and exact averages approach each other as 1/M", arguments: [2, 4])
  func gaussianLimit(order: Int) throws {
    let load = order == 2 ? 0.02 : 0.01
    let gaps = try [50, 200, 800].map { M -> Double in
      let request = "interactionOrder=\(order) storageLoad=\(load) temperature=0.3 examplesPerArchetype=\(M) "
      // The quality falls with M so that the entropy stays at 0.2.
      let quality = (1 / (1 + 0.2 * Double(M))).squareRoot()
      let exact = try Request.theory(request + "datasetQuality=\(quality)")
      let gaussian = try Request.theory(request + "datasetQuality=\(quality) exampleAverage=gaussian")
      return try #require(exact["magnetization"]) - (try #require(gaussian["magnetization"]))
    }
    #expect(abs(gaps[2]) < 0.005 && abs(gaps[1]) < 0.35 * abs(gaps[0]) && abs(gaps[2]) < 0.35 * abs(gaps[1]), "\(gaps)")
  }

  @Test("Entropy, or M and r with the Gaussian average, are the same")
  func entropyIsEquivalent() throws {
    let rho = (1 - 0.36) / (8 * 0.36)
    let first = try Request.theory("storageLoad=0.01 temperature=0.3 exampleAverage=gaussian datasetEntropy=\(rho)")
    let second = try Request.theory(
      "storageLoad=0.01 temperature=0.3 exampleAverage=gaussian examplesPerArchetype=8 datasetQuality=0.6")
    for name in ["magnetization", "classOverlap", "exampleMagnetization", "freeEnergy"] {
      expectClose(try #require(first[name]), try #require(second[name]), 1e-12, name)
    }
    // u √(1 + rho) = m + rho Jb (1 - q)/√(1 + rho), by integration by parts.
    let m = try #require(first["magnetization"]), u = try #require(first["classOverlap"])
    let q = try #require(first["replicaOverlap"])
    let Jb = 2 * u * u * u / 0.3
    expectClose(u * (1 + rho).squareRoot(), m + rho * Jb * (1 - q) / (1 + rho).squareRoot(), 1e-12, "identity")
  }
}

/// He_n(x), the polynomial of products over different sites in the limit of many sites.
private func hermitePolynomial(_ n: Int, _ x: Double) -> Double {
  var (previous, current) = (1.0, x)
  for k in 1..<n { (previous, current) = (current, x * current - Double(k) * previous) }
  return current
}
