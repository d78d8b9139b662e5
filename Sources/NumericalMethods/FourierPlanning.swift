import CFFTW
import Synchronization

/// FFTW's planner keeps global tables and is not thread safe; only executing a plan is.
enum FourierPlanning {
  private static let lock = Mutex(())

  static func withPlanner<Result>(_ body: () -> sending Result) -> sending Result {
    lock.withLock { _ in body() }
  }

  static func libraryCount(_ count: Int) -> Int32 {
    guard count > 0, let narrow = Int32(exactly: count) else {
      preconditionFailure("the length of a Fourier transform must be in 1...\(Int32.max), got \(count)")
    }
    return narrow
  }
}
