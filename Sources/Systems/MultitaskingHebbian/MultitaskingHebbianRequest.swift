import SystemInterface

/// One request to the multitasking Hebbian network while it is being checked: collects every broken rule.
struct MultitaskingHebbianRequest {
  let given: GivenParameters
  let verb: Verb
  private var problems: [InputProblem] = []

  init(given: GivenParameters, verb: Verb) {
    self.given = given
    self.verb = verb
  }

  /// Theory enumerates 3^K entries up to this K.
  private static let largestEnumeratedCount = 13
  /// Theory has a K x K Hessian.
  private static let largestTheoryCount = 4096
  /// Nodes of one Fourier integral: their number grows as 1/T.
  private static let largestNodeCount = 2e7

  private var patternCount: Int { given["patternCount"]?.integer ?? 3 }
  private var dilution: Double { given["dilution"]?.number ?? 0.4 }
  private var storageProtocol: StorageProtocol {
    StorageProtocol(rawValue: given["protocol"]?.word ?? "") ?? .storage
  }
  private var initialState: InitialState { InitialState(rawValue: given["initialState"]?.word ?? "") ?? .hierarchical }
  private var magnetization: [Double] { given["initialMagnetization"]?.numbers ?? [] }
  private var isGaussian: Bool { given["datasetNoise"] == .word("gaussian") }

  /// The typed point.
  ///
  /// - Throws: every problem found.
  mutating func point() throws(InputProblems) -> MultitaskingHebbianPoint {
    guard let quantity = MultitaskingHebbianPoint.Quantity(rawValue: given.option) else {
      preconditionFailure("the option '\(given.option)' is declared, but not known")
    }
    checkVerb(quantity)
    checkProtocol(quantity)
    checkTemperature(quantity)
    checkStart(quantity)
    checkTimes(quantity)
    checkSizes(quantity)
    guard problems.isEmpty else { throw InputProblems(problems) }
    let point = point(quantity)
    try checkNodes(point)
    return point
  }

  private func point(_ quantity: MultitaskingHebbianPoint.Quantity) -> MultitaskingHebbianPoint {
    MultitaskingHebbianPoint(
      quantity: quantity, patternCount: patternCount, dilution: dilution,
      temperature: given["temperature"]?.number ?? 0, storageProtocol: storageProtocol,
      examplesPerPattern: given["examplesPerPattern"]?.integer ?? 1,
      exampleQuality: given["exampleQuality"]?.number ?? 1,
      givenEntropy: given.isExplicit("datasetEntropy") ? given["datasetEntropy"]?.number : nil,
      datasetNoise: isGaussian ? .gaussian : .exactFiniteM,
      fieldNormalization: FieldNormalization(rawValue: given["fieldNormalization"]?.word ?? "") ?? .bare,
      initialState: initialState, initialMagnetization: magnetization, times: given["time"]?.numbers ?? [],
      storageLoad: given["storageLoad"]?.number ?? 0,
      condensedPatternCount: given["condensedPatternCount"]?.integer ?? 1,
      amplitudeTolerance: given["amplitudeTolerance"]?.number ?? 0.05,
      signalToNoise: given["signalToNoise"]?.number ?? 0.5.squareRoot(),
      neuronCount: given["neuronCount"]?.integer ?? 5000,
      equilibrationSweeps: given["equilibrationSweeps"]?.integer ?? 50,
      measurementSweeps: given["measurementSweeps"]?.integer ?? 50,
      usesSampleMeanField: given["sampleMeanField"] == .word("on"))
  }

  private mutating func refuse(_ key: String, _ message: String) {
    problems.append(given.problem(key, message))
  }

  private func text(_ key: String) -> String { given[key]?.description ?? "" }

  private mutating func checkVerb(_ quantity: MultitaskingHebbianPoint.Quantity) {
    if verb == .simulate, quantity == .transitionLines || quantity == .learningThreshold {
      refuse("quantity", "'\(given.option)' has no simulation: use theory")
    }
  }

  private mutating func checkProtocol(_ quantity: MultitaskingHebbianPoint.Quantity) {
    if quantity == .flow || quantity == .highStorage, storageProtocol != .storage {
      let what = quantity == .flow ? "the flow is" : "K = alpha N is"
      refuse("protocol", "given \(storageProtocol.rawValue), allowed: storage (\(what) for stored patterns)")
    }
    if given.isExplicit("datasetEntropy"), given.isExplicit("examplesPerPattern") {
      refuse(
        "datasetEntropy",
        "given \(text("datasetEntropy")), but rho is already fixed by M and r: give datasetEntropy or examplesPerPattern"
      )
    } else if quantity != .learningThreshold, storageProtocol == .storage {
      for name in ["examplesPerPattern", "exampleQuality", "datasetEntropy"] where given.isExplicit(name) {
        refuse(
          name, "given \(text(name)), but protocol=storage has no examples: allowed with supervised or unsupervised")
      }
    } else if given.isExplicit("datasetEntropy") {
      if verb == .simulate {
        refuse(
          "datasetEntropy",
          "given \(text("datasetEntropy")), but a simulation needs examples: give examplesPerPattern instead")
      } else if !isGaussian {
        refuse(
          "datasetEntropy",
          "given \(text("datasetEntropy")), allowed with the Gaussian law: write datasetNoise=gaussian")
      }
    }
    if verb == .simulate, let M = given["examplesPerPattern"]?.integer, M > DataColumns.largestExampleCount {
      refuse(
        "examplesPerPattern",
        "given \(M), allowed in a simulation: an integer in 1...\(DataColumns.largestExampleCount)")
    }
  }

