import NumericalMethods

/// A stationary Gaussian series x_{t+1} = ρ x_t + √(1 − ρ²) ξ_t of mean 0 and variance 1; τ = (1 + ρ)/(2(1 − ρ)).
func autoregressiveSeries(_ correlation: Double, count: Int, repetition: Int) -> [Double] {
  var stream = RandomStream(
    StreamKey(seed: 99, system: 0, point: UInt64(repetition), purpose: .data))
  let noise = (1 - correlation * correlation).squareRoot()
  var value = stream.normal()
  return (0..<count).map { _ in
    defer { value = correlation * value + noise * stream.normal() }
    return value
  }
}
