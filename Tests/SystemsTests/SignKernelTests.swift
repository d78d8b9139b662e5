import CKernels
import NumericalMethods
import Testing

@testable import Systems

/// The whole-number kernels of ±1 rows against 64-bit arithmetic, by every instruction set; and the chains on them.
@Suite struct SignKernelTests {
  /// Around the padding and the chunks.
  static let counts = [1, 15, 16, 17, 63, 64, 65, 1000, 4095, 4096, 4097, 9000]

  private static func marks(_ count: Int, _ random: inout RandomStream) -> [UInt32] {
    var words = [UInt32](repeating: 0, count: (count + 63) / 64 * 2)
    for c in 0..<count where random.sign() < 0 { words[c / 32] |= 1 << UInt32(c % 32) }
    return words
  }

  private static func isMarked(_ words: [UInt32], _ c: Int) -> Bool { words[c / 32] >> UInt32(c % 32) & 1 == 1 }

  /// Of up to nine rows: more than one call takes would be an error, fewer than a block are the rule at its end.
  @Test("Sums over marked columns", arguments: counts)
  func markedSums(count: Int) {
    var random = stream(UInt64(300 + count))
    let padded = (count + 63) / 64 * 64
    // The largest values allowed: sums of a chunk leave 32 bits.
    for bound in [1000, 1 << 29 - 1] {
      var values = [Int32](repeating: 0, count: padded)
      for c in 0..<count { values[c] = Int32(random.index(below: 2 * bound + 1) - bound) }
      let chunk = Int(SPINODAL_CHUNK)
      let wide = stride(from: 0, to: padded, by: chunk).map { start -> UInt8 in
        let size = values[start..<min(start + chunk, padded)].reduce(0) { $0 + abs(Int($1)) }
        return size >= 1 << 31 ? 1 : 0
      }
      for rowCount in 1...Int(SPINODAL_BLOCK) {
        let rows = (0..<rowCount).map { _ in Self.marks(count, &random) }
        let twin = rows.map { row in
          (0..<count).reduce(Int64(0)) { Self.isMarked(row, $1) ? $0 + Int64(values[$1]) : $0 }
        }
        let flat = rows.flatMap { $0 }
        for set in KernelTests.sets {
          var sums = [Int64](repeating: 0, count: rowCount)
          flat.withUnsafeBufferPointer { words in
            let pointers = (0..<rowCount).map { Optional(words.baseAddress! + $0 * padded / 32) }
            spinodal_marked_sums(set, pointers, Int32(rowCount), values, wide, padded, &sums)
          }
          #expect(sums == twin, "\(rowCount) rows of \(count), \(set)")
        }
      }
    }
  }

  @Test("Moves of whole overlaps", arguments: counts)
  func moves(count: Int) {
    // Up to 1, 30 and 600; the last makes chunks wide.
    for (largest, linear, cubic) in [(4000, 1, 0), (30, -37, 1), (600, -1500, 2)] as [(Int, Int32, Int32)] {
      var random = stream(UInt64(400 + count))
      let row = Self.marks(count, &random)
      let start = (0..<count).map { _ in Int32(random.index(below: 2 * largest) - largest) }
      for (set, shift) in KernelTests.sets.flatMap({ set in [2, -2, 1].map { (set, Int32($0)) } }) {
        var overlaps = start, values = [Int32](repeating: 7, count: count)
        var wide = [UInt8](repeating: 9, count: count / Int(SPINODAL_CHUNK) + 1)
        let sums = spinodal_move_marked_overlaps(
          set, row, shift, &overlaps, &values, &wide, linear, cubic, count)
        let moved = start.indices.map { start[$0] + (Self.isMarked(row, $0) ? -shift : shift) }
        #expect(overlaps == moved)
        #expect(values == moved.map { $0 * (linear + cubic * $0 * $0) })
        #expect(sums.value == values.reduce(0) { $0 + Int64($1) })
        #expect(sums.square == (cubic == 0 ? 0 : moved.reduce(0) { $0 + Int64($1) * Int64($1) }))
        for start in stride(from: 0, to: count, by: Int(SPINODAL_CHUNK)) {
          let size = values[start..<min(start + Int(SPINODAL_CHUNK), count)].reduce(0) { $0 + abs(Int($1)) }
          let mark = wide[start / Int(SPINODAL_CHUNK)]
          #expect(mark == 1 || size < 1 << 31, "a chunk of \(size) is not marked")
          #expect(mark == 0 || size > 1 << 31 - 1 << 21, "a chunk of \(size) is marked")
        }
      }
    }
  }

  @Test("Packed rows give their entries back", arguments: [1, 63, 64, 65, 400])
  func packing(columns: Int) {
    var random = stream(90)
    let signs = (0..<3 * columns).map { _ in random.sign() }
    let buffer = UnsafeMutableBufferPointer.copy(of: signs)
    let packed = PackedSigns(buffer, rowCount: 3, columnCount: columns)
    for row in 0..<3 {
      for c in 0..<packed.paddedColumnCount {
        #expect(packed.isNegative(row, c) == (c < columns && signs[row * columns + c] < 0))
      }
    }
    buffer.deallocate()
    packed.deallocate()
  }

