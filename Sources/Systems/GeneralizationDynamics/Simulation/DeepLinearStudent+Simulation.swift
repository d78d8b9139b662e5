import NumericalMethods
import RealModule
import SystemInterface

extension DeepLinearStudent {
  /// One sample: data, teacher and first layer drawn, started at rank one.
  ///
  /// - Throws: `SolverError` where the reduced equations need too many steps.
  func simulate(_ streams: SampleStreams) throws -> SampleResult {
    let problem = DeepStudentProblem(self, streams)
    var outcomes: [DeepStudentProblem.Outcome]
    switch simulationMode {
    case .reduced: outcomes = try problem.reduced(times)
    case .gradientDescent: outcomes = problem.descended(times)
    }
    let first = outcomes.removeFirst()
    let largest = outcomes.reduce(first.strength) { max($0, $1.strength) }
    let drift = outcomes.reduce(0) { max($0, abs($1.invariant - first.invariant)) }
    return SampleResult(
      observables: [
        "testError": .overTime(times, outcomes.map(\.testError)),
        "trainError": .overTime(times, outcomes.map(\.trainError)),
        "layerStrength": .overTime(times, outcomes.map(\.strength)),
      ],
      diagnostics: [
        "actualLoadRatio": .number(sizes.actualLoadRatio), "invariantDrift": .number(drift / (largest * largest)),
      ])
  }
}

/// Data and teacher of one sample of the deep linear student (docs, section 4).
///
/// Scaled variables: a = N^{1/(2D)} d, z_i = N^{1/(2D) − 1/2} z̃_i, physical time N^{−(D−1)/D} t; w = d^{D−1} z̃.
struct DeepStudentProblem {
  let model: DeepLinearStudent
  /// X, N × P.
  private let inputs: Matrix
  private let labels: [Double]
  private let teacher: [Double]
  /// z̃(0).
  private let startInput: [Double]

  struct Outcome {
    var strength: Double
    var testError: Double
    var trainError: Double
    /// d² − |z̃|²/N.
    var invariant: Double
  }

  init(_ model: DeepLinearStudent, _ streams: SampleStreams) {
    self.model = model
    let (N, P) = (model.sizes.numInputs, model.sizes.numSamples)
    var data = streams.stream(.data), disorder = streams.stream(.disorder), initial = streams.stream(.initialState)
    inputs = data.normalMatrix(rows: N, columns: P, scale: 1 / Double(N).squareRoot())
    teacher = disorder.normals(N, scale: model.teacherVariance.squareRoot())
    let noise = data.normals(P, scale: model.noiseVariance.squareRoot())
    labels = zip(inputs.multiply(teacher, transposed: true), noise).map { $0 + $1 }
    startInput = initial.normals(N, scale: model.initialInputScale)
  }

  private func residuals(_ weights: [Double]) -> [Double] {
    zip(labels, inputs.multiply(weights, transposed: true)).map { $0 - $1 }
  }

  private func outcome(strength: Double, input: [Double], weights: [Double]) -> Outcome {
    let N = Double(teacher.count)
    return Outcome(
      strength: strength,
      testError: model.noiseVariance + squaredLength(zip(weights, teacher).map { $0 - $1 }) / N,
      trainError: squaredLength(residuals(weights)) / Double(labels.count),
      invariant: strength * strength - squaredLength(input) / N)
  }

  /// At t = 0 and at `times`, by z̃′ = d^{D−1} X(y − Xᵀw), d′ = d^{D−2} z̃·X(y − Xᵀw)/N.
  ///
  /// - Throws: `SolverError` where the integration needs too many steps.
  func reduced(_ times: [Double]) throws -> [Outcome] {
    let D = model.numLayers, N = Double(teacher.count)
    // S and Xy once, unless there are so few samples that X itself is smaller.
    let force = inputs * labels
    let square = 2 * inputs.columns > inputs.rows ? inputs.transposed().gram() : nil
    func derivative(_ state: [Double]) -> [Double] {
      let d = state[0], power = Double.pow(d, D - 1), input = Array(state.dropFirst())
      let weights = input.map { power * $0 }
      let pull = square.map { $0 * weights } ?? inputs * inputs.multiply(weights, transposed: true)
      let drive = zip(force, pull).map { $0 - $1 }
      return [Double.pow(d, D - 2) * dot(input, drive) / N] + drive.map { power * $0 }
    }
    let states = try OrdinaryDifferentialEquation.integrate(
      from: [model.initialStrength] + startInput, over: [0] + times, relativeTolerance: 1e-8, absoluteTolerance: 1e-10,
      what: "reduced deep linear student"
    ) { _, state in derivative(state) }
    return states.map { state in
      let input = Array(state.dropFirst()), power = Double.pow(state[0], D - 1)
      return outcome(strength: state[0], input: input, weights: input.map { power * $0 })
    }
  }

