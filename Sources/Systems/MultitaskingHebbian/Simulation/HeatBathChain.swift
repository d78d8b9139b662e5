import NumericalMethods
import SystemInterface

/// A Markov chain of the spins on stored columns, with what one measurement needs.
///
/// Temperatures enter as `scale` = T Γ_C N/2: a spin is set up with probability 1/(1 + exp(-X/scale)), where
/// X_i = Σ_c A_ic S_c - s_i q_i are the whole numbers of the cavity field h_i = X_i/(Γ_C N).
protocol HeatBathChain: AnyObject {
  /// One sweep, N attempts or what does as much; returns the number of flips, as far as the chain counts them.
  func sweep(using random: inout RandomStream) -> Int
  /// Σ_i ξ_i^mu s_i of the true patterns.
  func patternSums() -> [Int]
  /// Σ_c S_c².
  func squareSum() -> Double
  /// Adds the present S_c to those recorded.
  func recordColumns()
  /// Forgets what was recorded.
  func forgetRecords()
  /// Means of the recorded S_c.
  func meanColumnSums() -> [Double]
  /// Whether no update can change anything: for T = 0.
  func isStable() -> Bool
  /// What distinguishes this state of the chain from others on the same data.
  var state: ChainState { get set }
}

/// The state of a chain as it is saved: spins, or numbers of spins up in classes, and what was recorded.
struct ChainState: Codable, Equatable, Sendable {
  /// s_i; empty for a chain on classes.
  var spins: [Int8] = []
  /// u of each class; empty for a chain on spins.
  var upCounts: [Int] = []
  /// Sums of what meanColumnSums needs.
  var recorded: [Double]
  /// Number of records.
  var recordCount: Int
}
