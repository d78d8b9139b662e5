/// The run file of most tests: nine points of the Hopfield model, two samples each.
enum TinyRun {
  static let text = """
    system = "dense-hebbian"
    seed = 7

    [parameters]
    interactionOrder = 2
    spinCount = 32
    equilibrationSweeps = 10
    measurementSweeps = 20

    [axes]
    storageLoad = { from = 0.02, to = 0.2, points = 3 }
    temperature = { from = 0.2, to = 1.0, points = 3 }

    [simulation]
    samples = 2
    """

  /// Theory, two lines of 61 vertices, samples.
  static let taskCount = 9 + 2 * 61 + 18

  /// Some seconds of equal, independent samples, and no transition lines.
  static let longText = """
    system = "dense-hebbian"
    seed = 8

    [parameters]
    interactionOrder = 4
    spinCount = 48
    storageLoad = 0.01
    equilibrationSweeps = 20
    measurementSweeps = 1500

    [axes]
    temperature = { from = 0.2, to = 0.8, points = 4 }

    [simulation]
    samples = 60
    """
}
