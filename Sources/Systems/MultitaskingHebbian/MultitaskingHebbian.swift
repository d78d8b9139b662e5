import RealModule
import SystemInterface

/// The multitasking Hebbian network: patterns with blank entries, several of which are retrieved at once.
///
/// H = -(N/(2Γ)) Σ_mu n_mu², n_mu the overlap with what is stored of pattern mu. Conventions, equations and algorithms:
/// docs/systems/multitasking-hebbian.md.
public struct MultitaskingHebbian: System {
  /// The system; it has no state.
  public init() {}

  /// Checks the rules that tie several parameters.
  public func point(_ given: GivenParameters, for verb: Verb) throws(InputProblems) -> MultitaskingHebbianPoint {
    var check = MultitaskingHebbianRequest(given: given, verb: verb)
    return try check.point()
  }

  /// The phase by simulated means, within the larger of 0.02 (1 - d) and 4/√N.
  public func phase(at point: MultitaskingHebbianPoint, means: [String: Double]) -> String? {
    guard point.quantity == .equilibrium else { return nil }
    let magnetizations = (1...point.patternCount).compactMap { means["magnetization.\($0)"] }
    guard magnetizations.count == point.patternCount else { return nil }
    let spreads = (1...point.patternCount).compactMap { means["exampleSpread.\($0)"] }
    return Self.phase(
      of: magnetizations, threshold: point.simulationThreshold, isArchetypeLost: spreads.contains { $0 > 0.5 })
  }

  /// The first phase that fits (page, section 3.3): numbers up to the threshold are zero, and those within it of each other
  /// equal.
  ///
  /// - Parameter isArchetypeLost: some lambda_mu < 0 in theory, some spread over examples above 1/2 in a simulation.
  /// - Returns: `nil` for more different magnetizations than there are named phases.
  static func phase(of magnetizations: [Double], threshold: Double, isArchetypeLost: Bool = false) -> String? {
    if isArchetypeLost { return "example-retrieval" }
    let m = magnetizations.map(abs).filter { $0 > threshold }.sorted(by: >)
    guard let largest = m.first, let smallest = m.last else { return "ergodic" }
    if m.count == 1 { return "pure" }
    let isSymmetric = largest - smallest <= threshold
    if isSymmetric, m.count == magnetizations.count { return "parallel" }
    if m.count > largestNamedCount { return nil }
    if isSymmetric { return "symmetric-\(m.count)" }
    guard zip(m, m.dropFirst()).allSatisfy({ $0 - $1 > threshold }) else { return "degenerate-\(m.count)" }
    let exceedsRest = m.indices.allSatisfy { m[$0] > m[($0 + 1)...].reduce(0, +) }
    return (exceedsRest ? "hierarchical-" : "mixture-") + "\(m.count)"
  }

  /// Attempts times columns for a simulation; seeds times iterations times nodes times patterns for theory.
  public func cost(of verb: Verb, at point: MultitaskingHebbianPoint) -> Double {
    guard verb == .simulate else { return theoryCost(point) }
    let examples = point.storageProtocol == .unsupervised ? Double(point.examplesPerPattern) : 1
    let columns =
      point.quantity == .highStorage ? point.storageLoad * Double(point.neuronCount) : Double(point.patternCount)
    let sweeps = Double(point.equilibrationSweeps + point.measurementSweeps + 10)
    if point.isDrawnByClasses, point.hasAuxiliaryFields {
      let classes = SpinClasses.countOfStored(patternCount: point.patternCount)
      return Double(MultitaskingSample.attemptsOfClass) * classes * sweeps * (8 + columns) + 1e4
    }
    return Double(point.neuronCount) * sweeps * (8 + columns * examples) + 1e4
  }

  private func theoryCost(_ point: MultitaskingHebbianPoint) -> Double {
    let K = Double(point.patternCount)
    switch point.quantity {
    case .transitionLines: return 1e6 + 1e3 * K
    case .exactEnumeration: return Double.pow(2, point.neuronCount) * 4 * (K + 4)
    case .oneStep, .equilibrium, .learningThreshold, .flow, .highStorage: break
    }
    let evaluations =
      switch point.quantity {
      case .equilibrium: point.initialState == .dominant ? 30 * (K + 8) : 30
      case .learningThreshold: 1200.0
      case .flow: 100 * (1 + (point.times.last ?? 0))
      case .highStorage: 2000.0
      default: 1.0
      }
    if point.temperature == 0 || point.quantity == .oneStep { return evaluations * Double.pow(3, min(K, 13)) }
    return evaluations * point.fourierNodeCount * 8 * (K + 0.1 * K * K)
  }

  /// Bytes of patterns, columns and one chain.
  public func memory(at point: MultitaskingHebbianPoint) -> Double {
    if point.isDrawnByClasses {
      return 32 * SpinClasses.countOfStored(patternCount: point.patternCount) * Double(point.patternCount + 2)
    }
    return Self.memory(
      neuronCount: point.neuronCount,
      patternCount: point.quantity == .highStorage
        ? point.storageLoad * Double(point.neuronCount) : Double(point.patternCount),
      examples: point.storageProtocol == .unsupervised ? Double(point.examplesPerPattern) : 1)
  }

  static func memory(neuronCount N: Int, patternCount K: Double, examples M: Double) -> Double {
    // A pattern's entries, rows of at most two bytes an entry with padding, spins and classes; couplings of many columns.
    let columns = K * M
    let couplings = columns > Double(N) && N <= CouplingChain.largestNeuronCount ? 24.0 * Double(N) * Double(N) : 0
    return Double(N) * (K + 2 * (columns + 16) + 40) + couplings
  }

  /// The number of patterns, where it follows from the load.
  public func derivedSizes(at point: MultitaskingHebbianPoint) -> [String: Diagnostic] {
    guard point.quantity == .highStorage else { return [:] }
    return ["patternCount": .number((point.storageLoad * Double(point.neuronCount)).rounded())]
  }
}

extension MultitaskingHebbianPoint {
  /// Nodes of one Fourier integral of the theory (page, section 3.2): Σ|n| is at most about √(K (1 - d) R).
  var fourierNodeCount: Double {
    let law = quantity == .learningThreshold ? DataLaw.gaussian(quality: 1, variance: 3) : DataLaw(self)
    let sum = (Double(patternCount) * (1 - dilution) * law.secondMoment).squareRoot()
    let scale = temperature * (quantity == .learningThreshold ? law.secondMoment : gamma)
    return 4.3 * (22 + law.largestFactor * sum / scale)
  }

  /// Simulated magnetizations up to this are zero, and those within it of each other equal.
  var simulationThreshold: Double { max(0.02 * (1 - dilution), 4 / Double(neuronCount).squareRoot()) }
}
