/// Work of this program beside the call of the linear algebra library that bounds it.
struct BoundedWork {
  /// What a demand on the work is about.
  enum Demand {
    /// Seconds of processor time of one call.
    case time(below: Double)
    /// Time of one call over that of the reference.
    case timeRatio(atMost: Double)
    /// Operations a second over those of the reference.
    case rateRatio(atLeast: Double)
    /// Operations a second, to be seen beside those of the reference.
    case rate
  }

  let name: String
  let referenceName: String
  let demand: Demand
  /// Each call does a piece of work and returns the floating-point operations in it, or 1 where the call is what counts.
  let work: () throws -> Double
  /// The same for the library call; `nil` where none is comparable.
  let reference: (() throws -> Double)?

  /// Seconds of processor time a unit of work or of the reference.
  struct Repetition {
    let work: Double
    let reference: Double?
  }

  /// Work and reference, one after the other, each for at least `seconds`.
  func measure(seconds: Double) throws -> Repetition {
    Repetition(
      work: try Self.secondsPerUnit(seconds, work),
      reference: try reference.map { try Self.secondsPerUnit(seconds, $0) })
  }

  private static func secondsPerUnit(_ seconds: Double, _ work: () throws -> Double) rethrows -> Double {
    var units = 0.0, calls = 0.0
    let perCall = try ProcessorClock.secondsPerCall(forAtLeast: seconds) {
      units += try work()
      calls += 1
    }
    return perCall * calls / units
  }

  /// A row of a table: work, reference, their ratio, what is demanded, whether the median meets it.
  func row(_ repetitions: [Repetition]) -> String {
    let times = repetitions.map(\.work), bounds = repetitions.compactMap(\.reference)
    let ratios = zip(bounds, times).map { bound, time in countsOperations ? bound / time : time / bound }
    let ratio = ratios.isEmpty ? nil : Spread(ratios)
    let (text, isMet) = verdict(time: Spread(times), ratio: ratio)
    let measured = [times, bounds].map { $0.isEmpty ? "–" : quantity($0) }
    let cells = [name, measured[0], referenceName, measured[1], ratio?.text() ?? "–", text, isMet]
    return "| " + cells.joined(separator: " | ") + " |"
  }

  private var countsOperations: Bool {
    switch demand {
    case .time, .timeRatio: false
    case .rateRatio, .rate: true
    }
  }

  private func quantity(_ secondsPerUnit: [Double]) -> String {
    countsOperations
      ? Spread(secondsPerUnit.map { 1e-9 / $0 }).text() + " Gflop/s" : Spread(secondsPerUnit).text() + " s"
  }

  private func verdict(time: Spread, ratio: Spread?) -> (text: String, isMet: String) {
    func answer(_ isMet: Bool) -> String { isMet ? "yes" : "no" }
    switch demand {
    case .time(let limit): return ("< \(limit) s", answer(time.median < limit))
    case .timeRatio(let limit): return ("≤ \(limit)", ratio.map { answer($0.median <= limit) } ?? "–")
    case .rateRatio(let limit): return ("≥ \(limit)", ratio.map { answer($0.median >= limit) } ?? "–")
    case .rate: return ("–", "–")
    }
  }
}
