import NumericalMethods
import RealModule
import SystemTesting
import Testing

@testable import MultitaskingHebbian
@testable import SystemInterface

@Suite("Multitasking Hebbian: lines in the plane of dilution and temperature") struct TheoryLineTests {
  private static func smallestEigenvalue(K: Int, d: Double, T: Double, seed: [Double]) throws -> Double {
    var equations = ThermalEquations(.storage, dilution: d, scale: T)
    // On the symmetric subspace, so that no saddle is left.
    let n = try FixedPoint.iterate(from: seed, tolerance: 1e-13, maximumIterations: 100_000) { equations.image(of: $0) }
    return try equations.hessian(at: n.state).symmetricEigenvalues()[0]
  }

  @Test("At T_pure the Hessian of the pure state loses its sign", arguments: [0.05, 0.3, 0.6, 0.66])
  func pure(d: Double) throws {
    let T = try #require(try DilutionLines.pureStability(dilution: d))
    let seed = [1 - d, 0, 0]
    #expect(try Self.smallestEigenvalue(K: 3, d: d, T: T * 0.999, seed: seed) < 0)
    #expect(try Self.smallestEigenvalue(K: 3, d: d, T: T * 1.001, seed: seed) > 0)
  }

  @Test(
    "At T_par the Hessian of the parallel state loses its sign",
    arguments: [
      (2, 0.8), (3, 0.8), (5, 0.9), (2, 0.65), (3, 0.1), (5, 0.05), (3, 0.64),
    ])
  func parallel(K: Int, d: Double) throws {
    let T = try #require(try DilutionLines.parallelStability(patternCount: K, dilution: d))
    let seed = [Double](repeating: (1 - d) / 2, count: K)
    #expect(try Self.smallestEigenvalue(K: K, d: d, T: T * 0.999, seed: seed) < 0)
    #expect(try Self.smallestEigenvalue(K: K, d: d, T: T * 1.001, seed: seed) > 0)
  }

  @Test("Windows of parallel stability open and close where section 3.5 says")
  func windows() throws {
    func exists(_ K: Int, _ d: Double) throws -> Bool {
      try DilutionLines.parallelStability(patternCount: K, dilution: d) != nil
    }
    for (K, d) in [(2, 0.6016), (3, 0.6209), (4, 0.6319), (5, 0.6386)] {
      #expect(try !exists(K, d - 0.0003), "K = \(K)")
      #expect(try exists(K, d + 0.0003), "K = \(K)")
    }
    for (K, d) in [(3, 0.1616), (5, 0.1216)] {
      #expect(try exists(K, d - 0.0003), "K = \(K)")
      #expect(try !exists(K, d + 0.0003), "K = \(K)")
    }
    for d in [0, 0.3, 0.5] { #expect(try !exists(2, d)) }
    #expect(try !exists(1, 0.8))
  }

  @Test("A run in the plane of dilution and temperature draws the lines")
  func plane() throws {
    let system = MultitaskingRequest.system
    let parameters = try MultitaskingRequest.parameters("patternCount=3 fieldNormalization=datasetAndDilution")
    let plane = [
      AxisOutline(name: "dilution", coordinates: [0.02, 0.5, 0.98]),
      AxisOutline(name: "temperature", coordinates: [0.02, 1.05]),
    ]
    let lines = system.transitionLines(in: plane, at: parameters)
    #expect(
      lines.map(\.name) == [
        "critical", "pureStability", "parallelStability", "firstOrder", "hierarchicalLimit", "pureParallel",
      ])
    func vertices(_ name: String) throws -> [[Double]] {
      let line = try #require(lines.first { $0.name == name })
      return try (0..<line.vertexCount).compactMap {
        try system.transitionVertex($0, of: name, in: plane, at: parameters)
      }
    }
    for vertex in try vertices("critical") { #expect(abs(vertex[1] - 1) < 1e-15) }
    let pure = try vertices("pureStability")
    #expect(pure.count == 41 && pure.allSatisfy { $0[0] < 2.0 / 3 && $0[1] < 1 })
    #expect(try vertices("hierarchicalLimit").map { $0[1] } == [0.02, 1.05])
    #expect(abs(try vertices("hierarchicalLimit")[0][0] - 0.618033989) < 1e-9)
    #expect(abs(try vertices("pureParallel")[1][0] - 2.0 / 3) < 1e-15)
    // From the crossing of hierarchy and mixture at T = 0; on both sides of a vertex other states dominate.
    let crossings = try vertices("firstOrder")
    #expect(crossings.count >= 30)
    #expect(abs(crossings[0][0] - 0.546918) < 1e-5)
    for vertex in crossings {
      let states = try [-1e-5, 1e-5].map { shift in
        try MultitaskingRequest.theory(
          "fieldNormalization=datasetAndDilution initialState=dominant dilution=\(vertex[0] + shift) temperature=\(vertex[1])"
        ).numbers("magnetization")
      }
      let jump = zip(states[0], states[1]).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(jump > 0.005 * (1 - vertex[0]), "\(vertex): \(states)")
    }
  }

  @Test("T_c against another parameter, and d_* against the data")
  func otherPlanes() throws {
    let system = MultitaskingRequest.system
    let data = try MultitaskingRequest.parameters("protocol=supervised datasetNoise=gaussian")
    let entropy = [
      AxisOutline(name: "datasetEntropy", coordinates: [0, 0.5]), AxisOutline(name: "dilution", coordinates: [0, 0.9]),
    ]
    #expect(system.transitionLines(in: entropy, at: data).map(\.name) == ["pureParallel"])
    let end = try #require(try system.transitionVertex(60, of: "pureParallel", in: entropy, at: data))
    #expect(end[0] == 0.5 && abs(end[1] - 0.296296296) < 1e-9)
    let size = [AxisOutline(name: "temperature", coordinates: [0.1, 1])]
    #expect(system.transitionLines(in: size, at: data).map(\.name) == ["critical"])
    #expect(system.transitionLines(in: [AxisOutline(name: "dilution", coordinates: [0, 1])], at: data).isEmpty)
  }
}
