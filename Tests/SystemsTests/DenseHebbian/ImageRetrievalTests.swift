import NumericalMethods
import RealModule
import Testing

@testable import DenseHebbian
@testable import SystemInterface

/// The dynamics of images against the definitions of energy and overlaps, written out again here.
@Suite struct ImageRetrievalTests {
  private static let orders = [2, 4, 6, 8, 10, 12, 14, 16]

  /// Five class means of N = 23 sites over M = 4 examples, some of them even splits.
  private func memory(isCentred: Bool, seed: UInt64 = 3) -> ClassMemory {
    var random = RandomStream(StreamKey(seed: seed, system: 0, point: 1, purpose: .data))
    let means = (0..<5).map { _ in
      (0..<23).map { _ in Double((0..<4).reduce(0) { sum, _ in sum + Int(random.sign()) }) / 4 }
    }
    return ClassMemory(means: means, isCentred: isCentred)
  }

  private func spins(seed: UInt64, count: Int = 23) -> [Int8] {
    var random = RandomStream(StreamKey(seed: seed, system: 0, point: 2, purpose: .initialState))
    return (0..<count).map { _ in random.sign() }
  }

  /// X_c = Σ_i y_ci (σ_i - g_i)/√R_c from the class means.
  private func bruteOverlaps(_ memory: ClassMemory, _ spins: [Int8], isCentred: Bool) -> [Double] {
    let N = spins.count, C = Double(memory.means.count)
    let g = (0..<N).map { i in isCentred ? memory.means.map { $0[i] }.reduce(0, +) / C : 0 }
    return memory.means.map { mean in
      let y = (0..<N).map { mean[$0] - g[$0] }
      let R = y.map { $0 * $0 }.reduce(0, +) / Double(N)
      return (0..<N).map { y[$0] * (Double(spins[$0]) - g[$0]) }.reduce(0, +) / R.squareRoot()
    }
  }

  /// E = -(N/2) Σ_c (X_c/N)^P.
  private func bruteEnergy(_ memory: ClassMemory, _ spins: [Int8], order P: Int, isCentred: Bool) -> Double {
    let N = Double(spins.count)
    return -N / 2 * bruteOverlaps(memory, spins, isCentred: isCentred).map { Double.pow($0 / N, P) }.reduce(0, +)
  }

  /// Catches a wrong factor or sign of the field, an offset g left out, and a self-term.
  @Test("The field is half the energy difference of a flip", arguments: orders)
  func field(order P: Int) {
    for isCentred in [true, false] {
      let memory = memory(isCentred: isCentred), start = spins(seed: UInt64(P))
      let retrieval = ImageRetrieval(from: start, in: memory, interactionOrder: P)
      let energy = bruteEnergy(memory, start, order: P, isCentred: isCentred)
      #expect(abs(retrieval.energy - energy) <= 1e-12 * abs(energy))
      for site in start.indices {
        var up = start, down = start
        (up[site], down[site]) = (1, -1)
        let energies = [up, down].map { bruteEnergy(memory, $0, order: P, isCentred: isCentred) }
        let half = (energies[1] - energies[0]) / 2
        // The difference of energies cancels, the product formula does not.
        let tolerance = 1e-13 * (abs(energies[0]) + abs(energies[1]))
        #expect(abs(retrieval.cavityField(site: site) - half) <= tolerance, "P = \(P), site \(site)")
      }
    }
  }

  @Test("The energy never rises and a fixed point is reached", arguments: orders)
  func descent(order P: Int) throws {
    for (isCentred, seed) in [(true, UInt64(5)), (false, 6), (true, 7)] {
      let memory = memory(isCentred: isCentred, seed: seed)
      var random = RandomStream(StreamKey(seed: seed, system: 0, point: 3, purpose: .dynamics))
      var retrieval = ImageRetrieval(from: spins(seed: seed), in: memory, interactionOrder: P)
      var energy = bruteEnergy(memory, retrieval.spins, order: P, isCentred: isCentred), flips = 1, sweeps = 0
      while flips > 0, sweeps < 100 {
        let before = retrieval.spins
        flips = retrieval.sweep(using: &random)
        sweeps += 1
        let next = bruteEnergy(memory, retrieval.spins, order: P, isCentred: isCentred)
        #expect(next <= energy, "P = \(P), sweep \(sweeps)")
        if flips == 0 { #expect(before == retrieval.spins) }
        energy = next
        let exact = bruteOverlaps(memory, retrieval.spins, isCentred: isCentred)
        for (u, x) in zip(retrieval.overlaps, exact) { #expect(abs(u - x / 23) < 1e-13) }
      }
      #expect(flips == 0, "P = \(P): no fixed point")
      // At a fixed point no spin stands against its field.
      for site in retrieval.spins.indices {
        #expect(retrieval.cavityField(site: site) * Double(retrieval.spins[site]) >= 0)
      }
    }
  }

  /// Σ_c y_c = 0, so that Σ_c √R_c X_c = 0 for any spins.
  @Test("Centred patterns add up to nothing")
  func centring() {
    let memory = memory(isCentred: true)
    for seed in UInt64(1)...5 {
      let overlaps = memory.overlaps(of: spins(seed: seed))
      let sum = zip(memory.variances, overlaps).reduce(0) { $0 + $1.0.squareRoot() * $1.1 }
      #expect(abs(sum) < 1e-14)
    }
    #expect(self.memory(isCentred: false).removedMean.allSatisfy { $0 == 0 })
  }

  @Test("A class without structure takes no part")
  func emptyClass() {
    // The third class is the mean of the three.
    let memory = ClassMemory(means: [[1, 1, -1, -1], [-1, -1, 1, 1], [0, 0, 0, 0]], isCentred: true)
    #expect(memory.variances == [1, 1, 0])
    #expect(memory.overlaps(of: [1, 1, -1, -1]) == [1, -1, 0])
    #expect(memory.archetype(ofClass: 2) == [0, 0, 0, 0] && memory.archetype(ofClass: 0) == [1, 1, -1, -1])
    #expect(memory.nearestMean(to: [1, 1, -1, -1]) == 0 && memory.nearestMean(to: [1, -1, -1, 1]) == 2)
  }

  @Test("A stored pattern is kept, a corrupted one restored", arguments: [2, 4, 16])
  func restoration(order P: Int) {
    let tiny = TinyImages(), patterns = tiny.prototypes
    let memory = ClassMemory(means: patterns.map { $0.map(Double.init) }, isCentred: false)
    for (c, pattern) in patterns.enumerated() {
      var random = RandomStream(StreamKey(seed: 9, system: 0, point: UInt64(c), purpose: .dynamics))
      var start = pattern
      for i in stride(from: 0, to: 64, by: 9) { start[i] = -start[i] }
      var retrieval = ImageRetrieval(from: start, in: memory, interactionOrder: P)
      #expect(retrieval.settle(limit: 50, using: &random) != nil)
      #expect(zip(retrieval.spins, pattern).count { $0 == $1 } >= 62, "P = \(P), class \(c)")
    }
  }
}
