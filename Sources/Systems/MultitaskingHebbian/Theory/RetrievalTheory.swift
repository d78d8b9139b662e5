import NumericalMethods
import RealModule
import SystemInterface

/// A state of the theory with all that is reported of it.
struct RetrievalState: Sendable {
  /// m_mu, not sorted.
  var magnetizations: [Double]
  /// n_mu.
  var exampleOverlaps: [Double]
  /// f per spin.
  var freeEnergy: Double
  /// e per spin.
  var energy: Double
  /// Smallest eigenvalue of Hs.
  var stabilityEigenvalue: Double
  /// lambda_mu of unsupervised learning.
  var exampleStability: [Double]
  /// Evaluations of the self-consistency.
  var iterations: Int
  /// max |F(n) - n|.
  var residual: Double
  /// Saddles left on the way.
  var saddles: Int
  /// Name of the seed.
  var seed = ""

  /// |m| sorted descending; n and lambda in the same order, n with its sign relative to m.
  var sorted: RetrievalState {
    let order = magnetizations.indices.sorted {
      let (a, b) = (abs(magnetizations[$0]), abs(magnetizations[$1]))
      return a == b ? $0 < $1 : a > b
    }
    var state = self
    state.magnetizations = order.map { abs(magnetizations[$0]) }
    state.exampleOverlaps = order.map { magnetizations[$0] < 0 ? -exampleOverlaps[$0] : exampleOverlaps[$0] }
    state.exampleStability = order.map { exampleStability[$0] }
    return state
  }
}

/// States of the network at K, d, T, Γ for one law of the data (page, sections 3.1 to 3.4).
struct RetrievalTheory: Sendable {
  /// Law of the data.
  let law: DataLaw
  /// K.
  let patternCount: Int
  /// d.
  let dilution: Double
  /// T.
  let temperature: Double
  /// Γ.
  let gamma: Double
  /// (1 - r²)/M.
  let noiseVariance: Double

  private var scale: Double { temperature * gamma }
  /// T_c = (1 - d) R/Γ.
  var criticalTemperature: Double { (1 - dilution) * law.secondMoment / gamma }
  var seeds: RetrievalSeeds { RetrievalSeeds(patternCount: patternCount, dilution: dilution) }

  /// Free energies closer than this are equal: the seed that comes first decides.
  private static let freeEnergyRounding = 1e-13

  /// The stable state reached from an m-seed.
  ///
  /// - Throws: `SolverError` where the iteration did not converge.
  func state(from seed: [Double]) throws -> RetrievalState { try states(from: [seed])[0] }

  /// The stable states reached from several m-seeds.
  func states(from seeds: [[Double]]) throws -> [RetrievalState] {
    // A little below T_c magnetizations are smaller than any tolerance.
    if temperature >= criticalTemperature * (1 - 1e-9) { return seeds.map { _ in ergodicState } }
    let starts = seeds.map { $0.map { $0 * law.mean } }
    guard temperature == 0 else { return try thermalStates(from: starts) }
    if case .gaussian(let r, let variance) = law, variance > 0 {
      return try starts.map { try coldState(from: $0, quality: r, variance: variance) }
    }
    return try starts.map(coldState(from:))
  }

  /// The stable state of lowest free energy among those reached from all seeds.
  func dominantState() throws -> RetrievalState {
    let named = seeds.all
    var best: RetrievalState?
    for (name, state) in zip(named.map(\.name), try states(from: named.map(\.seed))) {
      if let lowest = best, state.freeEnergy >= lowest.freeEnergy - Self.freeEnergyRounding { continue }
      best = state
      best?.seed = name
    }
    return best ?? ergodicState
  }

  private var ergodicState: RetrievalState {
    let zero = [Double](repeating: 0, count: patternCount)
    let stability = 1 - (1 - dilution) * noiseVariance / scale
    return RetrievalState(
      magnetizations: zero, exampleOverlaps: zero, freeEnergy: -temperature * Double.log(2), energy: 0,
      stabilityEigenvalue: 1 - criticalTemperature / temperature,
      exampleStability: zero.map { _ in stability }, iterations: 0, residual: 0, saddles: 0)
  }

  private func thermalStates(from starts: [[Double]]) throws -> [RetrievalState] {
    var solver = RetrievalSolver(
      equations: ThermalEquations(law, dilution: dilution, scale: scale), amplitude: 1 - dilution)
    return try starts.map { try thermalState(from: $0, &solver) }
  }

  private func thermalState(
    from start: [Double], _ solver: inout RetrievalSolver<ThermalEquations>
  ) throws -> RetrievalState {
    let state = try solver.state(from: start)
    let averages = solver.equations.averages(at: state.overlaps)
    let energy = energy(of: state.overlaps)
    var stability = [Double](repeating: 1, count: patternCount)
    if noiseVariance > 0 {
      stability = solver.equations.curvature(at: state.overlaps).withoutExample.map {
        1 - (1 - dilution) * noiseVariance / scale * $0
      }
    }
    return RetrievalState(
      magnetizations: averages.magnetizations, exampleOverlaps: state.overlaps,
      freeEnergy: -energy - temperature * (Double.log(2) + averages.logarithm), energy: energy,
      stabilityEigenvalue: state.smallestEigenvalue, exampleStability: stability, iterations: state.iterations,
      residual: state.residual, saddles: state.saddles)
  }

  /// T = 0 with stored patterns.
  private func coldState(from start: [Double]) throws -> RetrievalState {
    var solver = RetrievalSolver(equations: ZeroTemperatureStorage(dilution: dilution), amplitude: 1 - dilution)
    let state = try solver.state(from: start)
    return coldState(state, magnetizations: state.overlaps, stability: state.overlaps.map { _ in 1 })
  }

  /// T = 0 with Gaussian data.
  private func coldState(from start: [Double], quality: Double, variance: Double) throws -> RetrievalState {
    var solver = RetrievalSolver(
      equations: ZeroTemperatureGaussian(dilution: dilution, quality: quality, variance: variance),
      amplitude: 1 - dilution)
    let state = try solver.state(from: start)
    let (m, densities) = solver.equations.averages(at: state.overlaps)
    return coldState(state, magnetizations: m, stability: densities.map { 1 - variance * $0 })
  }

  private func coldState<Equations>(
    _ state: RetrievalSolver<Equations>.State, magnetizations: [Double], stability: [Double]
  ) -> RetrievalState {
    let energy = energy(of: state.overlaps)
    return RetrievalState(
      magnetizations: magnetizations, exampleOverlaps: state.overlaps, freeEnergy: energy, energy: energy,
      stabilityEigenvalue: state.smallestEigenvalue, exampleStability: stability, iterations: state.iterations,
      residual: state.residual, saddles: state.saddles)
  }

  /// e = -Σ n²/(2 Γ).
  private func energy(of n: [Double]) -> Double { -n.reduce(0) { $0 + $1 * $1 } / (2 * gamma) }
}

extension RetrievalTheory {
  /// The theory at a point of `equilibrium`.
  init(_ point: MultitaskingHebbianPoint) {
    self.init(
      law: DataLaw(point), patternCount: point.patternCount, dilution: point.dilution, temperature: point.temperature,
      gamma: point.gamma, noiseVariance: point.storageProtocol == .storage ? 0 : point.noiseVariance)
  }
}
