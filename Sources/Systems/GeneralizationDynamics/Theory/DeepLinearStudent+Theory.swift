import NumericalMethods
import RealModule
import SystemInterface

/// The mean-field equations of the deep linear student started at rank one (docs, section 4).
///
/// In each mode z̃(l) = √(σ_w² + σ_ε²/l) ζ + z₀ η. With p = d^{D−1}: ζ′ = p l (1 − pζ), η = e^{−lQ} with Q′ = p²,
/// d′ = d^{D−2} I[l (M_w (1 − pζ)ζ − p σ_z² η²)], M_w = σ_w² + σ_ε²/l. The state is (d, Q, ζ at every node).
struct DeepStudentEquations {
  let model: DeepLinearStudent
  let law: MarchenkoPasturLaw
  let rule: MarchenkoPasturRule

  init(_ model: DeepLinearStudent) {
    self.model = model
    law = MarchenkoPasturLaw(ratio: model.sizes.loadRatio)
    // The errors vary with l like e^{−2lQ}, and Q grows like t times the power of the teacher.
    let reach = max(20, model.times.last ?? 0) * max(1, model.teacherVariance + model.noiseVariance)
    let count = Int(min(1000, max(200, MarchenkoPasturRule.chebyshevCount(scale: 2 * law.upperEdge * reach))))
    rule = MarchenkoPasturRule(chebyshev: count, law: law)
  }

  /// What the state says.
  struct Outcome {
    var strength: Double
    var testError: Double
    var trainError: Double
    /// d² − f₀σ_z² − I[M_wζ² + σ_z²η²], constant along the flow.
    var invariant: Double
    /// dE_g/dt.
    var slope: Double
  }

  var start: [Double] { [model.initialStrength, 0] + [Double](repeating: 0, count: rule.nodes.count) }

  /// d/dt of the state.
  func derivative(_ state: [Double]) -> [Double] {
    let d = state[0], Q = state[1], p = Double.pow(d, model.numLayers - 1)
    let teacher = model.teacherVariance, noise = model.noiseVariance
    let input = model.initialInputScale * model.initialInputScale
    var change = [Double](repeating: 0, count: state.count)
    var sum = 0.0
    for k in rule.nodes.indices {
      let l = rule.nodes[k], zeta = state[k + 2], left = 1 - p * zeta, eta = Double.exp(-l * Q)
      change[k + 2] = p * l * left
      sum += rule.weights[k] * ((teacher * l + noise) * left * zeta - l * p * input * eta * eta)
    }
    change[0] = Double.pow(d, model.numLayers - 2) * sum
    change[1] = p * p
    return change
  }

  func outcome(_ state: [Double]) -> Outcome {
    let d = state[0], Q = state[1], D = model.numLayers, p = Double.pow(d, D - 1)
    let change = derivative(state), growth = Double(D - 1) * Double.pow(d, D - 2) * change[0]
    let teacher = model.teacherVariance, noise = model.noiseVariance
    let input = model.initialInputScale * model.initialInputScale
    // Values at l = 0, integrated apart where the pole is near.
    let shift = rule.isPoleSubtracted
    let testAtZero = teacher + p * p * input
    var test = 0.0, train = 0.0, invariant = 0.0, slope = 0.0
    for k in rule.nodes.indices {
      let l = rule.nodes[k], zeta = state[k + 2], weight = rule.weights[k]
      let eta = Double.exp(-l * Q), c = p * zeta, left = 1 - c, unlearnt = p * p * eta * eta * input
      let cSlope = growth * zeta + p * change[k + 2]
      let unlearntSlope = 2 * input * eta * eta * (p * growth - p * p * l * change[1])
      test += weight * (left * left * teacher + c * c * noise / l + unlearnt - (shift ? testAtZero : 0))
      train += weight * ((teacher * l + noise) * left * left + l * unlearnt - (shift ? noise : 0))
      invariant +=
        weight * ((teacher + noise / l) * zeta * zeta + input * eta * eta - (shift ? input : 0))
      slope +=
        weight
        * (-2 * left * cSlope * teacher + 2 * c * cSlope * noise / l + unlearntSlope
          - (shift ? 2 * p * growth * input : 0))
    }
    let mass = shift ? law.bulkMass : 0, frozen = law.atomAtZero, alpha = law.ratio
    return Outcome(
      strength: d, testError: noise + (frozen + mass) * testAtZero + test,
      trainError: (train + mass * noise) / alpha + noise * max(0, 1 - 1 / alpha),
      invariant: d * d - (frozen + mass) * input - invariant,
      slope: (frozen + mass) * 2 * p * growth * input + slope)
  }

  /// The states at ascending `times`, the first being that of `state`.
  ///
  /// Time goes on by factors of two at most; once all modes are learnt, only Q still grows.
  /// - Throws: `SolverError` where the integration needs too many steps.
  func states(from state: [Double], over times: [Double]) throws -> [[Double]] {
    var time = times[0], current = state
    var found = [state]
    for target in times.dropFirst() {
      while time < target {
        let change = derivative(current)
        if isAtRest(current, change) {
          current[1] += change[1] * (target - time)
          time = target
        } else {
          let next = min(target, max(2 * time, time + 1))
          current = try integrated(current, from: time, to: next)
          time = next
        }
      }
      found.append(current)
    }
    return found
  }

