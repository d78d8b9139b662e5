import SystemInterface

/// Sweeps of one chain as a simulation does them, measurements included, for whoever wants to time them.
public struct SweepMeasurement: ~Copyable {
  private var trajectory: Trajectory
  /// N, the attempts of a sweep.
  public let spinCount: Int
  /// C, the columns that an attempt asks.
  public let columnCount: Int

  /// A chain that starts in archetype 1 of the disorder sample that `parameters` and `seed` draw.
  ///
  /// - Throws: what is wrong with the parameters.
  public init(_ parameters: GivenParameters, seed: UInt64) throws {
    let point = try DenseHebbian().point(parameters, for: .simulate)
    let streams = SampleStreams(seed: seed, system: 0, point: 0, sample: 0)
    let disorder = DenseHebbian.drawDisorder(point, streams)
    spinCount = disorder.spinCount
    columnCount = disorder.columnCount
    trajectory = Trajectory(
      on: disorder, from: disorder.archetype, rule: point.updateRule, equilibrationSweeps: 0,
      measurementSweeps: 1 << 30, random: streams.stream(.dynamics))
  }

  /// One sweep and its measurement; returns the number of flips.
  public mutating func sweep() -> Int {
    let before = trajectory.record.flipCount
    trajectory.sweep()
    return trajectory.record.flipCount - before
  }

  /// m after the last sweep.
  public var magnetization: Double { trajectory.record.magnetizations.last ?? 1 }
}
