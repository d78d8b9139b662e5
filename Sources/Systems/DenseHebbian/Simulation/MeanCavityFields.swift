import SystemInterface

/// Mean cavity fields of one disorder sample over independent spins with means m_i, exactly, for P = 2 and 4.
///
/// H is linear in every spin, so that the mean of h_i = -[H(s_i = 1) - H(s_i = -1)]/2 is a sum over products of means of
/// different sites. With a_j = y_j m_j of one column, p_k = Σ_j a_jᵏ, s = Σ_j y_j³ m_j and V = Σ_j y_j²,
/// - P = 2: h_i = 2w Σ_c y_i (p1 - a_i), for either form of the interaction;
/// - P = 4, different sites: h_i = w Σ_c y_i [24 e3 + (16 V/N - 8 y_i²)(p1 - a_i) - 8 (s - y_i² a_i)],
///   6 e3 = p1³ - 3 p1 p2 + 2 p3 - 3 a_i (p1² - p2) + 6 a_i² p1 - 6 a_i³, the sum over triples of sites other than i.
///
/// What follows e3 vanishes for rows of one magnitude; else it is what the recursion of `InteractionPolynomial` counts of
/// coincident sites. Leaving out 2 p3 - 6 a_i³ would add a self-interaction 8 alpha m_i³ to each field.
/// Cost O(NC): four sums over sites for each column, one over columns for each site.
final class MeanCavityFields {
  /// N.
  let spinCount: Int
  private let order: Int
  private let columnCount: Int
  private let weight: Double
  /// y, [site][column].
  private let entries: UnsafeMutableBufferPointer<Int16>
  /// V of the columns.
  private let variances: [Double]
  /// Sums of a column, and what the fields need of them, [4][column].
  private let sums: UnsafeMutableBufferPointer<Double>

  /// The fields of a sample.
  init(_ disorder: DisorderSample) {
    order = disorder.interaction.order
    precondition(order <= 4, "mean cavity fields are not written for P = \(order)")
    let N = disorder.spinCount, C = disorder.columnCount
    spinCount = N
    columnCount = C
    weight = disorder.energyWeight
    variances = Array(disorder.variances)
    entries = .allocate(capacity: N * C)
    for i in 0..<N {
      for c in 0..<C { entries.initializeElement(at: i * C + c, to: Int16(disorder.entry(site: i, column: c))) }
    }
    sums = .allocate(capacity: 4 * C)
    sums.initialize(repeating: 0)
  }

  deinit {
    entries.deallocate()
    sums.deallocate()
  }

  /// Bytes beside those of the sample.
  static func memory(spinCount N: Double, columnCount C: Double) -> Double { 2 * N * C + 40 * C }

  /// E h_i at means `m`.
  func callAsFunction(_ m: [Double]) -> [Double] {
    precondition(m.count == spinCount, "\(m.count) means of \(spinCount) spins")
    return order == 2 ? pairFields(m) : quarticFields(m)
  }

  private func pairFields(_ m: [Double]) -> [Double] {
    let C = columnCount
    sums.update(repeating: 0)
    for i in 0..<spinCount {
      let row = entries.baseAddress! + i * C, mean = m[i]
      for c in 0..<C { sums[c] += Double(row[c]) * mean }
    }
    return (0..<spinCount).map { i in
      let row = entries.baseAddress! + i * C, mean = m[i]
      var sum = 0.0
      for c in 0..<C {
        let y = Double(row[c])
        sum += y * (sums[c] - y * mean)
      }
      return 2 * weight * sum
    }
  }

  private func quarticFields(_ m: [Double]) -> [Double] {
    let C = columnCount, N = Double(spinCount)
    let p1 = sums.baseAddress!, p2 = p1 + C, p3 = p2 + C, s = p3 + C
    sums.update(repeating: 0)
    for i in 0..<spinCount {
      let row = entries.baseAddress! + i * C, mean = m[i]
      for c in 0..<C {
        let y = Double(row[c]), a = y * mean
        p1[c] += a
        p2[c] += a * a
        p3[c] += a * a * a
        s[c] += y * y * a
      }
    }
    // By powers of y_i: y (u + y (m v + y ((24 m² - 8) p1 + y (16 m - 24 m³)))), u and v in the places of p3 and p2.
    for c in 0..<C {
      let x = p1[c], shared = 16 * variances[c] / N
      p3[c] = 4 * (x * x * x - 3 * x * p2[c] + 2 * p3[c]) + shared * x - 8 * s[c]
      p2[c] = -12 * (x * x - p2[c]) - shared
    }
    return (0..<spinCount).map { i in
      let row = entries.baseAddress! + i * C, mean = m[i]
      let third = 24 * mean * mean - 8, fourth = 16 * mean - 24 * mean * mean * mean
      var sum = 0.0
      for c in 0..<C {
        let y = Double(row[c])
        sum += y * (p3[c] + y * (mean * p2[c] + y * (third * p1[c] + y * fourth)))
      }
      return weight * sum
    }
  }
}
