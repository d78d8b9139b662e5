import Foundation

/// Processor time of this process, all its threads together: other programs on the machine hardly touch it.
enum ProcessorClock {
  /// Seconds so far.
  static var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }

  /// Seconds that a call of `work` takes, on average over calls until `least` seconds are over, one call at least.
  static func secondsPerCall(forAtLeast least: Double, _ work: () throws -> Void) rethrows -> Double {
    let start = seconds
    var calls = 0, elapsed = 0.0
    repeat {
      try work()
      calls += 1
      elapsed = seconds - start
    } while elapsed < least
    return elapsed / Double(calls)
  }
}
