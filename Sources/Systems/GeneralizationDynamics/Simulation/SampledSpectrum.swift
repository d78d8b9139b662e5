import NumericalMethods
import RealModule
import SystemInterface

/// The eigenvalues of one S, and the errors averaged over teacher, start and noise given these.
struct SampledSpectrum {
  /// The min(N, P) eigenvalues that need not be zero, descending.
  let eigenvalues: [Double]
  let numInputs: Int
  let numSamples: Int
  let variances: ModeVariances
  private let weights: [Double]

  init(eigenvalues: [Double], numInputs: Int, numSamples: Int, variances: ModeVariances) {
    self.eigenvalues = eigenvalues
    self.numInputs = numInputs
    self.numSamples = numSamples
    self.variances = variances
    weights = [Double](repeating: 1 / Double(numInputs), count: eigenvalues.count)
  }

  /// Fraction of frozen directions.
  private var frozenFraction: Double { Double(numInputs - eigenvalues.count) / Double(numInputs) }
  /// (P − N)/N for P > N: what no weights can fit.
  private var unreachable: Double { Double(numSamples - eigenvalues.count) / Double(numInputs) }

  /// N⁻¹ Σ over the modes at `time`; the train error is that of all samples times P/N.
  func contributions(at time: Double) -> ModeVariances.Contributions {
    var sum = variances.sum(over: eigenvalues, weights: weights, at: time)
    let frozen = variances.frozen(at: time)
    sum.test += frozenFraction * frozen.test
    sum.norm += frozenFraction * frozen.norm
    sum.displacement += frozenFraction * frozen.displacement
    sum.train += variances.noise * unreachable
    return sum
  }

  /// t → ∞ without weight decay.
  var completed: (test: Double, train: Double) {
    let inverse = variances.noise > 0 ? eigenvalues.reduce(0) { $0 + 1 / $1 } / Double(numInputs) : 0
    let test = variances.noise * (1 + inverse) + variances.initialPower * frozenFraction
    return (test, variances.noise * unreachable * Double(numInputs) / Double(numSamples))
  }

  /// The ridge estimator.
  func ridge(_ gamma: Double) -> (test: Double, train: Double) {
    var test = variances.teacher * frozenFraction, train = variances.noise * unreachable
    for lambda in eigenvalues {
      let residual = gamma / (lambda + gamma), weight = 1 / Double(numInputs)
      test +=
        weight
        * (variances.teacher * residual * residual + variances.noise * lambda / ((lambda + gamma) * (lambda + gamma)))
      train += weight * (variances.teacher * lambda + variances.noise) * residual * residual
    }
    return (variances.noise + test, train * Double(numInputs) / Double(numSamples))
  }

  /// The global minimum of this sample's own E_g(t); `nil` without noise.
  ///
  /// - Throws: `SolverError` where a zero of the slope is not found.
  func optimalStopping() throws -> (time: Double, testError: Double)? {
    guard variances.initialPower > 0 else { return (0, variances.noise) }
    guard let smallest = eigenvalues.last, let largest = eigenvalues.first,
      let bracket = variances.stoppingBracket(max(smallest, 0)...largest)
    else { return nil }
    func slope(_ logarithm: Double) -> Double {
      let time = Double.exp(logarithm)
      return eigenvalues.reduce(0) { $0 + variances.slope(of: $1, at: time) }
    }
    let lower = Double.log(bracket.lowerBound), upper = Double.log(bracket.upperBound)
    let count = max(1, Int(((upper - lower) / Double.log(10) * 20).rounded(.up)))
    let grid = (0...count).map { $0 == count ? upper : lower + (upper - lower) * Double($0) / Double(count) }
    var best: (time: Double, testError: Double)?
    for interval in upper > lower ? RootFinding.bracketedRoots(over: grid, slope) : [lower...lower] {
      let root = try RootFinding.brent(in: interval, tolerance: 1e-13, what: "best stopping time", slope)
      let time = Double.exp(root), error = variances.noise + contributions(at: time).test
      if best.map({ error < $0.testError }) ?? true { best = (time, error) }
    }
    return best
  }
}
