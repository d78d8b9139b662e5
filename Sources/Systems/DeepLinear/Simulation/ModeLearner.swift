/// A network under gradient descent whose modes are followed.
protocol ModeLearner {
  /// Weights for a file.
  associatedtype SavedWeights: Codable
  /// What gradient flow conserves.
  associatedtype Conserved

  /// Half the squared distance from the target.
  var loss: Double { get }
  /// u_k, and the Frobenius norm of what the map has off the modes.
  var modes: (strengths: [Double], residue: Double) { get }
  /// W, column by column; empty where it is not kept.
  var mapElements: [Double] { get }
  /// Conserved quantities of the present weights.
  var conserved: Conserved { get }
  /// Largest Frobenius norm by which a conserved matrix differs from what it was.
  func drift(from start: Conserved) -> Double
  /// Multiplications of one step.
  var work: Double { get }
  /// The largest stable learning rate as a formula, for messages.
  static var stableRate: String { get }

  /// One step, all gradients from the same old weights.
  mutating func step(learningRate: Double)

  /// The present weights.
  var savedWeights: SavedWeights { get }
  /// Goes on from saved weights, with the same bits.
  ///
  /// - Throws: `SavedNetworkMismatch` for weights of another shape.
  mutating func restore(_ saved: SavedWeights) throws(SavedNetworkMismatch)
}
