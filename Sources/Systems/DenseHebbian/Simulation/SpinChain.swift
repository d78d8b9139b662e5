import CKernels
import NumericalMethods
import SystemInterface

/// A Markov chain of N spins on one disorder sample, with its overlaps X_c kept up to date.
///
/// The field is the cavity field h_i = (w/2) Σ_c [G(x0 + y) - G(x0 - y)], x0 = X_c - y s_i: the exact energy difference.
/// (The derivative of H would contain the self-interaction, of order N^{P/2-1} alpha for P >= 4, and freeze everything.)
/// A field costs O(C) and stays valid until the next flip: where flips are rare most attempts cost O(1).
/// Fields of the next sites of a sweep are computed in one pass over the columns, up to the site that the fields of the last
/// sweep let expect to flip; those behind a flip again. Where there are estimates with a bound, they decide what they can.
struct SpinChain: ~Copyable {
  /// The quenched data.
  let disorder: DisorderSample
  /// s_i = ±1.
  let spins: UnsafeMutableBufferPointer<Int8>
  /// For rows of ±1 whose sums fit, the columns in whole numbers; the buffers below are then empty.
  /// Behind a pointer, so that nobody copies them.
  let signedColumns: UnsafeMutablePointer<SignedColumns>?
  /// At P = 2 the fields of all spins, once few spins flip.
  private var pairFields: PairFields?
  private var pairFieldsLedger: PairFieldsLedger?
  /// Whether the fields of all spins are kept up to date.
  var keepsPairFields: Bool { pairFields != nil }
  private var computedFieldCount = 0
  /// For rows of whole numbers, fields from planes of bytes, and in single precision where those are too coarse.
  var countEstimates: CountEstimates?
  private var estimates: CavityEstimates?
  private let usesEstimates: Bool
  private var estimatesPreparedAt = -1
  private var estimatesServe = false
  /// What noise on the synapses adds to the fields.
  var noise: SynapticFields?
  /// X_c, whole numbers.
  let overlaps: UnsafeMutableBufferPointer<Double>
  /// For rows of ±1, (G(X+2) - G(X-2))/2 of each column.
  let oddDifferences: UnsafeMutableBufferPointer<Double>
  /// For rows of ±1, Σ_c of G(X) - (G(X+2) + G(X-2))/2.
  private(set) var evenDifference = 0.0
  private var rule: UpdateRule
  /// s_i h_i, or its estimate.
  private let fieldsAlongSpins: UnsafeMutableBufferPointer<Double>
  /// Largest error of each field.
  private let fieldErrors: UnsafeMutableBufferPointer<Double>
  private let draws: SweepDraws
  /// Attempts that a field and its error left in doubt.
  private(set) var doubtCount = 0
  private var estimateCount = 0
  /// Sweeps without estimates that are still to come, where estimates left too many doubts.
  private var sweepsWithoutEstimates = 0
  /// Number of flips so far at which each field was computed.
  private let validAt: UnsafeMutableBufferPointer<Int>
  /// Flips since the start.
  private(set) var flipCount = 0
  /// Σ_i ξ_i^1 s_i.
  private(set) var archetypeSum: Int
  var energyCache: (flipCount: Int, energy: Double)?

  /// Sites whose fields are computed together: fewer where many flips make them useless.
  private var blockSize = 1
  let instructions: spinodal_instructions

  let kernelCoefficients: [Double]
  private let oddCoefficients: [Double]
  private let evenCoefficients: [Double]

