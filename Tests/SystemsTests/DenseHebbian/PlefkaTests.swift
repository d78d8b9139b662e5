import Foundation
import NumericalMethods
import StatisticalTesting
import SystemTesting
import Testing

@testable import DenseHebbian
@testable import SystemInterface

/// Naive and TAP magnetizations against heat bath on the same sample.
@Suite struct PlefkaTests {
  /// Heat bath of one sample, and the equations of an order (or of a wrong sign) on it.
  private struct Comparison {
    let disorder: DisorderSample
    let heatBath: [Double]
    let thermalError: Double
    /// Whether no chain ever left retrieval: the equations know of one state only.
    let stayed: Bool
    let point: DenseHebbianPoint

    init(_ request: String, sweeps: Int, seed: UInt64) throws {
      let point = try Request.point("quantity=plefka " + request, for: .simulate)
      var random = stream(seed)
      let disorder = DisorderSample(point, spinCount: point.spinCount ?? 64, random: &random)
      self.disorder = disorder
      self.point = point
      let records = (0..<2).map { replica in
        var trajectory = Trajectory(
          on: disorder, from: disorder.archetype, rule: point.updateRule, equilibrationSweeps: 100,
          measurementSweeps: sweeps, random: stream(1000 + 2 * seed + UInt64(replica)))
        while !trajectory.isFinished { trajectory.sweep() }
        return trajectory.record
      }
      let means = records.map(\.spinMeans)
      stayed = records.allSatisfy { $0.minimalMagnetization > 0.6 }
      heatBath = zip(means[0], means[1]).map { ($0 + $1) / 2 }
      thermalError = Self.distance(means[0], means[1]) / 2
    }

    static func distance(_ one: [Double], _ other: [Double]) -> Double {
      (zip(one, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(one.count)).squareRoot()
    }

    func equations(_ scale: Double) -> PlefkaEquations {
      let N = disorder.spinCount
      return PlefkaEquations(
        fields: MeanCavityFields(disorder),
        load: Double(point.archetypeCount(spinCount: N)) / point.loadNormalization(spinCount: N),
        noise: .ofArchetypes(order: point.interactionOrder, form: point.interactionForm, dataset: point.dataset),
        beta: 1 / point.temperature, reactionScale: scale)
    }

    /// Root mean square distance to heat bath of the solution with the reaction times `scale`.
    func error(_ scale: Double) throws -> Double {
      let start = disorder.archetype.map(Double.init)
      return Self.distance(try equations(scale).solution(from: start).state, heatBath)
    }
  }

  /// Request, sweeps, samples: for P = 4 a few sites in a hundred decide, whose reaction is far from its mean at small N.
  static let runs = [
    ("interactionOrder=2 spinCount=600 storageLoad=0.03 temperature=0.5", 3000, 1),
    (
      "interactionOrder=2 spinCount=600 storageLoad=0.02 temperature=0.4 examplesPerArchetype=4 datasetQuality=0.8 "
        + "learningProtocol=unsupervised", 3000, 1
    ),
    ("interactionOrder=4 spinCount=64 storageLoad=0.012 temperature=0.4", 4000, 4),
    (
      "interactionOrder=2 spinCount=600 storageLoad=0.02 temperature=0.4 examplesPerArchetype=8 "
        + "datasetQuality=0.8", 3000, 1
    ),
  ]

  /// Thermal noise is taken off in squares: of the naive error a fraction is left, and the wrong sign about doubles it.
  ///
  /// For P = 2 the square of the thermal error, 2 to 3e-5 and known to a tenth, is close to that of the naive one.
  @Test("TAP is closer to heat bath than naive mean field, the wrong reaction farther", arguments: runs)
  func ordersOfExpansion(request: String, sweeps: Int, samples: Int) throws {
    var squares = [0.0, 0, 0], kept = 0
    for sample in 0..<samples {
      let comparison = try Comparison(request, sweeps: sweeps, seed: 91 + UInt64(sample))
      guard comparison.stayed else { continue }
      kept += 1
      for (order, scale) in [-1.0, 0, 1].enumerated() {
        let error = try comparison.error(scale)
        squares[order] += error * error - comparison.thermalError * comparison.thermalError
      }
    }
    #expect(2 * kept > samples, "\(kept) of \(samples) stayed")
    let isPairwise = request.hasPrefix("interactionOrder=2")
    let (wrong, naive, tap) = (squares[0], squares[1], squares[2])
    #expect(tap < naive * (isPairwise ? 0.4 : 0.6), "TAP \(tap), naive \(naive)")
    #expect(wrong > naive * (isPairwise ? 2 : 1.3), "wrong sign \(wrong), naive \(naive)")
  }

