import ArgumentParser
import PhaseDiagrams
import SystemInterface
import Systems

/// `spinodal systems [NAME]`.
struct SystemsCommand: SingleRankCommand {
  static let configuration = CommandConfiguration(
    commandName: "systems",
    abstract: "List the systems; for one: parameters, observables, phases, references.")

  @Argument(help: "Name of a system.")
  var name: String?

  @OptionGroup var common: CommonOptions

  func run() throws {
    guard let name else { return try list() }
    let description = try SystemRegistry.standard.system(named: name).description
    switch common.format {
    case .json: try Console.json(SystemDocument(description))
    case .text: Console.output(SystemSheet(description: description).text)
    }
  }

  private func list() throws {
    let all = SystemRegistry.standard.systems.map(\.description)
    switch common.format {
    case .json: try Console.json(["systems": all.map { ["name": $0.name, "title": $0.title, "summary": $0.summary] }])
    case .text: for system in all { Console.output("\(system.name): \(system.title)\n  \(system.summary)") }
    }
  }
}

/// A system's description as JSON.
private struct SystemDocument: Encodable {
  struct Parameter: Encodable {
    var name, symbol, meaning, unit, allowed: String
    var defaultValue: ParameterValue?
    var defaultText: String?
    var uses: [String: [String]]
    enum CodingKeys: String, CodingKey {
      case name, symbol, meaning, unit, allowed, uses
      case defaultValue = "default"
      case defaultText = "defaultMeaning"
    }
  }
  struct Observable: Encodable {
    var name, symbol, meaning, unit: String
    var dimensions: [String]
    var reportedBy: [String: [String]]
  }
  struct Option: Encodable {
    var name, meaning: String
    var verbs: [String]
  }
  struct Phase: Encodable {
    var name, meaning: String
  }
  var system, title, summary, selector: String
  var options: [Option]
  var parameters: [Parameter]
  var observables: [Observable]
  var phases: [Phase]
  var references: [String]

  init(_ description: SystemDescription) {
    let names = { (verbs: Set<Verb>) in Verb.allCases.filter(verbs.contains).map(\.rawValue) }
    system = description.name
    title = description.title
    summary = description.summary
    selector = description.selector
    options = description.options.map { Option(name: $0.name, meaning: $0.meaning, verbs: names($0.verbs)) }
    parameters = description.parameters.map {
      Parameter(
        name: $0.name, symbol: $0.symbol, meaning: $0.meaning, unit: $0.unit, allowed: $0.allowedSummary,
        defaultValue: $0.defaultValue, defaultText: $0.defaultText, uses: $0.uses.mapValues(names))
    }
    observables = description.observables.map {
      Observable(
        name: $0.name, symbol: $0.symbol, meaning: $0.meaning, unit: $0.unit, dimensions: $0.dimensions,
        reportedBy: $0.reportedBy.mapValues(names))
    }
    phases = description.phases.map { Phase(name: $0.name, meaning: $0.meaning) }
    references = description.references
  }
}

/// A system's description as text.
private struct SystemSheet {
  let description: SystemDescription

  var text: String {
    var lines = ["\(description.name): \(description.title)", description.summary, ""]
    lines += ["\(description.selector) (default \(description.options[0].name))"]
    lines += Self.table(
      description.options.map { option in
        [option.name, option.verbs.isEmpty ? "not yet available" : Self.text(option.verbs), option.meaning]
      })
    lines += ["", "parameters"]
    lines += Self.table(
      description.parameters.map { parameter in
        let allowed = parameter.allowedSummary, usual = parameter.defaultSummary
        return [parameter.name, parameter.symbol, "default \(usual)", allowed, parameter.meaning]
      })
    lines += ["", "observables"]
    lines += Self.table(
      description.observables.map { observable in
        let variants = observable.dimensionVariants.keys.sorted().compactMap { observable.dimensionVariants[$0] }
        let places = [observable.dimensions] + variants
        let place = places.filter { !$0.isEmpty }.map { "[\($0.joined(separator: ", "))]" }.joined(separator: " or ")
        return [observable.name + place, observable.symbol, Self.sources(observable), observable.meaning]
      })
    lines += ["", "phases"] + Self.table(description.phases.map { [$0.name, $0.meaning] })
    lines += ["", "references"] + description.references.map { "  \($0)" }
    return lines.joined(separator: "\n")
  }

  private static func text(_ verbs: Set<Verb>) -> String {
    Verb.allCases.filter(verbs.contains).map(\.rawValue).joined(separator: ", ")
  }

  private static func sources(_ observable: ObservableDeclaration) -> String {
    text(observable.reportedBy.values.reduce(into: Set<Verb>()) { $0.formUnion($1) })
  }

  private static func table(_ rows: [[String]]) -> [String] { TextTable.aligned(rows).map { "  " + $0 } }
}
