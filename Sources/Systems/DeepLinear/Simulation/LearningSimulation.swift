import Foundation
import SystemInterface

extension DeepLinear {
  /// Multiplications between two chances to save: a few hundredths of a second.
  static let workOfAdvance = 1e8
}

/// Gradient descent of one sample, advanced some steps at a time.
final class LearningSimulation<Network: ModeLearner>: SampleSimulation {
  private var descent: GradientDescent<Network>
  private let reduce: (LearningRecord) -> SampleResult

  /// A run that starts at `descent`; `reduce` turns its record into observables.
  init(_ descent: GradientDescent<Network>, _ reduce: @escaping (LearningRecord) -> SampleResult) {
    self.descent = descent
    self.reduce = reduce
  }

  var isFinished: Bool { descent.isFinished }

  func advance() throws {
    let steps = max(1, Int(DeepLinear.workOfAdvance / (descent.work + 1000)))
    for _ in 0..<steps where !descent.isFinished { try descent.step() }
  }

  func result() -> SampleResult { reduce(descent.record) }

  func encodedState() throws -> Data? { try JSONEncoder().encode(descent.state) }

  func restore(_ state: Data) throws {
    try descent.restore(JSONDecoder().decode(GradientDescent<Network>.State.self, from: state))
  }
}

/// Training of one network at every learning rate from the same start, until the loss is below the threshold.
final class TrainingSimulation: SampleSimulation {
  private let point: TrainingEpochsPoint
  private let start: LinearNetwork
  private let goal: Double
  private var network: LinearNetwork
  private var epoch = 0
  private var epochs: [Double?] = []

  init(_ point: TrainingEpochsPoint, start: LinearNetwork) {
    self.point = point
    self.start = start
    network = start
    goal = point.threshold * start.loss
  }

  var isFinished: Bool { epochs.count == point.relativeLearningRates.count }

  func advance() {
    let steps = max(1, Int(DeepLinear.workOfAdvance / (network.work + 1000)))
    for _ in 0..<steps where !isFinished { step() }
  }

  private func step() {
    let rate = point.relativeLearningRates[epochs.count]
    network.step(learningRate: rate / DeepLinear.sharpness(depth: point.depth, largest: point.singularValues[0]))
    epoch += 1
    if network.loss < goal {
      startNext(after: Double(epoch))
    } else if epoch == point.maximumEpochs || !network.loss.isFinite {
      startNext(after: nil)
    }
  }

  private func startNext(after result: Double?) {
    epochs.append(result)
    epoch = 0
    network = start
  }

  func result() -> SampleResult { DeepLinear.trainingResult(point, epochs: epochs) }

  private struct State: Codable {
    var weights: LinearNetwork.SavedWeights
    var epoch: Int
    var epochs: [Double?]
  }

  func encodedState() throws -> Data? {
    try JSONEncoder().encode(State(weights: network.savedWeights, epoch: epoch, epochs: epochs))
  }

  func restore(_ state: Data) throws {
    let state = try JSONDecoder().decode(State.self, from: state)
    try network.restore(state.weights)
    epoch = state.epoch
    epochs = state.epochs
  }
}
