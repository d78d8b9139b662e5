import SystemInterface

/// A line between two phases as the points of a diagram show it, with its error.
public struct PhaseBoundary: Sendable, Equatable, Codable {
  /// The road whose phases it divides.
  public enum Source: String, Sendable, Codable {
    case theory, simulation
  }

  /// A crossing of the boundary with an edge between two neighbouring points.
  public struct Vertex: Sendable, Equatable, Codable {
    /// Position, a coordinate an axis.
    public var position: [Double]
    /// One standard error along the edge, toward the second phase.
    public var error: [Double]
  }

  /// Road whose phases it divides.
  public var source: Source
  /// The phases on its two sides, in declared order.
  public var phases: [String]
  /// Connected pieces, vertex after vertex.
  public var pieces: [[Vertex]]
  /// First-order, continuous or spinodal; `nil` where the points at hand cannot tell.
  public var kind: TransitionKind?

  /// Name in files: letters, digits and underscores.
  public var name: String {
    let words = ([source.rawValue, "boundary"] + phases).map { $0.replacing("-", with: "_") }
    return words.joined(separator: "_")
  }
}
