/// FFTW could not plan a transform.
public struct FourierTransformError: Error, Equatable, CustomStringConvertible {
  /// The length of the transform.
  public let count: Int

  /// One line with the length.
  public var description: String { "FFTW: no plan for a transform of length \(count)" }
}
