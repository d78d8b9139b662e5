import NumericalMethods
import RealModule
import StatisticalTesting
import Testing

/// I₁(x) e^{−x} by its power series or, for large x, by the trapezoidal rule of its integral (which converges geometrically).
private func scaledBesselI1(_ x: Double) -> Double {
  let count = 400
  // (1/π) ∫₀^π e^{x(cos φ − 1)} cos φ dφ, periodic.
  return (0..<count).reduce(0) { sum, k in
    let cosine = Double.cos(2 * Double.pi * (Double(k) + 0.5) / Double(count))
    return sum + Double.exp(x * (cosine - 1)) * cosine
  } / Double(count)
}

@Suite struct MarchenkoPasturTests {
  static let ratios = [1e-3, 0.3, 0.5, 0.95, 0.999, 1, 1.001, 1.05, 2, 7, 1e3]

  @Test("Bulk moments: mass min(1, α), mean α", arguments: ratios)
  func moments(ratio: Double) {
    let law = MarchenkoPasturLaw(ratio: ratio)
    for time in [0, 1, 100, 1e4, 1e9, 1e14] {
      let rule = law.bulkRule(time: time)
      expectClose(
        rule.integrate(valueAtZero: 1) { _ in 1 } / min(1, ratio), 1, 2e-13, "mass, α = \(ratio), t = \(time)")
      expectClose(rule.integrate(valueAtZero: 0) { $0 } / ratio, 1, 2e-13, "mean, α = \(ratio), t = \(time)")
    }
  }

  @Test("I[l e^{−2lt}] = √α e^{−2(1+α)t} I₁(4√α t)/(2t)", arguments: ratios)
  func bessel(ratio: Double) {
    let law = MarchenkoPasturLaw(ratio: ratio), root = ratio.squareRoot()
    for time in [0.05, 0.7, 3, 20, 300] {
      let argument = 4 * root * time
      // (1 − √α)² in the exponent, without cancellation; beyond x = 3000 the integral of the test needs more points.
      guard argument < 3000 else { continue }
      let exact = root * Double.exp(-2 * law.lowerEdge * time) * scaledBesselI1(argument) / (2 * time)
      let value = law.bulkRule(time: 2 * time).integrate(valueAtZero: 0) { $0 * Double.exp(-2 * $0 * time) }
      expectClose(value / ratio, exact / ratio, 1e-13, "α = \(ratio), t = \(time)")
    }
  }

  @Test("I[1/l] = min(α, 1)/|1 − α| once the pole counts", arguments: ratios.filter { $0 != 1 })
  func inverseMoment(ratio: Double) {
    let law = MarchenkoPasturLaw(ratio: ratio)
    // (1 − e^{−lt})/l with lt beyond rounding everywhere.
    let time = 50 / law.lowerEdge
    let value = law.bulkRule(time: time).integrate(valueAtZero: time) { -Double.expMinusOne(-$0 * time) / $0 }
    expectClose(value * abs(1 - ratio) / min(ratio, 1), 1, 1e-11, "α = \(ratio)")
  }

  @Test("Graded panels and Gauss–Chebyshev agree at the hard edge")
  func rulesAgree() {
    let law = MarchenkoPasturLaw(ratio: 1)
    for time in [2e3, 1e4] {
      func noise(_ l: Double) -> Double {
        let grown = Double.expMinusOne(-l * time)
        return grown * grown / l
      }
      let graded = law.bulkRule(time: time).integrate(valueAtZero: 0, noise)
      let count = Int(200 + 20 * (law.upperEdge * time).squareRoot())
      let plain = MarchenkoPasturRule(chebyshev: count, law: law).integrate(valueAtZero: 0, noise)
      expectClose(graded / plain, 1, 1e-12, "t = \(time)")
    }
  }

