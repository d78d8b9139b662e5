import NumericalMethods
import RealModule

/// Averages of one spin over the law of its local field x = Jb e + √qh z.
struct FieldAverages: Sendable {
  /// u = E e tanh x.
  var classOverlap: Double
  /// m = E tanh x.
  var magnetization: Double
  /// 1 - q = E (1 - tanh² x), kept as such because C = (1 - q)/T loses its digits otherwise.
  var oneMinusQ: Double
  /// E (1 - tanh² x)².
  var squaredSusceptibility: Double
  /// E ln 2cosh x; zero unless asked for.
  var logTwoCosh: Double

  /// q.
  var replicaOverlap: Double { 1 - oneMinusQ }

  /// Averages at signal `Jb` and noise variance `qh`.
  ///
  /// The Gaussian integral is a trapezoid sum on [-9, 9] with a step below 0.25/√variance: its error falls as
  /// exp(-π²/(step √variance)). Above a standard deviation of 1000 the leading terms of T -> 0 are exact to 1e-9.
  init(law: EntryLaw, signal Jb: Double, noiseVariance qh: Double, withLogTwoCosh: Bool = false) {
    switch law {
    case .discrete(let atoms):
      self = FieldAverages(sumOver: atoms, signal: Jb, variance: qh, withLogTwoCosh: withLogTwoCosh)
    case .gaussian(let rho):
      // Entry and noise merge into one Gaussian field; u then follows by integration by parts.
      let mean = 1 / (1 + rho).squareRoot()
      let merged = FieldAverages(
        sumOver: [(mean, 1)], signal: Jb, variance: qh + Jb * Jb * rho / (1 + rho), withLogTwoCosh: withLogTwoCosh)
      self = merged
      classOverlap = mean * (merged.magnetization + rho * Jb * mean * merged.oneMinusQ)
    }
  }

  private init(
    sumOver atoms: [(value: Double, weight: Double)], signal Jb: Double, variance: Double, withLogTwoCosh: Bool
  ) {
    self.init()
    let deviation = variance.squareRoot()
    let table = variance == 0 ? nil : Self.table(deviation: deviation)
    for (value, weight) in atoms {
      let part =
        if variance == 0 {
          FieldAverages(at: Jb * value)
        } else if let table {
          FieldAverages(mean: Jb * value, deviation: deviation, table: table, withLogTwoCosh: withLogTwoCosh)
        } else {
          FieldAverages(mean: Jb * value, largeDeviation: deviation)
        }
      add(part, weight: weight, entry: value)
    }
  }

  private init() {
    (classOverlap, magnetization, oneMinusQ, squaredSusceptibility, logTwoCosh) = (0, 0, 0, 0, 0)
  }

  private mutating func add(_ part: FieldAverages, weight: Double, entry: Double) {
    classOverlap += weight * entry * part.magnetization
    magnetization += weight * part.magnetization
    oneMinusQ += weight * part.oneMinusQ
    squaredSusceptibility += weight * part.squaredSusceptibility
    logTwoCosh += weight * part.logTwoCosh
  }

  /// The functions themselves, at a field without noise.
  private init(at x: Double) {
    self.init()
    accumulate(x, weight: 1)
    logTwoCosh = Self.logTwoCosh(x)
  }

  private init(mean: Double, deviation: Double, table: Quadrature, withLogTwoCosh: Bool) {
    self.init()
    table.nodes.withUnsafeBufferPointer { nodes in
      table.weights.withUnsafeBufferPointer { weights in
        for i in 0..<nodes.count { accumulate(mean + deviation * nodes[i], weight: weights[i]) }
        guard withLogTwoCosh else { return }
        for i in 0..<nodes.count { logTwoCosh += weights[i] * Self.logTwoCosh(mean + deviation * nodes[i]) }
      }
    }
  }

  @inline(__always)
  private mutating func accumulate(_ x: Double, weight: Double) {
    let e = Double.exp(-2 * abs(x)), d = 1 / (1 + e)
    let t = (1 - e) * d
    let s = 4 * e * d * d
    magnetization += weight * (x < 0 ? -t : t)
    oneMinusQ += weight * s
    squaredSusceptibility += weight * s * s
  }

  private static func logTwoCosh(_ x: Double) -> Double { abs(x) + Double.log(onePlus: Double.exp(-2 * abs(x))) }

  /// Leading order at large noise: 1 - tanh² acts as twice a delta function of the field, and so on.
  private init(mean: Double, largeDeviation deviation: Double) {
    let t = mean / deviation
    let density = Double.exp(-t * t / 2) / (deviation * (2 * Double.pi).squareRoot())
    classOverlap = 0
    magnetization = Double.erf(t / 2.0.squareRoot())
    oneMinusQ = 2 * density
    squaredSusceptibility = 4.0 / 3 * density
    logTwoCosh = meanAbsoluteGaussian(mean: mean, deviation: deviation) + Double.pi * Double.pi / 12 * density
  }

  /// Trapezoid nodes of step 0.1/2^k, the largest that suffices; `nil` above the largest deviation integrated.
  private static func table(deviation: Double) -> Quadrature? {
    guard deviation <= 1000 else { return nil }
    let level = max(0, Int(Double.log2(0.4 * deviation).rounded(.up)))
    return level < cachedTables.count ? cachedTables[level] : .gaussianTrapezoid(step: 0.1 / Double(1 << level))
  }

  private static let cachedTables = (0..<8).map { Quadrature.gaussianTrapezoid(step: 0.1 / Double(1 << $0)) }
}
