import ComplexModule
import NumericalMethods
import RealModule
import StatisticalTesting
import SystemTesting
import Testing

@testable import DeepLinear
@testable import SystemInterface

/// Convolutional networks: gradients, dense layers, theory of the frequencies.
@Suite struct ConvolutionTests {
  private func random(_ seed: UInt64 = 5) -> RandomStream {
    RandomStream(StreamKey(seed: seed, system: 0, point: 0, purpose: .disorder))
  }

  private func dense(_ kernel: [Double]) -> Matrix {
    let n = kernel.count
    return Matrix(rows: n, columns: n) { kernel[(($0 - $1) + n) % n] }
  }

  private func loss(_ weights: [Matrix], _ correlation: Matrix) -> Double {
    LinearNetwork(weights, correlation: correlation).loss
  }

  /// The kernel gradient by differences of the dense loss; the map is the circulant of the product kernel.
  @Test("Circulant layers in Fourier space against dense ones", arguments: [(1, 5), (2, 6), (4, 7)])
  func circulant(depth: Int, n: Int) throws {
    var stream = random()
    let draw = { (stream: inout RandomStream) in (0..<n).map { _ in 0.6 * stream.normal() } }
    let kernels = (0..<depth).map { _ in draw(&stream) }, target = draw(&stream)
    func dense(_ kernel: [Double]) -> Matrix { Matrix(rows: n, columns: n) { kernel[(($0 - $1) + n) % n] } }
    func denseLoss(_ kernels: [[Double]]) -> Double { loss(kernels.map(dense), dense(target)) }
    var network = try CirculantNetwork(kernels: kernels, target: target)
    expectClose(network.loss, denseLoss(kernels), 1e-13, "loss")
    let product = kernels.dropFirst().reduce(dense(kernels[0])) { dense($1) * $0 }
    for (i, value) in try network.productKernel().enumerated() { expectClose(value, product[i, 0], 1e-13, "product") }
    network.step(learningRate: 0.05)
    let moved = try network.kernels()
    for l in 0..<depth {
      for i in 0..<n {
        let h = 1e-5
        var (up, down) = (kernels, kernels)
        up[l][i] += h
        down[l][i] -= h
        let slope = (denseLoss(up) - denseLoss(down)) / (2 * h)
        expectClose(moved[l][i], kernels[l][i] - 0.05 * slope, 1e-8, "k_\(l + 1)[\(i)]")
      }
    }
    expectClose(network.loss, denseLoss(moved), 1e-12, "loss after the step")
  }

  /// Weight sharing: a step of η on kernels is a step of nη on free matrices that start circulant.
  @Test(
    "Kernels move as free circulant matrices do, n times as fast", arguments: [(1, 4), (2, 1), (2, 5), (3, 6), (5, 8)])
  func dense(depth: Int, n: Int) throws {
    var stream = random()
    let kernels = (0..<depth).map { _ in (0..<n).map { _ in 0.4 * stream.normal() } }
    let target = (0..<n).map { _ in 0.5 * stream.normal() }
    var network = try CirculantNetwork(kernels: kernels, target: target)
    var free = LinearNetwork(kernels.map(dense), correlation: dense(target))
    let start = network.conserved, matrices = free.conservedMatrices
    for _ in 0..<200 {
      network.step(learningRate: 0.002)
      free.step(learningRate: 0.002 * Double(n))
    }
    for (kernel, matrix) in zip(try network.kernels(), free.weights) {
      for i in 0..<n {
        for j in 0..<n { expectClose(kernel[((i - j) + n) % n], matrix[i, j], 1e-13, "W[\(i), \(j)]") }
      }
    }
    expectClose(network.loss, free.loss, 1e-13, "loss")
    expectClose(
      network.drift(from: start), Matrix.largestDistance(free.conservedMatrices, matrices), 1e-13, "conservation")
    #expect(depth == 1 || network.drift(from: start) > 1e-8)
  }

