import NumericalMethods
import RealModule
import SystemTesting
import Testing

@testable import MultitaskingHebbian
@testable import SystemInterface

@Suite("Multitasking Hebbian: reference values of section 8") struct TheoryReferenceTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var text: String
    var values: [String: [Double]]
    var tolerance = 1.1e-9
    var phase: String?
    var testDescription: String { text }
  }

  private static func check(_ reference: Case) throws {
    let result = try MultitaskingRequest.theory(reference.text)
    for (name, expected) in reference.values {
      let found = result.numbers(name)
      #expect(found.count == expected.count, "\(name): \(found)")
      for (x, y) in zip(found, expected) {
        #expect(abs(x - y) <= reference.tolerance, "\(reference.text) \(name): \(found), not \(expected)")
      }
    }
    if let phase = reference.phase { #expect(result.phase == phase, "\(reference.text)") }
    if let residual = result.diagnostics["residual"], case .number(let value) = residual { #expect(value <= 1e-12) }
  }

  private static let mixture = "initialState=prescribed initialMagnetization=0.37,0.27,0.18 dilution=0.6"
  private static let data = "fieldNormalization=dataset protocol=unsupervised patternCount=2"

  static let stateCases: [Case] = [
    Case(
      text: "patternCount=1 dilution=0.2 temperature=0.5",
      values: ["magnetization": [0.712514783], "freeEnergy": [-0.407979864], "stabilityEigenvalue": [0.669193289]],
      phase: "pure"),
    Case(
      text: "dilution=0.3 temperature=0.3 initialState=pure",
      values: [
        "magnetization": [0.685662942, 0, 0], "freeEnergy": [-0.309442117], "stabilityEigenvalue": [0.233778898],
      ], phase: "pure"),
    Case(
      text: "dilution=0.3 temperature=0.1",
      values: [
        "magnetization": [0.699976066, 0.202885821, 0], "freeEnergy": [-0.273624170],
        "stabilityEigenvalue": [0.271434686],
      ], phase: "hierarchical-2"),
    Case(
      text: "dilution=0.4 temperature=0.04",
      values: [
        "magnetization": [0.599999814, 0.239899299, 0.094403580], "freeEnergy": [-0.215217276],
        "stabilityEigenvalue": [0.910650972], "criticalTemperature": [0.6],
      ], phase: "hierarchical-3"),
    Case(
      text: "patternCount=8 dilution=0.45 temperature=0.002",
      values: [
        "magnetization": [
          0.55, 0.2475, 0.111375, 0.050118743, 0.022551697, 0.010122296, 0.004442208, 0.001240290,
        ], "freeEnergy": [-0.189657859],
      ], phase: "hierarchical-8"),
    Case(
      text: "patternCount=5 dilution=0.8 temperature=0.15 initialState=parallel",
      values: [
        "magnetization": [Double](repeating: 0.093341433, count: 5), "freeEnergy": [-0.106982207],
        "stabilityEigenvalue": [0.072599294],
      ], phase: "parallel"),
    Case(
      text: "patternCount=50 dilution=0.95 temperature=0.03 initialState=parallel",
      values: ["magnetization": [Double](repeating: 0.018664251, count: 50)], phase: "parallel"),
    Case(
      text: "dilution=0 temperature=0.3 initialState=parallel",
      values: [
        "magnetization": [0.480438504, 0.480438504, 0.480438504], "freeEnergy": [-0.383394832],
        "stabilityEigenvalue": [0.499593339],
      ], phase: "parallel"),
    Case(
      text: mixture + " temperature=0.05",
      values: [
        "magnetization": [0.367243270, 0.270497201, 0.176755631], "freeEnergy": [-0.127821056],
        "stabilityEigenvalue": [0.698758852],
      ], phase: "mixture-3"),
    Case(
      text: mixture + " temperature=0",
      values: ["magnetization": [0.368, 0.272, 0.176], "stabilityEigenvalue": [1]], tolerance: 1e-15,
      phase: "mixture-3"),
    Case(
      text: data + " dilution=0.4 exampleQuality=0.5 examplesPerPattern=20 temperature=0.05",
      values: [
        "exampleOverlap": [0.288238081, 0.153581367], "magnetization": [0.541328658, 0.287673917],
        "freeEnergy": [-0.192191101], "stabilityEigenvalue": [0.391071209],
        "exampleStabilityEigenvalue": [0.931141220, 0.936719262],
      ], phase: "hierarchical-2"),
    Case(
      text: data + " dilution=0.4 exampleQuality=0.5 examplesPerPattern=20 temperature=0.05 datasetNoise=gaussian",
      values: [
        "exampleOverlap": [0.286586986, 0.155371934], "magnetization": [0.541446300, 0.291096352],
        "freeEnergy": [-0.191483022],
      ]),
    Case(
      text: data + " dilution=0.3 exampleQuality=0.2 examplesPerPattern=3 temperature=0.25",
      values: [
        "magnetization": [0.141259900, 0.141259900], "exampleOverlap": [0.252004108, 0.252004108],
        "stabilityEigenvalue": [0.073792654], "exampleStabilityEigenvalue": [-0.053648931, -0.053648931],
      ], phase: "example-retrieval"),
  ]

  @Test("States", arguments: stateCases) func states(reference: Case) throws { try Self.check(reference) }

  static let lineCases: [Case] = {
    var cases: [Case] = []
    for (K, d) in [(3, 0.618033989), (4, 0.543689013), (5, 0.518790064), (8, 0.502017055), (2, 1.0)] {
      cases.append(
        Case(text: "quantity=transitionLines patternCount=\(K)", values: ["hierarchicalLimitDilution": [d]]))
    }
    for (d, T) in [(0.1, 0.0900000067), (0.3, 0.212763135), (0.5, 0.287209736), (0.6, 0.316030063)] {
      cases.append(
        Case(text: "quantity=transitionLines dilution=\(d)", values: ["pureStabilityTemperature": [T]]))
    }
    for (K, d, T) in [(2, 0.8, 0.040080566), (3, 0.8, 0.048648725), (5, 0.9, 0.018428945), (20, 0.9, 0.025903181)] {
      cases.append(
        Case(
          text: "quantity=transitionLines patternCount=\(K) dilution=\(d)",
          values: ["parallelStabilityTemperature": [T]]))
    }
    cases.append(
      Case(
        text: "quantity=transitionLines dilution=0.1", values: ["parallelStabilityTemperature": [0.123368]],
        tolerance: 6e-7))
    cases.append(
      Case(
        text: "quantity=transitionLines dilution=0.65 patternCount=2",
        values: ["parallelStabilityTemperature": [0.391 * 0.35]], tolerance: 2e-4))
    return cases
  }()

  @Test("Lines", arguments: lineCases) func lines(reference: Case) throws { try Self.check(reference) }

  static let otherCases: [Case] = [
    Case(
      text: "quantity=transitionLines", values: ["pureParallelDilution": [2.0 / 3], "criticalTemperature": [0.6]]),
    Case(
      text: "quantity=transitionLines protocol=supervised datasetNoise=gaussian datasetEntropy=0.5",
      values: ["pureParallelDilution": [0.296296296]]),
    Case(
      text: "quantity=transitionLines protocol=supervised exampleQuality=0.5 examplesPerPattern=20",
      values: ["pureParallelDilution": [0.519407687]]),
    Case(
      text: "quantity=transitionLines protocol=supervised exampleQuality=0.3 examplesPerPattern=3",
      values: ["pureParallelDilution": [0.297775224]]),
    Case(
      text: "quantity=learningThreshold patternCount=2 dilution=0.3", values: ["thresholdEntropy": [0.15338]],
      tolerance: 5e-6),
    Case(
      text: "quantity=learningThreshold patternCount=2 dilution=0.3", values: ["worstCaseEntropy": [0.449541284]]),
    Case(text: "quantity=learningThreshold dilution=0.45", values: ["worstCaseEntropy": [0.097109484]]),
    Case(
      text: "quantity=learningThreshold patternCount=1 dilution=0 exampleQuality=0.5",
      values: ["worstCaseEntropy": [1], "worstCaseExamples": [3]]),
    Case(
      text: "quantity=oneStep dilution=0.3 protocol=supervised exampleQuality=0.4 examplesPerPattern=25",
      values: ["oneStepMagnetization": [0.650508, 0.231926, 0.083091]], tolerance: 6e-7),
    Case(
      text: "quantity=oneStep dilution=0.3 protocol=supervised datasetNoise=gaussian datasetEntropy=0.2",
      values: ["oneStepMagnetization": [0.658388005, 0.230942086, 0.082125966]]),
    Case(text: "quantity=oneStep", values: ["oneStepMagnetization": [0.6, 0.24, 0.096]], tolerance: 1e-15),
    Case(
      text: "quantity=flow temperature=0.05 initialMagnetization=0.35,0.2,0.05 time=1,5",
      values: [
        "magnetizationTrajectory": [0.507863139, 0.225239287, 0.069989321, 0.598309647, 0.239363706, 0.090620052]
      ]),
    Case(
      text: "quantity=highStorage dilution=0.3 temperature=0.1 storageLoad=0.01",
      values: ["replicaOverlap": [0.898460897], "noiseAmplitude": [0.229408695]]),
    Case(
      text: "quantity=highStorage dilution=0.3 temperature=0.1 storageLoad=0.01",
      values: ["magnetization": [0.696546]],
      tolerance: 6e-7),
    Case(
      text: "quantity=highStorage dilution=0.4 temperature=0.03 storageLoad=0.001 condensedPatternCount=2",
      values: ["replicaOverlap": [0.959016742], "noiseAmplitude": [0.103034985]]),
    Case(
      text: "quantity=highStorage dilution=0.4 temperature=0.03 storageLoad=0.001 condensedPatternCount=2",
      values: ["magnetization": [0.599893, 0.233222]], tolerance: 6e-7),
    Case(
      text: "quantity=exactEnumeration patternCount=2 temperature=0.3",
      values: [
        "energy": [-0.3554977481], "squaredMagnetization": [0.6428799488, 0.0681155473],
        "logPartitionFunction": [16.9896016294],
      ], tolerance: 1.1e-10),
    Case(
      text: "quantity=exactEnumeration temperature=0.5",
      values: [
        "energy": [-0.2624498061], "squaredMagnetization": [0.3906279288, 0.0997254072, 0.0345462761],
        "logPartitionFunction": [12.0412177206],
      ], tolerance: 1.1e-10),
  ]

  @Test("Lines, thresholds, one step, flow, high storage, exact sums", arguments: otherCases)
  func others(reference: Case) throws { try Self.check(reference) }

  @Test("Longitudinal and transverse eigenvalues of the parallel state")
  func parallelSpectrum() throws {
    let theory = RetrievalTheory(
      law: .storage, patternCount: 5, dilution: 0.8, temperature: 0.15, gamma: 1, noiseVariance: 0)
    let state = try theory.state(from: theory.seeds.parallel)
    var equations = ThermalEquations(.storage, dilution: 0.8, scale: 0.15)
    let eigenvalues = try equations.hessian(at: state.exampleOverlaps).symmetricEigenvalues()
    #expect(abs(eigenvalues[4] - 0.410977724) < 1e-9)
    for value in eigenvalues.prefix(4) { #expect(abs(value - 0.072599294) < 1e-9) }
  }

  @Test("Hierarchy and mixture of K = 3 have the same energy at T = 0 where d = 0.546918161")
  func crossingAtZeroTemperature() throws {
    func energies(_ d: Double) throws -> (Double, Double) {
      let theory = RetrievalTheory(
        law: .storage, patternCount: 3, dilution: d, temperature: 0, gamma: 1, noiseVariance: 0)
      let third = (1 - d) * d * d + Double.pow(1 - d, 3) / 2, step = d * (1 - d) * (1 - d)
      let mixture = try theory.state(from: [third + 2 * step, third + step, third])
      #expect(abs(mixture.magnetizations[0] - third - 2 * step) < 1e-15)
      return (try theory.state(from: theory.seeds.hierarchical).energy, mixture.energy)
    }
    let crossing = try RootFinding.brent(in: 0.4...0.6) { d in
      let (hierarchy, mixture) = try energies(d)
      return hierarchy - mixture
    }
    #expect(abs(crossing - 0.546918161) < 1e-9)
  }

  /// The table of section 6: dominant state of K = 3 against d and T/(1 - d).
  @Test("Dominant phases of K = 3")
  func dominantPhases() throws {
    let names = [
      "P": "pure", "S": "parallel", "H2": "hierarchical-2", "H3": "hierarchical-3", "M3": "mixture-3",
    ]
    let table: [(Double, String)] = [
      (0.98, "P P P P P S S"), (0.7236, "P P P P S S S"), (0.4673, "P P P H2 S S S"), (0.2964, "P P H2 H3 M3 S S"),
      (0.1255, "P H2 H3 H3 M3 M3 S"), (0.04, "H2 H3 H3 H3 M3 M3 M3"),
    ]
    for (T, row) in table {
      for (d, short) in zip([0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95], row.split(separator: " ")) {
        let result = try MultitaskingRequest.theory(
          "dilution=\(d) temperature=\(T) fieldNormalization=datasetAndDilution initialState=dominant")
        #expect(result.phase == names[String(short)], "d=\(d), T/T_c=\(T): \(result.numbers("magnetization"))")
      }
    }
  }
}
