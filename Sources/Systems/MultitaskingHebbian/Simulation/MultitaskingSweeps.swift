import NumericalMethods
import SystemInterface

/// Sweeps of one chain on a storage sample that starts in the hierarchical state, for whoever wants to time them.
public final class MultitaskingSweeps {
  /// Which chain.
  public enum Kind: String, Sendable, CaseIterable {
    /// Single spins with their rows.
    case plain
    /// Numbers of spins up in classes, one attempt after the other.
    case classes
    /// Numbers of spins up in classes, by auxiliary fields.
    case auxiliary
  }

  private let chain: any HeatBathChain
  private var random: RandomStream
  /// N, the attempts of a sweep.
  public let neuronCount: Int

  /// A chain on a sample drawn from `seed`.
  public init(
    _ kind: Kind, neuronCount N: Int, patternCount K: Int, dilution: Double, temperature: Double, seed: UInt64
  ) {
    let streams = SampleStreams(seed: seed, system: 0, point: 0, sample: 0)
    var disorder = streams.stream(.disorder), start = streams.stream(.initialState)
    let patterns = DilutedPatterns(neuronCount: N, patternCount: K, dilution: dilution, random: &disorder)
    let sample = MultitaskingSample(
      patterns: patterns, columns: DataColumns(storing: patterns), fieldNormalization: 1)
    let spins = patterns.spins(at: .hierarchical, using: &start), scale = sample.scale(temperature: temperature)
    neuronCount = N
    random = streams.stream(.dynamics)
    if kind == .plain {
      chain = GlauberChain(on: sample.columns, patterns: patterns, from: spins, scale: scale)
    } else {
      guard let classes = SiteClasses(of: sample.columns, patterns: patterns, largestCount: N) else {
        preconditionFailure("\(K) patterns have too many classes to number")
      }
      chain = ClassChain(
        on: classes, from: spins, scale: scale,
        dynamics: kind == .classes ? .glauber : .auxiliaryField)
    }
  }

  /// One sweep without a measurement; returns the number of flips, as far as the chain counts them.
  public func sweep() -> Int { chain.sweep(using: &random) }

  /// m of the first pattern.
  public var magnetization: Double { Double(chain.patternSums()[0]) / Double(neuronCount) }
}
