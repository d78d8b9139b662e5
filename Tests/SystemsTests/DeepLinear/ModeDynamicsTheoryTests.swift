import RealModule
import StatisticalTesting
import SystemTesting
import Testing

@testable import DeepLinear
@testable import SystemInterface

/// Mode strengths and learning times against printed values, limits and direct integration of all layers.
@Suite struct ModeDynamicsTheoryTests {
  @Test("Two layers in closed form")
  func twoLayers() throws {
    let result = try Linear.theory("singularValues=3 initialModeStrength=0.001 time=0.5,1,1.5")
    expectCurve(result.observables, "modeStrength", "0.0199585636 0.3557124789 2.1896116028")
    expectCurve(result.observables, "learningTime", "1.3343390298")
    #expect(result.phase == "rich")
  }

  @Test(
    "Learning times against depth",
    arguments: [
      (1, "2.2975725512"), (2, "1.8726323505"), (3, "2.3019992111"), (4, "2.6225990615"), (5, "2.7832081006"),
      (10, "2.5983394546"), (100, "0.4806690681"),
    ])
  func depth(D: Int, printed: String) throws {
    let result = try Linear.theory(
      "singularValues=2 initialModeStrength=0.01 learnedFraction=0.9 numWeightLayers=\(D)")
    expectCurve(result.observables, "learningTime", printed)
    expectCurve(result.observables, "infiniteDepthLearningTime", "51.5948545727")
    let limit = try #require(result["maximalLearningRate"])
    expectClose(limit, 2 / (Double(D) * Double.pow(2, 2 - 2 / Double(D))), 1e-15, "learning rate")
  }

  @Test("D t approaches its limit", arguments: [(2, "1.64791843"), (8, "1.54861137"), (64, "1.54564907")])
  func limit(D: Int, printed: String) throws {
    let request = "singularValues=2 initialModeStrength=0.5 learnedFraction=0.9 numWeightLayers=\(D)"
    let result = try Linear.theory(request)
    let time = try #require(result.observables.curve("learningTime")[0])
    expectDigits(Double(D) * time, printed, "D t at D = \(D)")
    expectCurve(result.observables, "infiniteDepthLearningTime", "1.54618144")
  }

  @Test("A thousand layers are within 1/D of infinitely many")
  func manyLayers() throws {
    let result = try Linear.theory("singularValues=2 initialModeStrength=0.5 learnedFraction=0.9 numWeightLayers=1000")
    let time = try #require(result.observables.curve("learningTime")[0])
    #expect(abs(1000 * time / 1.54618144 - 1) < 1e-3)
  }

  @Test("Strengths of three and five layers", arguments: [(3, "0.0528021182"), (5, "0.0219335475")])
  func quadrature(D: Int, printed: String) throws {
    let result = try Linear.theory("singularValues=2 initialModeStrength=0.01 time=1 numWeightLayers=\(D)")
    expectCurve(result.observables, "modeStrength", printed)
  }

  /// t(u(t)) = t on the way up, and saturation without overflow.
  @Test("Quadrature and inversion agree to 1e-12", arguments: [3, 4, 7, 30, 1000])
  func inversion(D: Int) throws {
    for u0 in [1e-3, 0.4] {
      let mode = BalancedMode(depth: D, singularValue: 1.7, initialStrength: u0)
      for f in [0.26, 0.5, 0.9, 0.999] {
        let t = mode.time(to: f * 1.7)
        expectClose(try mode.strengths(at: [t])[0] / (f * 1.7), 1, 1e-12, "D = \(D), f = \(f)")
      }
      #expect(try mode.strengths(at: [1e7]) == [1.7])
      expectClose(try mode.strengths(at: [0])[0], u0, 1e-14, "start")
    }
  }

  @Test("The closed form of two layers is the limit of the quadrature")
  func consistency() throws {
    // Integrated as D = 2 through all layers.
    let layers = UnequalLayersMode([0.1, 0.1], singularValue: 2)
    let mode = BalancedMode(depth: 2, singularValue: 2, initialStrength: 0.01)
    for (a, b) in zip(try layers.strengths(at: [0.3, 1, 2]), try mode.strengths(at: [0.3, 1, 2])) {
      expectClose(a, b, 1e-11, "closed form")
    }
    expectClose(try layers.time(to: 1.8), 1.8726323505, 1e-10, "time")
  }

