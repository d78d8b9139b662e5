import NumericalMethods
import SystemInterface

extension RandomFeatures {
  /// Eigenvalues of Φ below this fraction of the largest are rounding: these directions carry no features.
  private static let leastEigenvalue = 1e-14

  /// Every observable of the Gaussian equivalent: a linear student of M inputs with covariance Φ (docs, section 3).
  ///
  /// Teacher moments M (u_j·b)²/Λ_j²; what no readout can reach, y₂ − Σ (u_j·b)²/Λ_j, acts as label noise.
  /// - Throws: `SolverError` where a resolvent, an edge or a minimum is not found; `LinearAlgebraError`.
  func theory() throws -> TheoryResult {
    let kernels = kernels(), M = Double(hiddenWidth)
    let eigen = try kernels.studentKernel.symmetricEigendecomposition()
    let projections = eigen.vectors.multiply(kernels.overlaps, transposed: true)
    let threshold = Self.leastEigenvalue * (eigen.values.last ?? 0)
    let eigenvalues = eigen.values.map { $0 > threshold ? $0 : 0 }
    var moments = [Double](repeating: 0, count: hiddenWidth)
    var explained = 0.0
    for j in eigenvalues.indices where eigenvalues[j] > 0 {
      let ratio = projections[j] / eigenvalues[j]
      moments[j] = M * ratio * ratio
      explained += ratio * projections[j]
    }
    let power = kernels.teacherPower, rest = max(0, power - explained)
    let theory = try CovarianceTheory(
      loadRatio: Double(numSamples) / M, eigenvalues: eigenvalues,
      weights: [Double](repeating: 1 / M, count: hiddenWidth), teacherMoments: moments,
      initMoments: [Double](repeating: 0, count: hiddenWidth), noise: noiseVariance + rest)
    var result = try theory.result(times: times, ridge: ridge)
    result.observables["teacherPower"] = .scalar(power)
    result.observables["unrepresentableVariance"] = .scalar(rest)
    return result
  }
}
