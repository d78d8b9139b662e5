import NumericalMethods
import RealModule
import StatisticalTesting
import SystemTesting
import Testing

@testable import DeepLinear
@testable import SystemInterface

/// Products, trees, tanh networks, the Riccati flow and training epochs against printed values and limits.
@Suite struct PropagationTheoryTests {
  @Test("The Riccati flow from eye(0.1)")
  func riccati() throws {
    let result = try Linear.theory("quantity=riccati time=0.5,1,3,20")
    expectCurve(result.observables, "loss", "6.045748312 4.683400684 0.081598991 0.001525127")
    let map = result.observables.curve("networkMap")
    for (time, first, other) in [
      (0, "0.025992266", "0.003451728"), (1, "0.123947114", "0.071782758"), (2, "0.387526475", "0.607748533"),
      (3, "0.618345283", "0.628430941"),
    ] {
      expectDigits(map[time], first, "W_11")
      expectDigits(map[(3 * 5 + 1) * 4 + time], other, "W_42")
    }
    guard case .numbers(let s)? = result.diagnostics["singularValues"] else {
      Issue.record("no singular values")
      return
    }
    for (value, printed) in zip(s, ["2.85782577", "2.01529955", "0.40053689", "0.05399098"]) {
      expectDigits(value, printed, "s")
    }
  }

