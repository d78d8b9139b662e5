import NumericalMethods

/// Gradient descent of a linear network, followed in time t = step · learning rate.
///
/// Between two steps everything is interpolated linearly.
struct GradientDescent {
  /// The network at the present step.
  private(set) var network: LinearNetwork
  /// Singular vectors of the modes to follow.
  let data: SingularVectors
  private let learningRate: Double
  private var stepCount = 0
  private var present: Snapshot
  private let conserved: [Matrix]

  /// What is followed at one time.
  struct Snapshot {
    /// The network's map W.
    var map: Matrix
    /// u_k.
    var strengths: [Double]
    /// ‖UᵀWV‖ off the diagonal.
    var residue: Double
    /// L.
    var loss: Double
  }

  /// The records of a run.
  struct Record {
    /// One snapshot a time asked for.
    var snapshots: [Snapshot] = []
    /// When each mode first reached its level; `nil` where it did not, or started there.
    var crossings: [Double?]
    /// Largest change of the conserved matrices at the times asked for.
    var conservationDrift = 0.0
  }

  init(_ network: LinearNetwork, data: SingularVectors, learningRate: Double) {
    self.network = network
    self.data = data
    self.learningRate = learningRate
    conserved = network.conservedMatrices
    let (strengths, residue) = data.modeStrengths(of: network.map)
    present = Snapshot(map: network.map, strengths: strengths, residue: residue, loss: network.loss)
  }

  private var time: Double { Double(stepCount) * learningRate }

  /// A run up to the last of `times`, and on to `horizon` until every mode has crossed its level.
  ///
  /// - Parameter levels: u_k at which a mode counts as learned; `nil` for modes that are not waited for.
  /// - Throws: `GradientDescentDiverged` when the loss is no longer a finite number.
  mutating func run(times: [Double], levels: [Double?], horizon: Double) throws(GradientDescentDiverged) -> Record {
    var record = Record(crossings: levels.map { _ in nil })
    let isWaitedFor = zip(levels, present.strengths).map { level, start in level.map { start < $0 } ?? false }
    var remaining = times[...]
    while let next = remaining.first, next <= 0 {
      keep(present, in: &record)
      remaining.removeFirst()
    }
    let isOpen = { (record: Record) in zip(isWaitedFor, record.crossings).contains { $0 && $1 == nil } }
    while !remaining.isEmpty || (time < horizon && isOpen(record)) {
      let (before, start) = (present, time)
      network.step(learningRate: learningRate)
      stepCount += 1
      guard network.loss.isFinite else { throw GradientDescentDiverged(step: stepCount) }
      let (strengths, residue) = data.modeStrengths(of: network.map)
      present = Snapshot(map: network.map, strengths: strengths, residue: residue, loss: network.loss)
      for mode in levels.indices where isWaitedFor[mode] && record.crossings[mode] == nil {
        guard let level = levels[mode], present.strengths[mode] >= level else { continue }
        let fraction = (level - before.strengths[mode]) / (present.strengths[mode] - before.strengths[mode])
        record.crossings[mode] = start + fraction * learningRate
      }
      while let next = remaining.first, next <= time {
        keep(before.interpolated(to: present, at: (next - start) / learningRate), in: &record)
        remaining.removeFirst()
      }
    }
    return record
  }

  private func keep(_ snapshot: Snapshot, in record: inout Record) {
    record.snapshots.append(snapshot)
    let drift = Matrix.largestDistance(network.conservedMatrices, conserved)
    record.conservationDrift = max(record.conservationDrift, drift)
  }
}

extension GradientDescent.Snapshot {
  /// The linear interpolation to a later snapshot, at the fraction θ of the way.
  fileprivate func interpolated(to later: Self, at theta: Double) -> Self {
    let mix = { (a: Double, b: Double) in a + theta * (b - a) }
    return Self(
      map: Matrix(rows: map.rows, columns: map.columns) { mix(map[$0, $1], later.map[$0, $1]) },
      strengths: zip(strengths, later.strengths).map(mix), residue: mix(residue, later.residue),
      loss: mix(loss, later.loss))
  }
}

/// Gradient descent whose loss left the range of numbers.
struct GradientDescentDiverged: Error, CustomStringConvertible {
  let step: Int
  var description: String {
    "gradient descent diverged at step \(step): choose a learningRate below 2/(D s_1^(2-2/D))"
  }
}
