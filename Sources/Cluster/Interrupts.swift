import Foundation
import Synchronization

/// Signals that ask the program to save its work and end.
///
/// The handler only stores numbers; the program looks at `received` between its steps. A second signal of the same kind
/// ends the process at once, so that an impatient user is obeyed.
public enum Interrupts {
  // All trivially initialised and lock-free: a signal handler may touch them.
  private static let firstSignal = Atomic<Int32>(0)
  private static let seenSignals = Atomic<UInt64>(0)
  private static let lastNewSignalTime = Atomic<Int64>(0)

  /// Repetitions within this time do not count: `mpirun` and Slurm may both deliver the same signal.
  private static let graceInMilliseconds: Int64 = 1000

  /// Watches for `signals` from now on.
  public static func install(_ signals: [Int32]) {
    // The first access initialises a static variable, which must not happen inside the handler.
    _ = (firstSignal.load(ordering: .relaxed), seenSignals.load(ordering: .relaxed))
    _ = (lastNewSignalTime.load(ordering: .relaxed), graceInMilliseconds)
    for number in signals {
      precondition((1..<64).contains(number), "there is no signal \(number)")
      signal(number) { Interrupts.handle($0) }
    }
  }

  /// The first watched signal that came, if any.
  public static var received: Int32? {
    let number = firstSignal.load(ordering: .acquiring)
    return number == 0 ? nil : number
  }

  private static func handle(_ number: Int32) {
    let bit = UInt64(1) << UInt64(number)
    let wasSeen = seenSignals.bitwiseOr(bit, ordering: .acquiringAndReleasing).oldValue & bit != 0
    var clock = timespec()
    clock_gettime(CLOCK_MONOTONIC, &clock)
    let now = Int64(clock.tv_sec) * 1000 + Int64(clock.tv_nsec) / 1_000_000
    if !wasSeen {
      lastNewSignalTime.store(now, ordering: .releasing)
      _ = firstSignal.compareExchange(expected: 0, desired: number, ordering: .acquiringAndReleasing)
    } else if now - lastNewSignalTime.load(ordering: .acquiring) >= graceInMilliseconds {
      signal(number, SIG_DFL)
      raise(number)
    }
  }
}