  @Test(
    "Unequal layers",
    arguments: [
      ("1,0.01", "2", "1.0647119454 1.8083797462 1.9999447741"),
      ("0.01,1", "2", "1.0647119454 1.8083797462 1.9999447741"),
      ("-1,-0.01", "2", "1.0647119454 1.8083797462 1.9999447741"),
      ("0.5,-0.3", "1", "-0.0249946384 0.0583359791 0.8269917396"),
      ("0.3,-0.3", "1", "-0.0313269338 -0.0113007529 -0.0002047095"),
      ("3,0", "1", "0.9896852213 0.9998972766 1"),
    ])
  func unequal(layers: String, s: String, printed: String) throws {
    let result = try Linear.theory("singularValues=\(s) initialLayerStrengths=\(layers) time=0.5,1,3")
    expectCurve(result.observables, "modeStrength", printed)
  }

  @Test(
    "Half-times of one layer at zero",
    arguments: [
      (0.01, "2.99322299"), (0.1, "1.81997946"), (0.5, "0.95165219"), (1, "0.59802951"), (4, "0.17121846"),
    ])
  func halfTimes(c: Double, printed: String) throws {
    let result = try Linear.theory("singularValues=1 initialLayerStrengths=\(c.squareRoot()),0")
    expectCurve(result.observables, "learningTime", printed)
    #expect(result.phase == (c < 0.5.squareRoot() ? "rich" : "lazy"))
  }

  @Test(
    "Half-times of a given imbalance and u₀ = 0",
    arguments: [
      (0.01, "2.99322299"), (0.1, "1.81997946"), (0.5, "0.95165219"), (1, "0.59802951"), (4, "0.17121846"),
    ])
  func halfTimesOfImbalance(c: Double, printed: String) throws {
    let result = try Linear.theory("singularValues=1 layerImbalance=\(c) initialModeStrength=0")
    expectCurve(result.observables, "learningTime", printed)
  }

  /// Runge-Kutta of both layers, by another program.
  @Test(
    "Half-times of a given imbalance and u₀",
    arguments: [
      ("1", "0.6 initialModeStrength=0.24", "0.437346362"), ("1", "0.3 initialModeStrength=0.01", "1.197726012"),
      ("3", "2 initialModeStrength=0.1", "0.249195401"),
    ])
  func halfTimesOfBoth(s: String, start: String, printed: String) throws {
    let result = try Linear.theory("singularValues=\(s) layerImbalance=\(start)")
    expectCurve(result.observables, "learningTime", printed)
  }