  @Test("Resolvent against quadrature", arguments: ratios)
  func resolvent(ratio: Double) {
    let law = MarchenkoPasturLaw(ratio: ratio), rule = MarchenkoPasturRule(chebyshev: 3000, law: law)
    for gamma in [0.01, 0.3, 2] {
      let value = law.atomAtZero / gamma + rule.integrate(valueAtZero: 1 / gamma) { 1 / ($0 + gamma) }
      let square =
        law.atomAtZero / (gamma * gamma)
        + rule.integrate(valueAtZero: 1 / (gamma * gamma)) { 1 / (($0 + gamma) * ($0 + gamma)) }
      let exact = law.resolvent(gamma)
      expectClose(exact.value / value, 1, 1e-11, "G, α = \(ratio), γ = \(gamma)")
      expectClose(exact.square / square, 1, 1e-11, "−G′, α = \(ratio), γ = \(gamma)")
    }
  }
}

@Suite struct SampleCovarianceTests {
  @Test("Talbot inverts 1/(z + a) and 1/z²")
  func talbot() {
    for time in [1e-6, 0.3, 40] {
      let contour = TalbotContour(time: time)
      expectClose(contour.inverse { 1 / ($0 + .init(0.7)) }, Double.exp(-0.7 * time), 1e-11, "e^{−at}")
      expectClose(contour.inverse { 1 / ($0 * $0) } / time, 1, 1e-11, "t")
    }
  }

  @Test("Unit covariance reproduces Marchenko–Pastur", arguments: [0.2, 0.5, 0.95, 1, 1.05, 2, 6])
  func unitCovariance(ratio: Double) throws {
    let law = MarchenkoPasturLaw(ratio: ratio)
    let resolvent = try SampleCovarianceResolvent(ratio: ratio, values: [1], weights: [1])
    let flow = SampleCovarianceFlow(resolvent, secondMoments: [2.5])
    var guesses: SampleCovarianceFlow.Guesses?
    for time in [0, 0.01, 0.3, 2, 17, 400, 1e4] {
      let moments = try flow.moments(at: time, guesses: &guesses)
      let rule = law.bulkRule(time: 2 * time)
      let square = rule.integrate(valueAtZero: 1) { Double.exp(-2 * $0 * time) }
      let noise = rule.integrate(valueAtZero: 0) {
        let grown = Double.expMinusOne(-$0 * time)
        return grown * grown / $0
      }
      let train = rule.integrate(valueAtZero: 0) { $0 * Double.exp(-2 * $0 * time) }
      expectClose(moments.bias, 2.5 * (law.atomAtZero + square), 1e-10, "bias, α = \(ratio), t = \(time)")
      expectClose(moments.noise, noise, 1e-10, "noise, α = \(ratio), t = \(time)")
      expectClose(moments.trainBias, 2.5 * train, 1e-10, "train bias, α = \(ratio), t = \(time)")
      expectClose(moments.trainNoise, max(0, ratio - 1) + square, 1e-10, "train noise, α = \(ratio), t = \(time)")
    }
    for gamma in [0.01, 1] {
      let ridge = try resolvent.ridge(at: gamma, secondMoments: [5])
      let exact = law.resolvent(gamma)
      expectClose(
        ridge.testError(noiseVariance: 1), 1 + 5 * gamma * gamma * exact.square + exact.value - gamma * exact.square,
        1e-12, "ridge, α = \(ratio), γ = \(gamma)")
    }
    let edges = try resolvent.bulkEdges()
    expectClose(edges[0], law.lowerEdge, 1e-12, "lower edge")
    expectClose(edges[1], law.upperEdge, 1e-12, "upper edge")
  }

  @Test("κ and the edges of two scales")
  func twoScales() throws {
    let below = try SampleCovarianceResolvent(ratio: 0.6, values: [1.9, 0.1], weights: [0.5, 0.5])
    expectDigits(below.kappaAtZero, "0.226327537", "κ₀")
    expectDigits(below.kappaAtZero + (try below.delta(at: 0.01)), "0.284606740", "κ(0.01)")
    for (edge, printed) in zip(try below.bulkEdges(), ["0.01265741", "4.22276025"]) {
      expectDigits(edge, printed, "edge")
    }
    let above = try SampleCovarianceResolvent(ratio: 1.5, values: [1.9, 0.1], weights: [0.5, 0.5])
    let edges = try above.bulkEdges()
    #expect(edges.count == 4)
    for (edge, printed) in zip(edges, ["0.00835371", "0.28278941", "0.56623447", "7.14262241"]) {
      expectDigits(edge, printed, "edge")
    }
  }

