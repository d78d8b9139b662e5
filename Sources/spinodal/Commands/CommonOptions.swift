import ArgumentParser
import SystemInterface
import Systems

/// How results are printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  /// Tables for people.
  case text
  /// One JSON object for programs.
  case json
}

/// Options that every command has.
struct CommonOptions: ParsableArguments {
  @Option(help: "How results are printed on standard output.")
  var format: OutputFormat = .text

  @Flag(help: "No progress and no remarks on standard error.")
  var quiet = false
}

/// One point given on the command line: a system and `key=value` parameters.
struct PointArguments: ParsableArguments {
  @Argument(help: "Name of the system; 'spinodal systems' lists them.")
  var system: String

  @Argument(help: "Control parameters as key=value.")
  var parameters: [String] = []

  /// The system and the parameters, checked for `verb`.
  ///
  /// - Throws: `InputProblems` with everything that is wrong.
  func resolved(for verb: Verb) throws(InputProblems) -> (system: AnySystem, parameters: GivenParameters) {
    let system = try SystemRegistry.standard.system(named: system)
    var written: [(name: String, value: RawValue, origin: InputOrigin?)] = []
    var problems: [InputProblem] = []
    for text in parameters {
      guard let separator = text.firstIndex(of: "="), separator != text.startIndex else {
        problems.append(InputProblem(key: text, "not of the form key=value"))
        continue
      }
      written.append((String(text[..<separator]), .untyped(String(text[text.index(after: separator)...])), nil))
    }
    do {
      let given = try GivenParameters(written, of: system.description)
      if let option = system.description.option(named: given.option), !option.verbs.contains(verb) {
        let other = verb == .theory ? "simulate" : "theory"
        let noun = verb == .theory ? "theory" : "simulation"
        problems.append(
          InputProblem(key: system.description.selector, "'\(option.name)' has no \(noun): use '\(other)'"))
      }
      if problems.isEmpty {
        try system.check(given, for: verb)
        return (system, given)
      }
    } catch {
      problems += error.problems
    }
    throw InputProblems(problems)
  }
}
