import NumericalMethods
import RealModule
import SystemInterface

/// Averages of one spin over the law of its local field x = Jb e + √qh z.
struct FieldAverages: Sendable {
  /// u = E e tanh x.
  var classOverlap: Double
  /// m = E tanh x.
  var magnetization: Double
  /// q = E tanh² x; near zero 1 - (1 - q) would be rounding noise.
  var replicaOverlap: Double
  /// 1 - q = E (1 - tanh² x), kept as well because C = (1 - q)/T loses its digits otherwise.
  var oneMinusQ: Double
  /// E (1 - tanh² x)².
  var squaredSusceptibility: Double
  /// E ln 2cosh x; zero unless asked for.
  var logTwoCosh: Double

  /// Averages at signal `Jb` and noise variance `qh`.
  ///
  /// The Gaussian integral is a trapezoid sum on [-9, 9] with a step below 0.25/√variance, whose error falls as
  /// exp(-π²/(step √variance)); for wide noise tanh differs from a sign near zero only, and `FieldCore` holds the rest.
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
          FieldAverages(mean: Jb * value, wideDeviation: deviation)
        }
      add(part, weight: weight, entry: value)
    }
  }

  private init() {
    (classOverlap, magnetization, replicaOverlap) = (0, 0, 0)
    (oneMinusQ, squaredSusceptibility, logTwoCosh) = (0, 0, 0)
  }

  private mutating func add(_ part: FieldAverages, weight: Double, entry: Double) {
    classOverlap += weight * entry * part.magnetization
    magnetization += weight * part.magnetization
    replicaOverlap += weight * part.replicaOverlap
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
    replicaOverlap += weight * t * t
    oneMinusQ += weight * s
    squaredSusceptibility += weight * s * s
  }

  private static func logTwoCosh(_ x: Double) -> Double { abs(x) + Double.log(onePlus: Double.exp(-2 * abs(x))) }

  /// Wide noise: averages of sign x and |x| in closed form, plus integrals over the core where tanh differs from them.
  private init(mean: Double, wideDeviation deviation: Double) {
    self.init()
    let core = FieldCore.shared, scale = 1 / (deviation * (2 * Double.pi).squareRoot())
    magnetization = Double.erf(mean / (deviation * 2.0.squareRoot()))
    logTwoCosh = meanAbsoluteGaussian(mean: mean, deviation: deviation)
    for i in core.fields.indices {
      let above = (core.fields[i] - mean) / deviation, below = (core.fields[i] + mean) / deviation
      let right = scale * Double.exp(-above * above / 2), left = scale * Double.exp(-below * below / 2)
      magnetization -= core.deficits[i] * (right - left)
      oneMinusQ += core.slopes[i] * (right + left)
      squaredSusceptibility += core.squaredSlopes[i] * (right + left)
      logTwoCosh += core.logarithms[i] * (right + left)
    }
    replicaOverlap = 1 - oneMinusQ
  }

  /// Trapezoid nodes of step 0.1/2^k, the largest that suffices; `nil` for wide noise.
  private static func table(deviation: Double) -> Quadrature? {
    guard deviation <= FieldCore.widestNarrow else { return nil }
    return cachedTables[max(0, Int(Double.log2(0.4 * deviation).rounded(.up)))]
  }

  private static let cachedTables = (0..<2).map { Quadrature.gaussianTrapezoid(step: 0.1 / Double(1 << $0)) }
}
