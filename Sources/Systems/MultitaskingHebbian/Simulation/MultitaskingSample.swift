import NumericalMethods
import SystemInterface

/// One disorder sample: patterns, what the network has stored of them, and Γ.
struct MultitaskingSample: Sendable {
  /// The patterns.
  let patterns: DilutedPatterns
  /// The stored columns.
  let columns: DataColumns
  /// Γ.
  let fieldNormalization: Double

  /// N.
  var neuronCount: Int { patterns.neuronCount }
  /// Γ_C.
  var columnNormalization: Double { fieldNormalization * columns.layout.normalizationFactor }

  /// T Γ_C N/2, the temperature in units of the whole numbers of the fields.
  func scale(temperature: Double) -> Double {
    columns.layout.scale(temperature: temperature, fieldNormalization: fieldNormalization)
  }

  /// Attempts that cost about as much as one class of an auxiliary sweep.
  static let attemptsOfClass = 8

  /// The most classes on N sites that are cheaper than the sites.
  static func largestClassCount(neuronCount: Int) -> Int { neuronCount / attemptsOfClass }

  /// The chain that samples the Boltzmann distribution at the least cost.
  ///
  /// Classes of sites where they are few; then auxiliary fields, unless at zero temperature or so near to it that a spin
  /// hardly leaves the field of its own. Couplings where there are more columns than spins.
  func chain(from spins: [Int8], temperature: Double) -> any HeatBathChain {
    let scale = scale(temperature: temperature)
    let largestCount = Self.largestClassCount(neuronCount: neuronCount)
    if let sites = SiteClasses(of: columns, patterns: patterns, largestCount: largestCount) {
      return ClassChain(
        on: sites, from: spins, scale: scale,
        dynamics: ClassChain.cheapestDynamics(largestSquare: sites.classes.largestSquare, scale: scale))
    }
    if columns.columnCount > neuronCount, neuronCount <= CouplingChain.largestNeuronCount {
      return CouplingChain(on: columns, patterns: patterns, from: spins, scale: scale)
    }
    return GlauberChain(on: columns, patterns: patterns, from: spins, scale: scale)
  }

  /// h_i as whole numbers X_i, of all spins.
  func cavityFields(of spins: [Int8]) -> [Double] {
    let sums = columns.sums(with: spins)
    return spins.indices.map { i in
      let s = Double(spins[i])
      return sums.indices.reduce(0.0) { field, c in
        let a = Double(columns.entry(i, c))
        return field + a * (sums[c] - s * a)
      }
    }
  }

  /// Solution n = (1/N) Σ_i x_i tanh(x_i·n/(T Γ)) on the quenched data, reached by iteration from given spins (section 4).
  ///
  /// - Returns: m of it, from the true patterns.
  /// - Throws: `SolverError.notConverged` near a point where the state loses its stability.
  func meanField(from spins: [Int8], temperature: Double) throws -> [Double] {
    let N = neuronCount, scale = scale(temperature: temperature)
    let classes = SiteClasses(of: columns, patterns: patterns, largestCount: N / 2)?.classes
    let rowCount = classes?.count ?? N, C = columns.columnCount
    let rows = Matrix(rows: rowCount, columns: C) { g, c in
      classes.map { $0.rows[g * C + c] } ?? Double(columns.entry(g, c))
    }
    let weights = classes.map { $0.sizes.map(Double.init) } ?? [Double](repeating: 1, count: N)
    // Magnetization of each row times its weight, at sums S of the columns.
    func magnetizations(_ sums: [Double]) -> [Double] {
      zip(rows.multiply(sums), weights).map { field, weight in
        // Sums of whole numbers at T = 0: rounding must not decide for a spin without field.
        weight * (temperature > 0 ? Double.tanh(field / (2 * scale)) : abs(field) < 1e-9 ? 0 : field > 0 ? 1 : -1)
      }
    }
    let solution = try FixedPoint.iterate(
      from: columns.sums(with: spins), tolerance: 1e-10 * Double(N) * columns.layout.overlapUnit,
      maximumIterations: 20000,
      what: "sample-specific mean field"
    ) { rows.multiply(magnetizations($0), transposed: true) }
    let means = magnetizations(solution.state)
    let K = patterns.patternCount, entries = classes?.patterns ?? patterns.entries
    return (0..<K).map { mu in
      (0..<rowCount).reduce(0.0) { $0 + Double(entries[$1 * K + mu]) * means[$1] } / Double(N)
    }
  }
}
