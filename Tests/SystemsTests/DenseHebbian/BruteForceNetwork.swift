import Foundation

/// The energy of section 2 by definition: H = -(N/2) Σ_c S_P(y_c s)/[norm R^{P/2} unit^P multiplicity].
///
/// S_P is the sum over P-tuples of sites of Π y_i s_i, all of them or those of different sites. Rows that are not of one
/// magnitude have, for P >= 4 and different sites, the recursion of section 2 as their definition.
struct BruteForceNetwork {
  let order: Int
  let isDistinct: Bool
  let spinCount: Int
  /// Entries [column][site].
  let columns: [[Int]]
  /// Energy of one unit of S_P.
  let scale: Double

  /// `unit` = M for class means stored as sums, `multiplicity` = M for single examples, else 1; `R` = E[class mean²].
  init(order P: Int, isDistinct: Bool, columns: [[Int]], unit: Int = 1, multiplicity: Int = 1, R: Double = 1) {
    order = P
    self.isDistinct = isDistinct
    self.columns = columns
    spinCount = columns[0].count
    let N = spinCount
    let norm = (0..<P).reduce(1.0) { $0 * Double(isDistinct ? N - $1 : N) }
    scale = Double(N) / 2 / (norm * pow(R, Double(P) / 2) * pow(Double(unit), Double(P)) * Double(multiplicity))
  }

  /// The same network without its first columns.
  func dropping(_ count: Int) -> BruteForceNetwork {
    BruteForceNetwork(self, columns: Array(columns.dropFirst(count)))
  }

  private init(_ other: BruteForceNetwork, columns: [[Int]]) {
    order = other.order
    isDistinct = other.isDistinct
    spinCount = other.spinCount
    scale = other.scale
    self.columns = columns
  }

  /// H by the fastest exact sum.
  func energy(_ spins: [Int]) -> Double {
    -scale * columns.reduce(0) { $0 + tupleSum(zip($1, spins).map { $0 * $1 }) }
  }

  /// H by nested loops over index tuples, for P = 2 and 4.
  func energyByLoops(_ spins: [Int]) -> Double {
    precondition(order <= 4, "nested loops over \(order) indices are not written")
    return -scale * columns.reduce(0) { $0 + Double(loops(zip($1, spins).map { $0 * $1 })) }
  }

  /// H over different sites, exact for rows of any magnitude.
  func energyOverDifferentSites(_ spins: [Int]) -> Double {
    -scale * columns.reduce(0) { $0 + Double(symmetricSum(zip($1, spins).map { $0 * $1 })) }
  }

  /// Half of what the energy falls by when site i points up instead of down.
  func field(_ spins: [Int], site i: Int) -> Double {
    var up = spins, down = spins
    up[i] = 1
    down[i] = -1
    return (energy(down) - energy(up)) / 2
  }

  private func tupleSum(_ x: [Int]) -> Double {
    let X = x.reduce(0, +)
    guard isDistinct else { return (0..<order).reduce(1.0) { product, _ in product * Double(X) } }
    let magnitudes = Set(x.map(abs))
    return order == 2 || magnitudes.count == 1 ? Double(symmetricSum(x)) : recursion(x)
  }

  /// P! times the elementary symmetric polynomial of degree P: the sum over tuples of different sites.
  private func symmetricSum(_ x: [Int]) -> Int {
    var elementary = [1] + [Int](repeating: 0, count: order)
    for value in x {
      for k in stride(from: order, to: 0, by: -1) { elementary[k] += value * elementary[k - 1] }
    }
    return (1...order).reduce(elementary[order], *)
  }

  /// D_{k+1} = X D_k - k V (1 - (k-1)/N) D_{k-1}.
  private func recursion(_ x: [Int]) -> Double {
    let X = Double(x.reduce(0, +)), V = Double(x.reduce(0) { $0 + $1 * $1 }), N = Double(spinCount)
    var (previous, current) = (1.0, X)
    for k in 1..<order {
      let factor = Double(k) * V * (1 - (Double(k) - 1) / N)
      (previous, current) = (current, X * current - factor * previous)
    }
    return current
  }

  private func loops(_ x: [Int]) -> Int {
    var sum = 0
    for a in x.indices {
      for b in x.indices where !isDistinct || b != a {
        guard order == 4 else {
          sum += x[a] * x[b]
          continue
        }
        for c in x.indices where !isDistinct || (c != a && c != b) {
          for d in x.indices where !isDistinct || (d != a && d != b && d != c) { sum += x[a] * x[b] * x[c] * x[d] }
        }
      }
    }
    return sum
  }
}

/// Every state of a small network, its energy and its Boltzmann weight.
struct EnumeratedStates {
  let spinCount: Int
  /// H of each state; bit i of the index set: spin i is up.
  let energies: [Double]
  /// Probability of each state.
  let weights: [Double]
  /// -(T/N) ln Z.
  let freeEnergy: Double

  init(_ network: BruteForceNetwork, temperature T: Double) {
    self.init(
      spinCount: network.spinCount,
      energies: (0..<1 << network.spinCount).map { network.energy(Self.spins($0, count: network.spinCount)) },
      temperature: T)
  }

  init(spinCount: Int, energies: [Double], temperature T: Double) {
    self.spinCount = spinCount
    self.energies = energies
    let lowest = energies.min() ?? 0
    let factors = energies.map { exp(-($0 - lowest) / T) }
    let sum = factors.reduce(0, +)
    weights = factors.map { $0 / sum }
    freeEnergy = (lowest - T * log(sum)) / Double(spinCount)
  }

  static func spins(_ state: Int, count: Int) -> [Int] { (0..<count).map { state >> $0 & 1 == 1 ? 1 : -1 } }

  /// Thermal mean of a function of the state's index.
  func mean(_ value: (Int) -> Double) -> Double { weights.indices.reduce(0) { $0 + weights[$1] * value($1) } }

  /// Squared overlap of a state with a pattern.
  func squaredOverlap(_ state: Int, with pattern: [Int]) -> Double {
    let spins = Self.spins(state, count: spinCount)
    let m = Double(zip(spins, pattern).reduce(0) { $0 + $1.0 * $1.1 }) / Double(spinCount)
    return m * m
  }
}
