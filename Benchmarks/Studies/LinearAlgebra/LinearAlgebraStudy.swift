import ArgumentParser
import NumericalMethods

/// Spectra, maps of theory and steps of gradient descent beside the library calls that bound them, on one core.
struct LinearAlgebraStudy: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "linear-algebra",
    abstract: "Spectra, theory and gradient descent beside the LAPACK and BLAS calls that bound them.")

  @Option(help: "Seconds of one repetition of one measurement, about.")
  var seconds = 1.0

  @Option(help: "Repetitions.")
  var repetitions = 5

  func validate() throws {
    guard seconds > 0, repetitions >= 1 else { throw ValidationError("seconds and repetitions must be positive") }
  }

  /// Prints the library and its kernel, then a table of medians and ranges; all cases are measured in turn, again and again,
  /// so that a slow minute of the machine hits them alike.
  func run() throws {
    LinearAlgebraThreads.set(1)
    print(LinearAlgebraLibrary.configuration)
    let cases = try BoundedWork.all()
    // First calls warm up caches, and OpenBLAS its buffers.
    for work in cases { _ = try work.measure(seconds: 0) }
    var measured = [[BoundedWork.Repetition]](repeating: [], count: cases.count)
    for _ in 0..<repetitions {
      for (place, work) in cases.enumerated() { measured[place].append(try work.measure(seconds: seconds)) }
    }
    print("| work | this program | reference | its time or rate | ratio | demanded | met |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for (work, found) in zip(cases, measured) { print(work.row(found)) }
  }
}
