import RealModule
import StatisticalTesting
import Testing

@testable import NumericalMethods

@Suite("Random streams: indices in bulk and binomial numbers") struct RandomStreamBulkTests {
  private static func stream(_ point: Int) -> RandomStream {
    RandomStream(StreamKey(seed: 11, system: 0, point: UInt64(point), purpose: .dynamics))
  }

  @Test(
    "Indices in bulk are those drawn one by one, and leave the stream where these do",
    arguments: [1, 7, 1 << 20, 3 << 30])
  func indices(bound: Int) {
    for count in [0, 1, 4, 5, 600, 2000] {
      for drawn in 0..<4 {
        var one = Self.stream(bound), bulk = one
        for _ in 0..<drawn { #expect(one.nextUInt32() == bulk.nextUInt32()) }
        var numbers = [UInt32](repeating: 0, count: count)
        numbers.withUnsafeMutableBufferPointer { bulk.fillIndices($0, below: bound) }
        #expect(numbers == (0..<count).map { _ in UInt32(one.index(below: bound)) })
        #expect(one.nextUInt32() == bulk.nextUInt32())
      }
    }
  }

  /// 3e5 draws: a mean off by 1/100 of a deviation is found; over all cases one false alarm in 1e7.
  @Test(
    "Mean, variance and the law itself of binomial numbers",
    arguments: [(5, 0.3), (40, 0.9), (59, 0.5), (61, 0.5), (1000, 0.04), (1000, 0.5), (1_000_000, 0.2), (400, 1e-3)])
  func binomial(count n: Int, probability p: Double) {
    var random = Self.stream(n)
    let draws = 300_000, variance = Double(n) * p * (1 - p), mean = Double(n) * p
    let low = Int(max(0, mean - 3.5 * variance.squareRoot())), high = Int(mean + 3.5 * variance.squareRoot()) + 1
    var counts = [Int: Int](), sum = 0.0, squares = 0.0
    for _ in 0..<draws {
      let k = random.binomial(count: n, probability: p)
      #expect(k >= 0 && k <= n)
      counts[k, default: 0] += 1
      sum += Double(k) - mean
      squares += (Double(k) - mean) * (Double(k) - mean)
    }
    let samples = Double(draws)
    expectAgrees(sum / samples, standardError: (variance / samples).squareRoot(), exact: 0, "mean")
    let fourth = 3 * variance * variance + variance * (1 - 6 * p * (1 - p))
    expectAgrees(
      squares / samples, standardError: ((fourth - variance * variance) / samples).squareRoot(), exact: variance,
      "variance")
    for k in stride(from: low, through: min(high, n), by: max(1, (high - low) / 12)) {
      var logarithm = Double(n) * Double.log(onePlus: -p)
      for j in 0..<k { logarithm += Double.log(Double(n - j) / Double(j + 1) * p / (1 - p)) }
      let probability = Double.exp(logarithm)
      guard probability * samples > 50 else { continue }
      expectAgrees(
        Double(counts[k] ?? 0) / samples, standardError: (probability / samples).squareRoot(), exact: probability,
        "P(\(k))")
    }
  }

  @Test("Certain outcomes")
  func certain() {
    var random = Self.stream(0)
    #expect(random.binomial(count: 0, probability: 0.5) == 0)
    #expect(random.binomial(count: 9, probability: 0) == 0)
    #expect(random.binomial(count: 9, probability: 1) == 9)
    #expect(random.binomial(count: 1_000_000, probability: 1e-30) == 0)
  }
}
