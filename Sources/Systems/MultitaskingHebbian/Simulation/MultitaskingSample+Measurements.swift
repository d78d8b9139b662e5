import NumericalMethods
import Statistics
import SystemInterface

extension MultitaskingSample {
  /// m_mu after one parallel update at zero temperature from the hierarchical state (page, section 3.6).
  ///
  /// All spins follow the sign of their cavity field; one without field counts as 0.
  func oneStepMagnetizations(from spins: [Int8]) -> [Double] {
    let signs = cavityFields(of: spins).map { $0 > 0 ? Int8(1) : $0 < 0 ? -1 : 0 }
    return patterns.sums(with: signs).map { Double($0) / Double(neuronCount) }
  }

  /// Glauber dynamics seen at given times (page, section 3.8).
  struct Flow {
    /// m_mu(t), shape [time][pattern].
    var magnetizations: [[Double]] = []
    /// e(t).
    var energies: [Double] = []
    /// The right-hand side of the identity of section 2.4.
    var lossEnergies: [Double] = []
  }

  /// Sequential heat bath at random sites, at the given numbers of sweeps in increasing order.
  func flow(from spins: [Int8], temperature: Double, sweeps: [Int], random: inout RandomStream) -> Flow {
    let chain = GlauberChain(on: columns, patterns: patterns, from: spins, scale: scale(temperature: temperature))
    var flow = Flow(), done = 0
    for time in sweeps {
      while done < time {
        _ = chain.sweep(using: &random)
        done += 1
      }
      flow.magnetizations.append(chain.patternSums().map { Double($0) / Double(neuronCount) })
      flow.energies.append(columns.layout.energy(squareSum: chain.squareSum(), fieldNormalization: fieldNormalization))
      flow.lossEnergies.append(columns.lossEnergy(of: chain.spins, fieldNormalization: fieldNormalization))
    }
    return flow
  }
}

extension DilutedPatterns {
  /// The first `count` patterns.
  func prefix(_ count: Int) -> DilutedPatterns {
    precondition(count <= patternCount, "\(count) of \(patternCount) patterns")
    return DilutedPatterns(
      neuronCount: neuronCount, patternCount: count,
      entries: (0..<neuronCount).flatMap { entries(site: $0).prefix(count) })
  }
}
