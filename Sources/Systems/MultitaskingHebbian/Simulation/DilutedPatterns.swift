import NumericalMethods
import SystemInterface

/// K patterns on N sites with blank entries: 0 with probability d, ±1 with probability (1 - d)/2 each (page, section 2.2).
struct DilutedPatterns: Sendable, Equatable {
  /// N.
  let neuronCount: Int
  /// K.
  let patternCount: Int
  /// ξ_i^mu, shape [site][pattern].
  let entries: [Int8]

  /// Patterns with given entries, shape [site][pattern].
  init(neuronCount: Int, patternCount: Int, entries: [Int8]) {
    precondition(entries.count == neuronCount * patternCount, "\(entries.count) entries of \(patternCount) patterns")
    self.neuronCount = neuronCount
    self.patternCount = patternCount
    self.entries = entries
  }

  /// Patterns drawn with one uniform number an entry.
  init(neuronCount: Int, patternCount: Int, dilution d: Double, random: inout RandomStream) {
    let up = d + (1 - d) / 2
    self.init(
      neuronCount: neuronCount, patternCount: patternCount,
      entries: [Int8](unsafeUninitializedCapacity: neuronCount * patternCount) { entries, count in
        random.forEachUniform(count: entries.count) { index, u in entries[index] = u < d ? 0 : u < up ? 1 : -1 }
        count = entries.count
      })
  }

  /// The entries of all patterns on one site.
  func entries(site i: Int) -> ArraySlice<Int8> { entries[i * patternCount..<(i + 1) * patternCount] }

  /// Σ_i ξ_i^mu s_i of every pattern.
  func sums(with spins: [Int8]) -> [Int] {
    var sums = [Int](repeating: 0, count: patternCount)
    entries.withUnsafeBufferPointer { entries in
      spins.withUnsafeBufferPointer { spins in
        for mu in 0..<patternCount {
          var sum: Int32 = 0
          for i in 0..<neuronCount { sum &+= Int32(entries[i &* patternCount &+ mu] &* spins[i]) }
          sums[mu] = Int(sum)
        }
      }
    }
    return sums
  }
}

/// Where the spins of a simulation start (page, section 4).
enum SpinStart: Sendable, Equatable {
  /// s = ξ^1 where it is not blank, random elsewhere.
  case pure
  /// The first pattern that is not blank, random where all are.
  case hierarchical
  /// sign Σ_mu ξ^mu, random where it vanishes.
  case parallel
  /// Random.
  case random
  /// P(s = +1) = (1 + Σ_mu c_mu ξ^mu)/2 with c_mu = m0_mu/(1 - d), which gives E m = m0.
  case prescribed(magnetization: [Double], dilution: Double)
}

extension DilutedPatterns {
  /// Spins at the start; one uniform number a site, needed or not.
  func spins(at start: SpinStart, using random: inout RandomStream) -> [Int8] {
    [Int8](unsafeUninitializedCapacity: neuronCount) { spins, count in
      random.forEachUniform(count: neuronCount) { i, u in
        spins[i] = u < start.probabilityUp(entries(site: i)) ? 1 : -1
      }
      count = neuronCount
    }
  }
}

extension SpinStart {
  /// P(s = +1) on a site with these entries of the patterns.
  func probabilityUp(_ row: ArraySlice<Int8>) -> Double {
    let preferred: Int
    switch self {
    case .pure: preferred = Int(row.first ?? 0)
    case .hierarchical: preferred = Int(row.first { $0 != 0 } ?? 0)
    case .parallel: preferred = row.reduce(0) { $0 + Int($1) }.signum()
    case .random: preferred = 0
    case .prescribed(let magnetization, let d):
      return (1 + zip(row, magnetization).reduce(0) { $0 + Double($1.0) * $1.1 / (1 - d) }) / 2
    }
    return Double(1 + preferred) / 2
  }
}

extension RandomStream {
  /// Calls `body` with each index below `count` and its uniform number, the same as that many `uniform()`.
  mutating func forEachUniform(count: Int, _ body: (_ index: Int, _ uniform: Double) -> Void) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: min(count, 4096)) { numbers in
      var done = 0
      while done < count {
        let chunk = UnsafeMutableBufferPointer(rebasing: numbers[..<min(numbers.count, count - done)])
        fill(chunk)
        for k in chunk.indices { body(done + k, chunk[k]) }
        done += chunk.count
      }
    }
  }
}
