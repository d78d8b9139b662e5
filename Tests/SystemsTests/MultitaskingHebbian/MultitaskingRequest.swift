import SystemTesting

@testable import MultitaskingHebbian

extension MultitaskingHebbian: TestedSystem {}

/// Requests to the multitasking Hebbian network.
typealias MultitaskingRequest = Requests<MultitaskingHebbian>
