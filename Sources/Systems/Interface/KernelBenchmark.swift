/// A piece of a system's inner work that can be timed on the machine at hand.
public struct KernelBenchmark: Sendable {
  /// Name on the command line, unique among all systems.
  public let name: String
  /// What is done, in one line.
  public let meaning: String
  /// What is counted, such as pattern updates.
  public let unit: String
  /// Prepares the work outside the timed part; each call of the result does a piece of it and returns the units done.
  public let prepare: @Sendable () throws -> () -> Double

  /// A kernel of that name.
  public init(name: String, meaning: String, unit: String, prepare: @escaping @Sendable () throws -> () -> Double) {
    self.name = name
    self.meaning = meaning
    self.unit = unit
    self.prepare = prepare
  }
}
