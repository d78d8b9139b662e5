import Foundation
import SystemInterface
import Testing

@testable import PhaseDiagrams

/// Boundaries against the lines that are known.
@Suite struct BoundaryTracingTests {
  private func boundaries(_ text: String) throws -> [PhaseBoundary] {
    RefinedDiagram(try EdgeRuns.grow(text).diagram).boundaries
  }

  /// The true first margin at a vertex.
  private func margin(_ shape: String, _ vertex: PhaseBoundary.Vertex, radius: Double = 0.35) -> Double {
    let (x, y) = (vertex.position[0], vertex.position[1])
    return shape == "line" ? 0.31 + 0.4 * x - y : radius - hypot(x - 0.5, y - 0.5)
  }

  @Test func theoryCrossesInTheMiddleOfTheSmallestEdges() throws {
    for shape in ["line", "circle"] {
      let found = try boundaries(EdgeRuns.text(shape: shape, levels: 4))
      #expect(found.count == 1 && found[0].source == .theory && found[0].phases == ["inside", "outside"])
      #expect(found[0].name == "theory_boundary_inside_outside")
      let edge = 1 / 64.0
      for vertex in found.flatMap(\.pieces).flatMap({ $0 }) {
        #expect(abs(margin(shape, vertex)) <= edge / 2 * 1.08, "half an edge off at most")
        let length = hypot(vertex.error[0], vertex.error[1])
        #expect(abs(length - edge / 12.0.squareRoot()) < 1e-12)
      }
    }
  }

