/// The systems that a run may name.
public struct SystemRegistry: Sendable {
  /// All systems, in the order in which they are listed.
  public let systems: [AnySystem]

  /// A registry of these systems.
  public init(_ systems: [any System]) {
    self.systems = systems.map(AnySystem.init)
  }

  /// The system of that name.
  ///
  /// - Throws: a problem that names the systems there are, and the nearest one.
  public func system(named name: String, origin: InputOrigin? = nil) throws(InputProblems) -> AnySystem {
    if let system = systems.first(where: { $0.description.name == name }) { return system }
    let names = systems.map(\.description.name)
    let message = "unknown system '\(name)', known: \(names.joined(separator: ", "))"
    throw InputProblems([InputProblem(key: "system", message + suggestion(for: name, among: names), origin: origin)])
  }
}
