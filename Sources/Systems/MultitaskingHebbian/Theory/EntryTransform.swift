import RealModule
import SystemInterface

/// Characteristic functions of one active entry at eight neighbouring nodes, x = k a (page, section 3.2).
struct EntryTransform {
  /// C = E cos(x c).
  var cosine: SIMD8<Double>
  /// S = E sin(x c).
  var sine: SIMD8<Double>
  /// S1 = E c sin(x c).
  var firstMoment: SIMD8<Double>
  /// C2 = E c² cos(x c).
  var secondMoment: SIMD8<Double>
  /// Re g^(M-2) for M examples; C otherwise: the law of an entry that one example is taken out of (page, section 3.6).
  var withoutExample: SIMD8<Double>
}

/// Evaluates `EntryTransform` of one pattern block after block, from block 0 on.
///
/// The eight nodes of a block follow from its first one by a rotation tabulated for the pattern, and so do eight blocks in a
/// row: errors do not add up along k.
struct EntryRotation {
  /// Angle of the rotation from one node to the next.
  private let angle: Double
  /// Cosine and sine of 0…7 angles.
  private let cosines: SIMD8<Double>
  private let sines: SIMD8<Double>
  /// Cosine and sine of 8 angles.
  private let blockCosine: Double
  private let blockSine: Double
  /// Cosine and sine at the first node of the block.
  private var firstCosine = 1.0
  private var firstSine = 0.0
  /// Powers of M examples need the angle itself to all digits.
  private let isExact: Bool
  /// v a² step²/2 of Gaussian data, and exp(-that i²) of node i.
  private let decay: Double
  private let decays: SIMD8<Double>
  /// v a step: the deviation term v x at node j is j times this.
  private let deviation: Double

  init(_ law: DataLaw, argument a: Double, step: Double) {
    var decays = SIMD8<Double>(repeating: 1)
    switch law {
    case .storage: (angle, isExact, decay, deviation) = (a * step, false, 0, 0)
    // Half angles: 1 - cos y = 2 sin²(y/2) keeps its digits at small y = x/M.
    case .examples(let M, _): (angle, isExact, decay, deviation) = (a * step / (2 * Double(M)), true, 0, 0)
    case .gaussian(let r, let v):
      (angle, isExact, decay, deviation) = (r * a * step, false, 0.5 * v * a * a * step * step, v * a * step)
      for i in 1..<8 { decays[i] = Double.exp(-decay * Double(i * i)) }
    }
    self.decays = decays
    let (c1, s1) = (Double.cos(angle), Double.sin(angle))
    let (c2, s2) = Self.rotated((c1, s1), by: (c1, s1))
    let (c3, s3) = Self.rotated((c2, s2), by: (c1, s1))
    let (c4, s4) = Self.rotated((c2, s2), by: (c2, s2))
    let (c5, s5) = Self.rotated((c4, s4), by: (c1, s1))
    let (c6, s6) = Self.rotated((c4, s4), by: (c2, s2))
    let (c7, s7) = Self.rotated((c4, s4), by: (c3, s3))
    cosines = SIMD8(1, c1, c2, c3, c4, c5, c6, c7)
    sines = SIMD8(0, s1, s2, s3, s4, s5, s6, s7)
    (blockCosine, blockSine) = Self.rotated((c4, s4), by: (c4, s4))
  }

  @inline(__always)
  private static func rotated(_ a: (Double, Double), by b: (Double, Double)) -> (Double, Double) {
    (a.0 * b.0 - a.1 * b.1, a.1 * b.0 + a.0 * b.1)
  }

