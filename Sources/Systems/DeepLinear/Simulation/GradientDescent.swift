/// What is asked of a run of gradient descent.
struct LearningPlan {
  /// Times to record, increasing.
  var times: [Double]
  /// u_k at which a mode counts as learned; `nil` for modes that are not waited for.
  var levels: [Double?] = []
  /// Time after which no mode is waited for.
  var horizon = 0.0
  /// Whether the whole map is recorded.
  var recordsMaps = false
}

/// The records of a run of gradient descent.
struct LearningRecord: Codable {
  /// u_k, shape `[time][mode]`.
  var strengths: [[Double]] = []
  /// ‖UᵀWV‖ off the diagonal at each time.
  var residues: [Double] = []
  /// The loss at each time.
  var losses: [Double] = []
  /// W at each time, column by column, where it is recorded.
  var maps: [[Double]] = []
  /// When each mode first reached its level; `nil` where it did not, or started there.
  var crossings: [Double?] = []
  /// Largest change of the conserved matrices at the recorded times.
  var conservationDrift = 0.0
}

/// Gradient descent of a network, followed in time t = step · learning rate.
///
/// Runs up to the last of its times, and on to its horizon until every mode has crossed its level. Between two steps
/// everything is interpolated linearly.
struct GradientDescent<Network: ModeLearner> {
  /// What was recorded so far.
  private(set) var record = LearningRecord()
  private var network: Network
  private let learningRate: Double
  private let plan: LearningPlan
  private let conserved: Network.Conserved
  private let isWaitedFor: [Bool]
  private var stepCount = 0
  private var present: Snapshot

  private struct Snapshot {
    /// Empty where no maps are recorded.
    var map: [Double]
    var strengths: [Double]
    var residue: Double
    var loss: Double

    init(_ network: Network, _ plan: LearningPlan) {
      map = plan.recordsMaps ? network.mapElements : []
      (strengths, residue) = network.modes
      loss = network.loss
    }
  }

  init(_ network: Network, learningRate: Double, plan: LearningPlan) {
    self.network = network
    self.learningRate = learningRate
    self.plan = plan
    conserved = network.conserved
    let start = Snapshot(network, plan)
    present = start
    isWaitedFor = zip(plan.levels, start.strengths).map { level, strength in level.map { strength < $0 } ?? false }
    record.crossings = plan.levels.map { _ in nil }
    while recordedCount < plan.times.count, plan.times[recordedCount] <= 0 { keep(start, start, at: 0) }
  }

  private var time: Double { Double(stepCount) * learningRate }
  private var recordedCount: Int { record.losses.count }

  /// Whether all times are recorded, and all modes learned or given up.
  var isFinished: Bool {
    guard recordedCount == plan.times.count else { return false }
    return time >= plan.horizon || !zip(isWaitedFor, record.crossings).contains { $0 && $1 == nil }
  }

  /// Multiplications of one step.
  var work: Double { network.work }

  /// One step of gradient descent, and what happened in it.
  ///
  /// - Throws: `GradientDescentDiverged` when the loss is no longer a finite number.
  mutating func step() throws(GradientDescentDiverged) {
    let (before, start) = (present, time)
    network.step(learningRate: learningRate)
    stepCount += 1
    guard network.loss.isFinite else { throw GradientDescentDiverged(step: stepCount, stableRate: Network.stableRate) }
    present = Snapshot(network, plan)
    for mode in plan.levels.indices where isWaitedFor[mode] && record.crossings[mode] == nil {
      guard let level = plan.levels[mode], present.strengths[mode] >= level else { continue }
      let fraction = (level - before.strengths[mode]) / (present.strengths[mode] - before.strengths[mode])
      record.crossings[mode] = start + fraction * learningRate
    }
    while recordedCount < plan.times.count, plan.times[recordedCount] <= time {
      keep(before, present, at: (plan.times[recordedCount] - start) / learningRate)
    }
  }

  /// Records the interpolation between two snapshots at the fraction θ of the way.
  private mutating func keep(_ before: Snapshot, _ after: Snapshot, at theta: Double) {
    let mix = { (a: Double, b: Double) in a + theta * (b - a) }
    record.strengths.append(zip(before.strengths, after.strengths).map(mix))
    record.residues.append(mix(before.residue, after.residue))
    record.losses.append(mix(before.loss, after.loss))
    if plan.recordsMaps { record.maps.append(zip(before.map, after.map).map(mix)) }
    record.conservationDrift = max(record.conservationDrift, network.drift(from: conserved))
  }
}

extension GradientDescent {
  /// All that is needed to go on with the same bits from the same start.
  struct State: Codable {
    fileprivate var weights: Network.SavedWeights
    fileprivate var stepCount: Int
    fileprivate var record: LearningRecord
  }

  /// The state after the last step.
  var state: State { State(weights: network.savedWeights, stepCount: stepCount, record: record) }

  /// Goes on from `state`.
  ///
  /// - Throws: a state of another size.
  mutating func restore(_ state: State) throws {
    try network.restore(state.weights)
    stepCount = state.stepCount
    record = state.record
    present = Snapshot(network, plan)
  }
}

/// Gradient descent whose loss left the range of numbers.
struct GradientDescentDiverged: Error, CustomStringConvertible {
  let step: Int
  let stableRate: String
  var description: String {
    "gradient descent diverged at step \(step): choose a learningRate below \(stableRate)"
  }
}
