/// The control parameters of one request: each one known to the system, of the right type, and in its own range.
///
/// Rules that tie several parameters belong to the system, which builds its typed point from this.
public struct GivenParameters: Sendable, Hashable {
  /// The system's selected option (a quantity, a sub-model).
  public let option: String
  /// Values the user wrote, by name.
  public let explicit: [String: ParameterValue]
  /// Where each was written, for messages.
  public let origins: [String: InputOrigin]
  /// Parameters of the option and their defaults, in declared order.
  private let declared: [(name: String, defaultValue: ParameterValue?, verbs: Set<Verb>)]

  /// Checks what the user wrote against the declarations of `system`.
  ///
  /// - Throws: *all* problems: names that are not parameters (with the nearest valid one), parameters that the chosen
  ///   option does not take, wrong types, values out of range, options not yet available.
  public init(
    _ written: [(name: String, value: RawValue, origin: InputOrigin?)], of system: SystemDescription
  ) throws(InputProblems) {
    var problems: [InputProblem] = []
    var explicit: [String: ParameterValue] = [:]
    var origins: [String: InputOrigin] = [:]
    let option = Self.selectedOption(written, of: system, problems: &problems)
    for (name, raw, origin) in written where name != system.selector {
      guard let declaration = system.parameter(named: name) else {
        let names = system.parameters.map(\.name) + [system.selector]
        let message = "not a parameter of \(system.name)" + suggestion(for: name, among: names)
        problems.append(InputProblem(key: name, message, origin: origin))
        continue
      }
      if let option, declaration.uses[option.name] == nil {
        let message = "not a parameter of \(system.selector)=\(option.name)"
        problems.append(InputProblem(key: name, message, origin: origin))
        continue
      }
      if explicit[name] != nil {
        problems.append(InputProblem(key: name, "given twice", origin: origin))
        continue
      }
      do {
        explicit[name] = try declaration.variant(under: option?.name).value(of: raw, origin: origin)
        origins[name] = origin
      } catch {
        problems += error.problems
      }
    }
    guard problems.isEmpty, let option else { throw InputProblems(problems) }
    self.init(option: option.name, explicit: explicit, origins: origins, system: system)
  }

  private init(
    option: String, explicit: [String: ParameterValue], origins: [String: InputOrigin], system: SystemDescription
  ) {
    self.option = option
    self.explicit = explicit
    self.origins = origins
    declared = system.parameters.compactMap { declaration in
      declaration.uses[option].map { (declaration.name, declaration.variant(under: option).defaultValue, $0) }
    }
  }

  private init(_ other: GivenParameters, explicit: [String: ParameterValue]) {
    option = other.option
    self.explicit = explicit
    origins = other.origins
    declared = other.declared
  }

  /// The same request with some parameters replaced, as along the axes of a phase diagram.
  public func replacing(_ values: [String: ParameterValue]) -> GivenParameters {
    GivenParameters(self, explicit: explicit.merging(values) { $1 })
  }

  /// The same request without some parameters.
  public func removing(_ names: [String]) -> GivenParameters {
    GivenParameters(self, explicit: explicit.filter { !names.contains($0.key) })
  }

  /// The value in force: what the user wrote, or the declared default.
  public subscript(name: String) -> ParameterValue? {
    explicit[name] ?? declared.first { $0.name == name }?.defaultValue
  }

  /// Whether the user wrote this parameter.
  public func isExplicit(_ name: String) -> Bool { explicit[name] != nil }

  /// A problem with `key`, placed where the user wrote it.
  public func problem(_ key: String, _ message: String) -> InputProblem {
    InputProblem(key: key, message, origin: origins[key])
  }

  /// Name and value of every parameter that `verb` uses and that has a value, in declared order.
  public func inForce(for verb: Verb) -> [(name: String, value: ParameterValue)] {
    declared.compactMap { entry in
      guard entry.verbs.contains(verb), let value = self[entry.name] else { return nil }
      return (entry.name, value)
    }
  }

  /// Compares the option and the values; places in files do not count.
  public static func == (first: GivenParameters, second: GivenParameters) -> Bool {
    first.option == second.option && first.explicit == second.explicit
  }

  /// Hashes what `==` compares.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(option)
    hasher.combine(explicit)
  }

  private static func selectedOption(
    _ written: [(name: String, value: RawValue, origin: InputOrigin?)], of system: SystemDescription,
    problems: inout [InputProblem]
  ) -> OptionDeclaration? {
    guard let (_, raw, origin) = written.first(where: { $0.name == system.selector }) else { return system.options[0] }
    let names = system.options.map(\.name)
    switch raw {
    case .untyped(let word), .string(let word):
      guard let option = system.option(named: word) else {
        let message = "given \(raw), allowed: one of " + names.joined(separator: ", ")
        problems.append(
          InputProblem(key: system.selector, message + suggestion(for: word, among: names), origin: origin))
        return nil
      }
      if option.verbs.isEmpty {
        problems.append(InputProblem(key: system.selector, "'\(word)' is not yet available", origin: origin))
      }
      return option
    default:
      let message = "given \(raw), allowed: one of " + names.joined(separator: ", ")
      problems.append(InputProblem(key: system.selector, message, origin: origin))
      return nil
    }
  }
}
