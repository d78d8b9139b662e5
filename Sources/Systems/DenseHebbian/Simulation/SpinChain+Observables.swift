import CKernels
import SystemInterface

/// What is measured on the spins of a chain.
extension SpinChain {
  /// Copies the overlaps of counts from where they are kept in fewer bits.
  func refreshOverlaps() {
    guard let countEstimates else { return }
    for c in overlaps.indices { overlaps[c] = Double(countEstimates.overlaps[c]) }
  }

  /// Σ_c G(X_c).
  private func interactionSum() -> Double {
    let order = Int32(disorder.interaction.order), C = disorder.columnCount
    let constant = disorder.interaction.coefficients[0]
    if let signedColumns {
      return spinodal_sign_interaction_sum(
        instructions, order, signedColumns.pointee.overlaps.baseAddress!, Double(spins.count), kernelCoefficients,
        constant, C)
    }
    refreshOverlaps()
    return spinodal_interaction_sum(
      instructions, order, overlaps.baseAddress!, disorder.variances.baseAddress!, kernelCoefficients, constant, C)
  }

  /// H, not shifted.
  mutating func energy() -> Double {
    if let cache = energyCache, cache.flipCount == flipCount { return cache.energy }
    var energy = -disorder.energyWeight * interactionSum()
    if let noise { energy += noise.energy(spins: spins) }
    energyCache = (flipCount, energy)
    return energy
  }

  /// m, overlap with archetype 1.
  func magnetization() -> Double { Double(archetypeSum) / Double(spins.count) }

  /// u, overlap with the standardised class mean of archetype 1.
  func classOverlap() -> Double {
    disorder.condensedColumns.reduce(0) { $0 + overlap(column: $1) } * disorder.classOverlapScale
  }

  /// Largest |m| with any archetype: the hidden ones of noisy examples, else the columns themselves.
  func largestArchetypeOverlap() -> Double {
    let N = spins.count
    guard let hidden = disorder.hiddenArchetypes else {
      return (0..<disorder.columnCount).reduce(0) { max($0, abs(overlap(column: $1))) } / Double(N)
    }
    let K = hidden.count / N
    var sums = [Int32](repeating: 0, count: K)
    for i in 0..<N {
      for mu in 0..<K { sums[mu] += Int32(hidden[i * K + mu] * spins[i]) }
    }
    return sums.reduce(0) { max($0, abs(Double($1))) } / Double(N)
  }
}
