import RealModule
import StatisticalTesting
import SystemTesting
import Testing

@testable import DeepLinear
@testable import SystemInterface

/// Phases and transition lines.
@Suite struct DeepLinearPhaseTests {
  /// Rich where the discretised u(t) has a point of inflection.
  @Test(
    "Rich modes accelerate, lazy ones do not",
    arguments: ["0.1,0.1", "0.8,0.1", "0.9,0", "0.85,-0.2", "0.7,0.69", "0.72,0.72", "1.2,0.3", "0.5,-0.3"])
  func inflection(layers: String) throws {
    let times = (0...4000).map { "\(Double($0) * 0.002)" }.joined(separator: ",")
    let result = try Linear.theory("singularValues=1 initialLayerStrengths=\(layers) time=\(times)")
    let u = result.observables.curve("modeStrength").compactMap { $0 }
    let curvatures = (1..<u.count - 1).map { (i: Int) -> Double in u[i + 1] - 2 * u[i] + u[i - 1] }
    let accelerates = curvatures.contains { $0 > 1e-12 }
    #expect(result.phase == (accelerates ? "rich" : "lazy"), "\(layers)")
  }

  @Test("Lines of constant M₁ in the plane of gain and depth")
  func gainLines() throws {
    let system = Linear.system, parameters = try Linear.parameters("quantity=signalPropagation")
    let plane = [
      AxisOutline(name: "gain", coordinates: [0.5, 2]),
      AxisOutline(name: "numWeightLayers", coordinates: [5, 20, 50], isDiscrete: true),
    ]
    let lines = system.transitionLines(in: plane, at: parameters)
    #expect(lines.map(\.name) == ["critical", "vanishing", "isometric", "exploding"])
    #expect(lines.allSatisfy { $0.vertexCount == 3 })
    for (place, depth) in [5, 20, 50].enumerated() {
      #expect(try system.transitionVertex(place, of: "critical", in: plane, at: parameters) == [1, Double(depth)])
      for (line, value) in [("vanishing", 1e-3), ("exploding", 1e3)] {
        guard let vertex = try system.transitionVertex(place, of: line, in: plane, at: parameters) else { continue }
        let result = try Linear.theory("quantity=signalPropagation gain=\(vertex[0]) numWeightLayers=\(depth)")
        expectClose(try #require(result["meanSquaredSingularValue"]) / value, 1, 1e-6, "\(line) at \(depth)")
      }
    }
    #expect(try system.transitionVertex(2, of: "vanishing", in: plane, at: parameters) != nil)
    #expect(try system.transitionVertex(2, of: "exploding", in: plane, at: parameters) != nil)
  }

  @Test("The end of rich learning against u₀")
  func richLine() throws {
    let system = Linear.system, parameters = try Linear.parameters("singularValues=3")
    let plane = [
      AxisOutline(name: "initialModeStrength", coordinates: [0.1, 2]),
      AxisOutline(name: "singularValues", coordinates: [2.5, 4], isDiscrete: true),
    ]
    #expect(system.transitionLines(in: plane, at: parameters).map(\.name) == ["lazy"])
    #expect(try system.transitionVertex(1, of: "lazy", in: plane, at: parameters) == [2, 4])
    let deep = try Linear.parameters("singularValues=3 numWeightLayers=3")
    #expect(system.transitionLines(in: plane, at: deep).isEmpty)
    let unequal = try Linear.parameters("layerImbalance=1 singularValues=3")
    #expect(system.transitionLines(in: [plane[0]], at: unequal).map(\.title) == ["rich to lazy"])
    let root = try #require(try system.transitionVertex(0, of: "lazy", in: [plane[0]], at: unequal))
    expectClose(root[0], (3 + 7.0.squareRoot()) / 4, 1e-15, "upper root at c = 1")
    let lazy = try Linear.parameters("layerImbalance=2.2 singularValues=3")
    #expect(try system.transitionVertex(0, of: "lazy", in: [plane[0]], at: lazy) == nil, "c > s/√2")
  }

  /// On both sides of every vertex the phase is another one, in either order of the axes.
  @Test("The end of rich learning in the plane of imbalance and u₀", arguments: [1.0, 3])
  func richLineInPlane(s: Double) throws {
    let system = Linear.system, parameters = try Linear.parameters("singularValues=\(s)")
    let axes = [
      AxisOutline(name: "layerImbalance", coordinates: [0, 1.2 * s]),
      AxisOutline(name: "initialModeStrength", coordinates: [0, 0.6 * s]),
    ]
    for plane in [axes, axes.reversed()] {
      let line = try #require(system.transitionLines(in: plane, at: parameters).first)
      #expect(line.name == "lazy" && line.vertexCount == 61)
      var crossed = 0
      for place in 0..<line.vertexCount {
        let vertex = try system.transitionVertex(place, of: "lazy", in: plane, at: parameters)
        let u0 = 0.6 * s * Double(place) / 60
        #expect((vertex != nil) == (u0 <= s / 2), "u0 = \(u0)")
        guard let vertex else { continue }
        let (c, strength) = plane[0].name == "layerImbalance" ? (vertex[0], vertex[1]) : (vertex[1], vertex[0])
        expectClose(strength, u0, 1e-14, "u0")
        for (side, phase) in [(0.999, "rich"), (1.001, "lazy")] where c > 0 {
          let start = "singularValues=\(s) layerImbalance=\(side * c) initialModeStrength=\(u0)"
          #expect(try Linear.theory(start).phase == phase, "\(start)")
          crossed += 1
        }
      }
      #expect(crossed > 90)
    }
  }
}
