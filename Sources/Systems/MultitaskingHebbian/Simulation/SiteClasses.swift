import SystemInterface

/// Sites that no energy and no overlap can tell apart: equal rows of data and of patterns, up to a common sign.
///
/// A site whose rows have the opposite sign of its class counts with its spin reversed.
struct SiteClasses: Sendable {
  /// The classes.
  let classes: SpinClasses
  /// The class of each site.
  let classOfSite: [Int32]
  /// Whether the spin of a site counts reversed.
  let isReversed: [Bool]

  /// The classes of these data, or `nil` if there are more than `largestCount` or rows have too many values to number.
  init?(of columns: DataColumns, patterns: DilutedPatterns, largestCount: Int) {
    let N = columns.neuronCount, C = columns.columnCount, K = patterns.patternCount
    let needsPatterns = !columns.layout.storesPatterns
    // Digits of the rows in a mixed radix.
    let radix = 2 * (columns.layout.overlapUnit == 1 ? 1 : Int(columns.layout.overlapUnit)) + 1
    var largestCode = 1.0
    for _ in 0..<C { largestCode *= Double(radix) }
    if needsPatterns { for _ in 0..<K { largestCode *= 3 } }
    guard largestCode < 0x1p62 else { return nil }
    var classOfCode: [Int: Int32] = [:], classOfSite = [Int32](repeating: 0, count: N)
    var isReversed = [Bool](repeating: false, count: N), sizes: [Int] = [], first: [Int] = []
    // Where half of the first sites differ from all before them, few will ever be equal.
    let firstSites = largestCount / 8
    for i in 0..<N {
      if i == firstSites, sizes.count > max(64, firstSites / 2) { return nil }
      // The code of the opposite rows is minus the code.
      var code = 0
      for c in 0..<C { code = code * radix + columns.entry(i, c) }
      if needsPatterns { for mu in 0..<K { code = code * 3 + Int(patterns.entries[i * K + mu]) } }
      isReversed[i] = code < 0
      let known = classOfCode[abs(code)]
      if known == nil {
        guard sizes.count < largestCount else { return nil }
        classOfCode[abs(code)] = Int32(sizes.count)
        sizes.append(0)
        first.append(i)
      }
      classOfSite[i] = known ?? Int32(sizes.count - 1)
      sizes[Int(classOfSite[i])] += 1
    }
    self.classOfSite = classOfSite
    self.isReversed = isReversed
    self.classes = SpinClasses(
      rows: first.flatMap { i in (0..<C).map { Double(columns.entry(i, $0) * (isReversed[i] ? -1 : 1)) } },
      patterns: first.flatMap { i in patterns.entries(site: i).map { isReversed[i] ? -$0 : $0 } }, sizes: sizes)
  }

  /// Number of spins up in each class, those that count reversed taken as such.
  func upCounts(of spins: [Int8]) -> [Int] {
    var counts = [Int](repeating: 0, count: classes.count)
    for i in spins.indices where (spins[i] > 0) != isReversed[i] { counts[Int(classOfSite[i])] += 1 }
    return counts
  }
}
