import CKernels
import NumericalMethods
import RealModule

/// Rule by which single spins are updated.
enum UpdateRule: Sendable {
  /// Gibbs sampling at inverse temperature beta.
  case heatBath(beta: Double)
  /// Metropolis at inverse temperature beta.
  case metropolis(beta: Double)
  /// Follow the sign of the field, stay on zero.
  case zeroTemperature

  /// Probability of a flip when the field along the spin is `s h`; the energy would change by 2 s h.
  @inline(__always)
  func flipProbability(fieldAlongSpin: Double) -> Double {
    switch self {
    case .heatBath(let beta): 1 / (1 + Double.exp(2 * beta * fieldAlongSpin))
    case .metropolis(let beta): fieldAlongSpin <= 0 ? 1 : Double.exp(-2 * beta * fieldAlongSpin)
    case .zeroTemperature: fieldAlongSpin < 0 ? 1 : 0
    }
  }
}

/// A Markov chain of N spins on one disorder sample, with its overlaps X_c kept up to date.
///
/// The field is the cavity field h_i = (w/2) Σ_c [G(x0 + y) - G(x0 - y)], x0 = X_c - y s_i: the exact energy difference.
/// (The derivative of H would contain the self-interaction, of order N^{P/2-1} alpha for P >= 4, and freeze everything.)
/// A field costs O(C) and stays valid until the next flip: where flips are rare most attempts cost O(1).
struct SpinChain: ~Copyable {
  /// The quenched data.
  let disorder: DisorderSample
  /// s_i = ±1.
  let spins: UnsafeMutableBufferPointer<Int8>
  /// X_c, whole numbers.
  private let overlaps: UnsafeMutableBufferPointer<Double>
  /// For rows of ±1, (G(X+2) - G(X-2))/2 of each column.
  private let oddDifferences: UnsafeMutableBufferPointer<Double>
  /// For rows of ±1, Σ_c of G(X) - (G(X+2) + G(X-2))/2.
  private var evenDifference = 0.0
  private var rule: UpdateRule
  /// s_i h_i.
  private let fieldsAlongSpins: UnsafeMutableBufferPointer<Double>
  private let flipProbabilities: UnsafeMutableBufferPointer<Double>
  /// Number of flips so far at which each field and its flip probability were computed.
  private let validAt: UnsafeMutableBufferPointer<Int>
  private let order: UnsafeMutableBufferPointer<Int32>
  /// Flips since the start.
  private(set) var flipCount = 0
  private var energyCache: (flipCount: Int, energy: Double)?

  private let kernelCoefficients: [Double]
  private let oddCoefficients: [Double]
  private let evenCoefficients: [Double]

  /// A chain in the state `start`; `siteOrder` is the permutation that the next sweep shuffles further.
  init(on disorder: DisorderSample, from start: [Int8], rule: UpdateRule, siteOrder: [Int32]? = nil) {
    let N = disorder.spinCount, C = disorder.columnCount
    precondition(start.count == N, "\(start.count) spins for a sample of \(N)")
    self.disorder = disorder
    self.rule = rule
    spins = .copy(of: start)
    overlaps = .allocate(capacity: C)
    overlaps.initialize(repeating: 0)
    oddDifferences = .allocate(capacity: C)
    oddDifferences.initialize(repeating: 0)
    fieldsAlongSpins = .copy(of: [Double](repeating: 0, count: N))
    flipProbabilities = .copy(of: [Double](repeating: 0, count: N))
    validAt = .copy(of: [Int](repeating: -1, count: N))
    order = .copy(of: siteOrder ?? (0..<Int32(N)).map { $0 })
    kernelCoefficients = disorder.interaction.kernelCoefficients
    (oddCoefficients, evenCoefficients) = disorder.interaction.halfDifferences(variance: Double(N))
    for i in 0..<N { moveOverlaps(site: i, by: Double(start[i])) }
  }

  deinit {
    spins.deallocate()
    overlaps.deallocate()
    oddDifferences.deallocate()
    fieldsAlongSpins.deallocate()
    flipProbabilities.deallocate()
    validAt.deallocate()
    order.deallocate()
  }

  /// The permutation of the last sweep.
  var siteOrder: [Int32] { Array(order) }

