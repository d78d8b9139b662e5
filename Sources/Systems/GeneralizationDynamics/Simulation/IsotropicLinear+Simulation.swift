import NumericalMethods
import RealModule
import SystemInterface

extension IsotropicLinear {
  /// One sample.
  ///
  /// - Throws: `LinearAlgebraError` if a decomposition fails, `SolverError` if the best stopping time is not found.
  func simulate(_ streams: SampleStreams) throws -> SampleResult {
    switch simulationMode {
    case .spectrum: try simulateSpectrum(streams)
    case .literal, .gradientDescent: try simulateLiterally(streams)
    }
  }

  /// Eigenvalues of one S; teacher, start and noise averaged exactly.
  private func simulateSpectrum(_ streams: SampleStreams) throws -> SampleResult {
    var random = streams.stream(.data)
    let (N, P) = (sizes.numInputs, sizes.numSamples)
    let singular = try GaussianSingularValues.draw(rows: N, columns: P, using: &random)
    let spectrum = SampledSpectrum(
      eigenvalues: singular.map { $0 * $0 / Double(N) }, numInputs: N, numSamples: P, variances: variances)
    let sums = times.map(spectrum.contributions)
    let noise = variances.noise
    let alpha = sizes.actualLoadRatio
    var observables: [String: ObservableValue] = [
      "testError": .overTime(times, sums.map { noise + $0.test }),
      "trainError": .overTime(times, sums.map { $0.train / alpha }),
      "weightNorm": .overTime(times, sums.map(\.norm)),
      "smallestEigenvalue": .scalar(spectrum.eigenvalues.last ?? 0),
      "largestEigenvalue": .scalar(spectrum.eigenvalues.first ?? 0),
    ]
    let final = variances.weightDecay > 0 ? spectrum.ridge(variances.weightDecay) : spectrum.completed
    let meanExists = hasFiniteFinalMean
    observables["finalTestError"] = meanExists ? .scalar(final.test) : .missing(reason: Self.infiniteMean)
    observables["finalTrainError"] = .scalar(final.train)
    observables["ridgeTestError"] = ridgeObservable { spectrum.ridge($0).test }
    let stopping = ["optimalStoppingTime", "optimalStoppingTestError", "overtrainingGap"]
    if variances.weightDecay > 0 {
      for name in stopping { observables[name] = .missing(reason: MissingReason.weightDecay) }
    } else if let best = try spectrum.optimalStopping() {
      observables[stopping[0]] = .scalar(best.time)
      observables[stopping[1]] = .scalar(best.testError)
      observables[stopping[2]] =
        meanExists ? .scalar(final.test - best.testError) : .missing(reason: Self.infiniteMean)
    } else {
      for name in stopping { observables[name] = .missing(reason: MissingReason.noMinimum) }
    }
    return SampleResult(observables: observables, diagnostics: ["actualLoadRatio": .number(alpha)])
  }

  static let infiniteMean = "infinite mean for |P - N| <= 1"

  /// γ → 0 at |P − N| ≤ 1 has no mean either.
  private func ridgeObservable(_ testError: (Double) -> Double) -> ObservableValue {
    guard let ridge else { return .missing(reason: MissingReason.noRidge) }
    if ridge == 0, variances.noise > 0, abs(sizes.numSamples - sizes.numInputs) < 2 {
      return .missing(reason: Self.infiniteMean)
    }
    return .scalar(testError(ridge))
  }