  /// Without noise the margins lead to the line itself, whatever the cells.
  @Test(arguments: [0, 1, 3]) func marginsLeadToTheLine(levels: Int) throws {
    let text = EdgeRuns.text(shape: "line", simulation: "samples = 2", levels: levels, follow: "simulation")
    let found = try boundaries(text).filter { $0.source == .simulation }
    #expect(found.count == 1 && found[0].pieces.count == 1)
    #expect(found[0].pieces[0].count >= 4 << levels)
    for vertex in found[0].pieces[0] { #expect(abs(margin("line", vertex)) < 1e-12) }
    let curved = EdgeRuns.text(simulation: "samples = 2", levels: levels, follow: "simulation")
    for vertex in try boundaries(curved).filter({ $0.source == .simulation }).flatMap(\.pieces).flatMap({ $0 }) {
      #expect(abs(margin("circle", vertex)) <= hypot(vertex.error[0], vertex.error[1]))
    }
  }

  @Test func logarithmicAxisIsInterpolatedInRatios() throws {
    let axes = "y = { from = 0.01, to = 1, points = 3, spacing = \"log\" }"
    let found = try boundaries(EdgeRuns.text(shape: "line", parameters: "x = 0", axes: axes, levels: nil))
    let vertex = try #require(found.first?.pieces.first?.first)
    #expect(abs(vertex.position[0] - 0.1 * 10.0.squareRoot()) < 1e-12, "between 0.1 and 1")
    #expect(abs(vertex.error[0] - vertex.position[0] * log(10.0) / 12.0.squareRoot()) < 1e-12)
  }

  @Test func circleIsOneClosedLoop() throws {
    let loop = try #require(try boundaries(EdgeRuns.text(levels: 4)).first)
    #expect(loop.pieces.count == 1)
    let piece = loop.pieces[0]
    #expect(piece.first == piece.last && piece.count > 100)
    // Once around: the angle grows by a full turn.
    let angles = piece.map { atan2($0.position[1] - 0.5, $0.position[0] - 0.5) }
    let turns = zip(angles, angles.dropFirst()).map { remainder($1 - $0, 2 * .pi) }
    #expect(abs(abs(turns.reduce(0, +)) - 2 * .pi) < 1e-9)
    #expect(turns.allSatisfy { abs($0) < 0.1 }, "no jumps")
  }

  /// In the middle of a refinement neighbours have different levels, and the loop is as closed as at its end.
  @Test func loopIsWatertightAcrossLevels() throws {
    var rounds = 0
    _ = try EdgeRuns.grow(EdgeRuns.text(axes: EdgeRuns.plane(6), levels: 4)) { diagram in
      rounds += 1
      let found = RefinedDiagram(diagram).boundaries
      #expect(found.count == 1 && found[0].pieces.count == 1, "round \(rounds)")
      #expect(found[0].pieces[0].first == found[0].pieces[0].last)
    }
    #expect(rounds >= 5)
    // Theory is followed, and the simulation's noisy boundary runs through large and small cells: no open end inside.
    let text = EdgeRuns.text(
      parameters: "scatter = 0.3", simulation: "samples = 2", levels: 3, follow: "theory")
    let diagram = try EdgeRuns.grow(text).diagram, places = Set(diagram.plan.points.map(\.index))
    let pieces = RefinedDiagram(diagram).boundaries.filter { $0.source == .simulation }.flatMap(\.pieces)
    let onCoarseEdges = pieces.flatMap { $0 }.count { vertex in
      let place = vertex.position.map { $0 * 32 }
      // Far from the followed circle the edges are a quarter long.
      return abs(hypot(vertex.position[0] - 0.5, vertex.position[1] - 0.5) - 0.35) > 0.13
        && !places.contains(place.map { Int($0.rounded()) })
    }
    #expect(onCoarseEdges > 3, "through large cells too")
    for piece in pieces {
      for end in [piece[0], piece[piece.count - 1]] where piece.first != piece.last && piece.count > 2 {
        #expect(end.position.contains { $0 == 0 || $0 == 1 }, "\(end)")
      }
    }
  }

  @Test func lineThatLeavesThePlaneIsOneOpenPiece() throws {
    let found = try boundaries(EdgeRuns.text(parameters: "radius = 0.6", levels: 3))
    #expect(found.count == 1 && found[0].pieces.count == 4, "an arc in each corner")
    for piece in found[0].pieces {
      for end in [piece[0], piece[piece.count - 1]] {
        #expect(end.position.contains { $0 == 0 || $0 == 1 })
      }
    }
  }

  @Test func threePhasesMeetInOnePoint() throws {
    let found = try boundaries(EdgeRuns.text(shape: "triple", levels: 4))
    let expected = [["inside", "outside"], ["inside", "beyond"], ["outside", "beyond"]]
    #expect(found.map(\.phases) == expected)
    let ends = found.map { boundary in
      Set(boundary.pieces.flatMap { [$0[0], $0[$0.count - 1]] }.map(\.position))
    }
    let common = ends.dropFirst().reduce(ends[0]) { $0.intersection($1) }
    let centre = try #require(common.first)
    #expect(common.count == 1)
    #expect(abs(centre[0] - 0.47) <= 1 / 64.0 && abs(centre[1] - 0.62) <= 1 / 64.0)
  }

  @Test func oneAxisGivesSingleVertices() throws {
    let axes = "x = { from = 0, to = 1, points = 5 }"
    let found = try boundaries(EdgeRuns.text(axes: axes, simulation: "samples = 2", levels: 5))
    #expect(found.map(\.source) == [.theory, .simulation])
    for boundary in found {
      #expect(boundary.pieces.map(\.count) == [1, 1])
      for (vertex, place) in zip(boundary.pieces.map { $0[0] }, [0.15, 0.85]) {
        #expect(abs(vertex.position[0] - place) <= 1 / 128.0)
      }
    }
  }

  /// The band of one standard error holds the true line at no fewer than 68 % of the vertices.
  ///
  /// 16 seeds, some 400 to 1000 vertices. Measured over 40 seeds: 0.95, 0.78 and 0.72 (model, where noise rules: 0.73);
  /// with the difference over the crossed edge in place of the slope around it 0.93, 0.56 and 0.26.
  @Test(arguments: [0.03, 0.1, 0.3]) func bandCoversTheTrueLine(scatter: Double) throws {
    var held = 0, total = 0, heldWithoutScatter = 0
    for seed in 1...16 {
      let text = EdgeRuns.text(
        shape: "line", seed: seed, parameters: "scatter = \(scatter)", simulation: "samples = 8\nmaxSamples = 8",
        levels: 2, follow: "simulation")
      for boundary in try boundaries(text) where boundary.source == .simulation {
        for vertex in boundary.pieces.flatMap({ $0 }) {
          // Along its edge the margin changes linearly.
          let change = abs(0.4 * vertex.error[0] - vertex.error[1]), margin = abs(margin("line", vertex))
          let edge = abs(vertex.error[0]) > 0 ? 0.4 / 16 : 1.0 / 16
          total += 1
          if margin <= change { held += 1 }
          if margin <= edge / 12.0.squareRoot() { heldWithoutScatter += 1 }
        }
      }
    }
    let rate = Double(held) / Double(total), bare = Double(heldWithoutScatter) / Double(total)
    #expect(total > 300)
    #expect(rate >= 0.68)
    if scatter == 0.3 { #expect(bare < 0.5) }
  }
}
