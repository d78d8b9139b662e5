import RealModule
import SystemInterface

/// Law of the factor c in x̂ = ξ c on an active entry: what the data say of the pattern there (page, section 2.2).
enum DataLaw: Sendable, Equatable {
  /// c = 1.
  case storage
  /// c = mean of `count` independent signs, each +1 with probability (1 + quality)/2.
  case examples(count: Int, quality: Double)
  /// c Gaussian of mean `quality` and variance `variance` = rho r².
  case gaussian(quality: Double, variance: Double)

  /// The law at a point; perfect examples are the patterns themselves.
  init(_ point: MultitaskingHebbianPoint) {
    let r = point.exampleQuality
    if point.storageProtocol == .storage {
      self = .storage
    } else if point.datasetNoise == .gaussian {
      let variance = point.noiseVariance
      self = variance == 0 && r == 1 ? .storage : .gaussian(quality: r, variance: variance)
    } else {
      self = r == 1 ? .storage : .examples(count: point.examplesPerPattern, quality: r)
    }
  }

  /// E c = r.
  var mean: Double {
    switch self {
    case .storage: 1
    case .examples(_, let r), .gaussian(let r, _): r
    }
  }

  /// E c² = R.
  var secondMoment: Double {
    switch self {
    case .storage: 1
    case .examples(let M, let r): r * r + (1 - r * r) / Double(M)
    case .gaussian(let r, let variance): r * r + variance
    }
  }

  /// E c⁴; for M examples [(M)₄ r⁴ + (6 (M)₃ + 4 (M)₂) r² + 3 (M)₂ + M]/M⁴ with falling factorials (page, section 3.5).
  var fourthMoment: Double {
    switch self {
    case .storage: return 1
    case .gaussian(let r, let v): return r * r * r * r + 6 * r * r * v + 3 * v * v
    case .examples(let count, let r):
      let M = Double(count), square = r * r
      let second = (M - 1) / M, third = second * (M - 2) / M, fourth = third * (M - 3) / M
      return fourth * square * square + (6 * third / M + 4 * second / (M * M)) * square
        + 3 * second / (M * M) + 1 / (M * M * M)
    }
  }

  /// Bound on |c| up to nine standard deviations, which sets how finely the Fourier integrals need sampling.
  var largestFactor: Double {
    guard case .gaussian(let r, let variance) = self else { return 1 }
    return r + 9 * variance.squareRoot()
  }
}
