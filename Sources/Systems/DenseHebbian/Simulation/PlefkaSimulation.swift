import Foundation
import NumericalMethods
import RealModule
import Statistics
import SystemInterface

/// Naive and TAP magnetizations of one disorder sample against those of heat bath, all from archetype 1.
///
/// Two chains give <s_i>, and by their difference its thermal error.
final class PlefkaSimulation: SampleSimulation {
  private let point: DenseHebbianPoint
  private let streams: SampleStreams
  private let disorder: DisorderSample
  private var first: Trajectory
  private var second: Trajectory

  init(_ point: DenseHebbianPoint, _ streams: SampleStreams) {
    self.point = point
    self.streams = streams
    let disorder = DenseHebbian.drawDisorder(point, streams)
    self.disorder = disorder
    let trajectory = { (replica: Int) in
      Trajectory(
        on: disorder, from: disorder.archetype, rule: point.updateRule, equilibrationSweeps: point.equilibrationSweeps,
        measurementSweeps: point.measurementSweeps, random: streams.stream(.dynamics, replica: replica))
    }
    first = trajectory(0)
    second = trajectory(1)
  }

  var isFinished: Bool { first.isFinished && second.isFinished }

  /// One sweep of each chain.
  func advance() {
    first.sweep()
    second.sweep()
  }

  private struct State: Codable {
    var replicas: [Trajectory.State]
  }

  func encodedState() throws -> Data? { try JSONEncoder().encode(State(replicas: [first.state, second.state])) }

  func restore(_ state: Data) throws {
    let replicas = try JSONDecoder().decode(State.self, from: state).replicas
    guard replicas.count == 2 else { throw StateMismatch(expected: 2, found: replicas.count) }
    try first.restore(replicas[0])
    try second.restore(replicas[1])
  }

  /// The equations of an order of Plefka's expansion, 1 or 2.
  private func equations(_ fields: MeanCavityFields, order: Int) -> PlefkaEquations {
    let N = disorder.spinCount
    let load = Double(point.archetypeCount(spinCount: N)) / point.loadNormalization(spinCount: N)
    return PlefkaEquations(
      fields: fields, load: load,
      noise: .ofArchetypes(order: point.interactionOrder, form: point.interactionForm, dataset: point.dataset),
      beta: 1 / point.temperature, reactionScale: order == 1 ? 0 : 1)
  }

  /// Magnetizations along archetype 1 that solve the equations, or why there are none.
  private func solve(_ equations: PlefkaEquations) -> (solution: FixedPoint.Solution?, reason: String) {
    do {
      return (try equations.solution(from: disorder.archetype.map(Double.init)), "")
    } catch SolverError.notConverged(let iterations, let residual, _, _) {
      return (nil, "no convergence in \(iterations) iterations, residual \(residual)")
    } catch is PlefkaEquations.DivergentReaction {
      return (nil, "the iteration went to beta(1-q) >= 1, where Onsager's reaction diverges")
    } catch {
      return (nil, "\(error)")
    }
  }

  func result() throws -> SampleResult {
    let N = disorder.spinCount, records = [first.record, second.record]
    let means = records.map { alongArchetype($0.spinMeans) }
    let heatBath = zip(means[0], means[1]).map { ($0 + $1) / 2 }
    let fields = MeanCavityFields(disorder)
    let tapEquations = equations(fields, order: 2)
    var observables: [String: ObservableValue] = [
      "magnetization": .scalar(heatBath.reduce(0, +) / Double(N)),
      "spinMagnetization": .curve(Self.quantileCurve(means[1], means[0], sortedBy: means)),
    ]
    var diagnostics = self.diagnostics(records, means)
    for (name, equations) in [("naive", equations(fields, order: 1)), ("tap", tapEquations)] {
      let (solution, reason) = solve(equations)
      guard let solution else {
        for suffix in ["Magnetization", "SpinError", "SpinMagnetization"] {
          observables[name + suffix] = .missing(reason: reason)
        }
        diagnostics[name + "Failure"] = .text(reason)
        continue
      }
      let m = alongArchetype(solution.state)
      observables[name + "Magnetization"] = .scalar(m.reduce(0, +) / Double(N))
      observables[name + "SpinError"] = .scalar(Self.distance(m, heatBath))
      observables[name + "SpinMagnetization"] = .curve(Self.quantileCurve(m, m, sortedBy: means))
      diagnostics[name + "Iterations"] = .number(Double(solution.iterations))
      diagnostics[name + "Residual"] = .number(solution.residual)
      if name == "tap" {
        let q = m.reduce(0) { $0 + $1 * $1 } / Double(N)
        diagnostics["onsagerReaction"] = (try? equations.reaction(q: q)).map { .number($0) }
      }
    }
    diagnostics.merge(stochasticDiagnostics(tapEquations, heatBath)) { $1 }
    let series = records.map { SeriesOfReplica($0, spinCount: N, isSigned: true) }
    return SampleResult(
      observables: observables, diagnostics: diagnostics,
      thermalErrors: ["magnetization": SeriesOfReplica.thermalError(series.map(\.magnetizations))]
        .compactMapValues { $0 },
      equilibration: SeriesOfReplica.evidence(series, startDifference: nil))
  }

