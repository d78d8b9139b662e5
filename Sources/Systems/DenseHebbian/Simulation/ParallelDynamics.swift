import NumericalMethods
import SystemInterface

/// The order in which the spins of a chain are updated.
enum UpdateOrder: Sendable {
  /// One after the other, each in the field of the present state of all others.
  case sequential
  /// All at once, in the fields of one state.
  case parallel
}

/// Parallel (Little) dynamics: all cavity fields from one state, then all spins at once, each by the rule for one spin.
///
/// For P = 2 heat bath has the stationary law π ∝ Π_i 2 cosh(beta h_i), which is not that of the energy (Little, Math. Biosci.
/// 19, 101 (1974); Peretto, Biol. Cybern. 50, 51 (1984)); for P >= 4 none is known. Without noise its fixed points are
/// those of sequential updates, but it may also end in a cycle of two states (for P = 2 in no longer one).
/// A step costs N fields and the flips; it draws one number for each spin, in the order of the sites.
struct ParallelDynamics: Codable {
  /// States in the cycle that noiseless dynamics has reached: 1 at a fixed point, 2, or 0 while it moves.
  private(set) var cycleLength = 0
  /// The state before the last noiseless step.
  private var previous: [Int8] = []

  /// One step; returns the number of flips.
  mutating func step(_ chain: inout SpinChain, rule: UpdateRule, using random: inout RandomStream) -> Int {
    let fields = chain.cavityFields()
    var flipped: [Int] = []
    for i in chain.spins.indices {
      let along = Double(chain.spins[i]) * fields[i]
      if random.uniform() < rule.flipProbability(fieldAlongSpin: along) { flipped.append(i) }
    }
    if case .zeroTemperature = rule {
      let before = Array(chain.spins)
      for i in flipped { chain.flip(site: i) }
      cycleLength = flipped.isEmpty ? 1 : chain.spins.elementsEqual(previous) ? 2 : 0
      previous = before
    } else {
      for i in flipped { chain.flip(site: i) }
    }
    return flipped.count
  }
}
