import NumericalMethods
import RealModule
import SystemInterface

extension IsotropicLinear {
  /// Every observable of the limit N → ∞ at fixed α (docs, section 2).
  ///
  /// - Throws: `SolverError` where the best stopping time is not found.
  func theory() throws -> TheoryResult {
    let law = MarchenkoPasturLaw(ratio: sizes.loadRatio)
    var observables = curves(law)
    observables["smallestEigenvalue"] = .scalar(law.lowerEdge)
    observables["largestEigenvalue"] = .scalar(law.upperEdge)
    let final = finalErrors(law)
    observables["finalTestError"] = final.test.isFinite ? .scalar(final.test) : .missing(reason: MissingReason.critical)
    observables["finalTrainError"] = .scalar(final.train)
    observables["finiteSizeFinalTestError"] = finiteSizeFinalTestError
    observables["ridgeTestError"] =
      ridge.map { .scalar(ridgeErrors($0, law).test) } ?? .missing(reason: MissingReason.noRidge)
    observables.merge(optimalRidge(law)) { $1 }
    var phase: String?
    if variances.weightDecay > 0 {
      for name in ["optimalStoppingTime", "optimalStoppingTestError", "overtrainingGap"] {
        observables[name] = .missing(reason: MissingReason.weightDecay)
      }
    } else if let best = try optimalStopping(law) {
      observables["optimalStoppingTime"] = .scalar(best.time)
      observables["optimalStoppingTestError"] = .scalar(best.testError)
      observables["overtrainingGap"] =
        final.test.isFinite ? .scalar(final.test - best.testError) : .missing(reason: MissingReason.critical)
      phase = GeneralizationDynamics.phase(
        initial: variances.noise + variances.initialPower, final: final.test, best: best.testError)
    } else {
      for name in ["optimalStoppingTime", "optimalStoppingTestError", "overtrainingGap"] {
        observables[name] = .missing(reason: MissingReason.noMinimum)
      }
    }
    return TheoryResult(observables: observables, phase: phase)
  }

  private func curves(_ law: MarchenkoPasturLaw) -> [String: ObservableValue] {
    let contributions = contributions(law), alpha = law.ratio
    let noise = variances.noise, power = variances.initialPower
    let smallest = law.lowerEdge
    var observables: [String: ObservableValue] = [
      "testError": .overTime(times, contributions.map { noise + $0.test }),
      "trainError": .overTime(times, contributions.map { $0.train / alpha }),
      "weightNorm": .overTime(times, contributions.map(\.norm)),
      "normCapacity": .overTime(times, contributions.map { ($0.norm / alpha).squareRoot() }),
      "displacementCapacity": .overTime(times, contributions.map { ($0.displacement / alpha).squareRoot() }),
    ]
    // sup (1 − e^{−x})²/x = 0.4072644 bounds the noise by time, 1/l₋ by the gap.
    observables["conditioningBound"] =
      variances.weightDecay > 0
      ? .missing(reason: MissingReason.weightDecay)
      : .overTime(
        times,
        times.map { time in
          let unlearnt = power * (law.atomAtZero + law.bulkMass * Double.exp(-2 * smallest * time))
          return noise + unlearnt + noise * law.bulkMass * min(1 / smallest, 0.4072644 * time)
        })
    return observables
  }

  /// N⁻¹ Σ over all modes at every time; neighbouring times share their nodes.
  ///
  /// Train contributions include the P − N directions of the samples that are never learnt, for α > 1.
  private func contributions(_ law: MarchenkoPasturLaw) -> [ModeVariances.Contributions] {
    var rule: MarchenkoPasturRule?
    var validUntil = -1.0
    return times.map { time in
      if time > validUntil {
        validUntil = times.last { $0 <= 2 * time } ?? time
        rule = law.bulkRule(time: 2 * validUntil)
      }
      return integrated(law, rule ?? law.bulkRule(time: 2 * time), at: time)
    }
  }

  private func integrated(
    _ law: MarchenkoPasturLaw, _ rule: MarchenkoPasturRule, at time: Double
  ) -> ModeVariances.Contributions {
    let frozen = variances.frozen(at: time)
    let shift = rule.isPoleSubtracted ? frozen : ModeVariances.Contributions()
    var sum = variances.sum(over: rule.nodes, weights: rule.weights, at: time, minus: shift)
    // The atom at zero is frozen; train errors do not see it.
    sum.test += shift.test * law.bulkMass + frozen.test * law.atomAtZero
    sum.norm += shift.norm * law.bulkMass + frozen.norm * law.atomAtZero
    sum.displacement += shift.displacement * law.bulkMass + frozen.displacement * law.atomAtZero
    sum.train += shift.train * law.bulkMass + variances.noise * max(0, law.ratio - 1)
    return sum
  }

