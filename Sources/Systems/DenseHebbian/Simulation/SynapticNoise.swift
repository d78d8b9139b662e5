import NumericalMethods
import RealModule
import SystemInterface

/// Gaussian noise on the synapses: H_noise = -tau (P!/2) [(N-1)…(N-P+1)]^{-1/2} Σ_{i1<…<iP} g_{i1…iP} s_{i1}…s_{iP}.
///
/// g are independent unit Gaussians, P = 2 or 4. Over their law H_noise has the covariance N tau² P! q^P/4 between states of
/// overlap q: that of archetypes at load tau² and distinct indices, and the mean zero.
/// They are rounded to multiples of 2⁻²⁷. Sums over them are then exact in any order, so that fields that follow the flips
/// have the bits of fields computed afresh.
/// Stored are, for each site, the couplings with all (P-1)-tuples of the others, [site][tuple]: each one P times.
final class SynapticNoise: @unchecked Sendable {
  // Immutable after initialization, hence safe to share.

  /// P.
  let order: Int
  /// N.
  let spinCount: Int
  /// Energy of a coupling of one unit, as it is stored.
  let unit: Double
  /// Couplings of one site.
  private let rowLength: Int
  private let couplings: UnsafeMutableBufferPointer<Int32>

  /// Units in a coupling g = 1.
  private static let resolution = 0x1p27

  /// Draws the couplings, of i1 < i2 < … in lexicographic order, one Gaussian each.
  init(order P: Int, spinCount N: Int, strength tau: Double, random: inout RandomStream) {
    precondition(P == 2 || P == 4, "no synaptic noise of order \(P)")
    order = P
    spinCount = N
    let tuples = (1..<P).reduce(1.0) { $0 * Double(N - $1) }
    unit = tau * (P == 2 ? 1 : 12) / tuples.squareRoot() / Self.resolution
    rowLength = P == 2 ? N - 1 : Self.tripleCount(N - 1)
    couplings = .allocate(capacity: N * rowLength)
    couplings.initialize(repeating: 0)
    let draw = { (random: inout RandomStream) in Int32((random.normal() * Self.resolution).rounded()) }
    for i in 0..<N {
      for j in i + 1..<N {
        if P == 2 {
          let g = draw(&random)
          couplings[place(i, j)] = g
          couplings[place(j, i)] = g
          continue
        }
        for k in j + 1..<N {
          for l in k + 1..<N {
            let g = draw(&random)
            couplings[place(i, j, k, l)] = g
            couplings[place(j, i, k, l)] = g
            couplings[place(k, i, j, l)] = g
            couplings[place(l, i, j, k)] = g
          }
        }
      }
    }
  }

  deinit { couplings.deallocate() }

  /// Bytes of the couplings.
  static func memory(order P: Int, spinCount N: Int) -> Double {
    let others = Double(N - 1)
    return 4 * Double(N) * (P == 2 ? others : others * (others - 1) * (others - 2) / 6)
  }

  /// Place of the coupling of a site with another one; sites behind the first move up by one.
  private func place(_ site: Int, _ other: Int) -> Int { site * rowLength + (other < site ? other : other - 1) }

  /// Place of the coupling of a site with three others in rising order.
  private func place(_ site: Int, _ first: Int, _ second: Int, _ third: Int) -> Int {
    let count = spinCount - 1
    let a = first < site ? first : first - 1
    let b = second < site ? second : second - 1
    let c = third < site ? third : third - 1
    // Triples that begin with less than a, then those of a that go on with less than b.
    let beforeA = rowLength - Self.tripleCount(count - a)
    let beforeB = Self.pairCount(count - a - 1) - Self.pairCount(count - b)
    return site * rowLength + beforeA + beforeB + c - b - 1
  }

  private static func pairCount(_ n: Int) -> Int { n * (n - 1) / 2 }
  private static func tripleCount(_ n: Int) -> Int { n * (n - 1) * (n - 2) / 6 }

