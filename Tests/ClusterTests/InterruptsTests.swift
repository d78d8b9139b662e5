import Foundation
import Testing

@testable import Cluster

/// Every test runs in a process of its own, because signals and the stored values belong to the whole process.
@Suite struct InterruptsTests {
  /// Sends to the process and waits for the handler; `raise` would wait for ever in a thread that blocks signals.
  private static func send(_ number: Int32) {
    kill(getpid(), number)
    usleep(100_000)
  }

  @Test func firstSignalIsRememberedAndItsDoubleIgnored() async {
    await #expect(processExitsWith: .success) {
      #expect(Interrupts.received == nil)
      Interrupts.install([SIGINT, SIGTERM])
      #expect(Interrupts.received == nil)
      Self.send(SIGTERM)
      #expect(Interrupts.received == SIGTERM)
      Self.send(SIGTERM)
      Self.send(SIGINT)
      #expect(Interrupts.received == SIGTERM)
    }
  }

  @Test func secondSignalOfTheSameKindKills() async {
    await #expect(processExitsWith: .signal(SIGTERM)) {
      Interrupts.install([SIGTERM])
      Self.send(SIGTERM)
      usleep(1_100_000)
      Self.send(SIGTERM)
      exit(EXIT_SUCCESS)
    }
  }

  @Test func laterSignalOfAnotherKindDoesNotKill() async {
    await #expect(processExitsWith: .success) {
      Interrupts.install([SIGTERM, SIGINT])
      Self.send(SIGTERM)
      usleep(1_100_000)
      Self.send(SIGINT)
      #expect(Interrupts.received == SIGTERM)
    }
  }
}