  @Test("A solution solves its equations, and none is given before it converged")
  func convergence() throws {
    let comparison = try Comparison(Self.runs[0].0, sweeps: 1, seed: 92)
    let start = comparison.disorder.archetype.map(Double.init)
    let equations = comparison.equations(1)
    let m = try equations.solution(from: start).state
    for (image, value) in zip(try equations.map(m), m) { expectClose(image, value, 2e-10, "m") }
    #expect(throws: SolverError.self) { try equations.solution(from: start, maximumIterations: 5) }
    // The drawn version wanders about the same solution.
    var random = stream(92)
    let drawn = try equations.stochasticSolution(from: start, steps: 1000, using: &random)
    #expect(Comparison.distance(drawn, m) < 0.04)
    let overlaps = [drawn, m].map { zip($0, start).reduce(0) { $0 + $1.0 * $1.1 } / Double(m.count) }
    expectClose(overlaps[0], overlaps[1], 0.004, "overlap")
  }

  /// Beyond the spinodal of P = 2 the iteration leaves retrieval, and beta (1 - q) exceeds one.
  @Test("Without a solution there is a reason in place of numbers")
  func missing() throws {
    let sample = try Request.sample(
      "quantity=plefka interactionOrder=2 spinCount=100 storageLoad=0.3 temperature=0.7 measurementSweeps=20")
    for name in ["tapMagnetization", "tapSpinError", "tapSpinMagnetization"] {
      #expect(sample.reason(name)?.isEmpty == false, "\(name): \(String(describing: sample.observables[name]))")
    }
    #expect(sample.diagnostics["tapFailure"] != nil && sample.diagnostics["tapIterations"] == nil)
    #expect(sample["magnetization"] != nil)
  }

  @Test("What a sample reports")
  func report() throws {
    let request = "quantity=plefka interactionOrder=2 spinCount=400 storageLoad=0.03 temperature=0.5 "
    let sample = try Request.sample(request + "measurementSweeps=1500", seed: 2)
    let value = { (name: String) in try #require(sample[name], "\(name)") }
    let number = { (name: String) in try #require(sample.diagnostics[name]?.number, "\(name)") }
    let thermal = try number("heatBathSpinError")
    // 0.35/√n of one chain, two of them.
    #expect((0.7...1.4).contains(thermal / (0.35 / 3000.0.squareRoot())), "thermal error \(thermal)")
    #expect(try value("tapSpinError") < value("naiveSpinError"))
    #expect(try abs(value("tapMagnetization") - value("magnetization")) < 0.003)
    #expect(try value("naiveMagnetization") > value("magnetization") + 0.001)
    #expect(try abs(number("stochasticMagnetization") - value("tapMagnetization")) < 0.006)
    #expect(try number("tapResidual") <= 1e-10 && number("naiveResidual") <= 1e-10)
    #expect(try number("onsagerReaction") > 0 && sample.thermalErrors["magnetization"] != nil)
    // 400 sites, eight in each group: the means of the curves are the magnetizations.
    for (curve, scalar) in [
      ("spinMagnetization", "magnetization"), ("naiveSpinMagnetization", "naiveMagnetization"),
      ("tapSpinMagnetization", "tapMagnetization"),
    ] {
      guard case .curve(let values)? = sample.observables[curve] else {
        Issue.record("\(curve) is no curve")
        continue
      }
      let numbers = values.values.compactMap { $0 }
      #expect(values.dimensions == ["quantile"] && numbers.count == 50)
      #expect(values.coordinates["quantile"]?.first == 0.01 && numbers[0] < numbers[25] && numbers[25] < numbers[49])
      expectClose(numbers.reduce(0, +) / 50, try value(scalar), 1e-12, curve)
    }
  }

  /// Sites that differ by chance alone: sorted by themselves their quantiles would spread, sorted by the other chain they do not.
  @Test("The order of the sites does not come from the chain that is averaged")
  func quantiles() {
    var random = stream(93)
    let chains = (0..<2).map { _ in (0..<5000).map { _ in 0.5 + 0.1 * random.normal() } }
    let curve = PlefkaSimulation.quantileCurve(chains[1], chains[0], sortedBy: chains)
    let error = 0.1 / 200.0.squareRoot()
    for value in curve.values { expectAgrees(value ?? .nan, standardError: error, exact: 0.5, "bin") }
    #expect(PlefkaSimulation.quantileCurve([1, 3], [2, 4], sortedBy: [[0, 1], [1, 0]]).values == [2.5, 2.5])
    #expect(PlefkaSimulation.quantileCurve([1, 3], [1, 3], sortedBy: [[0, 1], [0, 1]]).values == [1, 3])
  }

  @Test("Saved and restored after any step, a sample has the same bits")
  func restored() throws {
    let request =
      "quantity=plefka spinCount=24 storageLoad=0.01 temperature=0.4 equilibrationSweeps=3 measurementSweeps=9"
    let simulation = { try DenseHebbianEquilibrationTests.simulation(request) }
    var whole = try simulation()
    var states: [Data] = []
    while !whole.isFinished {
      states.append(try #require(try whole.encodedState()))
      try whole.advance()
    }
    let expected = try whole.result()
    #expect(states.count == 12)
    #expect(try Request.system.simulate(at: Request.parameters(request), seed: 4, sample: 1) == expected)
    for state in states {
      var other = try simulation()
      try other.restore(state)
      while !other.isFinished { try other.advance() }
      #expect(try other.result() == expected)
    }
  }
}
