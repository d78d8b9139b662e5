import NumericalMethods
import Statistics
import Testing

@testable import Systems

@Suite("draft rows") struct SimulationRowsDraft {
  func run(
    _ text: String, _ N: Int, _ K: Int, _ d: Double, _ T: Double, _ start: SpinStart, _ eq: Int, _ ms: Int,
    samples: Int, examples: (Int, Double, Bool)? = nil, mf: Bool = true
  ) throws {
    var m = [[Double]](repeating: [], count: K), e: [Double] = [], dev: [Double] = [], spread: [Double] = [],
      mfm: [Double] = []
    for s in 0..<samples {
      let streams = SampleStreams(seed: 1, system: 2, point: 0, sample: UInt32(s))
      var dis = streams.stream(.disorder), data = streams.stream(.data)
      let p = DilutedPatterns(neuronCount: N, patternCount: K, dilution: d, random: &dis)
      let sample: MultitaskingSample
      if let ex = examples {
        let R = ex.1 * ex.1 + (1 - ex.1 * ex.1) / Double(ex.0)
        sample = MultitaskingSample(
          patterns: p,
          columns: DataColumns(examplesOf: p, count: ex.0, quality: ex.1, isSupervised: ex.2, random: &data),
          fieldNormalization: R)
      } else {
        sample = MultitaskingSample(patterns: p, columns: DataColumns(storing: p), fieldNormalization: 1)
      }
      let sim = RetrievalSimulation(
        on: sample,
        .init(
          start: start, temperature: T, equilibrationSweeps: eq, measurementSweeps: ms, usesSampleMeanField: mf,
          phaseThreshold: max(0.02 * (1 - d), 4 / Double(N).squareRoot())), streams)
      while !sim.isFinished { sim.advance() }
      let r = try sim.result()
      guard case .curve(let c) = r.observables["magnetization"]! else { return }
      for k in 0..<K { m[k].append(c.values[k]!) }
      e.append(r.observables["energy"]!.scalar!)
      if let x = r.observables["sampleMeanFieldDeviation"]?.scalar { dev.append(x) }
      if case .curve(let c) = r.observables["exampleSpread"]!, let x = c.values[0] { spread.append(x) }
      if case .curve(let c) = r.observables["sampleMeanFieldMagnetization"]!, let x = c.values[0] { mfm.append(x) }
    }
    func f(_ v: [Double]) -> String {
      guard let x = Estimate(of: v) else { return "-" };
      return "\((x.mean * 1e5).rounded() / 1e5)±\(((x.standardError ?? 0) * 1e5).rounded() / 1e5)"
    }
    print(
      text, m.map(f), "P+", m.map { $0.filter { $0 > 0 }.count }, "e", f(e), "dev", f(dev), "spread", f(spread),
      mfm.count)
  }
  @Test func rows() throws {
    try run("R1", 10000, 3, 0.4, 0.04, .hierarchical, 50, 50, samples: 20)
    try run("R2", 20000, 3, 0.8, 0.12, .parallel, 60, 100, samples: 20)
    try run("R3", 10000, 3, 0.3, 0.3, .pure, 60, 100, samples: 20)
    try run("R4", 10000, 2, 0.4, 0.05, .hierarchical, 50, 50, samples: 20, examples: (40, 0.6, true))
    try run("R5", 10000, 2, 0.4, 0.05, .hierarchical, 50, 50, samples: 20, examples: (40, 0.6, false), mf: false)
    try run("R6u", 10000, 2, 0.3, 0.25, .hierarchical, 100, 100, samples: 6, examples: (3, 0.2, false))
    try run("R6s", 10000, 2, 0.3, 0.25, .hierarchical, 100, 100, samples: 6, examples: (3, 0.2, true))
    for K in 5...7 { try run("T0 K=\(K)", 20000, K, 0.4, 0, .hierarchical, 50, 50, samples: 24, mf: false) }
  }
}