  /// The semigroup property: accuracy does not depend on where one stops between.
  @Test("Stops on the way change nothing, and overflow nowhere")
  func semigroup() throws {
    let direct = try Linear.theory("quantity=riccati time=3,300 initialization=zeroBalanced")
    let stopped = try Linear.theory("quantity=riccati time=0.1,0.7,1.9,3,40,300 initialization=zeroBalanced")
    for mode in 0..<4 {
      for (a, b) in [(2 * mode, 6 * mode + 3), (2 * mode + 1, 6 * mode + 5)] {
        let first = try #require(direct.observables.curve("modeStrength")[a])
        expectClose(first, try #require(stopped.observables.curve("modeStrength")[b]), 1e-11, "mode \(mode)")
      }
    }
  }

  /// Σ = s e₁e₁ᵀ and aligned weights: the balanced law of one mode.
  @Test("One mode of the Riccati flow is the balanced mode")
  func oneMode() throws {
    let flow = try Linear.theory(
      "quantity=riccati numInputs=1 numOutputs=1 hiddenWidth=1 inputOutputCorrelation=2 initialWeightScale=0.1 time=1,2"
    )
    let mode = try BalancedMode(depth: 2, singularValue: 2, initialStrength: 0.01).strengths(at: [1, 2])
    for t in 0..<2 { expectClose(try #require(flow.observables.curve("networkMap")[t]), mode[t], 1e-13, "t") }
  }

  @Test(
    "Quantiles and edges of products",
    arguments: [
      (1, "0.652775942", "2.472497575e-2", "4"), (2, "0.318884900", "1.881875e-3", "6.75"),
      (3, "0.155224004", "1.651286e-4", "9.481481"), (5, "0.037201921", "1.449923e-6", "14.929920"),
      (10, "1.095879e-3", "1.286798e-11", "28.531167"),
    ])
  func products(D: Int, median: String, quantile: String, edge: String) throws {
    let result = try Linear.theory("quantity=productSpectrum numWeightLayers=\(D) probability=0.1,0.5")
    expectCurve(result.observables, "squaredSingularValueQuantile", "\(quantile) \(median)")
    expectDigits(result["largestSquaredSingularValue"], edge, "edge")
  }

  @Test("Moments, and the exact second moment at finite width")
  func moments() throws {
    let result = try Linear.theory("quantity=productSpectrum numWeightLayers=3 hiddenWidth=3")
    expectCurve(result.observables, "squaredSingularValueMoment", "1 4 22 140")
    expectCurve(result.observables, "lyapunovExponent", "-0.184488 -0.491340 -1.184488")
    for (D, N, printed) in [(5, 10, "8.181810"), (20, 100, "23.531283")] {
      let finite = try Linear.theory("quantity=productSpectrum numWeightLayers=\(D) hiddenWidth=\(N)")
      expectDigits(finite["finiteSizeSecondMoment"], printed, "D = \(D)")
    }
  }

  /// ∫ρ dx = 1 and ∫xρ dx = 1; for D = 1 the density is √((4 − x)/x)/(2π).
  @Test("The density is normalised and has the moments of Fuss and Catalan", arguments: [1, 2, 3, 6, 20])
  func density(D: Int) throws {
    let law = FussCatalan(depth: D)
    #expect(abs(try law.distribution(law.edge * (1 - 1e-12)) - 1) < 1e-10)
    // Moments in ln x, from deep in the tail to the edge.
    let lower = -12.0 * Double(D + 1), upper = Double.log(law.edge)
    let rule = Quadrature.gaussLegendre(200, from: 0, to: 1)
    let first = try rule.integrate { v in
      // v² takes the square root of the density at the edge away.
      let y = upper - (upper - lower) * v * v, x = Double.exp(y)
      return 2 * v * (upper - lower) * x * x * (try law.density(min(x, law.edge * (1 - 1e-14))))
    }
    expectClose(first, 1, 1e-6, "first moment at D = \(D)")
    if D == 1 {
      for x in [1e-3, 0.5, 1, 3.9] {
        expectClose(try law.density(x), ((4 - x) / x).squareRoot() / (2 * Double.pi), 1e-11, "x = \(x)")
      }
    }
    // The density is the derivative of the distribution.
    let x = 0.3, h = 1e-4
    let slope = (try law.distribution(x + h) - law.distribution(x - h)) / (2 * h)
    expectClose(slope, try law.density(x), 1e-6, "slope")
  }

  @Test("Orthogonal products have all x = 1; what is too small is missing")
  func orthogonal() throws {
    let result = try Linear.theory("quantity=productSpectrum initialization=orthogonal hiddenWidth=4")
    #expect(result.observables.curve("squaredSingularValueQuantile") == [1, 1])
    #expect(result.observables.curve("lyapunovExponent") == [0, 0, 0, 0])
    #expect(result["largestSquaredSingularValue"] == 1)
    #expect(result.reason("finiteSizeSecondMoment") != nil)
    let deep = try Linear.theory("quantity=productSpectrum numWeightLayers=1000")
    #expect(deep.observables.curve("squaredSingularValueQuantile")[0] == nil)
    #expect(deep.diagnostics["squaredSingularValueQuantile"]?.text?.contains("range of numbers") ?? false)
    expectClose(FussCatalan(depth: 1000).moment(2), 1001, 1e-12, "m_2 = D + 1")
  }

  @Test("Trees")
  func trees() throws {
    let result = try Linear.theory(
      "quantity=hierarchy branching=2 treeDepth=3 flipProbability=0.05 initialModeStrength=0.0001")
    expectCurve(result.observables, "similarityEigenvalue", "5.247964 0.996436 0.4978 0.19")
    expectCurve(result.observables, "singularValue", "0.8099355 0.3529228 0.2494494 0.1541104")
    expectCurve(result.observables, "learningTime", "5.555638 11.572717 15.677409 23.812823")
    #expect(result.observables.curve("levelMultiplicity") == [1, 1, 2, 4])
    let other = try Linear.theory("quantity=hierarchy")
    expectCurve(other.observables, "similarityEigenvalue", "4.849953280 2.165598720 1.410624 0.8208 0.36")
  }

  /// The levels diagonalise C_ij = q^h: eigenvalues by LAPACK and by projectors.
  @Test("Eigenvalues of a tree's similarity")
  func similarity() throws {
    let data = HierarchicalData(branching: 3, depth: 2, flipProbability: 0.07), q = 0.86 * 0.86
    let C = Matrix(rows: 9, columns: 9) { $0 == $1 ? 1 : $0 / 3 == $1 / 3 ? q : q * q }
    let exact = try C.symmetricEigenvalues().reversed()
    let levels = data.levels.flatMap { level in (0..<level.multiplicity).map { _ in level.eigenvalue } }
    for (a, b) in zip(exact, levels.sorted(by: >)) { expectClose(a, b, 1e-13, "eigenvalue") }
    for (a, b) in zip(data.eigenvalues(of: C), data.levels) { expectClose(a, b.eigenvalue, 1e-13, "projection") }
  }

  @Test("Without flips only the common mode has anything to learn")
  func noFlips() throws {
    let result = try Linear.theory("quantity=hierarchy flipProbability=0 treeDepth=2")
    #expect(result.observables.curve("similarityEigenvalue") == [4, 0, 0])
    #expect(result.observables.curve("learningTime")[0] != nil)
    #expect(result.observables.curve("learningTime")[1...] == [nil, nil])
    #expect(result.diagnostics["learningTime"]?.text?.contains("s = 0") ?? false)
  }

  @Test(
    "Fixed points of tanh networks",
    arguments: [
      ("1.05", "0.0532504913", "1.0028755781"), ("1.2", "0.2495130402", "1.0335014665"),
      ("1.5", "0.7933540426", "1.1393232250"), ("2.5", "3.9609612327", "1.6069749700"),
      ("4", "12.5006010101", "2.3768015838"),
    ])
  func fixedPoints(g: String, variance: String, susceptibility: String) throws {
    let result = try Linear.theory("quantity=signalPropagation gain=\(g)")
    expectDigits(result["fixedPointVariance"], variance, "q*")
    expectDigits(result["fixedPointSusceptibility"], susceptibility, "chi*")
    #expect(result.phase == "exploding")
  }

  @Test("The length map and the Jacobian at and below the critical gain")
  func critical() throws {
    let result = try Linear.theory("quantity=signalPropagation gain=1 inputVariance=1 numWeightLayers=101")
    let q = result.observables.curve("preactivationVariance")
    for (layer, printed) in [(1, "0.39429449"), (10, "0.05220008"), (100, "0.00506902")] {
      expectDigits(q[layer], printed, "q after \(layer)")
    }
    expectDigits(result["logMeanSquaredSingularValue"], "-4.95285981", "ln M1")
    #expect(result.phase == "critical")
    let below = try Linear.theory("quantity=signalPropagation gain=0.9 inputVariance=1 numWeightLayers=51")
    expectDigits(below["logMeanSquaredSingularValue"], "-12.8544444", "ln M1")
    #expect(below.phase == "vanishing" && below["fixedPointVariance"] == 0)
    expectClose(try #require(below["fixedPointSusceptibility"]), 0.81, 1e-15, "chi at 0")
  }

  @Test("Moments of the Jacobian")
  func jacobian() throws {
    for (request, mean, ratio) in [
      ("gain=0.9 inputVariance=0.2", "0.0463984", "1.221873"), ("gain=1 inputVariance=0.2", "0.2269391", "1.370025"),
      ("gain=1.2", "1.3903078", "2.366512"),
    ] {
      let result = try Linear.theory("quantity=signalPropagation initialization=orthogonal \(request)")
      expectDigits(result["meanSquaredSingularValue"], mean, request)
      expectDigits(result["secondMomentRatio"], ratio, request)
    }
    let gaussian = try Linear.theory("quantity=signalPropagation inputVariance=0.2")
    expectDigits(gaussian["secondMomentRatio"], "11.370025", "Gaussian")
  }

  @Test("The averages of a wide signal, and of a tiny one")
  func wideSignals() {
    // For large q the density is flat over tanh': ⟨tanh'²⟩ → (4/3)/√(2πq), ⟨tanh'⁴⟩ → (32/35)/√(2πq).
    for q in [1e6, 1e12] {
      let averages = SignalPropagation.averages(q), density = 1 / (2 * Double.pi * q).squareRoot()
      expectClose(averages.slopeSquare / (4 / 3 * density), 1, 1 / q, "mu_1 at \(q)")
      expectClose(averages.slopeFourth / (32.0 / 35 * density), 1, 1 / q, "mu_2 at \(q)")
      expectClose((1 - averages.square) / (2 * density), 1, 1 / q + 1e-9, "1 - tanh² at \(q)")
    }
    // Small q: q - 2q² + ….
    expectClose(SignalPropagation.averages(1e-8).square / (1e-8 - 2e-16), 1, 1e-14, "tiny")
    // Both branches meet.
    let (a, b) = (SignalPropagation.averages(9 * (1 - 1e-12)), SignalPropagation.averages(9 * (1 + 1e-12)))
    expectClose(a.square, b.square, 1e-11, "tanh²")
    expectClose(a.slopeSquare, b.slopeSquare, 1e-11, "mu_1")
  }

  @Test("Deep networks leave the range of numbers with a reason")
  func deep() throws {
    let result = try Linear.theory("quantity=signalPropagation gain=0.1 numWeightLayers=1000")
    #expect(result["meanSquaredSingularValue"] == nil)
    #expect(result.reason("meanSquaredSingularValue")?.contains("range of numbers") ?? false)
    expectClose(try #require(result["logMeanSquaredSingularValue"]) / (2000 * Double.log(0.1)), 1, 1e-3, "ln M1")
    #expect(result.observables.curve("preactivationVariance").last == .some(nil))
  }

  @Test("Epochs of decoupled starts")
  func epochs() throws {
    let result = try Linear.theory(
      "quantity=trainingEpochs initialization=decoupled numWeightLayers=1 singularValues=2 initialModeStrength=0 "
        + "relativeLearningRate=0.1,0.05 threshold=0.25")
    // (s e^{-t})² = s²/4 at t = ln 2, and lr = kappa.
    for (place, kappa) in [0.1, 0.05].enumerated() {
      expectClose(try #require(result.observables.curve("epochs")[place]), Double.log(2) / kappa, 1e-10, "epochs")
    }
    #expect(result["bestRelativeLearningRate"] == 0.1)
    let random = try Linear.theory("quantity=trainingEpochs")
    #expect(random.observables.curve("epochs") == [nil])
    #expect(random.reason("bestEpochs")?.contains("decoupled") ?? false)
  }
}
