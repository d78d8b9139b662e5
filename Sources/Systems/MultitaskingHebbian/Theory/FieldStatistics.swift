import NumericalMethods
import RealModule
import SystemInterface

/// Averages over patterns and data at a local field h = Σ_mu a_mu x̂_mu, exact to round-off in O(K) a node.
///
/// From tanh x = ∫₀^∞ sin(kx)/sinh(πk/2) dk the average over K independent entries factorises into
/// φ_mu = d + (1 - d) C_mu; products that leave patterns out are built from both ends, since φ may vanish
/// (page, section 3.2). Patterns with a_mu = 0 take no part.
struct FieldStatistics: Sendable {
  let law: DataLaw
  /// d.
  let dilution: Double
  /// Deviation of a Gaussian field added to h.
  let noise: Double
  private var tables: [FourierNodes] = []

  init(_ law: DataLaw, dilution: Double, noise: Double = 0) {
    self.law = law
    self.dilution = dilution
    self.noise = noise
  }

  private var active: Double { 1 - dilution }

  /// Averages of odd functions.
  struct Averages {
    /// E[x̂_mu tanh h].
    var exampleOverlaps: [Double]
    /// E[ξ_mu tanh h].
    var magnetizations: [Double]
    /// E ln cosh h.
    var logarithm: Double
  }

  /// Averages with sech² h.
  struct Curvature {
    /// E[x̂_mu x̂_nu sech² h].
    var matrix: Matrix
    /// E[sech² h] with one example taken out of pattern mu that is active on the site, shape [pattern] (page, section 3.6).
    var withoutExample: [Double]
    /// E sech² h.
    var mean: Double
  }

  /// Tables are kept for the states that an iteration passes.
  private static let largestTableCount = 16

  private mutating func nodes(for a: [Double]) -> FourierNodes {
    let largestField = law.largestFactor * a.reduce(0) { $0 + abs($1) }
    let bandwidth = FourierNodes.bandwidth(largestField: largestField + 9 * noise)
    if let known = tables.last(where: { $0.bandwidth == bandwidth }) { return known }
    let fresh = FourierNodes(bandwidth: bandwidth, noise: noise)
    if tables.count == Self.largestTableCount { tables.removeFirst() }
    tables.append(fresh)
    return fresh
  }

  /// E[x̂_mu tanh h] alone.
  mutating func exampleOverlaps(_ a: [Double]) -> [Double] {
    let nodes = nodes(for: a)
    var overlaps = [Double](repeating: 0, count: a.count)
    withEntries(a, nodes) { active, entries in
      withScratch(active.count) { scratch in
        let (phi, moment, prefix, sums) = (scratch[0], scratch[1], scratch[2], scratch[3])
        for block in nodes.sine.indices {
          var product = SIMD8<Double>(repeating: 1)
          for p in entries.indices {
            let entry = entries[p].transform(law, block: block)
            phi[p] = dilution + self.active * entry.cosine
            moment[p] = entry.firstMoment
            prefix[p] = product
            product *= phi[p]
          }
          var suffix = nodes.sine[block]
          for p in entries.indices.reversed() {
            sums[p] += moment[p] * (prefix[p] * suffix)
            suffix *= phi[p]
          }
        }
        for (p, mu) in active.enumerated() {
          overlaps[mu] = self.active * (sums[p].sum() + nodes.step / .pi * law.secondMoment * a[mu])
        }
      }
    }
    return overlaps
  }

  /// The averages of odd functions, and E ln cosh h.
  mutating func averages(_ a: [Double]) -> Averages {
    let nodes = nodes(for: a)
    var result = Averages(
      exampleOverlaps: [Double](repeating: 0, count: a.count),
      magnetizations: [Double](repeating: 0, count: a.count), logarithm: 0)
    withEntries(a, nodes) { active, entries in
      withScratch(active.count) { scratch in
        let (phi, moment, prefix, sums, sine, signals) = (
          scratch[0], scratch[1], scratch[2], scratch[3], scratch[4], scratch[5]
        )
        var logarithm = SIMD8<Double>.zero
        for block in nodes.sine.indices {
          var product = SIMD8<Double>(repeating: 1)
          for p in entries.indices {
            let entry = entries[p].transform(law, block: block)
            phi[p] = dilution + self.active * entry.cosine
            moment[p] = entry.firstMoment
            sine[p] = entry.sine
            prefix[p] = product
            product *= phi[p]
          }
          logarithm += nodes.logarithm[block] * (1 - product)
          var suffix = nodes.sine[block]
          for p in entries.indices.reversed() {
            let others = prefix[p] * suffix
            sums[p] += moment[p] * others
            signals[p] += sine[p] * others
            suffix *= phi[p]
          }
        }
        let limit = nodes.step / .pi
        for (p, mu) in active.enumerated() {
          result.exampleOverlaps[mu] = self.active * (sums[p].sum() + limit * law.secondMoment * a[mu])
          result.magnetizations[mu] = self.active * (signals[p].sum() + limit * law.mean * a[mu])
        }
        let squares = a.reduce(0) { $0 + $1 * $1 }
        result.logarithm =
          logarithm.sum() + 0.5 * limit * self.active * law.secondMoment * squares
      }
    }
    return result
  }

