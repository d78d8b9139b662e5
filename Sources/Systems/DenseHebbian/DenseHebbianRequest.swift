import NumericalMethods
import SystemInterface

/// One request to the dense Hebbian network while it is being checked: collects every broken rule, then gives the point.
struct DenseHebbianRequest {
  let given: GivenParameters
  let verb: Verb
  private var problems: [InputProblem] = []

  init(given: GivenParameters, verb: Verb) {
    self.given = given
    self.verb = verb
  }

  /// The exact law of the class means is a sum over M + 1 atoms.
  private static let largestExactCount = 100_000

  private var order: Int { given["interactionOrder"]?.integer ?? 4 }
  private var isSupervised: Bool { given["learningProtocol"] == .word("supervised") }
  private var isEnumeration: Bool { given.option == "exactEnumeration" }
  private var isGlass: Bool { given.option == "glass" }
  private var isPlefka: Bool { given.option == "plefka" }
  /// Replicas are numbered by 16 bits.
  private static let largestLadder = 10_000

  /// The typed point.
  ///
  /// - Throws: every problem found.
  mutating func point() throws(InputProblems) -> DenseHebbianPoint {
    guard let quantity = DenseHebbianPoint.Quantity(rawValue: given.option) else {
      preconditionFailure("the option '\(given.option)' is declared, but not known")
    }
    if quantity == .criticalLoad || quantity == .criticalTemperature, verb == .simulate {
      refuse("quantity", "'\(given.option)' has no simulation: use theory")
    }
    if quantity == .structuredData { return try structuredDataPoint() }
    if quantity == .plefka, verb == .theory { refuse("quantity", "'plefka' has no theory: use simulate") }
    let dataset = checkedDataset()
    checkTemperature()
    let storage = checkedStorage()
    let spinCount = checkedSpinCount()
    checkSynapticNoise(spinCount: spinCount)
    checkDynamics()
    if isGlass { checkGlass() }
    if isPlefka { checkPlefka() }
    guard problems.isEmpty else { throw InputProblems(problems) }
    let point = DenseHebbianPoint(
      quantity: quantity, interactionOrder: order,
      interactionForm: InteractionForm(rawValue: given["interactionForm"]?.word ?? "") ?? .distinctIndices,
      dataset: dataset, temperature: given["temperature"]?.number ?? 0, storage: storage, spinCount: spinCount,
      synapticNoise: given["synapticNoise"]?.number ?? 0,
      initialOverlap: given["initialOverlap"]?.number.map(InitialOverlap.archetype) ?? .random,
      dynamics: SpinDynamics(rawValue: given["dynamics"]?.word ?? "") ?? .heatBath,
      equilibrationSweeps: given["equilibrationSweeps"]?.integer ?? 0,
      measurementSweeps: given["measurementSweeps"]?.integer ?? 1,
      exchangeTemperatures: given["exchangeTemperatures"]?.integer ?? 2)
    try checkMemory(point)
    return point
  }

  private mutating func refuse(_ key: String, _ message: String) {
    problems.append(given.problem(key, message))
  }

  private mutating func checkedDataset() -> Dataset {
    // Only theory averages over the law of the class means.
    let usesGaussian = verb == .theory && given["exampleAverage"] == .word("gaussian")
    let count = given["examplesPerArchetype"]?.integer
    let quality = given["datasetQuality"]?.number ?? 1
    if isEnumeration, !isSupervised {
      refuse("learningProtocol", "given unsupervised, allowed: supervised (quantity=exactEnumeration)")
    }
    if given.isExplicit("datasetEntropy") {
      checkEntropy(usesGaussian: usesGaussian)
      let rho = given["datasetEntropy"]?.number ?? 0
      return Dataset(examples: .entropy(rho), isSupervised: true, usesGaussianAverage: true)
    }
    guard let count else {
      if !isSupervised {
        let message = "infinitely many unlabelled examples: use supervised, or give examplesPerArchetype"
        refuse("learningProtocol", "given unsupervised; " + message)
      }
      if quality == 0 { refuse("datasetQuality", "given 0, allowed: > 0 with infinitely many examples, or a finite M") }
      if usesGaussian, given.isExplicit("exampleAverage") {
        refuse("exampleAverage", "given gaussian, allowed with a finite examplesPerArchetype, or with datasetEntropy")
      }
      return Dataset(examples: .clean, isSupervised: true, usesGaussianAverage: false)
    }
    if verb == .theory, !usesGaussian, !isGlass, count > Self.largestExactCount {
      let limit = "up to \(Self.largestExactCount) with exampleAverage=exact; use exampleAverage=gaussian"
      refuse("examplesPerArchetype", "given \(count), allowed: \(limit)")
    }
    if quality == 0, usesGaussian {
      refuse("datasetQuality", "given 0, allowed: > 0 with exampleAverage=gaussian, whose entropy would be infinite")
    }
    // Perfect examples are the archetypes themselves, in either protocol.
    guard quality < 1 else { return Dataset(examples: .clean, isSupervised: true, usesGaussianAverage: false) }
    return Dataset(
      examples: .finite(count: count, quality: quality), isSupervised: isSupervised, usesGaussianAverage: usesGaussian)
  }

