import Statistics
import SystemInterface

/// A phase margin with its error over disorder samples.
public struct MarginEstimate: Sendable, Equatable {
  /// What the margin decides.
  public var name: String
  /// Phases on the side where the margin is not negative.
  public var positivePhases: Set<String>
  /// The margin by the means of all samples.
  public var value: Double
  /// Jackknife error; `nil` for a single sample.
  public var standardError: Double?

  /// Margins by all samples, with errors from those without one sample each.
  ///
  /// - Parameter partial: the margins without sample i, for every i; their order is that of `margins`.
  static func estimates(of margins: [PhaseMargin], leavingOneOut partial: [[PhaseMargin]]) -> [MarginEstimate] {
    margins.indices.map { place in
      let margin = margins[place]
      let values = partial.compactMap { $0.count == margins.count ? $0[place].value : nil }
      return MarginEstimate(
        name: margin.name, positivePhases: margin.positivePhases, value: margin.value,
        standardError: values.count == partial.count && values.count > 1
          ? Jackknife.standardError(ofLeavingOneOut: values) : nil)
    }
  }
}

/// The phase at a point by one road, with what tells how sure it is.
struct PointLabel: Sendable {
  /// The phase.
  let phase: String
  /// The margins behind it; empty for theory.
  let margins: [MarginEstimate]
  /// Disorder samples behind the margins.
  let samples: Int

  /// The margins whose sign decides about the phase: with the other sign it would be another one.
  ///
  /// Margins decide in their order; one that would leave no phase of those before it has nothing to say.
  func decisiveMargins(among phases: [String]) -> [MarginEstimate] {
    margins.indices.filter { flipped in
      let others = margins.indices.reduce(phases) { left, place in
        let isPositive = (margins[place].value >= 0) != (place == flipped)
        let agreeing = left.filter { margins[place].positivePhases.contains($0) == isPositive }
        return agreeing.isEmpty ? left : agreeing
      }
      return !others.contains(phase)
    }.map { margins[$0] }
  }

  /// The margin that is positive on one side of the boundary between two points and negative on the other.
  func margin(toward other: PointLabel) -> (own: MarginEstimate, other: MarginEstimate)? {
    for (own, opposite) in zip(margins, other.margins) where own.name == opposite.name {
      guard own.positivePhases.contains(phase) != own.positivePhases.contains(other.phase) else { continue }
      return (own.value >= 0) != (opposite.value >= 0) ? (own, opposite) : nil
    }
    return nil
  }
}
