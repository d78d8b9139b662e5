import Testing

@testable import Statistics

@Suite struct SamplePlanTests {
  static func total(_ samples: Int, _ error: Double?, target: Double = 0.01, minimum: Int = 8, maximum: Int = 64)
    -> Int?
  {
    SamplePlan.total(samples: samples, standardError: error, target: target, minimum: minimum, maximum: maximum)
  }

  @Test("First rounds, and errors that are not known")
  func start() {
    #expect(Self.total(0, nil) == 8 && Self.total(3, 0.0001) == 8)
    #expect(Self.total(0, nil, minimum: 1) == 2 && Self.total(1, nil, minimum: 1) == 2)
    #expect(Self.total(8, nil) == 16 && Self.total(8, .nan) == 16)
    #expect(Self.total(0, nil, minimum: 8, maximum: 5) == 5)
  }

  @Test("The target holds for Student's interval, not for the bare error")
  func target() {
    let c = 1.076713375416462
    #expect(Self.total(8, 0.00999 / c) == nil)
    #expect(Self.total(8, 0.01001 / c) == 9)
    #expect(Self.total(8, 0) == nil)
  }

  @Test("The next round takes what is expected to do, within its bounds")
  func growth() {
    let c = 1.076713375416462
    // An error 1.5 times too large needs 2.25 times the samples.
    #expect(Self.total(8, 0.01499 / c) == 18)
    #expect(Self.total(8, 0.05) == 32)
    #expect(Self.total(32, 1) == 64)
    #expect(Self.total(64, 1) == nil)
    #expect(Self.total(40, 0.010, maximum: 1000) == 44)
    #expect(Self.total(8, 1e300, maximum: 1_000_000) == 32)
    #expect(SamplePlan.additional(samples: 8, standardError: 0.01499 / c, target: 0.01, minimum: 8, maximum: 64) == 10)
    #expect(SamplePlan.additional(samples: 8, standardError: 0, target: 0.01, minimum: 8, maximum: 64) == nil)
  }
}