  /// u_f along the singular vectors of the target, which are cosines and sines shifted by θ_f.
  @Test("Mode strengths are those along the target's singular vectors")
  func modes() throws {
    var stream = random()
    let n = 6, draw = { (stream: inout RandomStream) in (0..<n).map { _ in stream.normal() } }
    let kernels = [draw(&stream), draw(&stream)], target = draw(&stream)
    let network = try CirculantNetwork(kernels: kernels, target: target)
    let map = dense(kernels[1]) * dense(kernels[0]), spectrum = try ConvolutionTarget(kernel: target)
    var inPhase = 0.0
    for (f, u) in network.modes.strengths.enumerated() {
      // Right vector v_j = cos(2πfj/n), left vector S v/s.
      let v = (0..<n).map { Double.cos(2 * Double.pi * Double(f * $0) / Double(n)) }
      let left = (dense(target) * v).map { $0 / spectrum.singularValues[f] }
      let norm = v.reduce(0) { $0 + $1 * $1 }
      expectClose(u, zip(left, map * v).reduce(0) { $0 + $1.0 * $1.1 } / norm, 1e-12, "u_\(f)")
      inPhase += Double(ConvolutionTarget.multiplicity(frequency: f, count: n)) * u * u
    }
    let all = map.elements.reduce(0) { $0 + $1 * $1 }
    expectClose(network.modes.residue, (all - inPhase).squareRoot(), 1e-12, "out of phase")
  }

  @Test("The exponential kernel has a Lorentzian spectrum, narrow or wide", arguments: [0.3, 1, 4, 1e9, 1e-9])
  func exponential(width: Double) throws {
    for n in [1, 2, 7, 16] {
      let kernel = ConvolutionTarget.exponentialKernel(width: width, count: n), rho = Double.exp(-1 / width)
      expectClose(kernel.reduce(0, +), 1, 1e-14, "sum")
      for (f, value) in try CirculantNetwork.halfSpectrum(kernel).enumerated() where f > 0 {
        // (1 − ρ)²/(1 + ρ² − 2ρ cos q) = (1 − ρ)²/((1 − ρ)² + 4ρ sin²(q/2)).
        let gap = Double.expMinusOne(-1 / width) * Double.expMinusOne(-1 / width)
        let sine = Double.sin(Double.pi * Double(f) / Double(n))
        expectClose(value.real, gap / (gap + 4 * rho * sine * sine), 1e-14, "f = \(f)")
        #expect(abs(value.imaginary) < 1e-15)
      }
    }
  }