  /// Layers (1, 0.01): c = 0.9999, u₀ = 0.01; and the same from the other end, against what layers give.
  @Test(
    "Imbalance and initial strength fix the layers", arguments: [(1.0, 0.01), (0.5, 0.3), (0.2, 0.19999), (3, 1e-9)])
  func imbalance(a: Double, b: Double) throws {
    let c = (a - b) * (a + b), times = "time=0,0.5,1,3"
    let given = try Linear.theory("singularValues=2 layerImbalance=\(c) initialModeStrength=\(a * b) \(times)")
    let layers = try Linear.theory("singularValues=2 initialLayerStrengths=\(a),\(b) \(times)")
    for name in ["modeStrength", "learningTime", "loss"] {
      for (x, y) in zip(given.observables.curve(name), layers.observables.curve(name)) {
        expectClose(try #require(x), try #require(y), 1e-11, "\(name), c = \(c)")
      }
    }
    #expect(given.phase == layers.phase)
  }

  @Test("Without imbalance layers are equal to the last bit, and stay at 0")
  func noImbalance() throws {
    let given = try Linear.theory("singularValues=2 layerImbalance=0 initialModeStrength=0.3")
    #expect(given.observables == (try Linear.theory("singularValues=2 initialModeStrength=0.3").observables))
    let zero = try Linear.theory("singularValues=2 layerImbalance=0 initialModeStrength=0")
    #expect(zero.diagnostics["learningTime"]?.text?.contains("infinite") ?? false)
  }

  /// c = 1e-9 is integrated, c = 1e-5 has a closed form; both continue the balanced mode smoothly.
  @Test("Nearly equal layers")
  func nearlyEqual() throws {
    let balanced = BalancedMode(depth: 2, singularValue: 1, initialStrength: 0.01).time(to: 0.5)
    for c in [1e-9, 1e-5] {
      let a = (0.01 + c / 2).squareRoot(), b = 0.01 / a
      let time = try ModeStartState(layerStrengths: [a, b], singularValue: 1).trajectory.time(to: 0.5)
      #expect(abs(time - balanced) < 10 * c, "c = \(c)")
    }
    let closed = UnequalTwoLayerMode(0.2, 0.1, singularValue: 1),
      integrated = UnequalLayersMode([0.2, 0.1], singularValue: 1)
    expectClose(try integrated.time(to: 0.5), closed.time(to: 0.5), 1e-11, "two methods")
  }

  @Test("Three unequal layers, in any order and gauge of signs")
  func threeLayers() throws {
    for layers in ["0.9,0.3,0.1", "0.1,0.9,0.3", "-0.1,0.9,-0.3"] {
      let result = try Linear.theory(
        "singularValues=2 numWeightLayers=3 initialLayerStrengths=\(layers) time=0.5,1,3")
      expectCurve(result.observables, "modeStrength", "0.233919208 1.373368385 1.999999795")
      let time = try #require(result.observables.curve("learningTime")[0])
      let check = try Linear.theory(
        "singularValues=2 numWeightLayers=3 initialLayerStrengths=\(layers) time=\(time)")
      expectClose(try #require(check.observables.curve("modeStrength")[0]), 1, 1e-10, "half-time")
      #expect(result.observables.curve("infiniteDepthLearningTime") == [nil])
    }
  }

  @Test("A start above s comes down to it")
  func above() throws {
    let result = try Linear.theory("singularValues=1 initialLayerStrengths=2,2 time=0.1,20")
    let u = result.observables.curve("modeStrength").compactMap { $0 }
    #expect(u[0] < 4 && u[0] > 1)
    expectClose(u[1], 1, 1e-11, "end")
    #expect(result.observables.curve("learningTime") == [nil])
    #expect(result.diagnostics["learningTime"]?.text?.contains("at or above f s") ?? false)
  }

  @Test("Modes that never learn say why")
  func never() throws {
    let cases = [
      ("initialModeStrength=0 singularValues=2", "infinite"),
      ("initialModeStrength=0 singularValues=2 numWeightLayers=5", "infinite"),
      ("initialLayerStrengths=0.3,-0.3 singularValues=1", "a0 = -b0"),
      ("initialLayerStrengths=1,0,0 numWeightLayers=3 singularValues=1", "two layers start at 0"),
      ("initialLayerStrengths=1,0.5,-0.5 numWeightLayers=3 singularValues=1", "cancel"),
    ]
    for (request, reason) in cases {
      let result = try Linear.theory(request + " time=1,100")
      #expect(result.observables.curve("learningTime") == [nil], "\(request)")
      #expect(result.diagnostics["learningTime"]?.text?.contains(reason) ?? false, "\(request)")
      for u in result.observables.curve("modeStrength").compactMap({ $0 }) { #expect(u <= 0, "\(request)") }
    }
    let single = try Linear.theory("initialModeStrength=0 singularValues=2 numWeightLayers=1 time=1")
    expectClose(try #require(single.observables.curve("learningTime")[0]), Double.log(2), 1e-15, "one layer learns")
    expectClose(try #require(single.observables.curve("modeStrength")[0]), 2 - 2 * Double.exp(-1.0), 1e-15, "one layer")
  }

  @Test("Modes are numbered by descending s, and the loss is theirs")
  func order() throws {
    let result = try Linear.theory("singularValues=1,3,2 time=1")
    let u = result.observables.curve("modeStrength").compactMap { $0 }
    #expect(u[0] > u[1] && u[1] > u[2])
    let loss = 0.5 * zip([3.0, 2, 1], u).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    expectClose(try #require(result.observables.curve("loss")[0]), loss, 1e-15, "loss")
  }

  /// E ln χ²_n = ψ(n/2) + ln 2, checked by the explicit sums of digamma at whole and half numbers.
  @Test("Small random starts")
  func smallRandom() throws {
    let result = try Linear.theory(
      "initialization=smallRandom singularValues=3,2 hiddenWidth=3 initialWeightScale=0.01")
    let gamma = 0.5772156649015329
    let expected = [1e-4 * Double.exp(-gamma - 2 * Double.log(2) + 2), 1e-4 * Double.exp(-gamma)]
    for k in 0..<2 {
      let value = try #require(result.observables.curve("effectiveModeStrength")[k])
      expectClose(value / expected[k], 1, 1e-13, "mode \(k + 1)")
      let s = Double(3 - k)
      expectClose(
        try #require(result.observables.curve("learningTime")[k]), Double.log(s / expected[k]) / (2 * s), 1e-13,
        "time \(k + 1)")
    }
    #expect(result.phase == nil)
    #expect(result.reason("infiniteDepthLearningTime") == nil)
    #expect(result.observables.curve("infiniteDepthLearningTime") == [nil, nil])
  }
}
