import NumericalMethods
import Statistics

/// Estimates from Gaussian numbers made for the purpose.
enum SeriesExperiments {
  static func all(seed: UInt64) -> [CoverageExperiment] {
    [1.0, 5, 20].flatMap { autoregressive(time: $0, count: 2000, seed: seed) }
      + [8, 16].flatMap { independent(count: $0, seed: seed) }
      + jackknife(count: 32, seed: seed)
      + [0.25, 0.2, 0.15].map { plan(target: $0, seed: seed) }
  }

  /// Random numbers of one repetition of one experiment.
  private static func stream(_ seed: UInt64, experiment: UInt32, _ repetition: Int) -> RandomStream {
    RandomStream(StreamKey(seed: seed, system: experiment, point: UInt64(repetition), purpose: .data))
  }

  /// x_{t+1} = ρ x_t + √(1 − ρ²) ξ_t with τ = (1 + ρ)/(2(1 − ρ)), begun in its stationary law.
  private static func autoregressive(time: Double, count: Int, seed: UInt64) -> [CoverageExperiment] {
    let correlation = (2 * time - 1) / (2 * time + 1), noise = (1 - correlation * correlation).squareRoot()
    let series = { (number: Int) -> [Double] in
      var random = stream(seed, experiment: UInt32(time), number)
      var value = random.normal()
      return (0..<count).map { _ in
        defer { value = correlation * value + noise * random.normal() }
        return value
      }
    }
    let what = "mean of a series, τ = \(Int(time)), n = \(count)"
    return [
      CoverageExperiment(estimate: what, method: "windowed autocorrelation time", truth: 0) { number in
        let values = series(number)
        guard let error = Autocorrelation.standardError(of: values),
          let size = Autocorrelation.effectiveSampleSize(of: values)
        else { return nil }
        let mean = values.reduce(0, +) / Double(count)
        return Measured(value: mean, standardError: error, degreesOfFreedom: max(1, size.rounded() - 1))
      },
      CoverageExperiment(estimate: what, method: "logarithmic binning", truth: 0) { number in
        let binning = LogarithmicBinning(series(number))
        guard let mean = binning.mean, let plateau = binning.plateau else { return nil }
        return Measured(
          value: mean, standardError: plateau.standardError, degreesOfFreedom: Double(plateau.bins - 1))
      },
    ]
  }

  private static func independent(count: Int, seed: UInt64) -> [CoverageExperiment] {
    let laws = [("Student's law", Double(count - 1)), ("Gaussian law, for comparison", Double.infinity)]
    return laws.map { law, degrees in
      CoverageExperiment(
        estimate: "mean of \(count) samples", method: "scatter, " + law, truth: 0
      ) { number in
        var random = stream(seed, experiment: 100, number)
        guard let estimate = Estimate(of: (0..<count).map { _ in random.normal() }), let error = estimate.standardError
        else { return nil }
        return Measured(value: estimate.mean, standardError: error, degreesOfFreedom: degrees)
      }
    }
  }

  /// Each sample is the moments of 100 numbers, as a chain of a sample gives them.
  private static func jackknife(count: Int, seed: UInt64) -> [CoverageExperiment] {
    let moments = { (number: Int) -> [[Double]] in
      var random = stream(seed, experiment: 101, number)
      return (0..<count).map { _ in
        var sums = [0.0, 0, 0]
        for _ in 0..<100 {
          let x = random.normal()
          sums[0] += x / 100
          sums[1] += x * x / 100
          sums[2] += x * x * x * x / 100
        }
        return sums
      }
    }
    let degrees = Double(count - 1)
    return [
      CoverageExperiment(estimate: "variance, \(count) samples", method: "jackknife", truth: 1) { number in
        let (value, error) = Jackknife.estimate(moments(number), correctsBias: true) { $0[1] - $0[0] * $0[0] }
        return Measured(value: value, standardError: error, degreesOfFreedom: degrees)
      },
      CoverageExperiment(estimate: "Binder cumulant, \(count) samples", method: "jackknife", truth: 0) { number in
        let samples = moments(number)
        return Jackknife.binderCumulant(
          secondMoments: samples.map { $0[1] }, fourthMoments: samples.map { $0[2] }
        ).map { Measured(value: $0.value, standardError: $0.standardError, degreesOfFreedom: degrees) }
      },
    ]
  }

  /// Samples of standard deviation 1 in rounds of 8 to 64 until the plan is content.
  private static func plan(target: Double, seed: UInt64) -> CoverageExperiment {
    CoverageExperiment(
      estimate: "mean of 8 to 64 samples, target error \(target)", method: "scatter, stopped by the plan", truth: 0
    ) { number in
      var random = stream(seed, experiment: 102, number)
      var values: [Double] = []
      var estimate: Estimate?
      while let total = SamplePlan.total(
        samples: values.count, standardError: estimate?.standardError, target: target, minimum: 8, maximum: 64)
      {
        while values.count < total { values.append(random.normal()) }
        estimate = Estimate(of: values)
      }
      guard let estimate, let error = estimate.standardError else { return nil }
      return Measured(
        value: estimate.mean, standardError: error, degreesOfFreedom: Double(estimate.samples - 1))
    }
  }
}
