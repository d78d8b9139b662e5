import SystemTesting

@testable import DenseHebbian

extension DenseHebbian: TestedSystem {}

/// Requests to the dense Hebbian network.
typealias Request = Requests<DenseHebbian>
