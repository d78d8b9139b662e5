import SystemTesting

@testable import GeneralizationDynamics

extension GeneralizationDynamics: TestedSystem {}

/// Requests to the dynamics of generalization.
typealias Generalization = Requests<GeneralizationDynamics>
