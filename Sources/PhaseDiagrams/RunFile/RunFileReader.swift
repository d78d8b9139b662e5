import Foundation
import SystemInterface

/// Collects the content of a run file and everything that is wrong with it.
struct RunFileReader {
  let document: RunDocument
  let registry: SystemRegistry
  var problems: [InputProblem] = []

  init(document: RunDocument, registry: SystemRegistry) {
    self.document = document
    self.registry = registry
  }

  /// What a run file holds.
  struct Content {
    var system: AnySystem
    var seed: UInt64
    var parameters: GivenParameters
    var axes: [DiagramAxis]
    var sampling: SamplingRequest?
    var refinement: RefinementRequest?
  }

  /// The content.
  ///
  /// - Throws: all problems.
  mutating func read() throws(InputProblems) -> Content {
    checkKeys()
    let seed = seed()
    var sampling = sampling()
    var refinement = refinement()
    let system = system()
    guard let system else { throw InputProblems(problems) }
    let axes = axes(of: system)
    let parameters = parameters(of: system, axes: axes)
    guard let parameters, problems.isEmpty else { throw InputProblems(problems) }
    refinement = completed(refinement, system, parameters)
    checkTargets(sampling, system, parameters)
    checkRefinement(refinement, system, parameters, axes, hasSimulation: sampling != nil)
    checkPoints(system, parameters, axes, hasSimulation: sampling != nil)
    guard problems.isEmpty else { throw InputProblems(problems) }
    sampling?.settlesLabels = refinement?.followsSimulation ?? false
    return Content(
      system: system, seed: seed, parameters: parameters, axes: axes, sampling: sampling, refinement: refinement)
  }

  mutating func refuse(_ path: [String], _ message: String) {
    // An entry of the command line has no place in the file, even where it replaces one that has.
    let entry = document.entries.first { $0.path == path }
    let origin = entry.map(\.origin) ?? document.origin(path)
    problems.append(InputProblem(key: path.joined(separator: "."), message, origin: origin))
  }

  func value(_ path: String...) -> RawValue? { document.entries.first { $0.path == path }?.value }

  /// Keys that nobody reads are mistakes.
  private mutating func checkKeys() {
    for entry in document.entries {
      let top = entry.path[0]
      guard RunSpecification.topLevelKeys.contains(top) else {
        refuse(entry.path, "not a key here" + suggestion(for: top, among: RunSpecification.topLevelKeys))
        continue
      }
      switch (top, entry.path.count) {
      case ("system", 1), ("seed", 1), ("parameters", 2), ("axes", 2), ("axes", 3): break
      case ("simulation", 2): checkKey(entry, among: SamplingRequest.keys)
      case ("simulation", 3) where entry.path[1] == "targetError": break
      case ("refinement", 2): checkKey(entry, among: RefinementRequest.keys)
      case ("simulation", 1) where entry.value == .other("empty table"): break
      case ("refinement", 1) where entry.value == .other("empty table"): break
      case ("parameters", 1) where entry.value == .other("empty table"): break
      case ("axes", 1) where entry.value == .other("empty table"): break
      default: refuse(entry.path, "given \(entry.value), not allowed here")
      }
    }
  }

  private mutating func checkKey(_ entry: RunDocument.Entry, among keys: [String]) {
    let key = entry.path[1]
    if !keys.contains(key) { refuse(entry.path, "not a key here" + suggestion(for: key, among: keys)) }
  }

  private mutating func system() -> AnySystem? {
    switch value("system") {
    case .string(let name), .untyped(let name):
      do {
        return try registry.system(named: name, origin: document.origin(["system"]))
      } catch {
        problems += error.problems
      }
    case .none:
      problems.append(
        InputProblem(key: "system", "is missing", origin: InputOrigin(file: document.file, line: 1, column: 1)))
    case .some(let other): refuse(["system"], "given \(other), allowed: the name of a system in quotes")
    }
    return nil
  }

