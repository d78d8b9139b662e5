import NumericalMethods
import RealModule

/// Classes of sites that no energy and no overlap can tell apart, without the sites.
struct SpinClasses: Sendable {
  /// Number of classes.
  var count: Int { sizes.count }
  /// A of each class, shape [class][column].
  let rows: [Double]
  /// ξ of each class, shape [class][pattern].
  let patterns: [Int8]
  /// N of each class.
  let sizes: [Int]

  /// q of one class.
  func square(_ g: Int) -> Double {
    let C = rows.count / count
    return rows[g * C..<(g + 1) * C].reduce(0) { $0 + $1 * $1 }
  }

  /// The largest q.
  var largestSquare: Double { (0..<count).map(square).max() ?? 0 }
}

extension SpinClasses {
  /// The number of classes of K stored patterns: rows of 0, ±1 up to a common sign.
  static func countOfStored(patternCount K: Int) -> Double { (Double.pow(3, K) + 1) / 2 }

  /// The classes of K stored patterns on N sites, drawn from the law of `DilutedPatterns` without drawing any site; empty ones
  /// are left out.
  ///
  /// A row with z blanks has the probability d^z ((1 - d)/2)^(K-z), twice that together with the opposite one; the sizes are
  /// multinomial, one binomial number a class given those before.
  init(storing K: Int, neuronCount N: Int, dilution d: Double, random: inout RandomStream) {
    var patterns: [Int8] = [], shares: [Double] = []
    Self.forEachRow(patternCount: K) { row in
      let blanks = row.count { $0 == 0 }
      patterns += row
      shares.append(Double.pow(d, blanks) * Double.pow((1 - d) / 2, K - blanks) * (blanks == K ? 1 : 2))
    }
    // Summed from the end: no difference of large numbers where few sites are left.
    var tails = shares
    for g in shares.indices.dropLast().reversed() { tails[g] += tails[g + 1] }
    var left = N, kept: [Int8] = [], sizes: [Int] = []
    for g in shares.indices where left > 0 {
      let isLast = g == shares.count - 1
      let size = isLast ? left : random.binomial(count: left, probability: tails[g] > 0 ? shares[g] / tails[g] : 0)
      left -= size
      guard size > 0 else { continue }
      kept += patterns[g * K..<(g + 1) * K]
      sizes.append(size)
    }
    self.init(rows: kept.map(Double.init), patterns: kept, sizes: sizes)
  }

  /// Every row of K entries 0, ±1 whose first entry other than 0 is +1, the blank row last.
  private static func forEachRow(patternCount K: Int, _ body: ([Int8]) -> Void) {
    var row = [Int8](repeating: 1, count: K)
    while true {
      body(row)
      // The next one in the order 1, -1, 0 of each entry, the last entry running fastest; no -1 comes first.
      var place = K - 1
      while place >= 0, row[place] == 0 {
        row[place] = 1
        place -= 1
      }
      guard place >= 0 else { return }
      let comesFirst = row[..<place].allSatisfy { $0 == 0 }
      row[place] = row[place] == 1 && !comesFirst ? -1 : 0
    }
  }

  /// Number of spins up in each class at the start.
  func upCounts(at start: SpinStart, using random: inout RandomStream) -> [Int] {
    let K = patterns.count / count
    return sizes.indices.map { g in
      random.binomial(count: sizes[g], probability: start.probabilityUp(patterns[g * K..<(g + 1) * K]))
    }
  }
}
