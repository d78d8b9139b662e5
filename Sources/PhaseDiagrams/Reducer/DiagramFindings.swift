/// What a whole diagram shows beyond its points: boundaries and extrapolations, found once for all that is made of it.
struct DiagramFindings {
  /// The boundaries between the phases of each road.
  let boundaries: [PhaseBoundary]
  /// Extrapolations, where the diagram has several sizes.
  let scaling: FiniteSizeScaling?

  init(_ diagram: PhaseDiagram) {
    boundaries = RefinedDiagram(diagram).boundaries
    scaling = FiniteSizeScaling(diagram, boundaries: boundaries)
  }
}
