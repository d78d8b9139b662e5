import RealModule
import SystemInterface

/// The noise that the archetypes which are not retrieved exert on the spins, per unit of load.
///
/// Every contribution is proportional to the load alpha, so that the load can be read off a solution (inverse
/// parametrisation). Two forms exist:
/// - P >= 4: each class contributes O(N^{1-P/2}), only its second cumulant survives, with covariance F(q) = Σ c_k q^k;
/// - P = 2: the full Gaussian determinant is needed (Amit, Gutfreund & Sompolinsky, Ann. Phys. 173, 30 (1987)), with a
///   second family of directions inside the classes when learning is unsupervised.
/// `beta` is the inverse temperature, `q` the replica overlap, C = beta (1 - q).
enum PatternNoise: Sendable {
  /// Covariance F(q) by powers of q.
  case secondCumulant(kernel: [(power: Int, coefficient: Double)])
  /// Resummed pairwise noise; `within` are M - 1 and kappa of `Dataset`, `shift` the mean energy at infinite temperature.
  case pairwise(within: (multiplicity: Double, strength: Double)?, shift: Double)

  /// Noise of the archetypes of a point.
  static func ofArchetypes(order P: Int, form: InteractionForm, dataset: Dataset) -> PatternNoise {
    if P == 2 {
      let within = dataset.withinClassNoise
      return .pairwise(within: within, shift: within == nil ? 0.5 : 0.5 / dataset.classMeanVariance)
    }
    switch form {
    case .distinctIndices:
      return .secondCumulant(kernel: [(P, factorial(P) * dataset.kernelFactor(power: P, interactionOrder: P))])
    case .fullPower:
      let kernel = stride(from: 2, through: P, by: 2).map { k in
        let pairings = binomial(P, k) * oddFactorial(P - k - 1)
        let coefficient = pairings * pairings * factorial(k)
        return (power: k, coefficient: coefficient * dataset.kernelFactor(power: k, interactionOrder: P))
      }
      return .secondCumulant(kernel: kernel)
    }
  }

  /// Gaussian noise on the synapses: the kernel F = P! q^P, whose load is tau².
  static func ofSynapses(order P: Int) -> PatternNoise { .secondCumulant(kernel: [(P, factorial(P))]) }

  /// F(q), F'(q) or F''(q) by order of differentiation.
  private static func kernel(_ terms: [(power: Int, coefficient: Double)], _ q: Double, derivative: Int = 0) -> Double {
    terms.reduce(0) { sum, term in
      let factor = (0..<derivative).reduce(1.0) { $0 * Double(term.power - $1) }
      return sum + term.coefficient * factor * Double.pow(q, term.power - derivative)
    }
  }

  /// Variance of the noise field over the load, qh/alpha; `nil` where pairwise noise diverges (C >= 1).
  ///
  /// P >= 4: beta² F'(q)/4. P = 2: beta² [q/(1-C)² + (M-1) kappa² q/(1-kappa C)²].
  func fieldVariance(q: Double, oneMinusQ p: Double, beta: Double) -> Double? {
    switch self {
    case .secondCumulant(let terms):
      return beta * beta * Self.kernel(terms, q, derivative: 1) / 4
    case .pairwise(let within, _):
      let C = beta * p
      guard C < 1 else { return nil }
      var sum = q / ((1 - C) * (1 - C))
      if let (multiplicity, kappa) = within {
        guard kappa * C < 1 else { return nil }
        sum += multiplicity * kappa * kappa * q / ((1 - kappa * C) * (1 - kappa * C))
      }
      return beta * beta * sum
    }
  }

  /// Contribution to -beta f over the load.
  ///
  /// P >= 4: (beta²/8)[F(1) - F(q) - (1-q)F'(q)]. P = 2: -½[ln(1-C) - beta q/(1-C)] and its within-class twin,
  /// - qh(1-q)/(2 alpha) - beta D/alpha.
  func logPartition(q: Double, oneMinusQ p: Double, beta: Double) -> Double {
    switch self {
    case .secondCumulant(let terms):
      let difference = Self.kernel(terms, 1) - Self.kernel(terms, q) - p * Self.kernel(terms, q, derivative: 1)
      return beta * beta / 8 * difference
    case .pairwise(let within, let shift):
      let C = beta * p
      var sum = -0.5 * (Double.log(onePlus: -C) - beta * q / (1 - C))
      if let (multiplicity, kappa) = within {
        sum -= 0.5 * multiplicity * (Double.log(onePlus: -kappa * C) - beta * kappa * q / (1 - kappa * C))
      }
      return sum - (fieldVariance(q: q, oneMinusQ: p, beta: beta) ?? .nan) * p / 2 - beta * shift
    }
  }

