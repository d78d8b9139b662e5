import NumericalMethods
import RealModule
import SystemInterface

/// Every observable of a linear student whose features have covariance Λ (docs, section 3).
struct CovarianceTheory {
  let resolvent: SampleCovarianceResolvent
  let flow: SampleCovarianceFlow
  /// E w̄_j² alone, for the ridge estimator, which forgets the start.
  let teacherMoments: [Double]
  /// σ_ε² and what acts like it.
  let noise: Double

  /// - Throws: `SolverError` where κ₀ is not found.
  init(
    loadRatio: Double, eigenvalues: [Double], weights: [Double], teacherMoments: [Double], initMoments: [Double],
    noise: Double
  ) throws {
    resolvent = try SampleCovarianceResolvent(ratio: loadRatio, values: eigenvalues, weights: weights)
    flow = SampleCovarianceFlow(resolvent, secondMoments: zip(teacherMoments, initMoments).map { $0 + $1 })
    self.teacherMoments = teacherMoments
    self.noise = noise
  }

  /// E_g(0) = σ² + <AΛ>.
  var initialTestError: Double { noise + flow.initialMoments.bias }

  /// E_g(∞); infinite at the divergence.
  func finalTestError() throws -> Double {
    if resolvent.isCritical, noise > 0 { return .infinity }
    if resolvent.ratio >= resolvent.positiveFraction || resolvent.isCritical {
      return noise > 0 ? noise * resolvent.ratio / (resolvent.ratio - resolvent.positiveFraction) : 0
    }
    return try resolvent.ridge(at: 0, secondMoments: flow.secondMoments).testError(noiseVariance: noise)
  }

  /// σ² max(0, 1 − p/α).
  var finalTrainError: Double { noise * max(0, 1 - resolvent.positiveFraction / resolvent.ratio) }

  /// The observables that all models with a covariance report, and the phase.
  ///
  /// - Throws: `SolverError` where a resolvent or a minimum is not found.
  func result(times: [Double], ridge: Double?) throws -> TheoryResult {
    var observables = try curves(times)
    let final = try finalTestError()
    observables["finalTestError"] = final.isFinite ? .scalar(final) : .missing(reason: MissingReason.critical)
    observables["finalTrainError"] = .scalar(finalTrainError)
    let search = try StoppingSearch(self, finalTestError: final)
    observables["numTestErrorMinima"] = .scalar(Double(search.minima.count))
    var phase: String?
    if let best = search.best {
      observables["optimalStoppingTime"] = .scalar(best.time)
      observables["optimalStoppingTestError"] = .scalar(best.testError)
      observables["overtrainingGap"] =
        final.isFinite ? .scalar(final - best.testError) : .missing(reason: MissingReason.critical)
      phase = GeneralizationDynamics.phase(initial: initialTestError, final: final, best: best.testError)
    } else {
      for name in ["optimalStoppingTime", "optimalStoppingTestError", "overtrainingGap"] {
        observables[name] = .missing(reason: MissingReason.noMinimum)
      }
    }
    observables.merge(try ridgeObservables(ridge)) { $1 }
    let edges = try resolvent.outerEdges()
    observables["smallestEigenvalue"] = .scalar(edges.lower)
    observables["largestEigenvalue"] = .scalar(edges.upper)
    return TheoryResult(
      observables: observables, phase: phase,
      diagnostics: search.minima.count > 1
        ? [
          "testErrorMinimaTimes": .numbers(search.minima.map(\.time)),
          "testErrorMinimaValues": .numbers(search.minima.map(\.testError)),
        ] : [:])
  }

  private func curves(_ times: [Double]) throws -> [String: ObservableValue] {
    var guesses: SampleCovarianceFlow.Guesses?
    let moments = try times.map { try flow.moments(at: $0, guesses: &guesses) }
    return [
      "testError": .overTime(times, moments.map { noise + $0.bias + noise * $0.noise }),
      "trainError": .overTime(times, moments.map { ($0.trainBias + noise * $0.trainNoise) / resolvent.ratio }),
    ]
  }

