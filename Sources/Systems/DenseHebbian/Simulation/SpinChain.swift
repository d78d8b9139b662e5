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
/// Fields of the next sites of a sweep are computed in one pass over the columns; those behind a flip again.
struct SpinChain: ~Copyable {
  /// The quenched data.
  let disorder: DisorderSample
  /// s_i = ±1.
  let spins: UnsafeMutableBufferPointer<Int8>
  /// For rows of ±1 whose sums fit, the columns in whole numbers; the buffers below are then scratch or empty.
  private var signedColumns: SignedColumns?
  /// For rows of whole numbers, fields in single precision.
  private var estimates: CavityEstimates?
  private var estimatesPreparedAt = -1
  private var estimatesServe = false
  /// What noise on the synapses adds to the fields.
  private var noise: SynapticFields?
  /// X_c, whole numbers.
  private let overlaps: UnsafeMutableBufferPointer<Double>
  /// For rows of ±1, (G(X+2) - G(X-2))/2 of each column.
  private let oddDifferences: UnsafeMutableBufferPointer<Double>
  /// For rows of ±1, Σ_c of G(X) - (G(X+2) + G(X-2))/2.
  private var evenDifference = 0.0
  private var rule: UpdateRule
  /// s_i h_i.
  private let fieldsAlongSpins: UnsafeMutableBufferPointer<Double>
  /// Negative where it was not computed from the field yet.
  private let flipProbabilities: UnsafeMutableBufferPointer<Double>
  /// Larger than the flip probability, then a lower bound, where the field is an estimate.
  private let largestFlipProbabilities: UnsafeMutableBufferPointer<Double>
  private let fieldErrors: UnsafeMutableBufferPointer<Double>
  /// Attempts whose estimates left a doubt.
  private(set) var doubtCount = 0
  /// Number of flips so far at which each field was computed.
  private let validAt: UnsafeMutableBufferPointer<Int>
  private let order: UnsafeMutableBufferPointer<Int32>
  /// Flips since the start.
  private(set) var flipCount = 0
  private var energyCache: (flipCount: Int, energy: Double)?

  /// Sites whose fields are computed together: fewer where many flips make them useless.
  private var blockSize = 1
  private let instructions: spinodal_instructions

  private let kernelCoefficients: [Double]
  private let oddCoefficients: [Double]
  private let evenCoefficients: [Double]

  /// Sites of one pass over the columns.
  static let largestBlock = Int(SPINODAL_BLOCK)
  /// The widest instructions of this machine.
  static let bestInstructions = spinodal_best_instructions()

  /// A chain in the state `start`; `siteOrder` is the permutation that the next sweep shuffles further.
  ///
  /// The chain does not depend on `instructions`, nor on whether whole numbers and estimates are used where they can be.
  init(
    on disorder: DisorderSample, from start: [Int8], rule: UpdateRule, siteOrder: [Int32]? = nil,
    instructions: spinodal_instructions = Self.bestInstructions, usesWholeNumbers: Bool = true,
    usesEstimates: Bool = true
  ) {
    let N = disorder.spinCount, C = disorder.columnCount
    precondition(start.count == N, "\(start.count) spins for a sample of \(N)")
    self.disorder = disorder
    self.rule = rule
    spins = .copy(of: start)
    overlaps = .allocate(capacity: C)
    overlaps.initialize(repeating: 0)
    self.instructions = instructions
    if case .signs(let rows) = disorder.rows {
      signedColumns =
        usesWholeNumbers
        ? SignedColumns(
          rows, columnCount: C, spinCount: N, interaction: disorder.interaction, instructions: instructions) : nil
      oddDifferences = .allocate(capacity: signedColumns == nil ? C : 0)
    } else {
      oddDifferences = .allocate(capacity: 0)
      estimates =
        usesEstimates && disorder.synapticNoise == nil
        ? CavityEstimates(columnCount: C, interaction: disorder.interaction, largestEntry: disorder.largestEntry) : nil
    }
    oddDifferences.initialize(repeating: 0)
    fieldsAlongSpins = .copy(of: [Double](repeating: 0, count: N))
    flipProbabilities = .copy(of: [Double](repeating: 0, count: N))
    largestFlipProbabilities = .copy(of: [Double](repeating: 0, count: N))
    fieldErrors = .copy(of: [Double](repeating: 0, count: N))
    validAt = .copy(of: [Int](repeating: -1, count: N))
    order = .copy(of: siteOrder ?? (0..<Int32(N)).map { $0 })
    kernelCoefficients = disorder.interaction.kernelCoefficients
    (oddCoefficients, evenCoefficients) = disorder.interaction.halfDifferences(variance: Double(N))
    for i in 0..<N { moveOverlaps(site: i, by: Double(start[i])) }
    if let synapses = disorder.synapticNoise { noise = SynapticFields(synapses, spins: spins) }
    chooseBlockSize(flips: 0)
  }

