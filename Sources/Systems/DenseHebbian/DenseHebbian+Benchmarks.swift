import SystemInterface

extension DenseHebbian {
  /// Whole Monte Carlo sweeps, measurements included, of the three kinds of rows.
  public var benchmarks: [KernelBenchmark] {
    [
      Self.sweeps(
        "dense-hebbian-signs", "archetypes, P = 4, N = 512, K = 65536, T = 0.7",
        ["interactionOrder": "4", "spinCount": "512", "archetypeCount": "65536", "temperature": "0.7"]),
      Self.sweeps(
        "dense-hebbian-class-means", "class means of M = 8 examples, r = 0.6, P = 4, N = 512, K = 16384, T = 0.4",
        [
          "interactionOrder": "4", "spinCount": "512", "archetypeCount": "16384", "temperature": "0.4",
          "examplesPerArchetype": "8", "datasetQuality": "0.6",
        ]),
      Self.sweeps(
        "dense-hebbian-hopfield", "archetypes, P = 2, N = 4096, K = 400, T = 0.2",
        ["interactionOrder": "2", "spinCount": "4096", "archetypeCount": "400", "temperature": "0.2"]),
    ]
  }

  private static func sweeps(_ name: String, _ meaning: String, _ parameters: [String: String]) -> KernelBenchmark {
    KernelBenchmark(
      name: name, meaning: "attempted flips times columns, sweeps from archetype 1: \(meaning)", unit: "pattern updates"
    ) {
      let written = parameters.map { (name: $0.key, value: RawValue.untyped($0.value), origin: InputOrigin?.none) }
      let sweeps = try SweepsInProgress(GivenParameters(written, of: DenseHebbian().description))
      return { sweeps.advance() }
    }
  }
}

/// A measurement that a closure can hold.
private final class SweepsInProgress {
  private var measurement: SweepMeasurement

  init(_ parameters: GivenParameters) throws {
    measurement = try SweepMeasurement(parameters, seed: 1)
    for _ in 0..<20 { _ = measurement.sweep() }
  }

  /// One sweep; returns its pattern updates.
  func advance() -> Double {
    _ = measurement.sweep()
    return Double(measurement.spinCount * measurement.columnCount)
  }
}
