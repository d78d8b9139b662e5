import CLinearAlgebra

/// What the linear algebra library of this process is.
public enum LinearAlgebraLibrary {
  /// The processor for which the kernel in use was written, in OpenBLAS's words.
  public static var kernel: String {
    openblas_get_corename().map { String(cString: $0) } ?? "unknown"
  }

  /// Version, build options and the kernel in use, in OpenBLAS's words.
  public static var configuration: String {
    let options = openblas_get_config().map { String(cString: $0) } ?? "OpenBLAS"
    return "\(options) (kernel in use: \(kernel))"
  }
}