  /// What multiplies -s_{i1}…s_{iP} in the energy; `sites` rise.
  func coupling(_ sites: [Int]) -> Double {
    precondition(sites.count == order, "\(sites.count) sites for a coupling of \(order)")
    return unit
      * Double(
        couplings[order == 2 ? place(sites[0], sites[1]) : place(sites[0], sites[1], sites[2], sites[3])])
  }

  /// Derivatives of the field of `site` after the spins of the others, in units: of one site j, Σ g Π of the P-2 remaining.
  ///
  /// `others` are the N-1 other spins and `sums` as many numbers. Cost O(N^{P-1}).
  func differentiate(
    site: Int, others: UnsafeMutableBufferPointer<Double>, into sums: UnsafeMutableBufferPointer<Double>
  ) {
    let row = UnsafeBufferPointer(rebasing: couplings[site * rowLength..<(site + 1) * rowLength])
    let count = others.count
    guard order == 4 else {
      for j in 0..<count { sums[j] = Double(row[j]) }
      return
    }
    sums.update(repeating: 0)
    var place = 0
    for j in 0..<count {
      var sumOfFirst = 0.0
      for k in j + 1..<count {
        let sign = others[j] * others[k]
        var sum = 0.0
        for l in k + 1..<count {
          let g = Double(row[place])
          place += 1
          sum += g * others[l]
          sums[l] += g * sign
        }
        sums[k] += others[j] * sum
        sumOfFirst += others[k] * sum
      }
      sums[j] += sumOfFirst
    }
  }
}

/// The fields that the noise on the synapses exerts on the spins of one chain, kept up to date.
///
/// A flip costs O(N^{P-1}), a field nothing. The memory belongs to whoever calls ``deallocate()``.
struct SynapticFields {
  private let noise: SynapticNoise
  /// Half of what the noise takes from the energy when a spin points up instead of down, in units.
  private let fields: UnsafeMutableBufferPointer<Double>
  private let others: UnsafeMutableBufferPointer<Double>
  private let sums: UnsafeMutableBufferPointer<Double>

  /// The fields of a state.
  init(_ noise: SynapticNoise, spins: UnsafeMutableBufferPointer<Int8>) {
    self.noise = noise
    let N = noise.spinCount
    fields = .allocate(capacity: N)
    fields.initialize(repeating: 0)
    others = .allocate(capacity: N - 1)
    others.initialize(repeating: 0)
    sums = .allocate(capacity: N - 1)
    sums.initialize(repeating: 0)
    for i in 0..<N {
      differentiate(site: i, spins: spins)
      var sum = 0.0
      for j in 0..<N - 1 { sum += others[j] * sums[j] }
      // Each product of P-1 spins was counted once for each of them; whole numbers, hence exact.
      fields[i] = sum / Double(noise.order - 1)
    }
  }

  /// Gives the memory back.
  func deallocate() {
    fields.deallocate()
    others.deallocate()
    sums.deallocate()
  }

  private func differentiate(site: Int, spins: UnsafeMutableBufferPointer<Int8>) {
    for j in 0..<site { others[j] = Double(spins[j]) }
    for j in site..<others.count { others[j] = Double(spins[j + 1]) }
    noise.differentiate(site: site, others: others, into: sums)
  }

  /// What the noise adds to the field of a site.
  @inline(__always)
  func field(site: Int) -> Double { noise.unit * fields[site] }

  /// Follows the flip of one spin, which has already happened.
  func follow(flipOf site: Int, spins: UnsafeMutableBufferPointer<Int8>) {
    differentiate(site: site, spins: spins)
    let change = 2 * Double(spins[site])
    for j in 0..<site { fields[j] += change * sums[j] }
    for j in site..<others.count { fields[j + 1] += change * sums[j] }
  }

  /// H_noise: each product of P spins stands in the fields of all of them.
  func energy(spins: UnsafeMutableBufferPointer<Int8>) -> Double {
    var sum = 0.0
    for i in 0..<fields.count { sum += Double(spins[i]) * fields[i] }
    return -noise.unit * sum / Double(noise.order)
  }
}
