import NumericalMethods
import RealModule
import SystemInterface

extension TwoLayerNetwork {
  /// One sample: teacher, data and initial weights drawn anew, both layers trained by full-batch gradient descent.
  func simulate(_ streams: SampleStreams) -> SampleResult {
    var training = TwoLayerTraining(self, streams)
    var testErrors: [Double] = [], trainErrors: [Double] = []
    var step = 0
    for target in steps {
      while step < target {
        training.step()
        step += 1
      }
      testErrors.append(training.testError)
      trainErrors.append(training.trainError)
    }
    let coordinates = ["step": steps.map(Double.init)]
    func curve(_ values: [Double]) -> ObservableValue {
      // Descent with too large a step has no numbers to show.
      .curve(
        Curve(dimensions: ["step"], coordinates: coordinates, values: values.map { $0.isFinite ? $0 : nil }))
    }
    return SampleResult(observables: ["testError": curve(testErrors), "trainError": curve(trainErrors)])
  }
}

/// A two-layer network in training (docs, section 5).
///
/// ŷ = (1/√M) Σ_j a_j f(w_j·x). Both layers move along the same residual r = y − ŷ:
/// w_j += lr/(P√M) Σ_μ r_μ f′(h_μj) a_j x_μ, a_j += lr/(P√M) Σ_μ r_μ f(h_μj). Units are treated in tiles that stay in the
/// cache between the matrix product and the nonlinearity, so that a step costs two passes over f and f′ beside its products.
struct TwoLayerTraining {
  private let model: TwoLayerNetwork
  /// x, d × P.
  private let inputs: Matrix
  private let labels: [Double]
  private let teacher: Matrix
  private let teacherReadout: [Double]
  /// W, d × M: a column is a unit.
  private(set) var hidden: Matrix
  /// a.
  private(set) var readout: [Double]
  private var layer: HiddenLayer

  init(_ model: TwoLayerNetwork, _ streams: SampleStreams) {
    self.model = model
    let d = model.inputDimension
    var disorder = streams.stream(.disorder), data = streams.stream(.data), initial = streams.stream(.initialState)
    let scale = 1 / Double(d).squareRoot()
    teacher = disorder.normalMatrix(rows: d, columns: model.numTeacherUnits, scale: scale)
    let raw = disorder.normals(model.numTeacherUnits)
    let power = dot(raw, FeatureKernels.kernel(model.activation, teacher, teacher) * raw)
    teacherReadout = raw.map { $0 * (model.teacherSecondMoment / power).squareRoot() }
    inputs = data.normalMatrix(rows: d, columns: model.numSamples)
    let taught = FeatureKernels.outputs(model.activation, inputs: inputs, weights: teacher) * teacherReadout
    labels = taught.map { $0 + model.noiseVariance.squareRoot() * data.normal() }
    hidden = initial.normalMatrix(rows: d, columns: model.hiddenWidth, scale: model.hiddenScale * scale)
    readout = initial.normals(model.hiddenWidth, scale: model.readoutScale)
    layer = HiddenLayer(model.activation, sampleCount: model.numSamples, unitCount: model.hiddenWidth)
  }

  private var root: Double { Double(model.hiddenWidth).squareRoot() }

  /// y − ŷ of the training examples.
  private mutating func residuals() -> [Double] {
    let outputs = layer.forward(inputs: inputs, hidden: hidden, readout: readout)
    return labels.indices.map { labels[$0] - outputs[$0] / root }
  }

  /// One step of gradient descent on both layers.
  mutating func step() {
    let factor = model.learningRate / (Double(model.numSamples) * root)
    let residuals = residuals().map { factor * $0 }
    layer.descend(residuals: residuals, inputs: inputs, hidden: &hidden, readout: &readout)
  }

  /// Mean squared residual.
  var trainError: Double {
    mutating get { squaredLength(residuals()) / Double(labels.count) }
  }

  /// σ_ε² + E(y − ŷ)² from the Gaussian kernels, without test data.
  var testError: Double {
    let student = readout.map { $0 / root }
    let own = dot(student, FeatureKernels.kernel(model.activation, hidden, hidden) * student)
    let cross = dot(student, FeatureKernels.kernel(model.activation, hidden, teacher) * teacherReadout)
    return model.noiseVariance + model.teacherSecondMoment - 2 * cross + own
  }
}