  deinit {
    signedColumns?.deallocate()
    estimates?.deallocate()
    noise?.deallocate()
    largestFlipProbabilities.deallocate()
    fieldErrors.deallocate()
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
  func overlap(column: Int) -> Double {
    if let signedColumns { Double(signedColumns.overlaps[column]) } else { overlaps[column] }
  }

  /// h_i, half the energy that the spin would lose by pointing up instead of down.
  func cavityField(site i: Int) -> Double {
    var field = 0.0
    withUnsafePointer(to: Int32(i)) { computeFields(sites: UnsafeBufferPointer(start: $0, count: 1), into: &field) }
    return field
  }

  /// h_i of up to `largestBlock` sites.
  private func computeFields(sites: UnsafeBufferPointer<Int32>, into fields: UnsafeMutablePointer<Double>) {
    let C = disorder.columnCount, w = disorder.energyWeight
    switch disorder.rows {
    case .signs(let rows):
      let even: Double
      if let signedColumns {
        signedColumns.oddSums(sites: sites, into: fields)
        even = signedColumns.evenDifference
      } else {
        for r in 0..<sites.count {
          fields[r] = spinodal_signed_sum(instructions, rows.row(Int(sites[r])), oddDifferences.baseAddress!, C)
        }
        even = evenDifference
      }
      for r in 0..<sites.count { fields[r] = w / 2 * (Double(spins[Int(sites[r])]) * even + fields[r]) }
    case .integers(let rows):
      for r in 0..<sites.count {
        let i = Int(sites[r])
        fields[r] =
          w
          * spinodal_cavity_sum(
            instructions, Int32(disorder.interaction.order), rows.baseAddress! + i * C, overlaps.baseAddress!,
            disorder.variances.baseAddress!, Double(spins[i]), kernelCoefficients, C)
      }
    }
    if let noise {
      for r in 0..<sites.count { fields[r] += noise.field(site: Int(sites[r])) }
    }
  }

  /// Goes on by another rule, such as that of another temperature; fields that are known stay known.
  mutating func follow(_ rule: UpdateRule) {
    self.rule = rule
    for i in flipProbabilities.indices { flipProbabilities[i] = -1 }
  }

  /// Attempts one update of every spin, in a fresh random order; returns the number of flips.
  mutating func sweep(using random: inout RandomStream) -> Int {
    let before = flipCount
    random.shuffle(order)
    for k in 0..<order.count {
      let i = Int(order[k])
      if validAt[i] != flipCount { computeFields(from: k) }
      if flipProbabilities[i] < 0 {
        computeProbabilities(site: i)
      }
      let uniform = random.uniform()
      if uniform < flipProbabilities[i] {
        flip(site: i)
      } else if uniform < largestFlipProbabilities[i] {
        doubtCount += 1
        if uniform < rule.flipProbability(fieldAlongSpin: Double(spins[i]) * cavityField(site: i)) { flip(site: i) }
      }
    }
    chooseBlockSize(flips: flipCount - before)
    return flipCount - before
  }

  @inline(__always)
  private func computeProbabilities(site i: Int) {
    let field = fieldsAlongSpins[i], error = fieldErrors[i]
    if error == 0 {
      flipProbabilities[i] = rule.flipProbability(fieldAlongSpin: field)
      largestFlipProbabilities[i] = flipProbabilities[i]
    } else {
      // The exponential is not monotonic to the last bit.
      flipProbabilities[i] = rule.flipProbability(fieldAlongSpin: field + error) * (1 - 0x1p-45)
      largestFlipProbabilities[i] = rule.flipProbability(fieldAlongSpin: field - error) * (1 + 0x1p-45)
    }
  }

  /// A block of b sites serves (1 - (1-p)^b)/p attempts if a fraction p of them flips.
  private mutating func chooseBlockSize(flips: Int) {
    let fraction = Double(flips) / Double(order.count)
    let fitting = fraction > 0.4 ? 1 : fraction > 0.25 ? 2 : fraction > 0.12 ? 4 : Self.largestBlock
    // Without a kernel for several rows a block has no use.
    blockSize = signedColumns == nil ? estimates == nil ? 1 : min(fitting, 4) : fitting
  }

  /// Estimates s_i h_i/w of up to `largestBlock` sites, if that is possible.
  private mutating func estimate(
    sites: UnsafeBufferPointer<Int32>, into sums: UnsafeMutablePointer<Double>
  ) -> Bool {
    guard estimates != nil, case .integers(let rows) = disorder.rows else { return false }
    if estimatesPreparedAt != flipCount {
      estimatesPreparedAt = flipCount
      estimatesServe = estimates!.prepare(
        overlaps: overlaps, variances: disorder.variances, instructions: instructions)
    }
    guard estimatesServe else { return false }
    estimates!.sums(sites: sites, rows: rows, spins: spins, into: sums, instructions: instructions)
    return true
  }

  /// Computes the fields of the next sites in the order of the sweep that are not known, from position `start` on.
  private mutating func computeFields(from start: Int) {
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: Self.largestBlock) { sites in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.largestBlock) { fields in
        var count = 0, k = start
        while count < blockSize, k < order.count {
          if validAt[Int(order[k])] != flipCount {
            sites[count] = order[k]
            count += 1
          }
          k += 1
        }
        let chosen = UnsafeBufferPointer(rebasing: sites[..<count])
        var error = 0.0
        if estimate(sites: chosen, into: fields.baseAddress!) {
          error = disorder.energyWeight * estimates!.bound
          for r in 0..<count { fieldsAlongSpins[Int(sites[r])] = disorder.energyWeight * fields[r] }
        } else {
          computeFields(sites: chosen, into: fields.baseAddress!)
          for r in 0..<count { fieldsAlongSpins[Int(sites[r])] = Double(spins[Int(sites[r])]) * fields[r] }
        }
        for r in 0..<count {
          let i = Int(sites[r])
          fieldErrors[i] = error
          flipProbabilities[i] = -1
          validAt[i] = flipCount
        }
      }
    }
  }

  /// Reverses one spin.
  mutating func flip(site i: Int) {
    moveOverlaps(site: i, by: -2 * Double(spins[i]))
    spins[i] = -spins[i]
    noise?.follow(flipOf: i, spins: spins)
    flipCount += 1
  }

  private mutating func moveOverlaps(site i: Int, by shift: Double) {
    let C = disorder.columnCount
    switch disorder.rows {
    case .signs(let rows):
      if signedColumns != nil {
        signedColumns!.move(site: i, by: Int32(shift))
        return
      }
      evenDifference = spinodal_move_signed_overlaps(
        instructions, rows.row(i), shift, overlaps.baseAddress!, oddDifferences.baseAddress!, oddCoefficients,
        evenCoefficients, C)
    case .integers(let rows):
      spinodal_move_overlaps(instructions, rows.baseAddress! + i * C, shift, overlaps.baseAddress!, C)
    }
  }

  /// H, not shifted.
  mutating func energy() -> Double {
    if let cache = energyCache, cache.flipCount == flipCount { return cache.energy }
    if let signedColumns {
      for c in overlaps.indices { overlaps[c] = Double(signedColumns.overlaps[c]) }
    }
    let sum = spinodal_interaction_sum(
      instructions, Int32(disorder.interaction.order), overlaps.baseAddress!, disorder.variances.baseAddress!,
      kernelCoefficients,
      disorder.interaction.coefficients[0], disorder.columnCount)
    var energy = -disorder.energyWeight * sum
    if let noise { energy += noise.energy(spins: spins) }
    energyCache = (flipCount, energy)
    return energy
  }

  /// m, overlap with archetype 1.
  func magnetization() -> Double {
    var sum = 0
    for i in 0..<spins.count { sum += Int(spins[i]) * Int(disorder.archetype[i]) }
    return Double(sum) / Double(spins.count)
  }

  /// u, overlap with the standardised class mean of archetype 1.
  func classOverlap() -> Double {
    disorder.condensedColumns.reduce(0) { $0 + overlap(column: $1) } * disorder.classOverlapScale
  }

  /// Largest |m| with any archetype: the hidden ones of noisy examples, else the columns themselves.
  func largestArchetypeOverlap() -> Double {
    let N = spins.count
    guard let hidden = disorder.hiddenArchetypes else {
      return overlaps.indices.reduce(0) { max($0, abs(overlap(column: $1))) } / Double(N)
    }
    let K = hidden.count / N
    var sums = [Int32](repeating: 0, count: K)
    for i in 0..<N {
      for mu in 0..<K { sums[mu] += Int32(hidden[i * K + mu] * spins[i]) }
    }
    return sums.reduce(0) { max($0, abs(Double($1))) } / Double(N)
  }
}
