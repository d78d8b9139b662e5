import Statistics
import SystemInterface
import Systems

/// The sampler on an instance whose 1024 states are summed exactly.
enum SamplerExperiments {
  /// The exact sums disagreed with their own declaration.
  struct MissingExactValue: Error, CustomStringConvertible {
    let name: String
    var description: String { "no exact value of \(name)" }
  }

  private static func instance(temperature: Double, sweeps: Int) throws -> Point {
    try Point(
      "quantity=exactEnumeration interactionOrder=2 temperature=\(temperature) equilibrationSweeps=40 "
        + "measurementSweeps=\(sweeps)")
  }

  static func all(seed: UInt64) throws -> [CoverageExperiment] {
    let short = try instance(temperature: 0.5, sweeps: 10)
    return try scatter(short, samples: 8, seed: seed) + scatter(short, samples: 32, seed: seed)
      + [binderCumulant(short, samples: 32, seed: seed)]
      + thermal(temperature: 1, sweeps: 400, seed: seed) + thermal(temperature: 0.5, sweeps: 4000, seed: seed)
  }

  private static func exactValues(_ point: Point) throws -> [(name: String, value: Double)] {
    let theory = try point.system.theory(at: point.parameters)
    return try ["energy", "squaredMagnetization"].map { name in
      guard let value = theory.observables[name]?.scalar else { throw MissingExactValue(name: name) }
      return (name, value)
    }
  }

  /// Means over independent short runs.
  private static func scatter(_ point: Point, samples: Int, seed: UInt64) throws -> [CoverageExperiment] {
    try exactValues(point).map { name, truth in
      CoverageExperiment(
        estimate: "\(name) of the sampler, \(samples) samples", method: "scatter", truth: truth
      ) { number in
        let results = try point.samples(samples, repetition: number, seed: seed)
        let estimate = Estimate(of: results.compactMap { $0.observables[name]?.scalar })
        guard let estimate, let error = estimate.standardError else { return nil }
        return Measured(value: estimate.mean, standardError: error, degreesOfFreedom: Double(estimate.samples - 1))
      }
    }
  }

  /// The thermal mean of one run.
  private static func thermal(temperature: Double, sweeps: Int, seed: UInt64) throws -> [CoverageExperiment] {
    let point = try instance(temperature: temperature, sweeps: sweeps)
    return try exactValues(point).map { name, truth in
      CoverageExperiment(
        estimate: "\(name) of the sampler, T = \(temperature), one run of \(sweeps) sweeps",
        method: "windowed autocorrelation time", truth: truth
      ) { number in
        let result = try point.samples(1, repetition: number, seed: seed)[0]
        guard let value = result.observables[name]?.scalar, let error = result.thermalErrors[name] else { return nil }
        return Measured(value: value, standardError: error, degreesOfFreedom: .infinity)
      }
    }
  }

  /// Binder's cumulant from the thermal moments of short runs.
  private static func binderCumulant(_ point: Point, samples: Int, seed: UInt64) throws -> CoverageExperiment {
    let theory = try point.system.theory(at: point.parameters)
    guard case .number(let truth)? = theory.diagnostics["binderCumulant"] else {
      throw MissingExactValue(name: "binderCumulant")
    }
    return CoverageExperiment(
      estimate: "Binder cumulant of the sampler, \(samples) samples", method: "jackknife", truth: truth
    ) { number in
      let moments = try point.samples(samples, repetition: number, seed: seed).compactMap {
        $0.moments["magnetization"]
      }
      return Jackknife.binderCumulant(
        secondMoments: moments.map(\.second), fourthMoments: moments.map(\.fourth)
      ).map {
        Measured(value: $0.value, standardError: $0.standardError, degreesOfFreedom: Double(samples - 1))
      }
    }
  }
}

/// A point of the dense Hebbian network, written as on the command line.
struct Point {
  let system: AnySystem
  let parameters: GivenParameters

  /// From words `name=value` separated by spaces.
  init(_ text: String) throws {
    system = try SystemRegistry.standard.system(named: "dense-hebbian")
    let words = text.split(separator: " ").map { word -> (name: String, value: RawValue, origin: InputOrigin?) in
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      return (parts[0], .untyped(parts.count > 1 ? parts[1] : ""), nil)
    }
    parameters = try GivenParameters(words, of: system.description)
  }

  /// `count` disorder samples that no other repetition shares.
  func samples(_ count: Int, repetition: Int = 0, seed: UInt64) throws -> [SampleResult] {
    try (0..<count).map { try system.simulate(at: parameters, seed: seed, sample: repetition * count + $0) }
  }
}
