import CLinearAlgebra

/// The number of threads that BLAS and LAPACK calls use.
public enum LinearAlgebraThreads {
  /// Lets every later BLAS and LAPACK call of this process use `n` threads; one a rank is the rule, since ranks share cores.
  ///
  /// - Precondition: `n` ≥ 1.
  public static func set(_ n: Int) {
    precondition(n >= 1, "BLAS needs at least one thread, got \(n)")
    openblas_set_num_threads(Matrix.libraryCount(n))
  }
}
