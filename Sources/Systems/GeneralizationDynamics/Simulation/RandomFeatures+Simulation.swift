import NumericalMethods
import RealModule
import SystemInterface

extension RandomFeatures {
  /// One sample of the training data; the test error is exact, E_g = σ_ε² + y₂ − 2 â·b + âᵀΦâ, â = a/√M.
  ///
  /// - Throws: `LinearAlgebraError` if the decomposition fails.
  func simulate(_ streams: SampleStreams) throws -> SampleResult {
    let kernels = kernels(), root = Double(hiddenWidth).squareRoot()
    var data = streams.stream(.data)
    let inputs = data.normalMatrix(rows: inputDimension, columns: numSamples)
    let noise = data.normals(numSamples, scale: noiseVariance.squareRoot())
    let outputs = FeatureKernels.outputs(activation, inputs: inputs, weights: kernels.hidden)
    let taught = FeatureKernels.outputs(activation, inputs: inputs, weights: kernels.teacher) * kernels.readout
    // ψ = f(Wx)/√M, one column a sample.
    let features = Matrix(rows: hiddenWidth, columns: numSamples) { outputs[$1, $0] / root }
    let modes = try SingularModes(inputs: features, labels: zip(taught, noise).map { $0 + $1 })
    let basis = modes.directions
    let kernel = Matrix.multiply(basis, transposed: true, by: kernels.studentKernel * basis)
    let overlaps = basis.multiply(kernels.overlaps, transposed: true), constant = noiseVariance + kernels.teacherPower
    func testError(_ coefficients: [Double]) -> Double {
      let quadratic = dot(coefficients, kernel * coefficients) / Double(hiddenWidth)
      return constant - 2 * dot(coefficients, overlaps) / root + quadratic
    }

    let start = [Double](repeating: 0, count: modes.singularValues.count)
    let curves = times.map { modes.coefficients(at: $0, start: start) }
    let eigenvalues = modes.eigenvalues
    var observables: [String: ObservableValue] = [
      "testError": .overTime(times, curves.map(testError)),
      "trainError": .overTime(times, curves.map(modes.trainError)),
      "smallestEigenvalue": .scalar(eigenvalues.last ?? 0), "largestEigenvalue": .scalar(eigenvalues.first ?? 0),
    ]
    if let ridge, ridge > 0 || abs(numSamples - hiddenWidth) >= 2 {
      let estimator = modes.ridge(ridge)
      observables["ridgeTestError"] = .scalar(testError(estimator))
      observables["ridgeTrainError"] = .scalar(modes.trainError(estimator))
    } else {
      let reason = ridge == nil ? MissingReason.noRidge : "infinite mean for |P - M| <= 1"
      observables["ridgeTestError"] = .missing(reason: reason)
      observables["ridgeTrainError"] = .missing(reason: reason)
    }
    return SampleResult(observables: observables)
  }
}
