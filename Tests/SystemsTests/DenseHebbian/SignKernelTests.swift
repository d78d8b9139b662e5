import CKernels
import NumericalMethods
import SystemTesting
import Testing

@testable import DenseHebbian
@testable import SystemInterface

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

  /// Values of which `lanes` columns apart at most `most` in size add up in every stretch of columns.
  private static func values(
    _ count: Int, lanes: Int, stretch: Int, most: Int, _ random: inout RandomStream
  ) -> [Int] {
    var values = [Int](repeating: 0, count: (count + 63) / 64 * 64)
    for start in stride(from: 0, to: count, by: stretch) {
      var left = [Int](repeating: most, count: lanes)
      for c in start..<min(start + stretch, count) {
        let size = random.index(below: min(left[c % lanes], most / 3) + 1)
        values[c] = random.sign() < 0 ? -size : size
        left[c % lanes] -= size
      }
    }
    return values
  }

  /// The sums of up to eight rows by every instruction set against plain arithmetic.
  private func compare(
    _ values: [Int], _ count: Int, _ random: inout RandomStream,
    _ kernel: (spinodal_instructions, [UnsafePointer<UInt32>?], Int32, inout [Int64]) -> Void
  ) {
    for rowCount in 1...Int(SPINODAL_BLOCK) {
      let rows = (0..<rowCount).map { _ in Self.marks(count, &random) }
      let twin = rows.map { row in
        (0..<count).reduce(Int64(0)) { Self.isMarked(row, $1) ? $0 + Int64(values[$1]) : $0 }
      }
      let flat = rows.flatMap { $0 }, words = flat.count / rowCount
      for set in KernelTests.sets {
        var sums = [Int64](repeating: 0, count: rowCount)
        flat.withUnsafeBufferPointer { bits in
          kernel(set, (0..<rowCount).map { bits.baseAddress! + $0 * words }, Int32(rowCount), &sums)
        }
        #expect(sums == twin, "\(rowCount) rows of \(count), \(set)")
      }
    }
  }

  @Test("Sums of bytes over marked columns", arguments: counts + [40_000])
  func markedBytes(count: Int) {
    var random = stream(UInt64(300 + count))
    let values = Self.values(count, lanes: 64, stretch: Int(SPINODAL_SIGN_GROUP), most: 127, &random)
    let bytes = values.map(Int8.init)
    compare(values, count, &random) { set, rows, rowCount, sums in
      spinodal_marked_byte_sums(set, rows, rowCount, bytes, bytes.count, &sums)
    }
  }

  /// The largest values allowed in half of the cases: chunks are then wide.
  @Test("Sums of halves over marked columns", arguments: counts + [140_000], [false, true])
  func markedHalves(count: Int, isWide: Bool) {
    var random = stream(UInt64(320 + count))
    let chunk = Int(SPINODAL_CHUNK)
    let values =
      isWide
      ? (0..<(count + 63) / 64 * 64).map { $0 < count ? random.index(below: 65_535) - 32_767 : 0 }
      : Self.values(count, lanes: 32, stretch: chunk, most: 32_767, &random)
    let halves = values.map(Int16.init), wide = [UInt8](repeating: isWide ? 1 : 0, count: count / chunk + 1)
    compare(values, count, &random) { set, rows, rowCount, sums in
      spinodal_marked_sums(set, rows, rowCount, halves, wide, halves.count, &sums)
    }
  }

  @Test("Moves of overlaps at P = 2", arguments: counts)
  func linearMoves(count: Int) {
    for largest in [100, 32_000] {
      var random = stream(UInt64(400 + count))
      let row = Self.marks(count, &random), padded = (count + 63) / 64 * 64, chunk = Int(SPINODAL_CHUNK)
      let start = (0..<padded).map { $0 < count ? Int16(random.index(below: 2 * largest) - largest) : 0 }
      for (set, shift) in KernelTests.sets.flatMap({ set in [2, -2, 1].map { (set, Int16($0)) } }) {
        var overlaps = start, wide = [UInt8](repeating: 9, count: padded / chunk + 1)
        let sum = spinodal_move_linear_overlaps(set, row, shift, &overlaps, &wide, count)
        let moved = (0..<count).map { start[$0] + (Self.isMarked(row, $0) ? -shift : shift) }
        #expect(Array(overlaps[..<count]) == moved && overlaps[count...].allSatisfy { $0 == 0 })
        #expect(sum == moved.reduce(0) { $0 + Int64($1) })
        for start in stride(from: 0, to: count, by: chunk) {
          let columns = start..<min(start + chunk, count)
          let sizes = (0..<32).map { lane in
            columns.reduce(0) { $1 % 32 == lane ? $0 + abs(Int(moved[$1])) : $0 }
          }
          #expect((wide[start / chunk] == 1) == (sizes.max()! > 32_767))
        }
      }
    }
  }

  /// The planes of one set of columns, kept alive for the kernel.
  private final class CubicColumns {
    var overlap: [Int16], coarse: [Int8], fine: [Int8], heavy: [Int32]

    init(_ overlap: [Int16]) {
      self.overlap = overlap
      coarse = .init(repeating: 3, count: overlap.count)
      fine = .init(repeating: 3, count: overlap.count)
      heavy = .init(repeating: 0, count: overlap.count)
    }

    /// Moves; returns Σ y v of the same row after it, too.
    func move(
      _ shape: spinodal_cubic_columns, _ row: [UInt32], _ shift: Int32, _ set: spinodal_instructions
    ) -> (spinodal_cubic_sums, exact: Int64) {
      overlap.withUnsafeMutableBufferPointer { overlap in
        coarse.withUnsafeMutableBufferPointer { coarse in
          fine.withUnsafeMutableBufferPointer { fine in
            heavy.withUnsafeMutableBufferPointer { heavy in
              var columns = shape
              columns.overlap = overlap.baseAddress
              (columns.coarse, columns.fine) = (coarse.baseAddress, fine.baseAddress)
              columns.heavy = heavy.baseAddress
              let sums = spinodal_move_cubic_overlaps(set, row, shift, &columns)
              return (sums, spinodal_cubic_sum(set, row, &columns))
            }
          }
        }
      }
    }
  }

  /// Overlaps of a usual spread, and so large that most columns are heavy.
  @Test("Moves of overlaps at P = 4 give planes whose sum is x (x² - offset)", arguments: counts, [20, 200])
  func cubicMoves(count: Int, spread: Int) {
    var random = stream(UInt64(430 + count + spread))
    let row = Self.marks(count, &random), padded = (count + 63) / 64 * 64
    let start = (0..<padded).map { c -> Int16 in
      let x = (0..<9).reduce(0) { sum, _ in sum + random.index(below: spread) } - 9 * (spread - 1) / 2
      return c < count ? Int16(x) : 0
    }
    var shape = spinodal_cubic_columns()
    (shape.count, shape.limit, shape.offset) = (count, 135, 1528)
    (shape.overlap_shift, shape.factor_shift, shape.split) = (7, 0, 8)
    for (set, shift) in KernelTests.sets.flatMap({ set in [2, -2, 1].map { (set, Int32($0)) } }) {
      let columns = CubicColumns(start), (sums, exactSum) = columns.move(shape, row, shift, set)
      let moved = (0..<count).map { Int(start[$0]) + Int(Self.isMarked(row, $0) ? -shift : shift) }
      #expect(columns.overlap[..<count].elementsEqual(moved.map { Int16($0) }))
      let heavy = Set(columns.heavy[..<sums.heavy_count].map(Int.init))
      #expect(columns.heavy[..<sums.heavy_count].elementsEqual(heavy.sorted().map(Int32.init)))
      var failures = 0
      for c in 0..<padded {
        let coarse = Int(columns.coarse[c]), fine = Int(columns.fine[c])
        let x = c < count ? moved[c] : 0
        let value = heavy.contains(c) ? 0 : x * (x * x - 1528)
        if abs(256 * (16 * coarse + fine) - value) > 128 || abs(fine) > 8 { failures += 1 }
        if abs(x) > 135, !heavy.contains(c) { failures += 1 }
      }
      #expect(failures == 0, "\(failures) columns of \(count), \(set)")
      for start in stride(from: 0, to: padded, by: Int(SPINODAL_SIGN_GROUP)) {
        let group = start..<min(start + Int(SPINODAL_SIGN_GROUP), padded)
        let sizes = (0..<64).map { lane in
          group.reduce(0) { $1 % 64 == lane ? $0 + abs(Int(columns.coarse[$1])) : $0 }
        }
        #expect(sizes.max()! <= 127)
      }
      #expect(sums.coarse == columns.coarse.reduce(0) { $0 + Int64($1) })
      #expect(sums.fine == columns.fine.reduce(0) { $0 + Int64($1) })
      let signedValues = (0..<count).map { c -> Int in
        let value = moved[c] * (moved[c] * moved[c] - 1528)
        return Self.isMarked(row, c) ? -value : value
      }
      #expect(exactSum == Int64(signedValues.reduce(0, +)))
      #expect(sums.residue == columns.fine.reduce(0) { $0 + abs(Int64($1)) })
      #expect(sums.square == moved.reduce(0) { $0 + Int64($1 * $1) })
      #expect(spread > 20 || heavy.count < count / 100 + 3, "\(heavy.count) of \(count) columns are heavy")
    }
  }

  @Test("Couplings of pairs, and the fields that they make", arguments: [1, 63, 64, 70, 400])
  func pairs(columns: Int) {
    let N = 130
    var random = stream(UInt64(460 + columns))
    let signs = (0..<N * columns).map { _ in random.sign() }
    let rows = PackedSigns(.copy(of: signs), rowCount: N, columnCount: columns)
    let spins = UnsafeMutableBufferPointer<Int8>.copy(of: (0..<N).map { _ in random.sign() })
    for set in KernelTests.sets {
      let couplings = PairCouplings(rows, spinCount: N, columnCount: columns, instructions: set)
      let fields = PairFields(couplings, spins: spins, instructions: set)
      fields.move(site: 5, by: -2 * Int32(spins[5]))
      for i in 0..<N {
        let twin = (0..<N).map { j in
          (0..<columns).reduce(0) { $0 + Int(signs[i * columns + $1]) * Int(signs[j * columns + $1]) }
        }
        #expect((0..<N).map { Int(couplings.row(i)[$0]) } == twin)
        let field = (0..<N).reduce(0) { $0 + twin[$1] * Int($1 == 5 ? -spins[5] : spins[$1]) }
        #expect(Int(fields.fields[i]) == field)
      }
      fields.deallocate()
    }
    rows.deallocate()
    spins.deallocate()
  }

  @Test("A chain with fields of all spins has the bits of one that computes them")
  func sameChainWithPairFields() throws {
    let N = 60
    let point = try Request.point("interactionOrder=2 spinCount=\(N)")
    var random = stream(97)
    let entries = (0..<N * 8).map { _ in random.sign() }, start = (0..<N).map { entries[$0 * 8] }
    let disorder = DisorderSample(point, spinCount: N, columns: 8, archetype: start, rows: .signs(.copy(of: entries)))
    var chain = SpinChain(on: disorder, from: start, rule: .heatBath(beta: 2.5))
    var reference = SpinChain(
      on: disorder, from: start, rule: .heatBath(beta: 2.5), instructions: spinodal_portable, usesWholeNumbers: false)
    var first = stream(98), second = first
    for _ in 0..<2000 {
      let flips = chain.sweep(using: &first)
      #expect(reference.sweep(using: &second) == flips)
    }
    #expect(chain.keepsPairFields && !reference.keepsPairFields && chain.flipCount > 100)
    #expect(chain.state == reference.state && chain.energy() == reference.energy() && first == second)
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
    // Of 324000 attempts.
    #expect(flips > 1000 && doubts > 0 && doubts < 20_000, "\(flips) flips, \(doubts) doubts")
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
