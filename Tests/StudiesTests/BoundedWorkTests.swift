import Testing

@testable import studies

/// Medians, ratios and verdicts of repetitions whose times are given.
@Suite struct BoundedWorkTests {
  private func work(_ demand: BoundedWork.Demand, hasReference: Bool = true) -> BoundedWork {
    BoundedWork(
      name: "work", referenceName: "call", demand: demand, work: { 1 }, reference: hasReference ? { 1 } : nil)
  }

  private func repetitions(_ pairs: [(Double, Double?)]) -> [BoundedWork.Repetition] {
    pairs.map { BoundedWork.Repetition(work: $0.0, reference: $0.1) }
  }

  @Test func mediansAndRanges() {
    #expect(Spread([3, 1, 2]) == Spread([2, 1, 3]))
    #expect(Spread([3, 1, 2]).median == 2)
    let even = Spread([4, 1, 3, 2])
    #expect((even.median, even.least, even.most) == (2.5, 1, 4))
    #expect(Spread([0.12345, 2, 10]).text() == "2 (0.123–10)")
  }

  @Test func ratiosAreThoseOfPairs() {
    // Ratios 0.5, 2 and 1: their median is 1, that of the medians 0.2 and 0.1 would be 2.
    let row = work(.timeRatio(atMost: 1)).row(repetitions([(0.2, 0.4), (0.2, 0.1), (0.1, 0.1)]))
    #expect(row == "| work | 0.2 (0.1–0.2) s | call | 0.1 (0.1–0.4) s | 1 (0.5–2) | ≤ 1.0 | yes |")
    #expect(work(.timeRatio(atMost: 1)).row(repetitions([(0.3, 0.2)])).hasSuffix("| 1.5 (1.5–1.5) | ≤ 1.0 | no |"))
  }

  @Test func ratesAreOperationsASecond() {
    // 2e-9 s an operation are 0.5e9 a second, three quarters of the reference.
    let row = work(.rateRatio(atLeast: 0.8)).row(repetitions([(2e-9, 1.5e-9)]))
    #expect(row.contains("| 0.5 (0.5–0.5) Gflop/s | call | 0.667 (0.667–0.667) Gflop/s |"))
    #expect(row.hasSuffix("| 0.75 (0.75–0.75) | ≥ 0.8 | no |"))
    #expect(work(.rate).row(repetitions([(2e-9, 2e-9)])).hasSuffix("| 1 (1–1) | – | – |"))
  }

  @Test func workWithoutReferenceIsJudgedByItsTime() {
    let row = work(.time(below: 0.5), hasReference: false).row(repetitions([(0.4, nil), (0.6, nil), (0.3, nil)]))
    #expect(row == "| work | 0.4 (0.3–0.6) s | call | – | – | < 0.5 s | yes |")
  }

  @Test func operationsOfCallsAreCounted() throws {
    var calls = 0
    let counted = BoundedWork(
      name: "", referenceName: "", demand: .rate,
      work: {
        calls += 1
        return 4
      }, reference: nil)
    let repetition = try counted.measure(seconds: 0.01)
    #expect(calls > 1 && repetition.reference == nil)
    // All calls together took 0.01 s.
    let total = repetition.work * 4 * Double(calls)
    #expect(total >= 0.01 && total < 1, "\(total) s")
    calls = 0
    _ = try counted.measure(seconds: 0)
    #expect(calls == 1)
  }
}
