import NumericalMethods
import RealModule
import SystemInterface

/// Starting points of the iteration, as magnetizations (page, section 3.3).
struct RetrievalSeeds {
  /// K.
  let patternCount: Int
  /// d.
  let dilution: Double

  private var amplitude: Double { 1 - dilution }

  /// Pattern 1 alone.
  var pure: [Double] { equal(1, amplitude) }
  /// (1 - d) d^(mu-1).
  var hierarchical: [Double] { Self.hierarchical(patternCount, dilution) }
  /// All patterns equally.
  var parallel: [Double] { equal(patternCount, 0.5 * amplitude) }

  static func hierarchical(_ K: Int, _ d: Double) -> [Double] {
    var level = 1 - d
    return (0..<K).map { _ in
      defer { level *= d }
      return level
    }
  }

  /// One fixed random vector for each number.
  func random(_ number: Int = 0) -> [Double] {
    var stream = RandomStream(
      StreamKey(seed: 0, system: 2, point: 0, sample: UInt32(number), replica: 0, purpose: .theory))
    return (0..<patternCount).map { _ in amplitude * stream.uniform() }
  }

  /// Everything from which the dominant state may be reached, by name.
  var all: [(name: String, seed: [Double])] {
    var seeds = [("pure", pure), ("hierarchical", hierarchical), ("parallel", parallel)]
    for k in stride(from: 2, to: patternCount, by: 1) { seeds.append(("symmetric-\(k)", equal(k, 0.5 * amplitude))) }
    if patternCount > 1 {
      seeds += mixtures.map { ("mixture", $0) }
      for number in 0..<2 { seeds.append(("random", random(number))) }
    }
    return seeds
  }

  /// Slowly decreasing amplitudes, which lead to the majority mixtures.
  var mixtures: [[Double]] {
    [0.75, 0.9].map { ratio in (0..<patternCount).map { 0.6 * amplitude * Double.pow(ratio, Double($0)) } }
  }

  private func equal(_ count: Int, _ value: Double) -> [Double] {
    (0..<patternCount).map { $0 < count ? value : 0 }
  }
}