  /// Energy per spin over the load.
  func energy(q: Double, oneMinusQ p: Double, beta: Double) -> Double {
    switch self {
    case .secondCumulant(let terms):
      return -beta / 4 * (Self.kernel(terms, 1) - Self.kernel(terms, q))
    case .pairwise(let within, let shift):
      let C = beta * p
      var sum = -0.5 * (p / (1 - C) + q / ((1 - C) * (1 - C)))
      if let (multiplicity, kappa) = within {
        let d = 1 - kappa * C
        sum -= 0.5 * multiplicity * kappa * (p / d + q / (d * d))
      }
      return sum + shift
    }
  }

  /// Factor of E(1 - tanh²)² in the replicon eigenvalue, over the load.
  func repliconFactor(q: Double, oneMinusQ p: Double, beta: Double) -> Double {
    switch self {
    case .secondCumulant(let terms):
      return beta * beta / 4 * Self.kernel(terms, q, derivative: 2)
    case .pairwise(let within, _):
      let C = beta * p
      var sum = 1 / ((1 - C) * (1 - C))
      if let (multiplicity, kappa) = within {
        sum += multiplicity * kappa * kappa / ((1 - kappa * C) * (1 - kappa * C))
      }
      return beta * beta * sum
    }
  }

  /// Squared standard deviation sigma² of the noise at zero temperature over the load; `nil` where C >= 1.
  func zeroTemperatureVariance(susceptibility C: Double) -> Double? {
    switch self {
    case .secondCumulant(let terms):
      return Self.kernel(terms, 1, derivative: 1) / 4
    case .pairwise(let within, _):
      guard C < 1 else { return nil }
      var sum = 1 / ((1 - C) * (1 - C))
      if let (multiplicity, kappa) = within {
        guard kappa * C < 1 else { return nil }
        sum += multiplicity * kappa * kappa / ((1 - kappa * C) * (1 - kappa * C))
      }
      return sum
    }
  }

  /// Energy per spin at zero temperature over the load, equal to the free energy.
  func zeroTemperatureEnergy(susceptibility C: Double) -> Double {
    switch self {
    case .secondCumulant(let terms):
      return -C * Self.kernel(terms, 1, derivative: 1) / 4
    case .pairwise(let within, let shift):
      var sum = -0.5 / ((1 - C) * (1 - C))
      if let (multiplicity, kappa) = within { sum -= 0.5 * multiplicity * kappa / ((1 - kappa * C) * (1 - kappa * C)) }
      return sum + shift
    }
  }

  /// Variance of the field noise of one step from the archetype, over the load: F'(1)/4, or 1 + (M-1) kappa².
  var oneStepVariance: Double {
    switch self {
    case .secondCumulant(let terms): Self.kernel(terms, 1, derivative: 1) / 4
    case .pairwise(let within, _): 1 + (within.map { $0.multiplicity * $0.strength * $0.strength } ?? 0)
    }
  }

  /// The one-step glass of this noise; known for a single power P >= 4.
  var oneStepGlass: OneStepGlass? {
    guard case .secondCumulant(let terms) = self, terms.count == 1, terms[0].power >= 4 else { return nil }
    return OneStepGlass(order: terms[0].power, amplitude: terms[0].coefficient)
  }

  /// The value of C = beta (1 - q) at which the noise diverges.
  var susceptibilityLimit: Double {
    switch self {
    case .secondCumulant: .infinity
    case .pairwise(let within, _): min(1, 1 / (within?.strength ?? 1))
    }
  }

  /// Whether the paramagnet (q = 0, no retrieval) solves the equations at this temperature.
  func hasParamagnet(beta: Double) -> Bool {
    switch self {
    case .secondCumulant: true
    case .pairwise: fieldVariance(q: 0, oneMinusQ: 1, beta: beta) != nil
    }
  }
}

/// n!
func factorial(_ n: Int) -> Double { n < 2 ? 1 : (2...n).reduce(1) { $0 * Double($1) } }

/// n!! of an odd n; (-1)!! = 1.
func oddFactorial(_ n: Int) -> Double { n < 2 ? 1 : stride(from: 3, through: n, by: 2).reduce(1) { $0 * Double($1) } }

/// Binomial coefficient.
func binomial(_ n: Int, _ k: Int) -> Double { factorial(n) / (factorial(k) * factorial(n - k)) }