  private mutating func checkTemperature(_ quantity: MultitaskingHebbianPoint.Quantity) {
    guard verb == .theory, quantity == .equilibrium, given["temperature"]?.number == 0 else { return }
    if storageProtocol != .storage, !isGaussian {
      refuse(
        "temperature",
        "given 0 with datasetNoise=exactFiniteM: fields exactly zero occur at T=0: use a small T, or datasetNoise=gaussian"
      )
    }
  }

  /// Refuses temperatures so low that the integrals of the theory would take forever.
  private func checkNodes(_ point: MultitaskingHebbianPoint) throws(InputProblems) {
    let hasIntegrals: Set<MultitaskingHebbianPoint.Quantity> = [.equilibrium, .learningThreshold, .flow, .highStorage]
    guard verb == .theory, hasIntegrals.contains(point.quantity), point.temperature > 0,
      point.fourierNodeCount > Self.largestNodeCount
    else { return }
    let given = ParameterValue.real(point.temperature).description
    let least = ParameterValue.real(point.temperature * point.fourierNodeCount / Self.largestNodeCount).description
    let zero = point.quantity == .equilibrium ? " (or 0, with protocol=storage or datasetNoise=gaussian)" : ""
    throw InputProblems([
      self.given.problem(
        "temperature", "given \(given), allowed in theory at this point: about \(least) or more" + zero)
    ])
  }

  private mutating func checkStart(_ quantity: MultitaskingHebbianPoint.Quantity) {
    if verb == .simulate, initialState == .dominant {
      refuse(
        "initialState", "given dominant, allowed in a simulation: pure, hierarchical, parallel, random, prescribed")
    }
    let needsList = quantity == .flow || (quantity == .equilibrium && initialState == .prescribed)
    guard needsList else {
      if given.isExplicit("initialMagnetization") {
        refuse(
          "initialMagnetization", "given \(text("initialMagnetization")), allowed with initialState=prescribed only")
      }
      return
    }
    if magnetization.count != patternCount {
      let what = given.isExplicit("initialMagnetization") ? "given \(magnetization.count) numbers" : "not given"
      refuse("initialMagnetization", "\(what), allowed: a list of K = \(patternCount) numbers")
    }
    let sum = magnetization.reduce(0) { $0 + abs($1) }
    if verb == .simulate, sum > (1 - dilution) * (1 + 1e-12) {
      let given = ParameterValue.real(sum).description, bound = ParameterValue.real(1 - dilution).description
      refuse(
        "initialMagnetization", "given a sum of magnitudes of \(given), allowed in a simulation: <= 1 - d = \(bound)")
    }
  }

  private mutating func checkTimes(_ quantity: MultitaskingHebbianPoint.Quantity) {
    guard quantity == .flow else { return }
    let times = given["time"]?.numbers ?? []
    let text = given["time"]?.description ?? ""
    if times.isEmpty || zip(times, times.dropFirst()).contains(where: { $0 >= $1 }) {
      refuse("time", "given \(text), allowed: increasing numbers >= 0")
    } else if verb == .simulate, times.contains(where: { $0 != $0.rounded() || $0 > 1e9 }) {
      refuse("time", "given \(text), allowed in a simulation: whole sweeps")
    }
  }

  private mutating func checkSizes(_ quantity: MultitaskingHebbianPoint.Quantity) {
    let isCold = quantity == .equilibrium && given["temperature"]?.number == 0
    let isStep = quantity == .oneStep && (storageProtocol == .storage || isGaussian)
    if verb == .theory, isCold || isStep, patternCount > Self.largestEnumeratedCount {
      refuse("patternCount", "given \(patternCount), allowed here in theory: an integer in 1...13 (3^K entries)")
    }
    if verb == .theory || quantity == .exactEnumeration, patternCount > Self.largestTheoryCount {
      let verbText = verb == .theory ? " in theory" : ""
      refuse(
        "patternCount", "given \(patternCount), allowed\(verbText): an integer in 1...\(Self.largestTheoryCount)")
    }
    guard verb == .simulate else { return }
    let N = given["neuronCount"]?.integer ?? 5000
    if quantity == .highStorage, let alpha = given["storageLoad"]?.number,
      let L = given["condensedPatternCount"]?.integer
    {
      let K = (alpha * Double(N)).rounded()
      if K < Double(L) {
        refuse("storageLoad", "K = alpha N = \(Int(K)) patterns, allowed: at least the L = \(L) condensed ones")
      }
    }
    let gibibytes =
      MultitaskingHebbian.memory(
        neuronCount: N,
        patternCount: quantity == .highStorage ? (given["storageLoad"]?.number ?? 0) * Double(N) : Double(patternCount),
        examples: storageProtocol == .unsupervised ? Double(given["examplesPerPattern"]?.integer ?? 1) : 1) / 0x1p30
    if gibibytes > 1024 {
      refuse(
        "neuronCount", "a sample needs \(ParameterValue.real(gibibytes.rounded())) GiB: choose fewer spins or columns")
    }
  }
}

extension ParameterValue {
  /// The values of a list; those of a single number that stands for a list of one.
  fileprivate var numbers: [Double]? {
    if case .list(let values) = self { values } else { number.map { [$0] } }
  }
}