  private func alongArchetype(_ m: [Double]) -> [Double] { zip(m, disorder.archetype).map { $0 * Double($1) } }

  /// Root mean square difference.
  private static func distance(_ one: [Double], _ other: [Double]) -> Double {
    (zip(one, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(one.count)).squareRoot()
  }

  /// Steps of the stochastic iteration at most: as dear as a sweep each.
  static let largestStepCount = 1000

  private func stochasticDiagnostics(_ equations: PlefkaEquations, _ heatBath: [Double]) -> [String: Diagnostic] {
    var random = streams.stream(.dynamics, replica: 2)
    let steps = min(point.measurementSweeps, Self.largestStepCount)
    guard
      let solution = try? equations.stochasticSolution(
        from: disorder.archetype.map(Double.init), steps: steps, using: &random)
    else { return [:] }
    let m = alongArchetype(solution)
    return [
      "stochasticMagnetization": .number(m.reduce(0, +) / Double(m.count)),
      "stochasticSpinError": .number(Self.distance(m, heatBath)),
    ]
  }

  private func diagnostics(_ records: [Trajectory.Record], _ means: [[Double]]) -> [String: Diagnostic] {
    var diagnostics = DenseHebbian().derivedSizes(at: point)
    diagnostics["acceptanceRate"] = .number((records[0].acceptanceRate + records[1].acceptanceRate) / 2)
    // What thermal noise alone puts between the means of both chains and any exact solution.
    diagnostics["heatBathSpinError"] = .number(Self.distance(means[0], means[1]) / 2)
    diagnostics["smallestMagnetization"] = .number(
      min(records[0].minimalMagnetization, records[1].minimalMagnetization))
    let times = records.compactMap { Autocorrelation.integratedTime(of: $0.magnetizations) }
    if times.count == 2 { diagnostics["autocorrelationTime"] = .number((times[0] + times[1]) / 2) }
    return diagnostics
  }

  /// Groups of sites in the curves over the quantiles of <s_i>.
  static let quantileCount = 50

  /// Means over groups of sites of equal number, in rising order of the magnetization of one chain.
  ///
  /// Chance decides the order of close sites: sorting by the chain that is averaged would tear the ends apart. So `one` is
  /// averaged in the order of the first key, `other` in that of the second, and the two curves are averaged.
  static func quantileCurve(_ one: [Double], _ other: [Double], sortedBy keys: [[Double]]) -> Curve {
    let N = one.count, count = min(quantileCount, N)
    var values = [Double](repeating: 0, count: count)
    for (key, m) in zip(keys, [one, other]) {
      let order = (0..<N).sorted { (key[$0], $0) < (key[$1], $1) }
      for b in 0..<count {
        let group = order[b * N / count..<(b + 1) * N / count]
        values[b] += group.reduce(0) { $0 + m[$1] } / Double(2 * group.count)
      }
    }
    return Curve(
      dimensions: ["quantile"],
      coordinates: ["quantile": (0..<count).map { (Double($0) + 0.5) / Double(count) }], values: values)
  }
}