  private func ridgeObservables(_ ridge: Double?) throws -> [String: ObservableValue] {
    guard let ridge else {
      return [
        "ridgeTestError": .missing(reason: MissingReason.noRidge),
        "ridgeTrainError": .missing(reason: MissingReason.noRidge),
        "effectiveRidge": .scalar(resolvent.kappaAtZero),
      ]
    }
    let estimator = try resolvent.ridge(at: ridge, secondMoments: teacherMoments)
    guard ridge > 0 || !resolvent.isCritical else {
      let missing = ObservableValue.missing(reason: MissingReason.critical)
      return ["ridgeTestError": missing, "ridgeTrainError": missing, "effectiveRidge": .scalar(0)]
    }
    return [
      "ridgeTestError": .scalar(estimator.testError(noiseVariance: noise)),
      "ridgeTrainError": .scalar(estimator.trainError(noiseVariance: noise)),
      "effectiveRidge": .scalar(estimator.kappa),
    ]
  }
}

/// The minima of E_g(t): several may exist where the Λ_j differ (docs, section 3).
struct StoppingSearch {
  /// A local minimum.
  struct Minimum: Equatable {
    var time: Double
    var testError: Double
  }

  /// Local minima at 0 < t < ∞ that are deeper than 1e-8 E_g, by time.
  private(set) var minima: [Minimum] = []
  /// The global minimum; `nil` where E_g comes lowest as t → ∞.
  private(set) var best: Minimum?

  /// Shallower minima are rounding.
  static let leastDepth = 1e-8
  private static let pointsPerDecade = 40.0

  /// Scans E_g(t) over 1e-2/Λ_max … 1e4/Λ_min and refines each minimum.
  ///
  /// - Throws: `SolverError` where a resolvent is not found.
  init(_ theory: CovarianceTheory, finalTestError: Double) throws {
    let positive = theory.resolvent.values.filter { $0 > 0 }
    let first = Double.log10(1e-2 / (positive.max() ?? 1)), last = Double.log10(1e4 / (positive.min() ?? 1))
    let count = Int(((last - first) * Self.pointsPerDecade).rounded(.up)) + 1
    let times = (0..<count).map { Double.pow(10, first + (last - first) * Double($0) / Double(count - 1)) }
    var guesses: SampleCovarianceFlow.Guesses?
    let errors = try times.map {
      try theory.flow.testError(at: $0, noiseVariance: theory.noise, guesses: &guesses)
    }
    // The ends t = 0 and t = ∞ are places as well.
    let all = [theory.initialTestError] + errors + [finalTestError]
    for place in Self.prominentMinima(of: all) where place > 0 && place < all.count - 1 {
      let before = place > 1 ? times[place - 2] : 0.5 * times[0]
      let after = place < count ? times[place] : 2 * times[count - 1]
      let found = try Maximization.goldenSection(in: Double.log(before)...Double.log(after), tolerance: 1e-9) {
        -(try theory.flow.testError(at: Double.exp($0), noiseVariance: theory.noise, guesses: &guesses))
      }
      minima.append(Minimum(time: Double.exp(found.location), testError: -found.value))
    }
    let initial = Minimum(time: 0, testError: theory.initialTestError)
    let candidate = (minima + [initial]).min { $0.testError < $1.testError } ?? initial
    // What falls by rounding only does not fall.
    if candidate.testError <= finalTestError + Self.leastDepth * abs(finalTestError) { best = candidate }
    if candidate.time > 0 || candidate.testError <= finalTestError { return }
    best = nil
  }

  /// Places of local minima that are deeper than 1e-8 of their value: on both sides values rise by more, before they fall
  /// below it or end.
  static func prominentMinima(of values: [Double]) -> [Int] {
    values.indices.filter { place in
      let value = values[place]
      guard place == 0 || values[place - 1] > value, place == values.count - 1 || values[place + 1] >= value else {
        return false
      }
      func barrier(_ others: some Sequence<Double>) -> Double {
        var highest = value
        for other in others {
          if other < value { break }
          highest = max(highest, other)
        }
        return highest
      }
      let depth = min(barrier(values[..<place].reversed()), barrier(values[(place + 1)...])) - value
      return depth > leastDepth * abs(value)
    }
  }
}
