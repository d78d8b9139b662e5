import Statistics
import SystemInterface

/// The time series of one replica as they enter the reported means.
struct SeriesOfReplica {
  /// m, or |m| where the sign of the state is free.
  let magnetizations: [Double]
  /// u or |u|.
  let classOverlaps: [Double]
  /// H/N, not shifted.
  let energies: [Double]

  init(_ record: Trajectory.Record, spinCount N: Int, isSigned: Bool) {
    magnetizations = isSigned ? record.magnetizations : record.magnetizations.map(abs)
    classOverlaps = isSigned ? record.classOverlaps : record.classOverlaps.map(abs)
    energies = record.energies.map { $0 / Double(N) }
  }

  /// Standard error of the mean over independent replicas of the means of one series each, `[replica][time]`.
  ///
  /// A series that did not move at all counts with error 0: what it saw, not what it might have missed.
  /// - Returns: `nil` for a single measurement.
  static func thermalError(_ series: [[Double]]) -> Double? {
    guard series.allSatisfy({ $0.count >= 2 }) else { return nil }
    let squares = series.reduce(0.0) { sum, values in
      let error = Autocorrelation.standardError(of: values) ?? 0
      return sum + error * error
    }
    return squares.squareRoot() / Double(series.count)
  }

  /// What the replicas say about equilibration: m and e are watched, m is the order parameter.
  ///
  /// - Returns: `nil` for measurements of fewer than 16 sweeps, whose R-hat is noise.
  static func evidence(_ replicas: [SeriesOfReplica], startDifference: Double?) -> EquilibrationEvidence? {
    let count = replicas[0].magnetizations.count
    guard count >= 16 else { return nil }
    let half = count / 2
    var drift = 0.0, truncated = 0.0
    for replica in replicas {
      let m = replica.magnetizations
      drift += (m.suffix(half).reduce(0, +) - m.prefix(half).reduce(0, +)) / Double(half)
      truncated += Double(Equilibration.truncation(of: m)) / Double(count)
    }
    let watched = [replicas.map(\.magnetizations), replicas.map(\.energies)]
    return EquilibrationEvidence(
      splitRHat: watched.map(Equilibration.splitRHat).max() ?? 1, drift: drift / Double(replicas.count),
      truncatedFraction: truncated / Double(replicas.count), startDifference: startDifference)
  }
}