  /// E sech² h alone.
  mutating func meanCurvature(_ a: [Double]) -> Double {
    let nodes = nodes(for: a)
    var mean = SIMD8<Double>.zero
    withEntries(a, nodes) { _, entries in
      for block in nodes.curvature.indices {
        var product = nodes.curvature[block]
        for p in entries.indices {
          product *= dilution + self.active * entries[p].transform(law, block: block).cosine
        }
        mean += product
      }
    }
    return mean.sum()
  }

  /// The averages with sech² h.
  mutating func curvature(_ a: [Double]) -> Curvature {
    let nodes = nodes(for: a), K = a.count
    var result = Curvature(
      matrix: Matrix(rows: K, columns: K), withoutExample: [Double](repeating: 0, count: K), mean: 0)
    withEntries(a, nodes) { active, entries in
      let count = active.count
      withScratch(count) { scratch in
        let (phi, moment, prefix, second, suffix, without, squares, single) = (
          scratch[0], scratch[1], scratch[2], scratch[3], scratch[4], scratch[5], scratch[6], scratch[7]
        )
        withUnsafeTemporaryAllocation(of: SIMD8<Double>.self, capacity: max(1, count * count)) { pairs in
          pairs.initialize(repeating: .zero)
          var mean = SIMD8<Double>.zero
          for block in nodes.curvature.indices {
            var product = SIMD8<Double>(repeating: 1)
            for p in entries.indices {
              let entry = entries[p].transform(law, block: block)
              phi[p] = dilution + self.active * entry.cosine
              moment[p] = entry.firstMoment
              second[p] = entry.secondMoment
              without[p] = entry.withoutExample
              prefix[p] = product
              product *= phi[p]
            }
            mean += nodes.curvature[block] * product
            var tail = nodes.curvature[block]
            for p in entries.indices.reversed() {
              suffix[p] = tail
              let others = prefix[p] * tail
              squares[p] += second[p] * others
              single[p] += without[p] * others
              tail *= phi[p]
            }
            for p in entries.indices {
              var left = moment[p] * prefix[p]
              for q in p + 1..<max(p + 1, count) {
                pairs[p * count + q] += left * (moment[q] * suffix[q])
                left *= phi[q]
              }
            }
          }
          result.mean = mean.sum()
          for mu in 0..<K {
            result.matrix[mu, mu] = self.active * law.secondMoment * result.mean
            result.withoutExample[mu] = result.mean
          }
          for (p, mu) in active.enumerated() {
            result.matrix[mu, mu] = self.active * squares[p].sum()
            result.withoutExample[mu] = single[p].sum()
            for q in p + 1..<max(p + 1, count) {
              let value = -self.active * self.active * pairs[p * count + q].sum()
              result.matrix[mu, active[q]] = value
              result.matrix[active[q], mu] = value
            }
          }
        }
      }
    }
    return result
  }

  /// The patterns that act and their rotations.
  private func withEntries(
    _ a: [Double], _ nodes: FourierNodes,
    _ body: (_ active: [Int], _ entries: UnsafeMutableBufferPointer<EntryRotation>) -> Void
  ) {
    let active = a.indices.filter { a[$0] != 0 }
    var entries = active.map { EntryRotation(law, argument: a[$0], step: nodes.step) }
    entries.withUnsafeMutableBufferPointer { body(active, $0) }
  }

  private typealias Lanes = UnsafeMutableBufferPointer<SIMD8<Double>>

  /// Eight rows of `count` zeros for the loop over the nodes.
  private func withScratch(_ count: Int, _ body: ([Lanes]) -> Void) {
    let length = max(1, count)
    withUnsafeTemporaryAllocation(of: SIMD8<Double>.self, capacity: 8 * length) { memory in
      memory.initialize(repeating: .zero)
      body((0..<8).map { Lanes(rebasing: memory[$0 * length..<($0 + 1) * length]) })
    }
  }
}