  /// Frequencies follow the law of a mode in the time n t.
  @Test("Theory is that of modes, n times as fast", arguments: [1, 2, 3])
  func theory(D: Int) throws {
    let times = [0.0, 0.1, 0.5], start = "numWeightLayers=\(D) initialModeStrength=0.01"
    let result = try Linear.theory("quantity=convolution hiddenWidth=8 kernelWidth=2 \(start) time=0,0.1,0.5")
    let s = result.observables.curve("singularValue").compactMap { $0 }
    #expect(s.count == 5 && s[0] > s[4])
    var losses = [0.0, 0, 0]
    for (f, s) in s.enumerated() {
      let mode = try Linear.theory("singularValues=\(s) \(start) time=0,0.8,4")
      let u = mode.observables.curve("modeStrength").compactMap { $0 }
      for t in times.indices {
        expectClose(try #require(result.observables.curve("modeStrength")[3 * f + t]), u[t], 1e-14, "u_\(f)")
        losses[t] += (f == 0 || f == 4 ? 0.5 : 1) * (s - u[t]) * (s - u[t])
      }
      let time = try #require(result.observables.curve("learningTime")[f])
      expectClose(8 * time, try #require(mode.observables.curve("learningTime")[0]), 1e-12, "time of \(f)")
    }
    for t in times.indices {
      expectClose(try #require(result.observables.curve("loss")[t]), losses[t], 1e-13, "loss at \(times[t])")
    }
    let limit = try #require(result["maximalLearningRate"])
    expectClose(limit, 2 / (8 * DeepLinear.sharpness(depth: D, largest: s[0])), 1e-15, "learning rate")
  }

  /// Runge-Kutta on the kernels of dense circulant matrices, by another program.
  @Test(
    "Learning times of printed flows",
    arguments: [
      ("numWeightLayers=2 initialModeStrength=0.01", "0.28719499 0.40006086 0.62723928 0.81348527 0.88190872"),
      ("numWeightLayers=3 initialModeStrength=0.01", "0.47100460 0.69729522 1.19713764 1.64604288 1.81942445"),
      (
        "hiddenWidth=9 targetKernel=1,0.5,-0.3 initialModeStrength=0.05 learnedFraction=0.9",
        "0.24688513 0.22706404 0.21509599 0.25803360 0.50984191"
      ),
    ])
  func printed(request: String, times: String) throws {
    let width = request.contains("hiddenWidth") ? "" : " hiddenWidth=8"
    expectCurve(try Linear.theory("quantity=convolution \(request)\(width)").observables, "learningTime", times)
  }

  /// Euler's method: the distance from the flow halves with the step; odd and even n, a target with phases and a zero.
  @Test(
    "Gradient descent tends to the flow",
    arguments: [
      (1, "hiddenWidth=8"), (2, "hiddenWidth=9 targetKernel=1,0.5,-0.3"), (3, "hiddenWidth=6 targetKernel=1,-1"),
    ])
  func flow(D: Int, target: String) throws {
    let request = "quantity=convolution numWeightLayers=\(D) \(target) initialModeStrength=0.05 time=0.05,0.2"
    let exact = try Linear.theory(request)
    let limit = try #require(exact["maximalLearningRate"])
    let runs = try [0.002, 0.001].map { try Linear.sample(request + " learningRate=\($0 * limit)") }
    var compared = 0
    for name in ["modeStrength", "learningTime", "loss"] {
      for (place, value) in exact.observables.curve(name).enumerated() {
        let measured = runs.map { $0.observables.curve(name)[place] }
        guard let value else {
          #expect(measured == [nil, nil], "\(name)[\(place)]")
          continue
        }
        let errors = try measured.map { try #require($0) - value }
        #expect(abs(errors[0]) < 0.01 * max(1, abs(value)), "\(name)[\(place)]: \(errors)")
        #expect(abs(errors[0] / errors[1] - 2) < 0.05, "\(name)[\(place)]: \(errors)")
        compared += 1
      }
    }
    #expect(compared > 12)
    for residue in runs[0].observables.curve("offDiagonalResidue") { #expect(try #require(residue) < 1e-13) }
    #expect(try D == 1 ? runs[0].reason("conservationDrift") != nil : #require(runs[0]["conservationDrift"]) < 1e-12)
  }

  @Test("A frequency that the target lacks is never learned, and fades")
  func zero() throws {
    let result = try Linear.theory(
      "quantity=convolution targetKernel=1,-1 hiddenWidth=4 initialModeStrength=0.1 time=1,100")
    #expect(result.observables.curve("singularValue")[0] == 0)
    #expect(result.observables.curve("learningTime")[0] == nil)
    #expect(result.diagnostics["learningTime"]?.text?.contains("frequency 0: the target has s = 0") ?? false)
    // du/dt = −2n u².
    let u = result.observables.curve("modeStrength")
    for (t, place) in [(1.0, 0), (100, 1)] {
      expectClose(try #require(u[place]) * (1 / 0.1 + 8 * t), 1, 1e-9, "u at \(t)")
    }
  }

  /// |c_f|² of many starts: its mean nσ²/2 and the mean of its logarithm, one and two directions.
  @Test("Effective strengths of random kernels are χ² distributed", arguments: [4, 5])
  func effectiveStrengths(n: Int) throws {
    var stream = random()
    let sigma = 0.2, draws = 5_000
    let target = try ConvolutionTarget(kernel: (0..<n).map { _ in stream.normal() })
    let frequencies = target.spectrum.indices
    var (sums, logarithms) = ([Double](repeating: 0, count: 3), [Double](repeating: 0, count: 3))
    for _ in 0..<draws {
      let kernels = (0..<2).map { _ in (0..<n).map { _ in sigma * stream.normal() } }
      for (f, value) in try CirculantNetwork(kernels: kernels, target: target).effectiveStrengths.enumerated() {
        sums[f] += value
        logarithms[f] += Double.log(value)
      }
    }
    for f in frequencies {
      let nu = Double(ConvolutionTarget.multiplicity(frequency: f, count: n)), mean = Double(n) * sigma * sigma / 2
      let count = Double(draws)
      expectAgrees(
        sums[f] / count, standardError: mean * (2 / nu / count).squareRoot(), exact: mean, "mean \(f)")
      expectAgrees(
        logarithms[f] / count, standardError: ((2 / nu + 4 / (nu * nu)) / count).squareRoot(),
        exact: target.randomMode(frequency: f, scale: sigma).meanLogStrength(mode: 1), "ln \(f)")
    }
  }

  /// Each start keeps to its own prediction up to the Euler error, which halves with the step, and up to order σ.
  @Test("Small random kernels follow the part of the start that grows", arguments: [8, 9])
  func smallRandom(n: Int) throws {
    let request = "quantity=convolution initialization=smallRandom initialWeightScale=1e-5 hiddenWidth=\(n) time=0"
    let limit = try #require(Linear.theory(request)["maximalLearningRate"])
    for sample in 0..<3 {
      let runs = try [0.01, 0.005].map { try Linear.sample(request + " learningRate=\($0 * limit)", sample) }
      for f in 0...n / 2 {
        let errors = try runs.map { run in
          try #require(run.observables.curve("learningTime")[f])
            / #require(run.observables.curve("predictedLearningTime")[f]) - 1
        }
        #expect(abs(errors[1]) < 0.01 && abs(errors[0] / errors[1] - 2) < 0.3, "frequency \(f): \(errors)")
      }
    }
  }

  @Test("Mean learning times of small random kernels")
  func smallRandomMeans() throws {
    let request = "quantity=convolution initialization=smallRandom initialWeightScale=1e-4 hiddenWidth=6 time=0"
    let exact = try Linear.theory(request).observables.curve("learningTime")
    let limit = try #require(Linear.theory(request)["maximalLearningRate"])
    let samples = try Linear.samples(request + " learningRate=\(0.02 * limit)", count: 300)
    for f in 0...3 {
      let estimate = try samples.estimate("predictedLearningTime", place: f)
      expectAgrees(
        estimate.mean, standardError: try #require(estimate.standardError), exact: try #require(exact[f]),
        "prediction for \(f)")
      let run = try samples.estimate("learningTime", place: f)
      #expect(abs(run.mean / estimate.mean - 1) < 0.03, "frequency \(f): \(run.mean), predicted \(estimate.mean)")
    }
  }

  @Test("Random kernels of three layers are followed to the last time, and not predicted")
  func deepRandom() throws {
    let request = "quantity=convolution initialization=smallRandom numWeightLayers=3 initialWeightScale=0.2 time=0,1 "
    let sample = try Linear.sample(request)
    #expect(sample.observables.curve("predictedLearningTime").allSatisfy { $0 == nil })
    #expect(sample.diagnostics["predictedLearningTime"]?.text?.contains("numWeightLayers = 2") ?? false)
    let losses = sample.observables.curve("loss").compactMap { $0 }
    #expect(losses[1] < 0.1 * losses[0])
    for (f, time) in sample.observables.curve("learningTime").enumerated() {
      let u = sample.observables.curve("modeStrength")[2 * f...2 * f + 1].compactMap { $0 }
      let s = try #require(Linear.theory("quantity=convolution").observables.curve("singularValue")[f])
      #expect((time != nil) == (u[0] < s / 2 && u[1] >= s / 2), "frequency \(f)")
      if let time { #expect(time > 0 && time <= 1.01) }
    }
  }

  @Test("Gradient descent is stable up to the maximal learning rate", arguments: [2, 4])
  func stability(D: Int) throws {
    let start = "quantity=convolution numWeightLayers=\(D) hiddenWidth=5 targetKernel=1.5 initialModeStrength=1.499 "
    let limit = try #require(Linear.theory(start)["maximalLearningRate"])
    let loss = { (factor: Double) in
      try Linear.sample(start + "learningRate=\(factor * limit) time=\(300 * limit)").observables.curve("loss")[0] ?? 0
    }
    #expect(try loss(0.95) < 1e-12)
    #expect(try loss(1.05) > 1e-4)
  }
}