  /// Whether every mode is learnt to within ten times the tolerance of the integration, below which it cannot settle.
  private func isAtRest(_ state: [Double], _ change: [Double]) -> Bool {
    let p = Double.pow(state[0], model.numLayers - 1)
    return abs(change[0]) < 1e-9 && state.dropFirst(2).allSatisfy { abs(1 - p * $0) < 1e-9 }
  }

  private func integrated(_ state: [Double], from start: Double, to end: Double) throws -> [Double] {
    let states = try OrdinaryDifferentialEquation.integrate(
      from: state, over: [start, end], relativeTolerance: 1e-10, absoluteTolerance: 1e-13, maximumSteps: 100_000,
      what: "deep linear student"
    ) { _, state in derivative(state) }
    return states[1]
  }
}

extension DeepLinearStudent {
  /// Curves, best stopping and the drift of the invariant, in scaled time (docs, section 4).
  ///
  /// - Throws: `SolverError` where the integration needs too many steps.
  func theory() throws -> TheoryResult {
    let equations = DeepStudentEquations(self)
    let states = try equations.states(from: equations.start, over: [0] + times)
    let outcomes = states.map(equations.outcome)
    let curve = outcomes.dropFirst()
    let largest = outcomes.map { $0.strength * $0.strength }.max() ?? 1
    let drift = outcomes.map { abs($0.invariant - outcomes[0].invariant) }.max() ?? 0
    var observables: [String: ObservableValue] = [
      "testError": .overTime(times, curve.map(\.testError)),
      "trainError": .overTime(times, curve.map { max(0, $0.trainError) }),
      "layerStrength": .overTime(times, curve.map(\.strength)),
    ]
    let search = try DeepStoppingSearch(equations)
    if let best = search.best {
      observables["optimalStoppingTime"] = .scalar(best.time)
      observables["optimalStoppingTestError"] = .scalar(best.testError)
    } else {
      let reason = search.hasLearnt ? MissingReason.noMinimum : "still on the plateau at t = 1e5"
      observables["optimalStoppingTime"] = .missing(reason: reason)
      observables["optimalStoppingTestError"] = .missing(reason: reason)
    }
    return TheoryResult(observables: observables, diagnostics: ["invariantDrift": .number(drift / largest)])
  }
}

/// The global minimum of E_g(t) of the deep student.
struct DeepStoppingSearch {
  /// t* and E_g(t*); `nil` where E_g is lowest at the end of what was followed.
  private(set) var best: (time: Double, testError: Double)?
  /// Whether learning set in within the time that was followed.
  private(set) var hasLearnt = false

  /// Without a minimum until this time E_g counts as falling for ever.
  private static let longestTime = 1e5
  private static let ratio = Double.pow(10, 0.05)
  /// The minimum is final once time has gone on by this factor and E_g has only risen.
  private static let patience = 10.0

  /// Follows E_g on a logarithmic grid until it has long risen, then solves dE_g/dt = 0.
  ///
  /// - Throws: `SolverError` where the integration needs too many steps.
  init(_ equations: DeepStudentEquations) throws {
    var time = 0.0, state = equations.start
    let initial = equations.outcome(state)
    var lowest = (time: 0.0, testError: initial.testError)
    // The last place with a falling E_g before the lowest one.
    var before: (time: Double, state: [Double])?
    var previous = (time: 0.0, state: state)
    var upper = 0.0
    var size = 0.01, last = initial.testError
    while time < Self.longestTime {
      let states = try equations.states(from: state, over: [time, size])
      previous = (time, state)
      (time, state) = (size, states[1])
      size = time * Self.ratio
      let outcome = equations.outcome(state)
      last = outcome.testError
      hasLearnt = hasLearnt || Self.hasLearnt(outcome, initial)
      if outcome.testError < lowest.testError {
        lowest = (time, outcome.testError)
        before = previous
        upper = size
      } else if time > Self.patience * lowest.time, time > 1, hasLearnt {
        break
      }
    }
    // On the plateau E_g may rise a little before learning sets in.
    guard hasLearnt else { return }
    guard lowest.time > 0, let before else {
      best = (0, initial.testError)
      return
    }
    // What rises by rounding only does not rise.
    guard upper <= time, last - lowest.testError > 1e-8 * lowest.testError + 1e-12 * initial.testError else { return }
    func outcome(_ at: Double) throws -> DeepStudentEquations.Outcome {
      at > before.time
        ? equations.outcome(try equations.states(from: before.state, over: [before.time, at])[1])
        : equations.outcome(before.state)
    }
    let minimum = try RootFinding.brent(in: before.time...upper, tolerance: 1e-12, what: "best stopping time") {
      try outcome($0).slope
    }
    best = (minimum, try outcome(minimum).testError)
  }

  /// Whether the plateau is over: train errors have fallen to less than half.
  private static func hasLearnt(
    _ outcome: DeepStudentEquations.Outcome, _ initial: DeepStudentEquations.Outcome
  ) -> Bool {
    outcome.trainError < 0.5 * initial.trainError || outcome.strength > 1
  }
}