  @inline(__always)
  mutating func transform(_ law: DataLaw, block: Int) -> EntryTransform {
    if isExact || block & 7 == 0 {
      let first = Double(8 * block) * angle
      (firstCosine, firstSine) = (Double.cos(first), Double.sin(first))
    } else {
      (firstCosine, firstSine) = Self.rotated((firstCosine, firstSine), by: (blockCosine, blockSine))
    }
    let c = firstCosine * cosines - firstSine * sines
    let s = firstSine * cosines + firstCosine * sines
    switch law {
    case .storage:
      return EntryTransform(cosine: c, sine: s, firstMoment: s, secondMoment: c, withoutExample: c)
    case .gaussian(let r, let v):
      let e = decay == 0 ? SIMD8(repeating: 1) : damping(block: block)
      let (C, S) = (c * e, s * e)
      let vx = deviation * (Double(8 * block) + Self.lanes)
      return EntryTransform(
        cosine: C, sine: S, firstMoment: r * S + vx * C,
        secondMoment: (r * r + v - vx * vx) * C - 2 * r * (vx * S), withoutExample: C)
    case .examples(let M, let r):
      return Self.examples(halfCosine: c, halfSine: s, count: M, quality: r)
    }
  }

  private static let lanes = SIMD8<Double>(0, 1, 2, 3, 4, 5, 6, 7)

  /// exp(-v x²/2): with j = 8b + i the square splits into (8b)², 16 b i and i².
  @inline(__always)
  private func damping(block: Int) -> SIMD8<Double> {
    let b = Double(8 * block)
    let p = Double.exp(-2 * decay * b), p2 = p * p, p4 = p2 * p2
    let powers = SIMD8(1, p, p2, p2 * p, p4, p4 * p, p4 * p2, p4 * p2 * p)
    return Double.exp(-decay * b * b) * powers * decays
  }

  /// M independent signs: powers of g = cos y + i r sin y, q = dg/dy = -sin y + i r cos y.
  @inline(__always)
  private static func examples(
    halfCosine c: SIMD8<Double>, halfSine s: SIMD8<Double>, count M: Int, quality r: Double
  ) -> EntryTransform {
    let fall = 2 * (s * s), siny = 2 * (s * c)
    let cosy = 1 - fall
    let g = ComplexLanes(real: cosy, imaginary: r * siny)
    guard M > 1 else {
      return EntryTransform(
        cosine: g.real, sine: g.imaginary, firstMoment: siny, secondMoment: cosy, withoutExample: cosy)
    }
    let low = ComplexLanes.power(ofOnePlus: ComplexLanes(real: -fall, imaginary: r * siny), M - 2)
    let middle = low * g
    let high = middle * g
    // c² g^M under the average is -g^M'' = -(q² (1 - 1/M) g^(M-2) - g^M/M).
    let square = ComplexLanes(real: siny * siny - r * r * (cosy * cosy), imaginary: -2 * r * (siny * cosy))
    let inverse = 1 / Double(M)
    return EntryTransform(
      cosine: high.real, sine: high.imaginary,
      firstMoment: r * (cosy * middle.imaginary) + siny * middle.real,
      secondMoment: inverse * high.real - (1 - inverse) * (square * low).real,
      withoutExample: low.real)
  }
}

/// Eight complex numbers.
struct ComplexLanes {
  var real: SIMD8<Double>
  var imaginary: SIMD8<Double>

  @inline(__always)
  static func * (a: ComplexLanes, b: ComplexLanes) -> ComplexLanes {
    ComplexLanes(
      real: a.real * b.real - a.imaginary * b.imaginary, imaginary: a.real * b.imaginary + a.imaginary * b.real)
  }

  @inline(__always)
  static func + (a: ComplexLanes, b: ComplexLanes) -> ComplexLanes {
    ComplexLanes(real: a.real + b.real, imaginary: a.imaginary + b.imaginary)
  }

  /// (1 + w)^n by repeated squaring of the distances from 1, which keeps the digits of a small w.
  @inline(__always)
  static func power(ofOnePlus w: ComplexLanes, _ exponent: Int) -> ComplexLanes {
    var result = ComplexLanes(real: .zero, imaginary: .zero)
    var base = w, n = exponent
    while n > 0 {
      if n & 1 == 1 { result = result + base + result * base }
      n >>= 1
      if n > 0 { base = base + base + base * base }
    }
    result.real += 1
    return result
  }
}