  /// At t = 0 and at `times`, by gradient descent on all matrices; time t is step round(t/dt).
  func descended(_ times: [Double]) -> [Outcome] {
    var network = DeepLinearNetwork(model, startInput: startInput)
    let physicalStep =
      model.learningRate * Double.pow(Double(teacher.count), -Double(model.numLayers - 1) / Double(model.numLayers))
    var step = 0
    return ([0] + times).map { time in
      let target = Int((time / model.learningRate).rounded())
      while step < target {
        network.descend(along: inputs * residuals(network.weights), step: physicalStep)
        step += 1
      }
      return outcome(strength: network.strength, input: network.scaledInput, weights: network.weights)
    }
  }
}

/// All matrices of a deep linear student of hidden width N with scalar output, ŷ = W_D … W_1 x.
struct DeepLinearNetwork {
  /// W_1 … W_{D−1}, N × N.
  private var layers: [Matrix]
  /// W_D.
  private var readout: [Double]
  private let depth: Double

  /// W_1 = r_1 zᵀ, W_l = a r_l r_{l−1}ᵀ, W_D = a r_{D−1}ᵀ with r_l the l-th unit vector (any unit vectors do the same).
  init(_ model: DeepLinearStudent, startInput: [Double]) {
    let N = startInput.count, D = model.numLayers
    depth = Double(D)
    let scale = Double.pow(Double(N), 1 / (2 * depth)), strength = scale * model.initialStrength
    func unit(_ layer: Int) -> Int { layer % N }
    layers = (1..<D).map { layer in
      Matrix(rows: N, columns: N) { row, column in
        guard row == unit(layer) else { return 0 }
        if layer == 1 { return scale / Double(N).squareRoot() * startInput[column] }
        return column == unit(layer - 1) ? strength : 0
      }
    }
    readout = [Double](repeating: 0, count: N)
    readout[unit(D - 1)] = strength
  }

  /// w = (W_D … W_1)ᵀ.
  var weights: [Double] {
    layers.reversed().reduce(readout) { $1.multiply($0, transposed: true) }
  }

  /// d = |W_D| N^{−1/(2D)}.
  var strength: Double {
    squaredLength(readout).squareRoot() * Double.pow(Double(readout.count), -1 / (2 * depth))
  }

  /// |W_1|_F in units in which it is |z̃|, as a vector of that length and N components.
  var scaledInput: [Double] {
    let scale = Double(readout.count).squareRoot() * Double.pow(Double(readout.count), -1 / (2 * depth))
    var vector = [Double](repeating: 0, count: readout.count)
    vector[0] = scale * squaredLength(layers[0].elements).squareRoot()
    return vector
  }

  /// One step along the gradient: W_l += step · (W_D … W_{l+1})ᵀ (W_{l−1} … W_1 g)ᵀ, g = X(y − Xᵀw).
  mutating func descend(along force: [Double], step: Double) {
    // From above and from below each layer, before any of them moves.
    var above = [readout]
    for layer in layers.dropFirst().reversed() {
      above.append(layer.multiply(above[above.count - 1], transposed: true))
    }
    above.reverse()
    var below = [force]
    for layer in layers { below.append(layer * below[below.count - 1]) }
    for index in layers.indices {
      let rows = readout.count, left = above[index], right = below[index]
      layers[index].withUnsafeMutableElements { elements in
        for column in 0..<rows {
          let factor = step * right[column]
          guard factor != 0 else { continue }
          for row in 0..<rows { elements[column * rows + row] += factor * left[row] }
        }
      }
    }
    for row in readout.indices { readout[row] += step * below[layers.count][row] }
  }
}