  /// X_c of one column.
  func overlap(column: Int) -> Double { overlaps[column] }

  /// h_i, half the energy that the spin would lose by pointing up instead of down.
  func cavityField(site i: Int) -> Double {
    let C = disorder.columnCount, s = Double(spins[i]), w = disorder.energyWeight
    switch disorder.rows {
    case .signs(let rows):
      let sum = spinodal_signed_sum(rows.baseAddress! + i * C, oddDifferences.baseAddress!, C)
      return w / 2 * (s * evenDifference + sum)
    case .integers(let rows):
      return w
        * spinodal_cavity_sum(
          Int32(disorder.interaction.order), rows.baseAddress! + i * C, overlaps.baseAddress!,
          disorder.variances.baseAddress!, s, kernelCoefficients, C)
    }
  }

  /// Goes on by another rule, such as that of another temperature; fields that are known stay known.
  mutating func follow(_ rule: UpdateRule) {
    self.rule = rule
    for i in validAt.indices where validAt[i] == flipCount {
      flipProbabilities[i] = rule.flipProbability(fieldAlongSpin: fieldsAlongSpins[i])
    }
  }

  /// Attempts one update of every spin, in a fresh random order; returns the number of flips.
  mutating func sweep(using random: inout RandomStream) -> Int {
    let before = flipCount
    random.shuffle(order)
    for k in 0..<order.count { attempt(site: Int(order[k]), using: &random) }
    return flipCount - before
  }

  private mutating func attempt(site i: Int, using random: inout RandomStream) {
    if validAt[i] != flipCount {
      fieldsAlongSpins[i] = Double(spins[i]) * cavityField(site: i)
      flipProbabilities[i] = rule.flipProbability(fieldAlongSpin: fieldsAlongSpins[i])
      validAt[i] = flipCount
    }
    if random.uniform() < flipProbabilities[i] { flip(site: i) }
  }

  /// Reverses one spin.
  mutating func flip(site i: Int) {
    moveOverlaps(site: i, by: -2 * Double(spins[i]))
    spins[i] = -spins[i]
    flipCount += 1
  }

  private mutating func moveOverlaps(site i: Int, by shift: Double) {
    let C = disorder.columnCount
    switch disorder.rows {
    case .signs(let rows):
      evenDifference = spinodal_move_signed_overlaps(
        rows.baseAddress! + i * C, shift, overlaps.baseAddress!, oddDifferences.baseAddress!, oddCoefficients,
        evenCoefficients, C)
    case .integers(let rows):
      spinodal_move_overlaps(rows.baseAddress! + i * C, shift, overlaps.baseAddress!, C)
    }
  }

  /// H, not shifted.
  mutating func energy() -> Double {
    if let cache = energyCache, cache.flipCount == flipCount { return cache.energy }
    let sum = spinodal_interaction_sum(
      Int32(disorder.interaction.order), overlaps.baseAddress!, disorder.variances.baseAddress!, kernelCoefficients,
      disorder.interaction.coefficients[0], disorder.columnCount)
    energyCache = (flipCount, -disorder.energyWeight * sum)
    return -disorder.energyWeight * sum
  }

  /// m, overlap with archetype 1.
  func magnetization() -> Double {
    var sum = 0
    for i in 0..<spins.count { sum += Int(spins[i]) * Int(disorder.archetype[i]) }
    return Double(sum) / Double(spins.count)
  }

  /// u, overlap with the standardised class mean of archetype 1.
  func classOverlap() -> Double {
    disorder.condensedColumns.reduce(0) { $0 + overlaps[$1] } * disorder.classOverlapScale
  }

  /// Largest |m| with any archetype: the hidden ones of noisy examples, else the columns themselves.
  func largestArchetypeOverlap() -> Double {
    let N = spins.count
    guard let hidden = disorder.hiddenArchetypes else {
      return overlaps.reduce(0) { max($0, abs($1)) } / Double(N)
    }
    let K = hidden.count / N
    var sums = [Int32](repeating: 0, count: K)
    for i in 0..<N {
      for mu in 0..<K { sums[mu] += Int32(hidden[i * K + mu] * spins[i]) }
    }
    return sums.reduce(0) { max($0, abs(Double($1))) } / Double(N)
  }
}
