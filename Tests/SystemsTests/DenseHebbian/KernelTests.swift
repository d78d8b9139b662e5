import CKernels
import NumericalMethods
import Testing

/// Every C kernel against a plain Swift twin: the same bits, whatever the instruction set.
@Suite struct KernelTests {
  static let counts = [0, 1, 7, 31, 32, 33, 1000]
  static let lanes = 32

  /// Every set that this machine can run.
  static let sets = [spinodal_portable, spinodal_avx2, spinodal_avx512].filter {
    $0.rawValue <= spinodal_best_instructions().rawValue
  }

  /// Terms in 32 partial sums by index modulo 32, halves added from the outside in.
  private static func laneSum(_ terms: [Double]) -> Double {
    var partial = [Double](repeating: 0, count: lanes)
    for (index, term) in terms.enumerated() { partial[index % lanes] += term }
    while partial.count > 1 {
      partial = (0..<partial.count / 2).map { partial[$0] + partial[$0 + partial.count / 2] }
    }
    return partial[0]
  }

  private struct Inputs {
    var signs: [Int8]
    var row: [Int16]
    var values: [Double]
    var variances: [Double]
    let coefficients = [-5.2, 1.7, -0.3, 1.1]
    /// Set bits for negative signs, padded.
    var marks: [UInt32]
    let even = [0.4, -2.5, 1.25, -0.125]

    init(_ count: Int) {
      var random = RandomStream(StreamKey(seed: 7, system: 0, point: UInt64(count), purpose: .data))
      signs = (0..<count).map { _ in random.sign() }
      marks = [UInt32](repeating: 0, count: (count + 63) / 64 * 2)
      for c in 0..<count where signs[c] < 0 { marks[c / 32] |= 1 << UInt32(c % 32) }
      row = (0..<count).map { _ in Int16(random.index(below: 41)) - 20 }
      values = (0..<count).map { _ in 40 * random.uniform() - 20 }
      variances = (0..<count).map { _ in 1 + 9 * random.uniform() }
    }
  }