  /// Data, teacher, start and noise drawn; gradient flow in the singular basis, or descent step by step.
  private func simulateLiterally(_ streams: SampleStreams) throws -> SampleResult {
    let (N, P) = (sizes.numInputs, sizes.numSamples)
    var data = streams.stream(.data), disorder = streams.stream(.disorder), initial = streams.stream(.initialState)
    let inputs = data.normalMatrix(rows: N, columns: P, scale: 1 / Double(N).squareRoot())
    let teacher = disorder.normals(N, scale: variances.teacher.squareRoot())
    let noise = data.normals(P, scale: variances.noise.squareRoot())
    let start = initial.normals(N, scale: variances.start.squareRoot())
    let labels = zip(inputs.multiply(teacher, transposed: true), noise).map { $0 + $1 }
    let modes = try SingularModes(inputs: inputs, labels: labels)
    let projection = LiteralProjection(modes, teacher: teacher, start: start)

    let outcomes: [LiteralProjection.Outcome]
    if simulationMode == .literal {
      outcomes = times.map { time in
        projection.outcome(
          modes.coefficients(at: time, start: projection.start, weightDecay: variances.weightDecay),
          frozenFactor: Double.exp(-variances.weightDecay * time))
      }
    } else {
      outcomes = descend(inputs, labels, teacher: teacher, start: start)
    }
    let decay = variances.weightDecay
    let completed = projection.outcome(modes.ridge(decay), frozenFactor: decay > 0 ? 0 : 1)
    let eigenvalues = modes.eigenvalues
    var observables: [String: ObservableValue] = [
      "testError": .overTime(times, outcomes.map { variances.noise + $0.distance }),
      "trainError": .overTime(times, outcomes.map(\.trainError)),
      "weightNorm": .overTime(times, outcomes.map(\.norm)),
      "finalTestError": hasFiniteFinalMean
        ? .scalar(variances.noise + completed.distance) : .missing(reason: Self.infiniteMean),
      "finalTrainError": .scalar(completed.trainError),
      "smallestEigenvalue": .scalar(eigenvalues.last ?? 0), "largestEigenvalue": .scalar(eigenvalues.first ?? 0),
    ]
    observables["ridgeTestError"] = ridgeObservable {
      variances.noise + projection.outcome(modes.ridge($0), frozenFactor: 0).distance
    }
    for name in ["optimalStoppingTime", "optimalStoppingTestError", "overtrainingGap"] {
      observables[name] = .missing(reason: "measured with simulationMode=spectrum")
    }
    return SampleResult(
      observables: observables, diagnostics: ["actualLoadRatio": .number(sizes.actualLoadRatio)])
  }

  /// w ← w + dt (X(y − Xᵀw) − γw); time t is step round(t/dt).
  private func descend(
    _ inputs: Matrix, _ labels: [Double], teacher: [Double], start: [Double]
  ) -> [LiteralProjection.Outcome] {
    let N = Double(inputs.rows)
    var weights = start
    var step = 0
    return times.map { time in
      func residuals() -> [Double] { zip(labels, inputs.multiply(weights, transposed: true)).map { $0 - $1 } }
      let target = Int((time / learningRate).rounded())
      while step < target {
        let force = inputs * residuals()
        for i in weights.indices {
          weights[i] += learningRate * (force[i] - variances.weightDecay * weights[i])
        }
        step += 1
      }
      return LiteralProjection.Outcome(
        distance: squaredLength(zip(weights, teacher).map { $0 - $1 }) / N,
        trainError: squaredLength(residuals()) / Double(labels.count), norm: squaredLength(weights) / N)
    }
  }
}

/// Teacher and start of one sample, in and beside the singular directions of X.
struct LiteralProjection {
  let modes: SingularModes
  /// Uᵀ w̄ and Uᵀ w(0).
  let teacher: [Double]
  let start: [Double]
  /// Squared lengths and product of what is orthogonal to U.
  private let teacherBeside: Double
  private let startBeside: Double
  private let productBeside: Double
  private let count: Double

  /// What w says at one time.
  struct Outcome {
    /// |w − w̄|²/N.
    var distance: Double
    var trainError: Double
    /// |w|²/N.
    var norm: Double
  }

  init(_ modes: SingularModes, teacher: [Double], start: [Double]) {
    self.modes = modes
    self.teacher = modes.directions.multiply(teacher, transposed: true)
    self.start = modes.directions.multiply(start, transposed: true)
    let isComplete = modes.directions.columns == teacher.count
    teacherBeside = isComplete ? 0 : max(0, squaredLength(teacher) - squaredLength(self.teacher))
    startBeside = isComplete ? 0 : max(0, squaredLength(start) - squaredLength(self.start))
    productBeside = isComplete ? 0 : dot(teacher, start) - dot(self.teacher, self.start)
    count = Double(teacher.count)
  }

  /// From the coefficients of U; beside U the start remains times `frozenFactor`.
  func outcome(_ coefficients: [Double], frozenFactor: Double) -> Outcome {
    var distance = teacherBeside - 2 * frozenFactor * productBeside + frozenFactor * frozenFactor * startBeside
    for i in coefficients.indices {
      distance += (coefficients[i] - teacher[i]) * (coefficients[i] - teacher[i])
    }
    let norm = squaredLength(coefficients) + frozenFactor * frozenFactor * startBeside
    return Outcome(distance: distance / count, trainError: modes.trainError(coefficients), norm: norm / count)
  }
}
