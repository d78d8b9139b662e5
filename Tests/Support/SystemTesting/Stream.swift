import NumericalMethods

/// The random numbers of test number `number`.
public func stream(_ number: UInt64) -> RandomStream {
  RandomStream(StreamKey(seed: 2024, system: 0, point: number, purpose: .dynamics))
}
