import CKernels
import NumericalMethods
import SystemInterface

/// The random numbers of the next attempts of a heat bath: first all sites, then all uniform numbers, as thresholds.
///
/// A spin is set up iff u < 1/(1 + exp(-X/scale)), that is iff its field X lies above scale ln(u/(1-u)). At T = 0 nothing is
/// drawn for the thresholds, which vanish.
struct AttemptBlock: Sendable {
  /// Attempts whose numbers are drawn together.
  static let size = 1024

  private(set) var sites = [UInt32](repeating: 0, count: size)
  private(set) var thresholds = [Double](repeating: 0, count: size)
  let neuronCount: Int
  let scale: Double
  var instructions = spinodal_best_instructions()

  init(neuronCount: Int, scale: Double) {
    self.neuronCount = neuronCount
    self.scale = scale
  }

  /// Draws the blocks of one sweep, and calls `body` with the number of attempts in each; returns the sum of what it gives.
  mutating func forEachOfSweep(using random: inout RandomStream, _ body: (borrowing AttemptBlock, Int) -> Int) -> Int {
    var total = 0
    for start in stride(from: 0, to: neuronCount, by: Self.size) {
      let count = min(Self.size, neuronCount - start)
      sites.withUnsafeMutableBufferPointer { random.fillIndices(.init(rebasing: $0[..<count]), below: neuronCount) }
      if scale > 0 {
        thresholds.withUnsafeMutableBufferPointer {
          random.fill(.init(rebasing: $0[..<count]))
          spinodal_logits(instructions, $0.baseAddress!, scale, count)
        }
      }
      total += body(self, count)
    }
    return total
  }
}
