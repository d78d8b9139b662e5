import Foundation
import Testing

/// `spinodal bench`: that it measures what it says; how fast is not for a test to judge.
@Suite(.timeLimit(.minutes(1))) struct BenchTests {
  @Test func measuresOneKernel() async throws {
    try await withTemporaryFolder { folder in
      let result = try await Program(folder: folder).run(
        "bench", "dense-hebbian-hopfield", "--time", "0.05", "--repetitions", "3", "--format", "json")
      #expect(result.status == 0, "\(result.errors)")
      let document = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
      #expect(document["instructions"] is String)
      let kernels = try #require(document["kernels"] as? [[String: Any]])
      #expect(kernels.count == 1)
      let kernel = try #require(kernels.first)
      #expect(kernel["name"] as? String == "dense-hebbian-hopfield")
      #expect(kernel["repetitions"] as? Int == 3)
      let rates = try ["smallest", "median", "largest"].map { try #require(kernel[$0] as? Double) }
      #expect(rates == rates.sorted())
      // A sweep is 4096 × 400 updates: less than one in the time given would be no measurement.
      #expect(rates[0] > 4096 * 400)
    }
  }
}
