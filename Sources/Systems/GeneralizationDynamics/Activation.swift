import RealModule
import SystemInterface

/// The nonlinearity of a hidden layer, and its averages over Gaussian inputs.
public enum Activation: String, Sendable, CaseIterable {
  /// erf(h/√2).
  case erf
  /// max(0, h).
  case relu

  /// f(h).
  func callAsFunction(_ h: Double) -> Double {
    switch self {
    case .erf: Double.erf(h * 0.5.squareRoot())
    case .relu: max(0, h)
    }
  }

  /// f′(h); 0 at the kink.
  func derivative(_ h: Double) -> Double {
    switch self {
    case .erf: (2 / Double.pi).squareRoot() * Double.exp(-0.5 * h * h)
    case .relu: h > 0 ? 1 : 0
    }
  }

  /// E f(u·x) f(v·x) over standard Gaussian x, from u·v, |u|² and |v|².
  ///
  /// (2/π) arcsin(u·v/√((1 + |u|²)(1 + |v|²))) for erf (Williams, Neural Comput. 10, 1203 (1998)), the arc-cosine kernel
  /// |u||v|(sin θ + (π − θ) cos θ)/(2π) for relu (Cho & Saul, NIPS 22 (2009)).
  func kernel(product: Double, square1: Double, square2: Double) -> Double {
    switch self {
    case .erf:
      return 2 / Double.pi * Double.asin(product / ((1 + square1) * (1 + square2)).squareRoot())
    case .relu:
      let lengths = (square1 * square2).squareRoot()
      guard lengths > 0 else { return 0 }
      let cosine = min(1, max(-1, product / lengths)), angle = Double.acos(cosine)
      return lengths / (2 * Double.pi) * (Double.sin(angle) + (Double.pi - angle) * cosine)
    }
  }
}