  /// N = 27 needs several blocks a sweep; 70 and 5000 columns need padding and two chunks.
  @Test(
    "Instructions, blocks and whole numbers change no bit of a chain",
    arguments: [2, 4, 6, 8], [InteractionForm.distinctIndices, .fullPower])
  func sameChain(order: Int, form: InteractionForm) throws {
    for (columns, beta) in [(70, 0.3), (5000, 0.02), (5000, 1)] {
      let N = 27
      let point = try Request.point("interactionOrder=\(order) interactionForm=\(form.rawValue) spinCount=\(N)")
      var random = stream(UInt64(91 + columns))
      let entries = (0..<N * columns).map { _ in random.sign() }
      let start = (0..<N).map { entries[$0 * columns] }
      let disorder = DisorderSample(
        point, spinCount: N, columns: columns, archetype: start, rows: .signs(.copy(of: entries)))
      // Doubles, one site at a time, by the portable kernels.
      let reference = trace(
        SpinChain(
          on: disorder, from: start, rule: .heatBath(beta: beta), instructions: spinodal_portable,
          usesWholeNumbers: false))
      for set in KernelTests.sets {
        for usesWholeNumbers in [true, false] {
          let chain = SpinChain(
            on: disorder, from: start, rule: .heatBath(beta: beta), instructions: set,
            usesWholeNumbers: usesWholeNumbers)
          #expect(trace(chain) == reference, "\(columns) columns, \(set), whole numbers: \(usesWholeNumbers)")
        }
      }
    }
  }

  @Test("Estimated fields change no bit of a chain", arguments: [2, 4], [InteractionForm.distinctIndices, .fullPower])
  func sameChainWithEstimates(order: Int, form: InteractionForm) throws {
    var flips = 0, doubts = 0
    for (columns, M, rule) in [
      (70, 3, UpdateRule.heatBath(beta: 0.5)), (3000, 9, .heatBath(beta: 1)), (3000, 40, .metropolis(beta: 1)),
      (70, 3, .zeroTemperature),
    ] {
      let N = 27
      let point = try Request.point(
        "interactionOrder=\(order) interactionForm=\(form.rawValue) spinCount=\(N) examplesPerArchetype=\(M) "
          + "datasetQuality=0.7")
      var random = stream(UInt64(95 + columns))
      let entries = (0..<N * columns).map { _ in Int16(2 * random.index(below: M + 1) - M) }
      let start = (0..<N).map { _ in random.sign() }
      let disorder = DisorderSample(
        point, spinCount: N, columns: columns, archetype: start, rows: .integers(.copy(of: entries)))
      // The rules are those of a chain whose typical field is one.
      let probe = SpinChain(on: disorder, from: start, rule: rule)
      let size = (0..<N).reduce(0) { $0 + abs(probe.cavityField(site: $1)) } / Double(N)
      let scaled: UpdateRule =
        switch rule {
        case .heatBath(let beta): .heatBath(beta: beta / size)
        case .metropolis(let beta): .metropolis(beta: beta / size)
        case .zeroTemperature: .zeroTemperature
        }
      let reference = trace(
        SpinChain(on: disorder, from: start, rule: scaled, instructions: spinodal_portable, usesEstimates: false))
      for set in KernelTests.sets {
        #expect(
          trace(SpinChain(on: disorder, from: start, rule: scaled, instructions: set)) == reference,
          "\(columns) columns, \(rule), \(set)")
      }
      var chain = SpinChain(on: disorder, from: start, rule: scaled)
      var dynamics = stream(93)
      for _ in 0..<3000 { flips += chain.sweep(using: &dynamics) }
      doubts += chain.doubtCount
    }
    #expect(flips > 1000 && doubts > 0 && doubts < 2000, "\(flips) flips, \(doubts) doubts")
  }

  @Test("Estimates are within their bound", arguments: [2, 4])
  func estimates(order: Int) {
    for count in [5, 16, 33, 1000, 5000] {
      var random = stream(UInt64(500 + count))
      let rows = (0..<7).map { _ in (0..<count).map { _ in Int16(random.index(below: 41) - 20) } }
      let overlaps = (0..<count).map { _ in Double(random.index(below: 2001) - 1000) }
      let variances = (0..<count).map { _ in 100 + 100 * random.uniform() }
      let spins = (0..<7).map { _ in Float(random.sign()) }
      let coefficients = order == 4 ? [-5.9, 1, 0, 0] : [1, 0, 0, 0]
      let flat = rows.flatMap { $0 }
      for set in KernelTests.sets {
        var columns = [Float](repeating: 0, count: 3 * count), sums = [Double](repeating: 0, count: 7)
        let bound = columns.withUnsafeMutableBufferPointer { columns in
          let start = columns.baseAddress!
          let bound = spinodal_prepare_estimates(
            set, overlaps, variances, 2 * coefficients[0], coefficients[1], 20, start, start + count,
            start + 2 * count, count)
          flat.withUnsafeBufferPointer { entries in
            let pointers = (0..<7).map { Optional(entries.baseAddress! + $0 * count) }
            spinodal_cavity_estimates(
              set, pointers, spins, 7, start, start + count, start + 2 * count, Float(8 * coefficients[1]), count, &sums
            )
          }
          return bound
        }
        for r in 0..<7 {
          let exact =
            Double(spins[r])
            * spinodal_cavity_sum(
              set, Int32(order), rows[r], overlaps, variances, Double(spins[r]), coefficients, count)
          #expect(abs(sums[r] - exact) <= bound, "row \(r) of \(count), \(set): \(sums[r]), exact \(exact) ± \(bound)")
        }
      }
    }
  }

  private struct Trace: Equatable {
    var spins: [[Int]] = []
    var bits: [UInt64] = []
  }

  private func trace(_ start: consuming SpinChain) -> Trace {
    var chain = start
    var random = stream(92)
    var trace = Trace()
    for _ in 0..<30 {
      _ = chain.sweep(using: &random)
      trace.spins.append(chain.state)
      trace.bits += [chain.energy().bitPattern, chain.largestArchetypeOverlap().bitPattern]
      trace.bits += (0..<chain.spins.count).map { chain.cavityField(site: $0).bitPattern }
    }
    return trace
  }
}
