import ArgumentParser
import Statistics
import SystemInterface

/// What the verdict on equilibration says at points where one knows what to expect.
struct EquilibrationStudy: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "equilibration", abstract: "Verdicts on equilibration at points of the dense Hebbian network.")

  @Option(help: "Disorder samples a point.")
  var samples = 10

  @Option(help: "Seed of the random numbers.")
  var seed: UInt64 = 1

  @Argument(help: "Points, each as words name=value in one argument; without any, a handful of known ones.")
  var points: [String] = []

  private static let known = [
    "interactionOrder=2 spinCount=1000 storageLoad=0.03 temperature=0.4",
    "interactionOrder=2 spinCount=1000 storageLoad=0.03 temperature=0.4 initialOverlap=random",
    "interactionOrder=2 spinCount=500 storageLoad=0.03 temperature=1.5",
    "interactionOrder=2 spinCount=1000 storageLoad=0.2 temperature=0.1",
    "spinCount=96 storageLoad=0.01 temperature=0.5",
    "spinCount=64 storageLoad=0.05 temperature=0.1 measurementSweeps=200",
    "spinCount=64 storageLoad=0.05 temperature=0.3",
    "spinCount=64 storageLoad=0.05 temperature=0.6",
    "spinCount=64 storageLoad=0.01 temperature=1.5",
  ]

  func validate() throws {
    guard samples >= 1 else { throw ValidationError("samples must be positive, got \(samples)") }
  }

  func run() throws {
    print("| point | m | u | verdict | median R-hat | drift | start difference | truncated |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for text in points.isEmpty ? Self.known : points {
      let results = try Point(text).samples(samples, seed: seed)
      let mean = { (name: String) in Estimate(of: results.compactMap { $0.observables[name]?.scalar }) }
      let evidence = results.compactMap(\.equilibration)
      guard
        let verdict = EquilibrationVerdict(of: evidence, standardError: mean("magnetization")?.standardError)
      else {
        print("| `\(text)` | nothing to equilibrate | | | | | | |")
        continue
      }
      let truncated = Estimate(of: evidence.map(\.truncatedFraction))
      print(
        "| `\(text)` | \(shown(mean("magnetization"))) | \(shown(mean("classOverlap"))) | \(verdict.state) "
          + "| \(decimals(verdict.medianSplitRHat)) | \(shown(verdict.drift)) | \(shown(verdict.startDifference)) "
          + "| \(shown(truncated)) |")
    }
  }

  private func shown(_ estimate: Estimate?) -> String {
    guard let estimate else { return "–" }
    return decimals(estimate.mean) + (estimate.standardError.map { " ± " + decimals($0) } ?? "")
      + (estimate.samples < samples ? " (\(estimate.samples))" : "")
  }

  private func decimals(_ value: Double) -> String {
    let whole = Int((abs(value) * 10_000).rounded())
    let digits = String(10_000 + whole % 10_000).dropFirst()
    return (value < 0 ? "-" : "") + "\(whole / 10_000)." + digits
  }
}
