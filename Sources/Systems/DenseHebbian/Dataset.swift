import Foundation
import RealModule
import SystemInterface

/// The examples from which the network is built, and the law of their class means.
///
/// Examples are eta = xi chi with Prob(chi = +1) = (1 + r)/2. R = r² + (1 - r²)/M is the second moment of a class mean
/// over M examples, rho = (1 - r²)/(M r²) the dataset entropy, so that R = r²(1 + rho).
public struct Dataset: Sendable, Equatable {
  /// How many examples there are of each archetype, and how good they are.
  public enum Examples: Sendable, Equatable {
    /// Infinitely many, or perfect ones: class means are the archetypes.
    case clean
    /// M examples of quality r < 1.
    case finite(count: Int, quality: Double)
    /// Only the dataset entropy rho is known (supervised, Gaussian average).
    case entropy(Double)
  }

  /// M and r, or rho.
  public var examples: Examples
  /// Whether a teacher groups the examples.
  public var isSupervised: Bool
  /// Whether class means are averaged in their Gaussian limit of many examples.
  public var usesGaussianAverage: Bool

  /// The dataset entropy rho; infinite for r = 0.
  public var entropy: Double {
    switch examples {
    case .clean: 0
    case .finite(let M, let r): (1 - r * r) / (Double(M) * r * r)
    case .entropy(let rho): rho
    }
  }

  /// R = E[class mean²] = r² + (1 - r²)/M.
  public var classMeanVariance: Double {
    switch examples {
    case .clean, .entropy: 1
    case .finite(let M, let r): r * r + (1 - r * r) / Double(M)
    }
  }

  /// r/√R = 1/√(1 + rho): the mean of a standardised entry times the archetype.
  public var signal: Double {
    switch examples {
    case .clean: 1
    case .finite(_, let r): r / classMeanVariance.squareRoot()
    case .entropy(let rho): 1 / (1 + rho).squareRoot()
    }
  }

  /// M - 1 and kappa = (1 - r²)/(M R): the second family of noise directions of unsupervised pairwise learning.
  public var withinClassNoise: (multiplicity: Double, strength: Double)? {
    guard !isSupervised, case .finite(let M, let r) = examples, M > 1 else { return nil }
    return (Double(M - 1), (1 - r * r) / (Double(M) * classMeanVariance))
  }

  /// Second moment of class k-body means over that of supervised learning: [1/M + (1 - 1/M) r^{2k}]/R^P unsupervised, else 1.
  public func kernelFactor(power k: Int, interactionOrder P: Int) -> Double {
    guard !isSupervised, case .finite(let M, let r) = examples else { return 1 }
    let inverse = 1 / Double(M)
    return (inverse + (1 - inverse) * Double.pow(r, 2 * k)) / Double.pow(classMeanVariance, P)
  }

  /// The law of the standardised entries e of the retrieved class, archetype signs taken out.
  public var law: EntryLaw {
    switch examples {
    case .clean: return .discrete([(1, 1)])
    case .entropy(let rho): return rho == 0 ? .discrete([(1, 1)]) : .gaussian(entropy: rho)
    case .finite(let M, let r):
      if usesGaussianAverage { return .gaussian(entropy: entropy) }
      return .discrete(Self.binomialAtoms(M: M, r: r))
    }
  }

  /// e = (2k/M - 1)/√R with k ~ Binomial(M, (1 + r)/2); atoms lighter than 1e-20 are left out.
  private static func binomialAtoms(M: Int, r: Double) -> [(value: Double, weight: Double)] {
    let p = (1 + r) / 2
    let R = r * r + (1 - r * r) / Double(M)
    let atoms = (0...M).map { k in
      let count = Double.logGamma(Double(M + 1)) - Double.logGamma(Double(k + 1)) - Double.logGamma(Double(M - k + 1))
      let logWeight = count + Double(k) * Double.log(p) + Double(M - k) * Double.log(1 - p)
      return (value: (2 * Double(k) / Double(M) - 1) / R.squareRoot(), weight: Double.exp(logWeight))
    }
    let kept = atoms.filter { $0.weight > 1e-20 }
    let total = kept.reduce(0) { $0 + $1.weight }
    return kept.map { ($0.value, $0.weight / total) }
  }
}

/// Law of the standardised class-mean entries e (unit second moment), archetype signs taken out.
public enum EntryLaw: Sendable {
  /// Atoms (e, probability).
  case discrete([(value: Double, weight: Double)])
  /// e = (1 + √rho y)/√(1 + rho) with y a unit Gaussian.
  case gaussian(entropy: Double)

  /// Mean of |e|: the largest class overlap, u at zero temperature and zero load.
  public var meanAbsoluteEntry: Double {
    switch self {
    case .discrete(let atoms): return atoms.reduce(0) { $0 + $1.weight * abs($1.value) }
    case .gaussian(let rho):
      let mean = 1 / (1 + rho).squareRoot(), deviation = (rho / (1 + rho)).squareRoot()
      return meanAbsoluteGaussian(mean: mean, deviation: deviation)
    }
  }

  /// Mean of sign(e): the largest magnetization.
  public var meanSign: Double {
    switch self {
    case .discrete(let atoms): atoms.reduce(0) { $0 + $1.weight * ($1.value == 0 ? 0 : $1.value > 0 ? 1 : -1) }
    case .gaussian(let rho): rho == 0 ? 1 : Double.erf(1 / (2 * rho).squareRoot())
    }
  }

  /// Probability that e is not zero: the replica overlap at zero temperature and zero load.
  public var probabilityNotZero: Double {
    switch self {
    case .discrete(let atoms): atoms.reduce(0) { $0 + ($1.value == 0 ? 0 : $1.weight) }
    case .gaussian: 1
    }
  }
}

/// E|a + s z| = s √(2/π) exp(-a²/2s²) + a erf(a/(s√2)) for a unit Gaussian z.
func meanAbsoluteGaussian(mean a: Double, deviation s: Double) -> Double {
  guard s > 0 else { return abs(a) }
  return s * (2 / Double.pi).squareRoot() * Double.exp(-a * a / (2 * s * s)) + a
    * Double.erf(a / (s * 2.0.squareRoot()))
}
