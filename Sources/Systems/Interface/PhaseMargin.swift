/// A function of order parameters that is zero on the boundary between two kinds of phases and changes sign there.
///
/// Its error tells how sure the label of a point is, and its zero where between two points the boundary lies.
public struct PhaseMargin: Sendable, Equatable {
  /// What the margin decides, such as `retrieval`.
  public var name: String
  /// The phases that lie on the side where the margin is not negative.
  public var positivePhases: Set<String>
  /// The signed distance from the boundary, in units of the order parameter.
  public var value: Double

  /// Creates a margin.
  public init(_ name: String, positivePhases: Set<String>, value: Double) {
    self.name = name
    self.positivePhases = positivePhases
    self.value = value
  }
}

/// What kind of line divides two phases.
public enum TransitionKind: String, Sendable, Codable {
  /// Two stable solutions exchange the lowest free energy.
  case firstOrder = "first-order"
  /// The order parameter changes without a jump.
  case continuous
  /// A metastable solution ceases to exist.
  case spinodal
}
