import ArgumentParser
import NumericalMethods
import Statistics

/// How often the error bars of the program cover the truth, where the truth is known.
struct CoverageStudy: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coverage", abstract: "Fraction of repetitions whose intervals cover the truth.")

  @Option(help: "Repetitions of every experiment.")
  var repetitions = 2000

  @Option(help: "Seed of the random numbers.")
  var seed: UInt64 = 1

  func validate() throws {
    guard repetitions >= 1 else { throw ValidationError("repetitions must be positive, got \(repetitions)") }
  }

  func run() throws {
    let level = { (nominal: Double) in
      let error = (nominal * (1 - nominal) / Double(repetitions)).squareRoot()
      return "\(percent(nominal)) ± \(percent(error))"
    }
    print("\(repetitions) repetitions; the first line has the binomial errors.\n")
    print("| estimate | error from | one sigma, % | two sigma, % | no answer, % |")
    print("| --- | --- | --- | --- | --- |")
    print("| exact interval | | \(level(StudentDistribution.oneSigma)) | \(level(StudentDistribution.twoSigma)) | |")
    for experiment in SeriesExperiments.all(seed: seed) + (try SamplerExperiments.all(seed: seed)) {
      let coverage = try experiment.coverage(repetitions: repetitions)
      print(
        "| \(experiment.estimate) | \(experiment.method) | \(percent(coverage.one)) | \(percent(coverage.two)) "
          + "| \(percent(coverage.refused)) |")
    }
  }
}

/// A fraction in percent with one decimal.
func percent(_ fraction: Double) -> String {
  let tenths = Int((1000 * fraction).rounded())
  return "\(tenths / 10).\(tenths % 10)"
}

/// An estimate with its standard error.
struct Measured {
  var value: Double
  var standardError: Double
  /// Of Student's law that belongs to the error; infinite for a Gaussian interval.
  var degreesOfFreedom: Double
}

/// One way to estimate a known number, again and again.
struct CoverageExperiment {
  /// What is estimated from what.
  let estimate: String
  /// Where its error comes from.
  let method: String
  let truth: Double
  /// The estimate of repetition number n; `nil` where the method gives no error.
  let measure: (Int) throws -> Measured?

  /// The fractions of answers whose intervals of one and two sigma cover the truth, and of repetitions without answer.
  func coverage(repetitions: Int) throws -> (one: Double, two: Double, refused: Double) {
    var hits = [0, 0], answers = 0
    var widths: [Double: [Double]] = [.infinity: [1, 2]]
    for number in 0..<repetitions {
      guard let measured = try measure(number) else { continue }
      answers += 1
      let degrees = measured.degreesOfFreedom
      let width =
        widths[degrees]
        ?? [StudentDistribution.oneSigma, StudentDistribution.twoSigma].map {
          StudentDistribution(degreesOfFreedom: degrees).halfWidth(confidence: $0)
        }
      widths[degrees] = width
      for index in 0..<2 where abs(measured.value - truth) <= width[index] * measured.standardError {
        hits[index] += 1
      }
    }
    let fractions = hits.map { Double($0) / Double(max(1, answers)) }
    return (fractions[0], fractions[1], Double(repetitions - answers) / Double(repetitions))
  }
}