  /// t → ∞: the pseudoinverse solution with its frozen directions, or with weight decay the ridge estimator.
  private func finalErrors(_ law: MarchenkoPasturLaw) -> (test: Double, train: Double) {
    if variances.weightDecay > 0 { return ridgeErrors(variances.weightDecay, law) }
    let test = noiseAtZeroRidge(law) + variances.initialPower * law.atomAtZero
    return (test, variances.noise * max(0, 1 - 1 / law.ratio))
  }

  /// σ_ε² (1 + min(α, 1)/|1 − α|).
  private func noiseAtZeroRidge(_ law: MarchenkoPasturLaw) -> Double {
    variances.noise > 0 ? variances.noise * (1 + law.bulkMass / abs(1 - law.ratio)) : 0
  }

  /// E_g = σ_ε² + σ_w²γ²I₂ + σ_ε²(G − γI₂) and E_t = E_g (γG̃)², γG̃ = 1 − (1 − γG)/α, of the ridge estimator.
  func ridgeErrors(_ gamma: Double, _ law: MarchenkoPasturLaw) -> (test: Double, train: Double) {
    guard gamma > 0 else {
      return (
        noiseAtZeroRidge(law) + variances.teacher * law.atomAtZero, variances.noise * max(0, 1 - 1 / law.ratio)
      )
    }
    let (value, square) = law.resolvent(gamma)
    let test =
      variances.noise + variances.teacher * gamma * gamma * square + variances.noise * (value - gamma * square)
    let residual = 1 - (1 - gamma * value) / law.ratio
    return (test, test * residual * residual)
  }

  private func optimalRidge(_ law: MarchenkoPasturLaw) -> [String: ObservableValue] {
    let names = ["optimalRidge", "optimalRidgeTestError"]
    if variances.weightDecay > 0 {
      return Dictionary(uniqueKeysWithValues: names.map { ($0, .missing(reason: MissingReason.weightDecay)) })
    }
    guard variances.teacher > 0 else {
      let reason = "without a teacher (SNR = 0) the best ridge is infinite"
      return Dictionary(uniqueKeysWithValues: names.map { ($0, .missing(reason: reason)) })
    }
    let gamma = variances.noise / variances.teacher
    return ["optimalRidge": .scalar(gamma), "optimalRidgeTestError": .scalar(ridgeErrors(gamma, law).test)]
  }

  /// Whether the mean final test error at N and P exists: |P − N| ≥ 2, or no noise.
  var hasFiniteFinalMean: Bool {
    variances.weightDecay > 0 || variances.noise == 0 || abs(sizes.numSamples - sizes.numInputs) >= 2
  }

  /// The exact mean over Gaussian data: N/(P − N − 1) or P/(N − P − 1) replaces min(α, 1)/|1 − α|.
  private var finiteSizeFinalTestError: ObservableValue {
    if variances.weightDecay > 0 { return .missing(reason: MissingReason.weightDecay) }
    guard hasFiniteFinalMean else { return .missing(reason: "infinite mean for |P - N| <= 1") }
    let (N, P) = (Double(sizes.numInputs), Double(sizes.numSamples))
    let frozen = variances.initialPower * max(0, 1 - P / N)
    guard variances.noise > 0 else { return .scalar(frozen) }
    let noise = P > N ? N / (P - N - 1) : P / (N - P - 1)
    return .scalar(variances.noise * (1 + noise) + frozen)
  }

  /// t* and E_g(t*): the zero of I[e(σ_ε²(1 − e) − (σ_w² + σ₀²) l e)] in the bracket of single modes.
  ///
  /// - Returns: `nil` where E_g falls for ever (no noise).
  private func optimalStopping(_ law: MarchenkoPasturLaw) throws -> (time: Double, testError: Double)? {
    guard variances.initialPower > 0 else { return (0, variances.noise) }
    guard let bracket = variances.stoppingBracket(law.lowerEdge...law.upperEdge) else { return nil }
    let rule = law.bulkRule(time: 2 * bracket.upperBound)
    let logarithms = Double.log(bracket.lowerBound)...Double.log(bracket.upperBound)
    let time = Double.exp(
      try RootFinding.brent(in: logarithms, tolerance: 1e-14, what: "best stopping time") { logarithm in
        let time = Double.exp(logarithm)
        return rule.integrate(valueAtZero: 0) { variances.slope(of: $0, at: time) }
      })
    return (time, variances.noise + integrated(law, rule, at: time).test)
  }
}
