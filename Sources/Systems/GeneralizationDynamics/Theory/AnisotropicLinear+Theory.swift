import NumericalMethods
import SystemInterface

extension AnisotropicLinear {
  /// Every observable of the limit N → ∞ at fixed α.
  ///
  /// - Throws: `SolverError` where a resolvent, an edge or a minimum is not found.
  func theory() throws -> TheoryResult {
    let theory = try CovarianceTheory(
      loadRatio: sizes.loadRatio, eigenvalues: directions.map(\.eigenvalue), weights: directions.map(\.weight),
      teacherMoments: directions.map(\.teacherVariance), initMoments: directions.map(\.initVariance),
      noise: noiseVariance)
    var result = try theory.result(times: times, ridge: ridge)
    let edges = try theory.resolvent.bulkEdges()
    result.observables["bulkEdges"] = .curve(
      Curve(
        dimensions: ["edge"], coordinates: ["edge": (1...max(1, edges.count)).map(Double.init)],
        values: edges))
    result.observables["numBulkIntervals"] = .scalar(Double(edges.count / 2))
    return result
  }
}
