import CKernels
import NumericalMethods
import RealModule
import SystemTesting
import Testing

@testable import DenseHebbian
@testable import SystemInterface

/// Estimates of rows of counts against plain arithmetic, and thresholds of updates against their probabilities.
@Suite struct CountKernelTests {
  /// Rows y = 2 k - M of `count` columns, overlaps and square lengths, one column retrieved.
  private struct Network {
    let rows: [[Int16]]
    let overlaps: [Double]
    let variances: [Double]
    let spins: [Int8]

    init(count: Int, largestEntry M: Int, seed: UInt64) {
      var random = stream(seed)
      rows = (0..<7).map { _ in (0..<count).map { _ in Int16(2 * random.index(below: M + 1) - M) } }
      let N = 250.0, variance = N * Double(M * (M + 2)) / 3
      overlaps = (0..<count).map { $0 == 1 ? N * Double(M) / 2 : (random.normal() * variance.squareRoot()).rounded() }
      variances = (0..<count).map { _ in variance * (0.9 + 0.2 * random.uniform()) }
      spins = (0..<7).map { _ in random.sign() }
    }
  }

  @Test(
    "Estimates from counts are within their bound, which is small", arguments: [1, 2, 7, 8, 15, 16, 20, 40, 127],
    [2, 4])
  func estimates(M: Int, order: Int) throws {
    for hasDotProducts in spinodal_has_dot_products() == 0 ? [false] : [false, true] {
      try expectBoundedEstimates(M: M, order: order, hasDotProducts: hasDotProducts)
    }
  }

  private func expectBoundedEstimates(M: Int, order: Int, hasDotProducts: Bool) throws {
    for count in [600, 1003, 5000] {
      let network = Network(count: count, largestEntry: M, seed: UInt64(700 + count + M))
      let interaction = InteractionPolynomial(order: order, form: .distinctIndices, spinCount: 250)
      let entries = UnsafeMutableBufferPointer<Int16>.copy(of: network.rows.flatMap { $0 })
      let variances = UnsafeMutableBufferPointer<Double>.copy(of: network.variances)
      let spins = UnsafeMutableBufferPointer<Int8>.copy(of: network.spins)
      defer {
        entries.deallocate()
        variances.deallocate()
        spins.deallocate()
      }
      let rows = try #require(CountRows(entries, rowCount: 7, columnCount: count, largestEntry: M))
      var answers: [[Double]] = []
      for set in KernelTests.sets {
        var estimates = try #require(
          CountEstimates(
            rows, spinCount: 250, variances: variances, interaction: interaction, instructions: set,
            hasDotProducts: hasDotProducts))
        for c in 0..<count { estimates.overlaps[c] = Int16(network.overlaps[c]) }
        // Away and back: a move is followed, too.
        estimates.move(entries.baseAddress!, by: 2)
        estimates.move(entries.baseAddress!, by: -2)
        #expect(estimates.overlaps.elementsEqual(network.overlaps.map { Int16($0) }))
        var sums = [Double](repeating: 0, count: 7)
        let sites = (0..<7).map { Int32($0) }
        sites.withUnsafeBufferPointer {
          estimates.sums(sites: $0, entries: entries, spins: spins, into: &sums)
        }
        var signal = 0.0
        for r in 0..<7 {
          let spin = Double(network.spins[r])
          let exact =
            spin
            * spinodal_cavity_sum(
              set, Int32(order), network.rows[r], network.overlaps, network.variances, spin,
              interaction.kernelCoefficients, count)
          let same =
            spin
            * spinodal_cavity_sum_of_halves(
              set, Int32(order), network.rows[r], estimates.overlaps.baseAddress!, network.variances, spin,
              interaction.kernelCoefficients, count)
          #expect(same == exact)
          #expect(
            abs(sums[r] - exact) <= estimates.bound, "M = \(M), \(set): \(sums[r]), exact \(exact) ± \(estimates.bound)"
          )
          signal = max(signal, abs(exact))
        }
        #expect(estimates.bound < signal / 2, "M = \(M): the bound \(estimates.bound) is of no use for \(signal)")
        answers.append(sums)
        estimates.deallocate()
      }
      #expect(answers.allSatisfy { zip($0, answers[0]).allSatisfy { abs($0 - $1) <= 1e-9 * abs($1) } })
    }
  }

  @Test("Rows that are not counts have no estimates from counts")
  func otherRows() {
    let odd = UnsafeMutableBufferPointer<Int16>.copy(of: [3, -1, 2, 1])
    #expect(CountRows(odd, rowCount: 2, columnCount: 2, largestEntry: 3) == nil)
    let large = UnsafeMutableBufferPointer<Int16>.copy(of: [128, 0])
    #expect(CountRows(large, rowCount: 1, columnCount: 2, largestEntry: 128) == nil)
    odd.deallocate()
    large.deallocate()
  }

  @Test("Squares of few entries", arguments: [1, 2, 14, 15, 16, 31, 127])
  func squares(M: Int) {
    let table = SquareTable(largestEntry: M, isExact: M <= 15)
    #expect(table.entries.allSatisfy { $0 <= 60 } && (M > 15 || table.error == 0))
    for k in 0...M {
      let y = Double(2 * k - M), entry = Double(table.entries[k >> table.shift])
      #expect(abs(y * y - table.offset - table.unit * entry) <= table.error + 1e-12)
    }
    #expect(table.error < 0.15 * Double(M * M))
  }

  /// Uniform numbers from 2^-53 to 1 - 2^-53, and 0, by which nothing is decided.
  @Test("Between the thresholds lies the field whose flip probability is the uniform number")
  func thresholds() {
    var random = stream(710)
    var uniforms = (0..<1000).map { _ in random.uniform() } + [0, 0x1p-53, 1 - 0x1p-53, 0.5]
    for exponent in 1...52 { uniforms += [Double.exp2(-Double(exponent)), 1 - Double.exp2(-Double(exponent))] }
    for beta in [1e-300, 0.2, 7, 1e300] {
      for (rule, field) in [
        (UpdateRule.heatBath(beta: beta), { (u: Double) in (Double.log(onePlus: -u) - Double.log(u)) / 2 / beta }),
        (.metropolis(beta: beta), { (u: Double) in -Double.log(u) / 2 / beta }),
      ] {
        for set in KernelTests.sets {
          let given = UnsafeMutableBufferPointer<Double>.copy(of: uniforms)
          let lower = UnsafeMutableBufferPointer<Double>.copy(of: uniforms)
          let upper = UnsafeMutableBufferPointer<Double>.copy(of: uniforms)
          rule.computeThresholds(uniforms: given, lower: lower, upper: upper, instructions: set)
          for (k, u) in uniforms.enumerated() {
            guard u > 0 else {
              #expect(lower[k] == -.infinity && upper[k] == .infinity)
              continue
            }
            let middle = field(u), width = 2e-6 * (1 / (2 * beta) + abs(middle))
            #expect(lower[k] < middle && middle < upper[k], "\(rule), u = \(u)")
            #expect(upper[k] - lower[k] < 1.1 * width, "\(rule), u = \(u)")
          }
          given.deallocate()
          lower.deallocate()
          upper.deallocate()
        }
      }
    }
  }
}
