import Foundation
import NumericalMethods
import Statistics
import SystemInterface

/// The quantity `equilibrium` of one disorder sample: one chain from the start asked for, measured after every sweep.
final class RetrievalSimulation: SampleSimulation {
  /// What is asked for.
  struct Request {
    /// Where the spins start.
    var start: SpinStart
    /// T.
    var temperature: Double
    /// Sweeps before the measurement.
    var equilibrationSweeps: Int
    /// Sweeps that are measured.
    var measurementSweeps: Int
    /// Whether to compare with the mean field of the same quenched data.
    var usesSampleMeanField: Bool
    /// Below twice this a pattern counts as not retrieved by any single example (interface, `exampleSpread`).
    var phaseThreshold: Double
  }

  private let layout: DataLayout
  private let request: Request
  /// The sample site by site and where its spins start, for its mean field; `nil` where only classes were drawn.
  private let sites: (sample: MultitaskingSample, start: [Int8])?
  private let trajectory: RetrievalTrajectory

  init(on sample: MultitaskingSample, _ request: Request, _ streams: SampleStreams) {
    layout = sample.columns.layout
    self.request = request
    var random = streams.stream(.initialState)
    let start = sample.patterns.spins(at: request.start, using: &random)
    trajectory = RetrievalTrajectory(
      on: sample, from: start, temperature: request.temperature, equilibrationSweeps: request.equilibrationSweeps,
      measurementSweeps: request.measurementSweeps, random: streams.stream(.dynamics))
    sites = (sample, start)
  }

  /// Stored patterns by their classes alone: the same law as site by site, at a cost that does not depend on N.
  ///
  /// - Precondition: no mean field of the same quenched data is asked for.
  init(
    storing patternCount: Int, neuronCount: Int, dilution: Double, fieldNormalization: Double, _ request: Request,
    _ streams: SampleStreams
  ) {
    precondition(!request.usesSampleMeanField, "the mean field of a sample needs its sites")
    layout = DataLayout(storing: patternCount, neuronCount: neuronCount)
    self.request = request
    sites = nil
    var disorder = streams.stream(.disorder), random = streams.stream(.initialState)
    let classes = SpinClasses(
      storing: patternCount, neuronCount: neuronCount, dilution: dilution, random: &disorder)
    let scale = layout.scale(temperature: request.temperature, fieldNormalization: fieldNormalization)
    let chain = ClassChain(
      on: classes, upCounts: classes.upCounts(at: request.start, using: &random), scale: scale,
      dynamics: ClassChain.cheapestDynamics(largestSquare: classes.largestSquare, scale: scale))
    trajectory = RetrievalTrajectory(
      of: chain, patternCount: patternCount, layout: layout, fieldNormalization: fieldNormalization,
      temperature: request.temperature, equilibrationSweeps: request.equilibrationSweeps,
      measurementSweeps: request.measurementSweeps, random: streams.stream(.dynamics))
  }

  var isFinished: Bool { trajectory.isFinished }

  func advance() { trajectory.sweep() }

  func encodedState() throws -> Data? { try JSONEncoder().encode(trajectory.state) }

  func restore(_ state: Data) throws {
    try trajectory.restore(try JSONDecoder().decode(RetrievalTrajectory.State.self, from: state))
  }

  func result() throws -> SampleResult {
    let record = trajectory.record
    let means = record.meanMagnetizations
    // From a random start nobody knows which pattern comes first, nor its sign.
    let isSorted = request.start == .random
    let order = isSorted ? means.indices.sorted { abs(means[$0]) > abs(means[$1]) } : Array(means.indices)
    let signs = order.map { isSorted && means[$0] < 0 ? -1.0 : 1.0 }
    func curve(_ values: [Double]) -> ObservableValue {
      .patterns(zip(order, signs).map { values[$0] * $1 })
    }
    let magnetizations = zip(order, signs).map { means[$0] * $1 }
    let columnMeans = trajectory.meanColumnSums, squares = record.meanSquares
    var observables: [String: ObservableValue] = [
      "magnetization": .patterns(magnetizations),
      "exampleOverlap": curve(layout.exampleOverlaps(of: columnMeans)),
      "energy": .scalar(record.meanEnergy),
      "squaredMagnetization": .patterns(order.map { squares[$0] }),
      "signProbability": .patterns(magnetizations.map { $0 > 0 ? 1 : 0 }),
      "exampleSpread": exampleSpread(columnMeans, order: order),
    ]
    observables.merge(try sampleMeanField(magnetizations, isSorted: isSorted)) { $1 }
    var result = SampleResult(observables: observables, diagnostics: diagnostics(record))
    guard request.temperature > 0 else { return result }
    result.thermalErrors["energy"] = Autocorrelation.standardError(of: record.energies)
    result.equilibration = record.evidence()
    return result
  }

  private func diagnostics(_ record: RetrievalTrajectory.Record) -> [String: Diagnostic] {
    let attempts = Double(record.sweepCount) * Double(layout.neuronCount)
    var diagnostics: [String: Diagnostic] = [
      "sweeps": .number(Double(record.sweepCount)), "acceptanceRate": .number(Double(record.flipCount) / attempts),
    ]
    if let time = Autocorrelation.integratedTime(of: record.energies) {
      diagnostics["autocorrelationTime"] = .number(time)
    }
    return diagnostics
  }

  /// Standard deviation over the examples of a pattern over the size of their mean, from thermal means.
  private func exampleSpread(_ columnMeans: [Double], order: [Int]) -> ObservableValue {
    let M = layout.columnsOfPattern
    guard layout.hasSingleExamples else {
      return .missing(reason: "only unsupervised data keep single examples")
    }
    let values = order.map { mu -> Double? in
      let overlaps = columnMeans[mu * M..<(mu + 1) * M].map { $0 / Double(layout.neuronCount) }
      let largest = overlaps.reduce(0) { max($0, abs($1)) }
      guard largest >= 2 * request.phaseThreshold else { return nil }
      let mean = overlaps.reduce(0, +) / Double(M)
      let variance = overlaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(M)
      return mean == 0 ? nil : variance.squareRoot() / abs(mean)
    }
    return .patterns(values)
  }

  private func sampleMeanField(_ magnetizations: [Double], isSorted: Bool) throws -> [String: ObservableValue] {
    let names = ["sampleMeanFieldMagnetization", "sampleMeanFieldDeviation"]
    func missing(_ reason: String) -> [String: ObservableValue] {
      Dictionary(uniqueKeysWithValues: names.map { ($0, ObservableValue.missing(reason: reason)) })
    }
    guard request.usesSampleMeanField, let sites else { return missing("sampleMeanField=off") }
    var field: [Double]
    do {
      field = try sites.sample.meanField(from: sites.start, temperature: request.temperature)
    } catch is SolverError {
      return missing("the mean field of this sample did not converge")
    }
    if isSorted { field = field.map(abs).sorted(by: >) }
    let deviation = zip(field, magnetizations).reduce(0) { max($0, abs($1.0 - $1.1)) }
    return [names[0]: .patterns(field), names[1]: .scalar(deviation)]
  }
}

extension ObservableValue {
  /// A curve over the patterns 1 ... K.
  static func patterns(_ values: [Double?]) -> ObservableValue {
    .curve(
      Curve(
        dimensions: ["pattern"], coordinates: ["pattern": values.indices.map { Double($0 + 1) }], values: values))
  }
}