  @Test("The lanes are those of the header") func laneCount() { #expect(SPINODAL_LANES == 32) }

  @Test("Signed sum", arguments: counts)
  func signedSum(count: Int) {
    let x = Inputs(count)
    let twin = Self.laneSum((0..<count).map { Double(x.signs[$0]) * x.values[$0] })
    for set in Self.sets {
      #expect(spinodal_signed_sum(set, x.marks, x.values, count).bitPattern == twin.bitPattern, "\(set)")
    }
  }

  /// [g(x0 + y) − g(x0 − y)]/2 expanded: odd powers of y.
  private static func cavityTerm(_ P: Int, _ y: Double, _ x: Double, _ v: Double, _ a: [Double]) -> Double {
    let s = x * x, t = y * y
    switch P {
    case 4: return x * y * (4 * a[1] * (s + t) + 2 * a[0] * v)
    case 6:
      let quintic = 6 * (s * s + t * t) + 20 * s * t
      return x * y * (a[2] * quintic + v * (4 * a[1] * (s + t) + 2 * a[0] * v))
    default:
      let septic = 8 * (s * s * s + t * t * t) + 56 * s * t * (s + t)
      let quintic = 6 * (s * s + t * t) + 20 * s * t
      return x * y * (a[3] * septic + v * (a[2] * quintic + v * (4 * a[1] * (s + t) + 2 * a[0] * v)))
    }
  }

  /// g(x) = Σ_k a_k v^{P/2-k} x^{2k}, k = 1…P/2.
  private static func polynomial(_ P: Int, _ x: Double, _ v: Double, _ a: [Double]) -> Double {
    (1...P / 2).reduce(0) { sum, k in
      let powerOfV = (0..<P / 2 - k).reduce(1.0) { product, _ in product * v }
      return sum + a[k - 1] * powerOfV * (0..<2 * k).reduce(1.0) { product, _ in product * x }
    }
  }

  @Test("Cavity sum", arguments: counts)
  func cavitySum(count: Int) {
    let x = Inputs(count)
    for (P, spin) in [2, 4, 6, 8].flatMap({ [($0, 1.0), ($0, -1.0)] }) {
      let terms = (0..<count).map { c -> Double in
        let y = Double(x.row[c]), x0 = x.values[c] - y * spin
        return P == 2 ? 2 * y * x0 : Self.cavityTerm(P, y, x0, x.variances[c], x.coefficients)
      }
      let twin = P == 2 ? x.coefficients[0] * Self.laneSum(terms) : Self.laneSum(terms)
      for set in Self.sets {
        let sum = spinodal_cavity_sum(set, Int32(P), x.row, x.values, x.variances, spin, x.coefficients, count)
        #expect(sum.bitPattern == twin.bitPattern, "P = \(P), \(set)")
      }
      var definition = 0.0, size = 0.0
      for c in 0..<count {
        let y = Double(x.row[c]), x0 = x.values[c] - y * spin, v = x.variances[c]
        let up = Self.polynomial(P, x0 + y, v, x.coefficients), down = Self.polynomial(P, x0 - y, v, x.coefficients)
        definition += (up - down) / 2
        size += abs(up) + abs(down)
      }
      #expect(abs(twin - definition) <= 1e-13 * size, "P = \(P)")
    }
  }

  @Test("Moves of overlaps of ±1 rows", arguments: counts)
  func signedMove(count: Int) {
    let x = Inputs(count)
    for (set, shift) in Self.sets.flatMap({ set in [2.0, -2, 1].map { (set, $0) } }) {
      var overlaps = x.values, differences = [Double](repeating: 9, count: count)
      let sum = spinodal_move_signed_overlaps(
        set, x.marks, shift, &overlaps, &differences, x.coefficients, x.even, count)
      var terms: [Double] = []
      for c in 0..<count {
        let moved = x.values[c] + shift * Double(x.signs[c]), s = moved * moved
        let o = x.coefficients, e = x.even
        let odd = moved * (o[0] + s * (o[1] + s * (o[2] + s * o[3])))
        #expect(overlaps[c].bitPattern == moved.bitPattern && differences[c].bitPattern == odd.bitPattern)
        terms.append(e[0] + s * (e[1] + s * (e[2] + s * e[3])))
      }
      #expect(sum.bitPattern == Self.laneSum(terms).bitPattern)
    }
  }

  @Test("Moves of overlaps", arguments: counts)
  func move(count: Int) {
    let x = Inputs(count)
    for set in Self.sets {
      var overlaps = x.values
      spinodal_move_overlaps(set, x.row, -2, &overlaps, count)
      #expect(overlaps == (0..<count).map { x.values[$0] - 2 * Double(x.row[$0]) }, "\(set)")
    }
  }

  @Test("Interaction sum", arguments: counts)
  func interactionSum(count: Int) {
    let x = Inputs(count)
    for P in [2, 4, 6, 8] {
      let a = [0.7] + x.coefficients
      let terms = (0..<count).map { c -> Double in
        let s = x.values[c] * x.values[c], v = x.variances[c]
        var horner = a[P / 2], power = 1.0
        for k in stride(from: P / 2 - 1, through: 0, by: -1) {
          power *= v
          horner = horner * s + a[k] * power
        }
        return horner
      }
      let twin = Self.laneSum(terms)
      for set in Self.sets {
        let sum = spinodal_interaction_sum(set, Int32(P), x.values, x.variances, x.coefficients, 0.7, count)
        #expect(sum.bitPattern == twin.bitPattern, "P = \(P), \(set)")
      }
      var definition = 0.0, size = 0.0
      for c in 0..<count {
        let constant = 0.7 * (0..<P / 2).reduce(1.0) { product, _ in product * x.variances[c] }
        let g = Self.polynomial(P, x.values[c], x.variances[c], x.coefficients)
        definition += g + constant
        size += abs(Self.polynomial(P, x.values[c], x.variances[c], x.coefficients.map(abs))) + constant
      }
      #expect(abs(twin - definition) <= 1e-13 * size, "P = \(P)")
    }
  }

  @Test("The instruction set has a name")
  func instructions() { #expect(!String(cString: spinodal_kernel_instructions()).isEmpty) }
}