  private mutating func seed() -> UInt64 {
    switch value("seed") {
    case .none: return 1
    case .integer(let seed) where seed >= 0: return UInt64(seed)
    case .untyped(let text) where UInt64(text) != nil: return UInt64(text) ?? 1
    case .some(let other):
      refuse(["seed"], "given \(other), allowed: an integer >= 0")
      return 1
    }
  }

  private mutating func axes(of system: AnySystem) -> [DiagramAxis] {
    var names: [String] = []
    for entry in document.entries where entry.path[0] == "axes" && entry.path.count > 1 {
      if !names.contains(entry.path[1]) { names.append(entry.path[1]) }
    }
    // The order of the file decides which axis comes first; TOML tables have none of their own.
    names.sort { first, second in
      let places = [first, second].map { document.origin(["axes", $0]).map { ($0.line, $0.column) } ?? (.max, 0) }
      return places[0] < places[1]
    }
    guard (1...2).contains(names.count) else {
      refuse(["axes"], "given \(names.count) axes, allowed: one or two control parameters that vary")
      return []
    }
    return names.compactMap { name in
      let candidates = system.description.parameters
      guard let declaration = candidates.first(where: { $0.name == name }) else {
        let hint = suggestion(for: name, among: candidates.map(\.name))
        refuse(["axes", name], "not a parameter of \(system.description.name)" + hint)
        return nil
      }
      let chosen = declaration.variant(under: option(of: system))
      var reader = AxisReader(document: document, declaration: chosen)
      let axis = reader.axis()
      problems += reader.problems
      return axis
    }
  }

  /// The option that the file selects, the default one included; not checked.
  private func option(of system: AnySystem) -> String? {
    switch value("parameters", system.description.selector) {
    case .string(let word), .untyped(let word): word
    case .none: system.description.options[0].name
    case .some: nil
    }
  }

  private mutating func parameters(of system: AnySystem, axes: [DiagramAxis]) -> GivenParameters? {
    var written: [(name: String, value: RawValue, origin: InputOrigin?)] = []
    for entry in document.entries where entry.path[0] == "parameters" && entry.path.count == 2 {
      // Also where the axis itself is wrong.
      if document.entries.contains(where: { $0.path.starts(with: ["axes", entry.path[1]]) }) {
        refuse(entry.path, "is an axis already: it cannot be fixed as well")
      } else {
        written.append((entry.path[1], entry.value, entry.origin))
      }
    }
    do {
      return try GivenParameters(written, of: system.description)
    } catch {
      problems += error.problems
      return nil
    }
  }

  /// Every point of the plan must be a valid request, for each road it will take.
  private mutating func checkPoints(
    _ system: AnySystem, _ parameters: GivenParameters, _ axes: [DiagramAxis], hasSimulation: Bool
  ) {
    guard let option = system.description.option(named: parameters.option) else { return }
    for axis in axes where axis.declaration.uses[option.name] == nil {
      refuse(["axes", axis.name], "not a parameter of \(system.description.selector)=\(option.name)")
    }
    if hasSimulation, !option.verbs.contains(.simulate) {
      refuse(["simulation"], "\(option.name) has no simulation: leave this table out")
    }
    let count = axes.map(\.values.count).reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    if count > 1_000_000 { refuse(["axes"], "given \(count) points, allowed: at most 1000000") }
    guard problems.isEmpty else { return }
    let verbs = Verb.allCases.filter { option.verbs.contains($0) && ($0 == .theory || hasSimulation) }
    var seen: Set<String> = []
    for values in RunPlan.combinations(of: axes) {
      for verb in verbs {
        do {
          try system.check(parameters.replacing(values), for: verb)
        } catch {
          for problem in error.problems where seen.insert(problem.key + problem.message).inserted {
            let origin = problem.origin ?? document.origin(["axes", problem.key])
            problems.append(InputProblem(key: problem.key, problem.message, origin: origin))
          }
        }
      }
      // A rule that one value breaks is usually broken by many: a handful of examples is enough.
      if problems.count >= 5 { return }
    }
  }
}
