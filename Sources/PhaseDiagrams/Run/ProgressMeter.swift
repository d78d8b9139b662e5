/// Estimates the time left in a round from the work claimed so far.
struct ProgressMeter {
  private let cumulativeCosts: [Double]
  private let round: Int
  private let start = ContinuousClock.now

  init(costs: [Double], round: Int) {
    self.round = round
    cumulativeCosts = costs.sorted(by: >).reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
  }

  func progress(claimed: Int, current: String) -> DiagramRun.Progress {
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    let done = cumulativeCosts[min(claimed, cumulativeCosts.count - 1)]
    let total = cumulativeCosts[cumulativeCosts.count - 1]
    return DiagramRun.Progress(
      tasks: claimed, total: cumulativeCosts.count - 1, elapsed: elapsed,
      remaining: done > 0 ? elapsed * (total - done) / done : nil, current: current, round: round)
  }
}
