import ArgumentParser
import Cluster
import Foundation
import NumericalMethods
import PhaseDiagrams
import SystemInterface

/// `spinodal simulate NAME [key=value …]`.
struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate", abstract: "Simulate a system at one point; samples are spread over the ranks.")

  @OptionGroup var point: PointArguments
  @OptionGroup var common: CommonOptions

  @Option(help: "Number of disorder samples.")
  var samples = 8

  @Option(help: "Seed of all random numbers.")
  var seed: UInt64 = 1

  func run() throws {
    guard samples >= 1 else {
      throw InputProblems([InputProblem(key: "--samples", "given \(samples), allowed: an integer >= 1")])
    }
    let (system, parameters) = try point.resolved(for: .simulate)
    let communicator = try Communicator.start()
    LinearAlgebraThreads.set(1)
    if communicator.isRoot, !common.quiet {
      let memory = memoryWarning(bytesPerRank: try system.memory(at: parameters))
      let warnings = try system.warnings(for: .simulate, at: parameters) + [memory].compactMap { $0 }
      for warning in warnings { Console.error("spinodal: warning: \(warning)") }
    }
    let results = try SampleSharing(communicator).results(count: samples) {
      try system.simulate(at: parameters, seed: seed, sample: $0)
    }
    if let results {
      let summary = try SimulationSummary(of: results, system: system, at: parameters)
      if !common.quiet, let verdict = summary.equilibration, verdict.state.isComplaint {
        Console.error("spinodal: warning: \(verdict.state.words)")
      }
      let report = PointReport(system, parameters, simulation: summary)
      switch common.format {
      case .json: try Console.json(report)
      case .text: Console.output(report.text)
      }
    }
    try communicator.finish()
  }
}

/// Spreads samples over the ranks, round robin, and brings the results together on rank 0 in the order of the samples.
struct SampleSharing {
  private let communicator: Communicator

  init(_ communicator: Communicator) { self.communicator = communicator }

  /// Results on rank 0, `nil` elsewhere; collective.
  ///
  /// - Throws: on every rank, the first failure of any sample.
  func results(count: Int, _ simulate: (Int) throws -> SampleResult) throws -> [SampleResult]? {
    var mine: [Int: SampleResult] = [:]
    var failure: SharedFailure?
    for sample in stride(from: communicator.rank, to: count, by: communicator.size) where failure == nil {
      do {
        mine[sample] = try simulate(sample)
      } catch {
        failure = SharedFailure(error)
      }
    }
    let encoder = JSONEncoder()
    let gathered = try communicator.gather(Array(encoder.encode(Part(results: mine, failure: failure))))
    let parts = try communicator.onRoot {
      try (gathered ?? []).map { try JSONDecoder().decode(Part.self, from: Data($0)) }
    }
    if let failure = parts.compactMap(\.failure).first { throw failure }
    guard communicator.isRoot else { return nil }
    let all = parts.reduce(into: [Int: SampleResult]()) { $0.merge($1.results) { first, _ in first } }
    return (0..<count).compactMap { all[$0] }
  }

  private struct Part: Codable {
    var results: [Int: SampleResult]
    var failure: SharedFailure?
  }
}
