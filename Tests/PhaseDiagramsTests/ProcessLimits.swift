import Foundation

/// Ends this process by SIGALRM after some seconds: for tests in processes of their own that might never return.
func alarmAfter(seconds: UInt32) {
  alarm(seconds)
}