  private mutating func checkEntropy(usesGaussian: Bool) {
    for name in ["examplesPerArchetype", "datasetQuality"] where given.isExplicit(name) {
      refuse("datasetEntropy", "rho is already fixed by M and r: give datasetEntropy or \(name), not both")
    }
    if given["exampleAverage"] != .word("gaussian") {
      refuse("datasetEntropy", "rho needs the Gaussian average: write exampleAverage=gaussian")
    }
    if !isSupervised { refuse("datasetEntropy", "allowed with learningProtocol=supervised only: give M and r") }
    if verb == .simulate { refuse("datasetEntropy", "a simulation needs examples: give M and r instead") }
  }

  private mutating func checkTemperature() {
    if isEnumeration || isGlass || isPlefka, given["temperature"]?.number == 0 {
      refuse("temperature", "given 0, allowed: > 0 (quantity=\(given.option))")
    }
  }

  /// The exact sums are those of sequential updates.
  private mutating func checkDynamics() {
    if isEnumeration, given["dynamics"] == .word("parallel") {
      refuse("dynamics", "given parallel, allowed: heatBath, metropolis (quantity=exactEnumeration)")
    }
  }

  private mutating func checkPlefka() {
    if order > 4 { refuse("interactionOrder", "given \(order), allowed: 2, 4 (quantity=plefka)") }
    if order == 4, given["interactionForm"] == .word("fullPower") {
      refuse("interactionForm", "given fullPower, allowed: distinctIndices (quantity=plefka with P=4)")
    }
  }

  private mutating func checkGlass() {
    if verb == .simulate, given["storageLoad"]?.number == 0 {
      let what = given.isExplicit("storageLoad") ? "given 0" : "not given"
      refuse("storageLoad", "\(what), allowed: > 0 (quantity=glass): the temperature ladder scales with it")
    }
    if let count = given["exchangeTemperatures"]?.integer, count > Self.largestLadder {
      refuse("exchangeTemperatures", "given \(count), allowed: an integer >= 2 and <= \(Self.largestLadder)")
    }
  }

  private mutating func checkedStorage() -> StorageSize {
    if given.isExplicit("archetypeCount"), given.isExplicit("storageLoad") {
      refuse("archetypeCount", "storageLoad is given too: give one of them, each fixes K")
    }
    if given.isExplicit("archetypeCount"), given.isExplicit("storageExponent") {
      refuse("storageExponent", "archetypeCount fixes K already: storageExponent goes with storageLoad")
    }
    let limit = Double(order - 1)
    let exponent = given["storageExponent"]?.number ?? limit
    if exponent > limit {
      let given = ParameterValue.real(exponent).description
      refuse("storageExponent", "given \(given), allowed: a number in [0, \(order - 1)] (P-1)")
    }
    if let count = given["archetypeCount"]?.integer { return .archetypes(count) }
    if isEnumeration { return .archetypes(5) }
    return .load(alpha: given["storageLoad"]?.number ?? 0, exponent: exponent)
  }

  private mutating func checkedSpinCount() -> Int? {
    let count = given["spinCount"]?.integer ?? (isEnumeration ? 10 : verb == .simulate ? 64 : nil)
    if let count {
      if count < order + 1 { refuse("spinCount", "given \(count), allowed: >= P + 1 = \(order + 1)") }
      if isEnumeration, count > 20 { refuse("spinCount", "given \(count), allowed: at most 20 (2^N states)") }
    } else if given.isExplicit("archetypeCount") {
      refuse("archetypeCount", "theory needs spinCount as well, to turn K into a load")
    }
    return count
  }

  private mutating func checkSynapticNoise(spinCount: Int?) {
    guard let tau = given["synapticNoise"]?.number, tau > 0 else { return }
    let isTooLarge = order > 4 || (order == 4 && (spinCount ?? 0) > 64)
    if isTooLarge {
      let text = ParameterValue.real(tau).description
      refuse("synapticNoise", "given \(text); memory N^P: allowed with P=2, or with P=4 up to spinCount=64")
    }
    switch verb {
    case .theory:
      if !given.isExplicit("archetypeCount"), (given["storageLoad"]?.number ?? 0) > 0 {
        refuse("synapticNoise", "allowed with storageLoad=0 or archetypeCount: the noise of the patterns is neglected")
      }
    case .simulate:
      if !given.isExplicit("archetypeCount") {
        let text = ParameterValue.real(tau).description
        refuse("synapticNoise", "given \(text), allowed in a simulation with archetypeCount written out")
      }
    }
  }

  /// Refuses a simulation whose rows would not fit a large node (1 TiB).
  private func checkMemory(_ point: DenseHebbianPoint) throws(InputProblems) {
    guard verb == .simulate || isEnumeration else { return }
    if case .finite(let M, _) = point.dataset.examples, point.dataset.isSupervised, M > Int(Int16.max) {
      throw InputProblems([
        given.problem("examplesPerArchetype", "given \(M), allowed for a stored sample: at most \(Int16.max)")
      ])
    }
    let total = DenseHebbian().memory(at: point)
    guard total < 0x1p40 else {
      let gibibytes = ParameterValue.real((total / 0x1p30).rounded())
      if point.synapticNoise > 0, DenseHebbian().synapseMemory(point) > total / 2 {
        throw InputProblems([
          given.problem("spinCount", "noisy synapses need \(gibibytes) GiB a disorder sample: choose fewer spins")
        ])
      }
      let key = ["archetypeCount", "storageLoad"].first(where: given.isExplicit) ?? "spinCount"
      throw InputProblems([given.problem(key, "K N M needs \(gibibytes) GiB for each disorder sample: choose fewer")])
    }
  }
}
