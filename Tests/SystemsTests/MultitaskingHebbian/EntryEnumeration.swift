import NumericalMethods
import RealModule

@testable import MultitaskingHebbian
@testable import SystemInterface

/// Averages over patterns and data by brute force: all values of all entries, for tests of the Fourier integrals.
struct EntryEnumeration {
  /// Values of x̂, of the true entry ξ, and their probability.
  let atoms: [(value: Double, entry: Double, probability: Double)]

  init(_ law: DataLaw, dilution d: Double) {
    var factors: [(Double, Double)] = [(1, 1)]
    switch law {
    case .storage: break
    case .examples(let M, let r):
      factors = (0...M).map { k in
        let ways = (0..<k).reduce(1.0) { $0 * Double(M - $1) / Double($1 + 1) }
        return (Double(2 * k - M) / Double(M), ways * Double.pow((1 + r) / 2, k) * Double.pow((1 - r) / 2, M - k))
      }
    case .gaussian(let r, let v):
      // The poles of tanh are 1.5 deviations off the real axis for the largest fields of the tests: an error of e⁻³⁷.
      let rule = Quadrature.gaussianTrapezoid(step: 0.25, cutoff: 8.5)
      factors = zip(rule.nodes, rule.weights).map { (r + v.squareRoot() * $0, $1) }
    }
    var atoms: [(value: Double, entry: Double, probability: Double)] = [(0, 0, d)]
    for (c, p) in factors {
      let half = 0.5 * (1 - d) * p
      atoms.append((c, 1, half))
      atoms.append((-c, -1, half))
    }
    self.atoms = atoms
  }

  /// Calls `body` with every draw of K entries.
  func forEachDraw(_ K: Int, _ body: (_ values: [Double], _ entries: [Double], _ probability: Double) -> Void) {
    var values = [Double](repeating: 0, count: K), entries = values
    func visit(_ mu: Int, _ probability: Double) {
      guard mu < K else { return body(values, entries, probability) }
      for atom in atoms where atom.probability > 0 {
        values[mu] = atom.value
        entries[mu] = atom.entry
        visit(mu + 1, probability * atom.probability)
      }
    }
    visit(0, 1)
  }

  /// Averages of odd functions of the field Σ a x̂.
  func averages(_ a: [Double]) -> FieldStatistics.Averages {
    let K = a.count
    var result = FieldStatistics.Averages(
      exampleOverlaps: [Double](repeating: 0, count: K), magnetizations: [Double](repeating: 0, count: K), logarithm: 0)
    forEachDraw(K) { values, entries, p in
      let h = zip(a, values).reduce(0) { $0 + $1.0 * $1.1 }
      for mu in 0..<K {
        result.exampleOverlaps[mu] += p * values[mu] * Double.tanh(h)
        result.magnetizations[mu] += p * entries[mu] * Double.tanh(h)
      }
      result.logarithm += p * (abs(h) + Double.log(onePlus: Double.exp(-2 * abs(h))) - Double.log(2))
    }
    return result
  }

  /// E[x̂ x̂ᵀ sech² h].
  func moments(_ a: [Double]) -> Matrix {
    var moments = Matrix(rows: a.count, columns: a.count)
    forEachDraw(a.count) { values, _, p in
      let c = Double.cosh(zip(a, values).reduce(0) { $0 + $1.0 * $1.1 })
      for mu in a.indices {
        for nu in a.indices { moments[mu, nu] += p * values[mu] * values[nu] / (c * c) }
      }
    }
    return moments
  }
}
