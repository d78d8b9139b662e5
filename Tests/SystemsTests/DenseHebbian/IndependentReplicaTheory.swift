import Foundation

/// The replica-symmetric expressions of section 3 written out anew, with Simpson's rule for the Gaussian.
struct IndependentReplicaTheory {
  var order: Int
  var isDistinct = true
  var isSupervised = true
  /// M; `nil` for clean archetypes.
  var examples: Int?
  var quality = 1.0
  /// Gaussian law of the entries with this entropy.
  var gaussianEntropy: Double?
  var load: Double
  var temperature: Double

  var beta: Double { 1 / temperature }
  var R: Double { examples.map { quality * quality + (1 - quality * quality) / Double($0) } ?? 1 }
  var kappa: Double { examples.map { (1 - quality * quality) / (Double($0) * R) } ?? 0 }
  /// M - 1 where the examples of a class make noise of their own.
  var within: Double { isSupervised ? 0 : Double((examples ?? 1) - 1) }

  /// ∫ Dz f(z).
  static func gaussian(_ f: (Double) -> Double) -> Double {
    let steps = 4000, cut = 9.5, h = 2 * cut / Double(steps)
    var sum = 0.0
    for k in 0...steps {
      let z = -cut + h * Double(k)
      sum += Double(k == 0 || k == steps ? 1 : k % 2 == 1 ? 4 : 2) * exp(-z * z / 2) * f(z)
    }
    return sum * h / 3 / (2 * Double.pi).squareRoot()
  }

  /// E over the entries e of the retrieved class.
  func overEntries(_ f: (Double) -> Double) -> Double {
    if let rho = gaussianEntropy {
      return Self.gaussian { f((1 + rho.squareRoot() * $0) / (1 + rho).squareRoot()) }
    }
    guard let M = examples else { return f(1) }
    let p = (1 + quality) / 2
    var weights = [1.0]
    for _ in 0..<M {
      weights = (0...weights.count).map {
        ($0 > 0 ? weights[$0 - 1] * p : 0) + ($0 < weights.count ? weights[$0] * (1 - p) : 0)
      }
    }
    return (0...M).reduce(0) { $0 + weights[$1] * f((2 * Double($1) / Double(M) - 1) / R.squareRoot()) }
  }

  /// Factor of the k-th power of the kernel.
  private func kernelFactor(_ k: Int) -> Double {
    guard !isSupervised, let M = examples else { return 1 }
    return (1 / Double(M) + (1 - 1 / Double(M)) * pow(quality, Double(2 * k))) / pow(R, Double(order))
  }

  /// Powers and coefficients of F, from the table of section 3 for P = 4 and the general formula above.
  private var kernel: [(Int, Double)] {
    let factorials = [2: 2.0, 4: 24, 6: 720, 8: 40320]
    if isDistinct { return [(order, (factorials[order] ?? 0) * kernelFactor(order))] }
    let pairings: [Int: [(Int, Double)]] = [
      4: [(2, 72), (4, 24)], 6: [(2, 45 * 45 * 2), (4, 15 * 15 * 24), (6, 720)],
      8: [(2, 420 * 420 * 2), (4, 210 * 210 * 24), (6, 28 * 28 * 720), (8, 40320)],
    ]
    return (pairings[order] ?? []).map { ($0.0, $0.1 * kernelFactor($0.0)) }
  }

  /// F, F', F''.
  func covariance(_ q: Double, derivative: Int = 0) -> Double {
    kernel.reduce(0) { sum, term in
      let factor = (0..<derivative).reduce(1.0) { $0 * Double(term.0 - $1) }
      return sum + term.1 * factor * pow(q, Double(term.0 - derivative))
    }
  }

  /// Variance of the noise field.
  func noise(_ q: Double) -> Double {
    guard order == 2 else { return load * beta * beta * covariance(q, derivative: 1) / 4 }
    let C = beta * (1 - q)
    let second = within * kappa * kappa * q / ((1 - kappa * C) * (1 - kappa * C))
    return load * beta * beta * (q / ((1 - C) * (1 - C)) + second)
  }

  /// E f(e, x) over entries and field at order parameters u, q.
  func overFields(_ u: Double, _ q: Double, _ f: (Double, Double) -> Double) -> Double {
    let Jb = beta * Double(order) / 2 * pow(u, Double(order - 1)), s = noise(q).squareRoot()
    return overEntries { e in Self.gaussian { f(e, Jb * e + s * $0) } }
  }

  /// The right-hand sides of the equations for u, q and m.
  func equations(_ u: Double, _ q: Double) -> (u: Double, q: Double, m: Double) {
    (
      overFields(u, q) { $0 * tanh($1) }, overFields(u, q) { tanh($1) * tanh($1) }, overFields(u, q) { tanh($1) }
    )
  }

  func freeEnergy(_ u: Double, _ q: Double) -> Double {
    let entropy = overFields(u, q) { abs($1) + log1p(exp(-2 * abs($1))) }
    guard order == 2 else {
      let bracket = covariance(1) - covariance(q) - (1 - q) * covariance(q, derivative: 1)
      let signal = -beta / 2 * Double(order - 1) * pow(u, Double(order))
      return -temperature * (signal + load * beta * beta / 8 * bracket + entropy)
    }
    let C = beta * (1 - q)
    var sum = -beta * u * u / 2 - load / 2 * (log(1 - C) - beta * q / (1 - C))
    sum -= load * within / 2 * (log(1 - kappa * C) - beta * kappa * q / (1 - kappa * C))
    return -temperature * (sum - noise(q) * (1 - q) / 2 + entropy - beta * shift)
  }

  func energy(_ u: Double, _ q: Double) -> Double {
    guard order == 2 else {
      return -pow(u, Double(order)) / 2 - load * beta / 4 * (covariance(1) - covariance(q))
    }
    let C = beta * (1 - q), D = 1 - kappa * C
    let own = (1 - q) / (1 - C) + q / ((1 - C) * (1 - C))
    let second = within * kappa * ((1 - q) / D + q / (D * D))
    return -u * u / 2 - load / 2 * (own + second) + shift
  }

  func replicon(_ u: Double, _ q: Double) -> Double {
    let square = overFields(u, q) { pow(1 - tanh($1) * tanh($1), 2) }
    guard order == 2 else { return 1 - load * beta * beta / 4 * covariance(q, derivative: 2) * square }
    let C = beta * (1 - q)
    let factor = 1 / ((1 - C) * (1 - C)) + within * kappa * kappa / ((1 - kappa * C) * (1 - kappa * C))
    return 1 - load * beta * beta * factor * square
  }

  /// D.
  private var shift: Double { load / 2 / (isSupervised ? 1 : R) }

  /// The same as a request.
  var request: String {
    var words = ["interactionOrder=\(order)", "storageLoad=\(load)", "temperature=\(temperature)"]
    if !isDistinct { words.append("interactionForm=fullPower") }
    if !isSupervised { words.append("learningProtocol=unsupervised") }
    if let examples { words += ["examplesPerArchetype=\(examples)", "datasetQuality=\(quality)"] }
    if let gaussianEntropy { words += ["exampleAverage=gaussian", "datasetEntropy=\(gaussianEntropy)"] }
    return words.joined(separator: " ")
  }
}
