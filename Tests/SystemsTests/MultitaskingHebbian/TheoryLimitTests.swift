import NumericalMethods
import RealModule
import SystemTesting
import Testing

@testable import MultitaskingHebbian
@testable import SystemInterface

@Suite("Multitasking Hebbian: limits of the theory (section 3.7)") struct TheoryLimitTests {
  private static func agree(_ first: String, _ second: String, _ tolerance: Double, _ names: [String]) throws {
    let a = try MultitaskingRequest.theory(first), b = try MultitaskingRequest.theory(second)
    for name in names {
      #expect(!a.numbers(name).isEmpty)
      for (x, y) in zip(a.numbers(name), b.numbers(name)) {
        #expect(abs(x - y) <= tolerance, "\(name) of \(first) and \(second): \(x), \(y)")
      }
    }
  }

  private static let all = ["magnetization", "exampleOverlap", "energy", "freeEnergy", "stabilityEigenvalue"]

  @Test("Perfect examples are the patterns, with any number of them")
  func perfectExamples() throws {
    for learning in ["protocol=supervised", "protocol=unsupervised examplesPerPattern=7"] {
      try Self.agree("temperature=0.07", "temperature=0.07 " + learning, 0, Self.all)
    }
    var exact = ThermalEquations(.examples(count: 5, quality: 1), dilution: 0.4, scale: 0.07)
    var storage = ThermalEquations(.storage, dilution: 0.4, scale: 0.07)
    let n = [0.6, 0.2, 0.1]
    for (x, y) in zip(exact.image(of: n), storage.image(of: n)) { #expect(abs(x - y) < 1e-14) }
  }

  @Test("Protocols share the state; with one example they are the same")
  func protocols() throws {
    for data in ["exampleQuality=0.5 examplesPerPattern=20", "exampleQuality=0.6"] {
      try Self.agree(
        "protocol=supervised temperature=0.05 " + data, "protocol=unsupervised temperature=0.05 " + data, 0, Self.all)
    }
    let one = try MultitaskingRequest.theory("protocol=unsupervised exampleQuality=0.6")
    guard case .missing = one.observables["exampleStabilityEigenvalue"] else {
      Issue.record("one example has no transverse mode")
      return
    }
  }

  @Test("From T_c on nothing is retrieved", arguments: [0.3, 0.31, 5])
  func ergodic(T: Double) throws {
    let result = try MultitaskingRequest.theory("dilution=0.7 temperature=\(T)")
    #expect(result.numbers("magnetization") == [0, 0, 0])
    #expect(abs(result.numbers("freeEnergy")[0] + T * Double.log(2)) < 1e-15)
    #expect(result.phase == "ergodic")
  }

  @Test("One pattern: m = (1 - d) tanh(m/T)")
  func onePattern() throws {
    for (d, T) in [(0.0, 0.5), (0.5, 0.1), (0.9, 0.0999)] {
      let m = try MultitaskingRequest.theory("patternCount=1 dilution=\(d) temperature=\(T)").numbers("magnetization")[
        0]
      #expect(m > 0)
      #expect(abs(m - (1 - d) * Double.tanh(m / T)) < 1e-13)
    }
  }

  @Test("Only T Γ counts")
  func normalization() throws {
    let data = "protocol=supervised exampleQuality=0.5 examplesPerPattern=20 dilution=0.4"
    let R = 0.25 + 0.75 / 20
    for (name, gamma) in [("dataset", R), ("datasetAndDilution", 0.6 * R)] {
      try Self.agree(
        data + " temperature=0.05", data + " temperature=\(0.05 / gamma) fieldNormalization=\(name)", 1e-12,
        ["magnetization", "exampleOverlap", "stabilityEigenvalue"])
    }
  }

  @Test("The order and the signs of a seed do not count")
  func symmetry() throws {
    let seed = "initialState=prescribed dilution=0.4 temperature=0.05 initialMagnetization="
    try Self.agree(seed + "0.6,0.24,0.1", seed + "0.1,-0.6,-0.24", 1e-12, Self.all)
  }

  @Test("Gaussian data are the limit of many examples at fixed rho")
  func gaussianLimit() throws {
    var last = Double.infinity
    for M in [100, 1000, 10000, 100_000] {
      let r = (1 / (1 + 0.3 * Double(M))).squareRoot()
      let data = "protocol=supervised fieldNormalization=dataset temperature=0.1 exampleQuality=\(r)"
      let exact = try MultitaskingRequest.theory(data + " examplesPerPattern=\(M)").numbers("magnetization")
      let gaussian = try MultitaskingRequest.theory(data + " datasetNoise=gaussian datasetEntropy=0.3").numbers(
        "magnetization")
      let distance = zip(exact, gaussian).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(distance < 0.2 * last, "M = \(M): \(distance)")
      last = distance
    }
    #expect(last < 1e-5)
  }

  @Test("One iteration never raises the free energy")
  func descent() throws {
    let laws: [DataLaw] = [
      .storage, .examples(count: 4, quality: 0.5), .gaussian(quality: 0.5, variance: 0.05),
    ]
    for (number, law) in laws.enumerated() {
      for trial in 0..<20 {
        let d = 0.04 * Double(trial), T = 0.02 + 0.03 * Double(trial % 7)
        var equations = ThermalEquations(law, dilution: d, scale: T)
        var n = RetrievalSeeds(patternCount: 4, dilution: d).random(20 * number + trial).map { $0 * law.mean }
        let start = equations.scaledFreeEnergy(at: n)
        var before = try #require(start)
        for _ in 0..<5 {
          n = equations.image(of: n)
          let next = equations.scaledFreeEnergy(at: n)
          let after = try #require(next)
          #expect(after <= before + 1e-15, "\(law) d=\(d) T=\(T)")
          before = after
        }
      }
    }
  }

  @Test(
    "Hs is the second derivative of the free energy",
    arguments: [
      DataLaw.storage, .examples(count: 4, quality: 0.5), .gaussian(quality: 0.5, variance: 0.05),
    ])
  func hessian(law: DataLaw) {
    var equations = ThermalEquations(law, dilution: 0.4, scale: 0.1)
    let n = [0.3, 0.15, 0.05], hessian = equations.hessian(at: n), step = 1e-5
    for mu in 0..<3 {
      var up = n, down = n
      up[mu] += step
      down[mu] -= step
      // The gradient of Γ f is n - F(n).
      let (above, below) = (equations.image(of: up), equations.image(of: down))
      for nu in 0..<3 {
        let slope = (up[nu] - above[nu] - down[nu] + below[nu]) / (2 * step)
        #expect(abs(slope - hessian[nu, mu]) < 1e-7)
      }
    }
  }

  @Test(
    "T → 0 is continuous",
    arguments: [
      "dilution=0.4", "dilution=0.3 patternCount=5", "dilution=0.6 initialState=parallel",
      "dilution=0 initialState=pure",
      "dilution=0.4 protocol=supervised datasetNoise=gaussian datasetEntropy=0.2",
      "dilution=0.3 protocol=unsupervised exampleQuality=0.5 datasetNoise=gaussian datasetEntropy=0.1 patternCount=2",
    ])
  func zeroTemperature(text: String) throws {
    // Exponentially close for patterns; of order T² where the noise has a density at zero field.
    let isGaussian = text.contains("gaussian"), T = isGaussian ? 3e-4 : 1e-4
    let names = ["magnetization", "exampleOverlap", "energy", "stabilityEigenvalue"]
    try Self.agree(text + " temperature=0", text + " temperature=\(T)", isGaussian ? 1e-5 : 1e-9, names)
    // Spins without any entry keep their entropy.
    let point = try MultitaskingRequest.point(text + " temperature=\(T)")
    let entropy = Double.pow(point.dilution, point.patternCount) * Double.log(2)
    let cold = try MultitaskingRequest.theory(text + " temperature=0").numbers("freeEnergy")[0]
    let warm = try MultitaskingRequest.theory(text + " temperature=\(T)").numbers("freeEnergy")[0]
    #expect(abs(warm + T * entropy - cold) < (isGaussian ? 1e-6 : 1e-12))
  }

  @Test("T = 0: hierarchy below d_c, and its energy", arguments: [2, 3, 5, 13])
  func hierarchy(K: Int) throws {
    let d = 0.45
    let result = try MultitaskingRequest.theory("patternCount=\(K) dilution=\(d) temperature=0")
    for (mu, m) in result.numbers("magnetization").enumerated() {
      #expect(abs(m - (1 - d) * Double.pow(d, mu)) < 1e-14)
    }
    let energy = -0.5 * (1 - d) * (1 - d) * (1 - Double.pow(d, 2 * K)) / (1 - d * d)
    #expect(abs(result.numbers("energy")[0] - energy) < 1e-15)
    // Phases are told at 1e-4: the last two of thirteen levels are lower.
    #expect(result.phase == "hierarchical-\(min(K, 11))")
  }

  @Test("T = 0: derivative of the Gaussian equations")
  func coldHessian() {
    let equations = ZeroTemperatureGaussian(dilution: 0.3, quality: 0.5, variance: 0.06)
    let n = [0.3, 0.1, 0.04], hessian = equations.hessian(at: n), step = 1e-6
    for mu in 0..<3 {
      var up = n, down = n
      up[mu] += step
      down[mu] -= step
      let (above, below) = (equations.image(of: up), equations.image(of: down))
      for nu in 0..<3 {
        #expect(abs((up[nu] - above[nu] - down[nu] + below[nu]) / (2 * step) - hessian[nu, mu]) < 1e-7)
      }
    }
  }

  @Test("Without load, K = alpha N is low storage")
  func vanishingLoad() throws {
    let loaded = try MultitaskingRequest.theory(
      "quantity=highStorage dilution=0.3 temperature=0.1 storageLoad=1e-11 condensedPatternCount=2")
    let free = try MultitaskingRequest.theory("patternCount=2 dilution=0.3 temperature=0.1")
    for (x, y) in zip(loaded.numbers("magnetization"), free.numbers("magnetization")) { #expect(abs(x - y) < 1e-7) }
  }

  @Test("The Glauber flow ends in the state of equilibrium")
  func flow() throws {
    let flow = try MultitaskingRequest.theory("quantity=flow initialMagnetization=0.35,0.2,0.05 time=0,300")
    let state = try MultitaskingRequest.theory("initialState=hierarchical")
    #expect(Array(flow.numbers("magnetizationTrajectory").prefix(3)) == [0.35, 0.2, 0.05])
    for (x, y) in zip(flow.numbers("magnetizationTrajectory").suffix(3), state.numbers("magnetization")) {
      #expect(abs(x - y) < 1e-9)
    }
  }

  /// Weak saddles, flat valleys and cycles of Newton steps: the first two points once had no solution.
  @Test("Every point has a stable state")
  func everywhere() throws {
    var points = [(5, 0.81, 0.226), (5, 0.95, 0.0612), (3, 0.61, 0.8351)]
    var random = SimulationInstances.stream(.theory)
    for number in 0..<60 { points.append((2 + number % 6, random.uniform(), 1.02 * random.uniform())) }
    for (K, d, T) in points {
      let result = try MultitaskingRequest.theory(
        "patternCount=\(K) dilution=\(d) temperature=\(max(T, 0.01)) fieldNormalization=datasetAndDilution initialState=dominant"
      )
      #expect(result.numbers("stabilityEigenvalue")[0] > -1e-8, "K=\(K) d=\(d) T/T_c=\(T)")
      let free = try MultitaskingRequest.theory(
        "patternCount=\(K) dilution=\(d) temperature=\(max(T, 0.01)) fieldNormalization=datasetAndDilution")
      #expect(result.numbers("freeEnergy")[0] <= free.numbers("freeEnergy")[0] + 1e-12, "K=\(K) d=\(d) T/T_c=\(T)")
    }
  }
}
