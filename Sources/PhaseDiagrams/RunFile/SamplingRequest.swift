import SystemInterface

/// How much to simulate at a point: the `[simulation]` table.
struct SamplingRequest: Sendable, Equatable {
  /// Disorder samples that every point gets.
  var leastSamples: Int
  /// Disorder samples that no point exceeds.
  var mostSamples: Int
  /// Standard errors at which a point has enough samples, by observable.
  var targetErrors: [String: Double]
  /// Whether samples are also added where the phase label is uncertain.
  var settlesLabels = false

  /// Whether further samples get the number of sweeps that reaches the targets with the least work.
  var balancesSweeps = true

  static let keys = ["samples", "maxSamples", "targetError", "balanceSweeps"]

  /// Whether the number of samples may differ from point to point.
  var isAdaptive: Bool { mostSamples > leastSamples && (settlesLabels || !targetErrors.isEmpty) }
}

/// How phase boundaries are refined: the `[refinement]` table.
struct RefinementRequest: Sendable, Equatable {
  /// Whose phases decide which cells are refined.
  enum Follow: String, Sendable, CaseIterable {
    case theory, simulation, both
  }

  /// How often a cell that a boundary crosses is halved.
  var levels: Int
  /// Whose phases decide.
  var follow: Follow

  static let keys = ["levels", "follow"]

  var followsTheory: Bool { follow != .simulation }
  var followsSimulation: Bool { follow != .theory }
}

extension RunFileReader {
  private func isPresent(_ table: String) -> Bool {
    document.entries.contains { $0.path[0] == table } || document.origin([table]) != nil
  }

  /// An integer in `range`, or `nil` where it is not given or refused.
  private mutating func integer(_ table: String, _ key: String, in range: ClosedRange<Int>) -> Int? {
    switch value(table, key) {
    case .none: return nil
    case .integer(let count) where range.contains(count): return count
    case .untyped(let text) where Int(text).map(range.contains) ?? false: return Int(text)
    case .some(let other):
      refuse([table, key], "given \(other), allowed: an integer in \(range.lowerBound)...\(range.upperBound)")
      return nil
    }
  }

  /// The `[simulation]` table; `nil` without one.
  mutating func sampling() -> SamplingRequest? {
    guard isPresent("simulation") else { return nil }
    let least = integer("simulation", "samples", in: 1...1_000_000) ?? 8
    let most = integer("simulation", "maxSamples", in: 1...1_000_000)
    if let most, most < least {
      refuse(["simulation", "maxSamples"], "given \(most), allowed: at least samples = \(least)")
    }
    var targets: [String: Double] = [:]
    for entry in document.entries where entry.path.starts(with: ["simulation", "targetError"]) {
      guard entry.path.count == 3, let target = Self.number(entry.value), target > 0, target.isFinite else {
        let allowed = entry.path.count == 3 ? "a number > 0" : "{ observable = error, … }"
        refuse(entry.path, "given \(entry.value), allowed: \(allowed)")
        continue
      }
      targets[entry.path[2]] = target
    }
    var balances = true
    switch value("simulation", "balanceSweeps") {
    case .none: break
    case .boolean(let given): balances = given
    case .untyped(let text) where ["true", "false"].contains(text): balances = text == "true"
    case .some(let other): refuse(["simulation", "balanceSweeps"], "given \(other), allowed: true or false")
    }
    // Without a stated limit, eight times the least number: a wrong target must not run for ever.
    return SamplingRequest(
      leastSamples: least, mostSamples: max(least, most ?? min(1_000_000, 8 * least)), targetErrors: targets,
      balancesSweeps: balances)
  }

  private static func number(_ value: RawValue) -> Double? {
    switch value {
    case .integer(let number): Double(number)
    case .real(let number): number
    case .untyped(let text): Double(text)
    default: nil
    }
  }

  /// The `[refinement]` table; `nil` without one.
  mutating func refinement() -> RefinementRequest? {
    guard isPresent("refinement") else { return nil }
    // Without a word, whatever roads are taken.
    var follow = isPresent("simulation") ? RefinementRequest.Follow.both : .theory
    switch value("refinement", "follow") {
    case .none: break
    case .string(let word), .untyped(let word):
      if let given = RefinementRequest.Follow(rawValue: word) {
        follow = given
      } else {
        let words = RefinementRequest.Follow.allCases.map(\.rawValue)
        let hint = suggestion(for: word, among: words)
        refuse(["refinement", "follow"], "given '\(word)', allowed: \(words.joined(separator: ", "))" + hint)
      }
    case .some(let other): refuse(["refinement", "follow"], "given \(other), allowed: theory, simulation or both")
    }
    return RefinementRequest(levels: integer("refinement", "levels", in: 0...12) ?? 3, follow: follow)
  }

  /// Only scalars that the simulation reports have an error to aim at.
  mutating func checkTargets(_ sampling: SamplingRequest?, _ system: AnySystem, _ parameters: GivenParameters) {
    let scalars = system.description.observables(of: .simulate, under: parameters.option).filter(\.dimensions.isEmpty)
    for name in sampling?.targetErrors.keys.sorted() ?? [] where !scalars.contains(where: { $0.name == name }) {
      let hint = suggestion(for: name, among: scalars.map(\.name))
      refuse(
        ["simulation", "targetError", name],
        "not a number that the simulation of \(system.description.selector)=\(parameters.option) reports" + hint)
    }
    if sampling?.targetErrors.isEmpty == false, sampling?.leastSamples == 1 {
      refuse(["simulation", "samples"], "given 1, allowed: at least 2 with targetError, for there to be an error")
    }
  }

  /// The roads that the chosen option has, where the run file does not say which ones to follow.
  func completed(
    _ refinement: RefinementRequest?, _ system: AnySystem, _ parameters: GivenParameters
  ) -> RefinementRequest? {
    guard var refinement, value("refinement", "follow") == nil,
      system.description.option(named: parameters.option)?.verbs.contains(.theory) == false
    else { return refinement }
    refinement.follow = .simulation
    return refinement
  }

  /// There must be phases to follow, on a road that is taken, and an axis that can be refined.
  mutating func checkRefinement(
    _ refinement: RefinementRequest?, _ system: AnySystem, _ parameters: GivenParameters, _ axes: [DiagramAxis],
    hasSimulation: Bool
  ) {
    guard let refinement, let option = system.description.option(named: parameters.option) else { return }
    if !option.hasPhases {
      refuse(["refinement"], "\(system.description.selector)=\(option.name) has no phases whose boundaries to refine")
    }
    if refinement.follow != .theory, !hasSimulation {
      refuse(["refinement", "follow"], "given '\(refinement.follow.rawValue)', allowed without [simulation]: theory")
    } else if refinement.follow != .simulation, !option.verbs.contains(.theory) {
      refuse(["refinement", "follow"], "given '\(refinement.follow.rawValue)', allowed without a theory: simulation")
    }
    for axis in axes where !axis.isMonotonic && axis.words == nil && axis.coordinates.allSatisfy(\.isFinite) {
      guard axis.name != system.description.sizeParameter else { continue }
      refuse(["axes", axis.name, "values"], "with [refinement] the values must rise, or fall, from each to the next")
    }
    let lattices = axes.map { AxisLattice($0, levels: refinement.levels, size: system.description.sizeParameter) }
    if problems.isEmpty, !axes.isEmpty, !lattices.contains(where: \.isContinuous) {
      refuse(["refinement"], "none of the axes can be refined: allowed is a numeric one with at least two values")
    }
  }
}
