import CKernels
import NumericalMethods
import SystemInterface

/// What a sweep draws: the order of its attempts, and for each the uniform number that decides it.
///
/// The memory belongs to whoever calls ``deallocate()``.
struct SweepDraws {
  /// The site of every attempt, a permutation that the next sweep shuffles further.
  let sites: UnsafeMutableBufferPointer<Int32>
  /// The uniform number of every attempt.
  let uniforms: UnsafeMutableBufferPointer<Double>
  /// Fields along the spin below which an attempt certainly flips.
  let lowerThresholds: UnsafeMutableBufferPointer<Double>
  /// Fields along the spin above which it certainly does not.
  let upperThresholds: UnsafeMutableBufferPointer<Double>

  /// Room for the draws of sweeps over these sites.
  init(siteOrder: [Int32]) {
    let zeros = [Double](repeating: 0, count: siteOrder.count)
    sites = .copy(of: siteOrder)
    uniforms = .copy(of: zeros)
    lowerThresholds = .copy(of: zeros)
    upperThresholds = .copy(of: zeros)
  }

  /// Gives the memory back.
  func deallocate() {
    sites.deallocate()
    uniforms.deallocate()
    lowerThresholds.deallocate()
    upperThresholds.deallocate()
  }

  /// Draws the next sweep.
  func draw(_ rule: UpdateRule, using random: inout RandomStream, instructions: spinodal_instructions) {
    random.shuffle(sites)
    random.fill(uniforms)
    rule.computeThresholds(
      uniforms: uniforms, lower: lowerThresholds, upper: upperThresholds, instructions: instructions)
  }
}