  @Test("δ keeps its relative accuracy down to tiny z")
  func smallArguments() throws {
    for ratio in [0.6, 1, 1.7] {
      let resolvent = try SampleCovarianceResolvent(ratio: ratio, values: [1.9, 0.1, 1e-9], weights: [0.5, 0.4, 0.1])
      for z in [1e-3, 1e-9, 1e-14, 1e-200] {
        let delta = try resolvent.delta(at: z)
        #expect(abs(resolvent.argument(at: delta).value / z - 1) < 1e-13, "α = \(ratio), z = \(z)")
      }
    }
  }

  @Test("Directions without variance freeze: p < 1")
  func zeroEigenvalues() throws {
    // Half the directions carry no signal: the rest is an isotropic model of N/2 inputs at twice the load.
    let resolvent = try SampleCovarianceResolvent(ratio: 0.8, values: [2, 0], weights: [0.5, 0.5])
    let half = MarchenkoPasturLaw(ratio: 1.6)
    let edges = try resolvent.bulkEdges()
    expectClose(edges[0], half.lowerEdge, 1e-12, "lower edge")
    expectClose(edges[1], half.upperEdge, 1e-12, "upper edge")
    // The condition of the lowest edge is asked for at κ = 0 on the way.
    let three = try SampleCovarianceResolvent(ratio: 0.5, values: [2, 0.5, 0], weights: [0.25, 0.5, 0.25])
    #expect(try three.bulkEdges().allSatisfy { $0 > 0 && $0 < 10 })
    let flow = SampleCovarianceFlow(resolvent, secondMoments: [3, 7])
    var guesses: SampleCovarianceFlow.Guesses?
    for time in [0.2, 3, 1e3] {
      let moments = try flow.moments(at: time, guesses: &guesses)
      let square = half.bulkRule(time: 2 * time).integrate(valueAtZero: 1) { Double.exp(-2 * $0 * time) }
      expectClose(moments.bias, 3 * square, 1e-10, "bias at \(time)")
      expectClose(moments.trainNoise, 0.8 - 0.5 + 0.5 * square, 1e-10, "train noise at \(time)")
    }
  }
}

@Suite struct GaussianSingularValueTests {
  @Test("Bidiagonal chi matrices have the mean spectrum of Gaussian matrices")
  func meanPowers() throws {
    var random = RandomStream(StreamKey(seed: 5, system: 9, point: 1, purpose: .disorder))
    for (rows, columns) in [(7, 7), (5, 9), (12, 4), (1, 3), (3, 1), (1, 1)] {
      let (m, n) = (Double(rows), Double(columns)), samples = 20_000
      var traces: [Double] = [], squares: [Double] = []
      for _ in 0..<samples {
        let values = try GaussianSingularValues.draw(rows: rows, columns: columns, using: &random)
        #expect(values.count == min(rows, columns))
        traces.append(values.reduce(0) { $0 + $1 * $1 })
        squares.append(values.reduce(0) { $0 + $1 * $1 * $1 * $1 })
      }
      // E tr S = mn and E tr S² = mn(m + n + 1).
      agree(traces, m * n, "tr S, \(rows) x \(columns)")
      agree(squares, m * n * (m + n + 1), "tr S², \(rows) x \(columns)")
    }
  }

  @Test("Smallest eigenvalue of square matrices: Edelman's law has mean 0.688641/N²")
  func smallest() throws {
    var random = RandomStream(StreamKey(seed: 6, system: 9, point: 1, purpose: .disorder))
    let n = 60
    let values = try (0..<4000).map { _ in
      let s = try GaussianSingularValues.draw(rows: n, columns: n, using: &random).last ?? 0
      return Double(n) * s * s
    }
    agree(values, 0.688641, "N² λ_min", bias: 0.01)
  }

  private func agree(_ values: [Double], _ exact: Double, _ what: String, bias: Double = 0) {
    let count = Double(values.count), mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    let error = (variance / count).squareRoot()
    #expect(abs(mean - exact) <= 6 * error + bias, "\(what): \(mean) ± \(error), exact \(exact)")
  }
}