  /// Fewer columns leave the kernel of counts mostly padding.
  private static let fewestCountColumns = 512
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
    // Noise is added to exact fields only.
    let usesEstimates = usesEstimates && disorder.synapticNoise == nil
    self.usesEstimates = usesEstimates
    spins = .copy(of: start)
    archetypeSum = zip(start, disorder.archetype).reduce(0) { $0 + Int($1.0) * Int($1.1) }
    self.instructions = instructions
    if case .signs(let rows) = disorder.rows {
      let columns =
        usesWholeNumbers
        ? SignedColumns(
          rows, columnCount: C, spinCount: N, interaction: disorder.interaction, instructions: instructions) : nil
      signedColumns = columns.map {
        let pointer = UnsafeMutablePointer<SignedColumns>.allocate(capacity: 1)
        pointer.initialize(to: $0)
        return pointer
      }
      oddDifferences = .allocate(capacity: signedColumns == nil ? C : 0)
    } else {
      signedColumns = nil
      oddDifferences = .allocate(capacity: 0)
      estimates =
        usesEstimates
        ? CavityEstimates(columnCount: C, interaction: disorder.interaction, largestEntry: disorder.largestEntry) : nil
      // Without 512-bit vectors of bytes single precision is faster.
      if usesEstimates, instructions == spinodal_avx512, C >= Self.fewestCountColumns,
        let rows = disorder.countRows()
      {
        countEstimates = CountEstimates(
          rows, spinCount: N, variances: disorder.variances, interaction: disorder.interaction,
          instructions: instructions)
      }
    }
    oddDifferences.initialize(repeating: 0)
    overlaps = .copy(of: [Double](repeating: 0, count: signedColumns == nil ? C : 0))
    fieldsAlongSpins = .copy(of: [Double](repeating: .infinity, count: N))
    let zeros = [Double](repeating: 0, count: N)
    fieldErrors = .copy(of: zeros)
    validAt = .copy(of: [Int](repeating: -1, count: N))
    draws = SweepDraws(siteOrder: siteOrder ?? (0..<Int32(N)).map { $0 })
    kernelCoefficients = disorder.interaction.kernelCoefficients
    (oddCoefficients, evenCoefficients) = disorder.interaction.halfDifferences(variance: Double(N))
    pairFieldsLedger =
      signedColumns != nil && disorder.synapticNoise == nil && disorder.offersPairCouplings
      ? PairFieldsLedger(spinCount: N, columnCount: C) : nil
    for i in 0..<N { moveOverlaps(site: i, by: Double(start[i])) }
    if let synapses = disorder.synapticNoise { noise = SynapticFields(synapses, spins: spins) }
    chooseBlockSize(flips: 0)
  }

  deinit {
    signedColumns?.pointee.deallocate()
    signedColumns?.deallocate()
    pairFields?.deallocate()
    countEstimates?.deallocate()
    estimates?.deallocate()
    noise?.deallocate()
    fieldErrors.deallocate()
    draws.deallocate()
    spins.deallocate()
    overlaps.deallocate()
    oddDifferences.deallocate()
    fieldsAlongSpins.deallocate()
    validAt.deallocate()
  }

  /// The permutation of the last sweep.
  var siteOrder: [Int32] { Array(draws.sites) }

  /// X_c of one column.
  func overlap(column: Int) -> Double {
    if let signedColumns { return Double(signedColumns.pointee.overlaps[column]) }
    if let countEstimates { return Double(countEstimates.overlaps[column]) }
    return overlaps[column]
  }

  /// Largest error of a refined estimate of s_i h_i.
  private var refinedError: Double {
    signedColumns.map { disorder.energyWeight / 2 * $0.pointee.refinedBound * Self.roundedUp } ?? .infinity
  }

  /// Makes room for rounding, which is far below the bounds of estimates.
  private static let roundedUp = 1 + 0x1p-30

  /// Goes on by another rule, such as that of another temperature; fields that are known stay known.
  mutating func follow(_ rule: UpdateRule) { self.rule = rule }

  /// Attempts one update of every spin, in a fresh random order; returns the number of flips.
  mutating func sweep(using random: inout RandomStream) -> Int {
    let before = (flips: flipCount, doubts: doubtCount, estimates: estimateCount, computed: computedFieldCount)
    draws.draw(rule, using: &random, instructions: instructions)
    if let pairFields {
      updateSpins(by: pairFields)
    } else {
      updateSpins()
      judgeEstimates(doubts: doubtCount - before.doubts, of: estimateCount - before.estimates)
      considerPairFields(computed: computedFieldCount - before.computed, flips: flipCount - before.flips)
    }
    chooseBlockSize(flips: flipCount - before.flips)
    return flipCount - before.flips
  }

  /// One attempt of every spin in the order of the sweep, with fields that are computed when they are asked for.
  private mutating func updateSpins() {
    for k in 0..<draws.sites.count {
      let i = Int(draws.sites[k])
      if validAt[i] != flipCount { computeFields(from: k) }
      let field = fieldsAlongSpins[i], error = fieldErrors[i]
      if field - error > draws.upperThresholds[k] { continue }
      if field + error < draws.lowerThresholds[k] || isFlipped(site: i, at: k) { flip(site: i) }
    }
  }

  /// The same with the fields of all spins at P = 2.
  private mutating func updateSpins(by pairFields: PairFields) {
    guard let columns = signedColumns else { preconditionFailure("fields of pairs belong to rows of ±1") }
    let w = disorder.energyWeight
    for k in 0..<draws.sites.count {
      let i = Int(draws.sites[k]), spin = Double(spins[i])
      let field = columns.pointee.field(weight: w, spin: spin, overlapSum: Int64(pairFields.fields[i])) * spin
      if field > draws.upperThresholds[k] { continue }
      if field < draws.lowerThresholds[k] || draws.uniforms[k] < rule.flipProbability(fieldAlongSpin: field) {
        flip(site: i)
      }
    }
  }

  private mutating func considerPairFields(computed: Int, flips: Int) {
    guard pairFieldsLedger?.note(computedFields: computed, flips: flips) == true,
      let couplings = disorder.pairCouplings(instructions: instructions)
    else { return }
    pairFields = PairFields(couplings, spins: spins, instructions: instructions)
  }

  /// Decides an update that the estimate of the field leaves in doubt, by the refined estimate or by the exact field.
  private mutating func isFlipped(site i: Int, at k: Int) -> Bool {
    if fieldErrors[i] > 0 {
      if fieldErrors[i] != refinedError { doubtCount += 1 }
      if let signedColumns, fieldErrors[i] > refinedError {
        var refinement = 0.0
        withUnsafePointer(to: Int32(i)) {
          signedColumns.pointee.refinements(sites: UnsafeBufferPointer(start: $0, count: 1), into: &refinement)
        }
        fieldsAlongSpins[i] += disorder.energyWeight / 2 * Double(spins[i]) * refinement
        fieldErrors[i] = refinedError
        if fieldsAlongSpins[i] - refinedError > draws.upperThresholds[k] { return false }
        if fieldsAlongSpins[i] + refinedError < draws.lowerThresholds[k] { return true }
      }
      fieldsAlongSpins[i] = Double(spins[i]) * cavityField(site: i)
      fieldErrors[i] = 0
    }
    return draws.uniforms[k] < rule.flipProbability(fieldAlongSpin: fieldsAlongSpins[i])
  }

  /// A block of b sites serves (1 - (1-p)^b)/p attempts if a fraction p of them flips.
  private mutating func chooseBlockSize(flips: Int) {
    let fraction = Double(flips) / Double(draws.sites.count)
    let fitting = fraction > 0.4 ? 1 : fraction > 0.25 ? 2 : fraction > 0.12 ? 4 : Self.largestBlock
    // Without a kernel for several rows a block has no use.
    blockSize = signedColumns == nil ? estimates == nil ? 1 : min(fitting, 4) : fitting
  }

  /// A field in doubt costs about as much again as exact fields of a whole block do for each site; rows of ±1, whose doubts
  /// a second plane settles, always gain.
  private mutating func judgeEstimates(doubts: Int, of count: Int) {
    if signedColumns != nil { return }
    if sweepsWithoutEstimates > 0 {
      sweepsWithoutEstimates -= 1
    } else if count >= draws.sites.count / 2, doubts > count / 2 {
      if countEstimates == nil {
        sweepsWithoutEstimates = 50
      } else {
        refreshOverlaps()
        countEstimates!.deallocate()
        countEstimates = nil
      }
    }
  }

  /// Estimates s_i h_i of up to `largestBlock` sites, if that is possible; returns the bound of their errors.
  private mutating func estimate(
    sites: UnsafeBufferPointer<Int32>, into fields: UnsafeMutablePointer<Double>
  ) -> Double? {
    guard usesEstimates, sweepsWithoutEstimates == 0 else { return nil }
    let w = disorder.energyWeight
    if let signedColumns {
      guard signedColumns.pointee.hasEstimates else { return nil }
      let bound = signedColumns.pointee.estimatedSums(sites: sites, into: fields)
      let even = signedColumns.pointee.evenDifference
      for r in 0..<sites.count { fields[r] = w / 2 * (even + Double(spins[Int(sites[r])]) * fields[r]) }
      return w / 2 * bound * Self.roundedUp
    }
    guard estimates != nil, case .integers(let rows) = disorder.rows else { return nil }
    let bound: Double
    if let countEstimates {
      countEstimates.sums(sites: sites, entries: rows, spins: spins, into: fields)
      bound = countEstimates.bound
    } else {
      prepareEstimates()
      guard estimatesServe else { return nil }
      estimates!.sums(sites: sites, rows: rows, spins: spins, into: fields, instructions: instructions)
      bound = estimates!.bound
    }
    for r in 0..<sites.count { fields[r] *= w }
    return w * bound
  }

  private mutating func prepareEstimates() {
    guard estimatesPreparedAt != flipCount else { return }
    estimatesPreparedAt = flipCount
    estimatesServe = estimates!.prepare(
      overlaps: overlaps, variances: disorder.variances, instructions: instructions)
  }

  /// Computes the fields of the next sites in the order of the sweep that are not known, from position `start` on, up to
  /// the first that is expected to flip.
  private mutating func computeFields(from start: Int) {
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: Self.largestBlock) { sites in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.largestBlock) { fields in
        var count = 0, k = start
        while count < blockSize, k < draws.sites.count {
          let i = Int(draws.sites[k])
          if validAt[i] != flipCount {
            sites[count] = draws.sites[k]
            count += 1
          }
          k += 1
          if fieldsAlongSpins[i] < draws.lowerThresholds[k - 1] { break }
        }
        computedFieldCount += count
        let chosen = UnsafeBufferPointer(rebasing: sites[..<count])
        let error = estimate(sites: chosen, into: fields.baseAddress!)
        if error == nil {
          computeFields(sites: chosen, into: fields.baseAddress!)
          for r in 0..<count { fields[r] *= Double(spins[Int(sites[r])]) }
        } else {
          estimateCount += count
        }
        for r in 0..<count {
          let i = Int(sites[r])
          fieldsAlongSpins[i] = fields[r]
          fieldErrors[i] = error ?? 0
          validAt[i] = flipCount
        }
        if let error, signedColumns != nil, error > refinedError {
          refineDoubts(from: start, to: k, estimateError: error)
        }
      }
    }
  }

  /// Refines the estimates that leave updates in doubt, up to the first that is certain to flip: several cost less together.
  private mutating func refineDoubts(from start: Int, to end: Int, estimateError: Double) {
    guard let signedColumns else { return }
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: Self.largestBlock) { sites in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.largestBlock) { refinements in
        var count = 0
        for k in start..<end {
          let i = Int(draws.sites[k]), field = fieldsAlongSpins[i], error = fieldErrors[i]
          if field + error < draws.lowerThresholds[k] { break }
          if error == estimateError, field - error <= draws.upperThresholds[k], count < Self.largestBlock {
            sites[count] = draws.sites[k]
            count += 1
          }
        }
        guard count > 1 else { return }
        doubtCount += count
        signedColumns.pointee.refinements(
          sites: UnsafeBufferPointer(rebasing: sites[..<count]), into: refinements.baseAddress!)
        for r in 0..<count {
          let i = Int(sites[r])
          fieldsAlongSpins[i] += disorder.energyWeight / 2 * Double(spins[i]) * refinements[r]
          fieldErrors[i] = refinedError
        }
      }
    }
  }

  /// Reverses one spin.
  mutating func flip(site i: Int) {
    moveOverlaps(site: i, by: -2 * Double(spins[i]))
    pairFields?.move(site: i, by: -2 * Int32(spins[i]))
    spins[i] = -spins[i]
    archetypeSum += 2 * Int(spins[i]) * Int(disorder.archetype[i])
    // About that, until it is computed again.
    fieldsAlongSpins[i] = -fieldsAlongSpins[i]
    noise?.follow(flipOf: i, spins: spins)
    flipCount += 1
  }

  private mutating func moveOverlaps(site i: Int, by shift: Double) {
    let C = disorder.columnCount
    switch disorder.rows {
    case .signs(let rows):
      if let signedColumns {
        signedColumns.pointee.move(site: i, by: Int(shift))
        return
      }
      evenDifference = spinodal_move_signed_overlaps(
        instructions, rows.row(i), shift, overlaps.baseAddress!, oddDifferences.baseAddress!, oddCoefficients,
        evenCoefficients, C)
    case .integers(let rows):
      if countEstimates != nil {
        countEstimates!.move(rows.baseAddress! + i * C, by: Int(shift))
      } else {
        spinodal_move_overlaps(instructions, rows.baseAddress! + i * C, shift, overlaps.baseAddress!, C)
      }
    }
  }
}
