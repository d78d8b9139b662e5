import SystemTesting
import Testing

@testable import DenseHebbian
@testable import SystemInterface

/// Requests at the edge of what numbers hold: computed, refused or failed with a reason, never a crash or a NaN.
@Suite struct ExtremeValueTests {
  @Test(
    "Extreme temperatures and loads",
    arguments: [
      "temperature=1e-300 storageLoad=0.02", "temperature=5 storageLoad=1e308", "temperature=0 storageLoad=1e308",
      "temperature=1e300 storageLoad=0.1", "temperature=0.1 storageLoad=1e-300", "synapticNoise=1e200",
      "interactionOrder=2 temperature=0.5 storageLoad=1e300",
      "exampleAverage=gaussian datasetEntropy=1e300 storageLoad=0.01",
      "quantity=criticalLoad temperature=1e-9", "quantity=criticalLoad temperature=1e300",
      "quantity=criticalTemperature datasetQuality=0 examplesPerArchetype=4",
      "quantity=glass temperature=1e-300 storageLoad=0.02", "quantity=glass temperature=5 storageLoad=1e308",
      "quantity=glass temperature=1e300 storageLoad=0.1", "quantity=glass temperature=0.1 storageLoad=1e-300",
      "quantity=glass interactionOrder=2 temperature=0.5 storageLoad=1e300",
    ])
  func extremes(request: String) throws {
    do {
      let result = try Request.theory(request)
      for (name, value) in result.observables { #expect(value.finiteOrMissing == value, "\(request): \(name)") }
    } catch {
      #expect("\(error)".contains("not finite"), "\(request): \(error)")
    }
  }

  @Test(
    "Replica exchange at extreme temperatures and loads gives numbers",
    arguments: ["1e-320", "1e-200", "0.1", "1e308"],
    ["interactionOrder=2 storageLoad=1e-300", "storageLoad=1e-300", "storageLoad=0.05"])
  func exchange(T: String, words: String) throws {
    let sample = try Request.sample(
      "quantity=glass \(words) temperature=\(T) spinCount=12 exchangeTemperatures=5 equilibrationSweeps=200 "
        + "measurementSweeps=20")
    #expect(try #require(sample["glassEnergy"]).isFinite)
    guard case .numbers(let temperatures) = sample.diagnostics["ladderTemperatures"] else {
      Issue.record("no ladder")
      return
    }
    #expect(zip(temperatures, temperatures.dropFirst()).allSatisfy { $0 <= $1 })
  }

  @Test("Temperatures below what matters are zero temperature")
  func coldIsZero() throws {
    let cold = try Request.theory("temperature=1e-300 storageLoad=0.02")
    let zero = try Request.theory("temperature=0 storageLoad=0.02")
    #expect(cold.observables == zero.observables)
  }

  /// Ends of retrieval in corners where branches lose stability, overshoot or have several maxima.
  @Test(
    "Retrieval exists just below the spinodal and not above",
    arguments: [
      "interactionOrder=8 examplesPerArchetype=4 datasetQuality=0.6 temperature=0.3",
      "interactionOrder=6 examplesPerArchetype=2 datasetQuality=0.8 temperature=0.5 learningProtocol=unsupervised",
      "interactionOrder=4 examplesPerArchetype=4 datasetQuality=0.5 temperature=0.3 learningProtocol=unsupervised",
      "interactionOrder=6 examplesPerArchetype=5 datasetQuality=0.3 temperature=0.3",
      "interactionOrder=4 examplesPerArchetype=2 datasetQuality=0.6 temperature=0.5 learningProtocol=unsupervised",
      "interactionOrder=2 examplesPerArchetype=2 datasetQuality=0.3 temperature=0.05",
      "interactionOrder=2 examplesPerArchetype=10 datasetQuality=0.3 temperature=0.02",
      "interactionOrder=2 examplesPerArchetype=8 datasetQuality=0.3 temperature=0.2",
    ])
  func endsOfRetrieval(words: String) throws {
    let load = try #require(try Request.theory("quantity=criticalLoad " + words)["spinodalLoad"])
    #expect(try #require(try Request.theory("\(words) storageLoad=\(load * 0.999)")["classOverlap"]) > 0)
    #expect(try Request.theory("\(words) storageLoad=\(load * 1.001)")["classOverlap"] == 0)
  }
}
