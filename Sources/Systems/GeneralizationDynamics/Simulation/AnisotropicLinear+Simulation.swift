import NumericalMethods
import RealModule
import SystemInterface

extension AnisotropicLinear {
  /// One sample: rows of X scaled by √Λ_j, the flow in the singular basis, errors with the weights Λ_j.
  ///
  /// - Throws: `LinearAlgebraError` if the decomposition fails.
  func simulate(_ streams: SampleStreams) throws -> SampleResult {
    let (N, P) = (sizes.numInputs, sizes.numSamples)
    let rows = rowsOfDirections
    let covariance = rows.map(\.eigenvalue)
    var data = streams.stream(.data), disorder = streams.stream(.disorder), initial = streams.stream(.initialState)
    let scales = covariance.map { ($0 / Double(N)).squareRoot() }
    let inputs = Matrix(rows: N, columns: P) { row, _ in scales[row] * data.normal() }
    let teacher = rows.map { $0.teacherVariance.squareRoot() * disorder.normal() }
    let start = rows.map { $0.initVariance.squareRoot() * initial.normal() }
    let noise = data.normals(P, scale: noiseVariance.squareRoot())
    let labels = zip(inputs.multiply(teacher, transposed: true), noise).map { $0 + $1 }
    let modes = try SingularModes(inputs: inputs, labels: labels)
    let startInBasis = modes.directions.multiply(start, transposed: true)

    // w = w(0) + U (coefficients − Uᵀw(0)); beside U nothing moves.
    let none = [Double](repeating: 0, count: startInBasis.count)
    func testErrors(_ coefficients: [[Double]], from start: [Double], _ startInBasis: [Double]) -> [Double] {
      guard !coefficients.isEmpty else { return [] }
      let moves = Matrix(
        rows: startInBasis.count, columns: coefficients.count,
        columnMajor: coefficients.flatMap { zip($0, startInBasis).map { $0 - $1 } })
      let displacements = modes.directions * moves
      return coefficients.indices.map { column in
        let move = displacements.column(column)
        return noiseVariance
          + covariance.indices.reduce(0) { sum, j in
            let distance = start[j] + move[j] - teacher[j]
            return sum + covariance[j] * distance * distance
          } / Double(N)
      }
    }
    let curves = times.map { modes.coefficients(at: $0, start: startInBasis) }
    let final = modes.singularValues.indices.map { i in
      isLearnt(modes.singularValues[i], modes) ? modes.labels[i] / modes.singularValues[i] : startInBasis[i]
    }
    // Directions without variance add zeros but for rounding.
    let eigenvalues = modes.eigenvalues.prefix(min(visibleInputs, P))
    var observables: [String: ObservableValue] = [
      "testError": .overTime(times, testErrors(curves, from: start, startInBasis)),
      "trainError": .overTime(times, curves.map(modes.trainError)),
      "finalTrainError": .scalar(modes.trainError(final)),
      "smallestEigenvalue": .scalar(eigenvalues.last ?? 0), "largestEigenvalue": .scalar(eigenvalues.first ?? 0),
    ]
    observables["finalTestError"] =
      hasFiniteFinalMean
      ? .scalar(testErrors([final], from: start, startInBasis)[0])
      : .missing(reason: "infinite mean: P and the number of visible directions differ by 1 at most")
    if let ridge, ridge > 0 || hasFiniteFinalMean {
      let estimator = modes.singularValues.indices.map { i in
        isLearnt(modes.singularValues[i], modes)
          ? modes.singularValues[i] * modes.labels[i] / (modes.eigenvalue(i) + ridge) : 0
      }
      let zero = [Double](repeating: 0, count: N)
      observables["ridgeTestError"] = .scalar(testErrors([estimator], from: zero, none)[0])
      observables["ridgeTrainError"] = .scalar(modes.trainError(estimator))
    } else {
      let reason = ridge == nil ? MissingReason.noRidge : MissingReason.critical
      observables["ridgeTestError"] = .missing(reason: reason)
      observables["ridgeTrainError"] = .missing(reason: reason)
    }
    return SampleResult(
      observables: observables, diagnostics: ["actualLoadRatio": .number(sizes.actualLoadRatio)])
  }

  /// The direction of each of the N inputs.
  private var rowsOfDirections: [Direction] {
    directions.flatMap { direction in
      [Direction](repeating: direction, count: Int((direction.weight * Double(sizes.numInputs)).rounded()))
    }
  }

  /// Inputs that do vary.
  private var visibleInputs: Int { rowsOfDirections.reduce(0) { $0 + ($1.eigenvalue > 0 ? 1 : 0) } }

  private var hasFiniteFinalMean: Bool { noiseVariance == 0 || abs(sizes.numSamples - visibleInputs) >= 2 }

  /// Directions without variance give singular values that are zero but for rounding.
  private func isLearnt(_ value: Double, _ modes: SingularModes) -> Bool {
    value > 1e-13 * (modes.singularValues.first ?? 0)
  }
}

extension SingularModes {
  /// λ_i = s_i².
  func eigenvalue(_ i: Int) -> Double { singularValues[i] * singularValues[i] }
}
