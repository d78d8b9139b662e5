import SystemInterface

/// What the columns of a network are, without their entries.
struct DataLayout: Sendable {
  /// N.
  let neuronCount: Int
  /// C.
  let columnCount: Int
  /// S_c/N over the overlap n that is reported: M where A is a sum over examples, else 1.
  var overlapUnit = 1.0
  /// Γ_C/Γ.
  var normalizationFactor = 1.0
  /// Columns that belong to one pattern: M for single examples, else 1.
  var columnsOfPattern = 1
  /// Whether column mu is pattern mu, so that S_mu = N m_mu.
  var storesPatterns = false
  /// Whether columns are single examples (also if there is just one of each pattern).
  var hasSingleExamples = false

  /// n_mu from S_c, the mean over a where columns are single examples.
  func exampleOverlaps(of sums: [Double]) -> [Double] {
    let M = columnsOfPattern
    return (0..<columnCount / M).map { mu in
      sums[mu * M..<(mu + 1) * M].reduce(0, +) / (Double(M) * Double(neuronCount) * overlapUnit)
    }
  }

  /// H/N = -Σ_c S_c²/(2 Γ_C N²) from Σ_c S_c².
  func energy(squareSum: Double, fieldNormalization: Double) -> Double {
    let N = Double(neuronCount)
    return -squareSum / (2 * fieldNormalization * normalizationFactor * N * N)
  }

  /// T Γ_C N/2, the temperature in units of the whole numbers of the fields.
  func scale(temperature: Double, fieldNormalization: Double) -> Double {
    temperature * fieldNormalization * normalizationFactor * Double(neuronCount) / 2
  }
}

extension DataLayout {
  /// Columns that are the patterns themselves.
  init(storing patternCount: Int, neuronCount: Int) {
    self.init(neuronCount: neuronCount, columnCount: patternCount, storesPatterns: true)
  }
}
