import Foundation
import NumericalMethods
import StatisticalTesting
import SystemTesting
import Testing

@testable import DenseHebbian
@testable import SystemInterface

/// `quantity=glass` in theory, and the ladder that it scales.
@Suite struct GlassTheoryTests {
  @Test("A published state, from the quantity")
  func publishedState() throws {
    let theory = try Request.theory("quantity=glass storageLoad=0.03 temperature=0.2")
    expectDigits(theory["glassFreeEnergy"], "-.5785385", "f RS")
    expectDigits(theory["glassOverlap"], ".694715", "q RS")
    expectDigits(theory["glassFreeEnergyRSB"], "-.4960182", "f")
    expectDigits(theory["glassBlockParameter"], ".51798", "x")
    expectDigits(theory["glassInnerOverlap"], ".983630", "q")
    expectDigits(theory["dynamicTemperature"].map { $0 / 0.03.squareRoot() }, "2.350085", "T_d")
    expectDigits(theory["kauzmannTemperature"].map { $0 / 0.03.squareRoot() }, "2.136946", "T_K")
    #expect(theory.phase == "spin-glass")
    let same = try Request.theory("storageLoad=0.03 temperature=0.2")
    #expect(theory["glassFreeEnergy"] == same["glassFreeEnergy"])
    #expect(theory["glassFreeEnergyRSB"] == same["glassFreeEnergyRSB"])
  }

  @Test("The pairwise glass of section 5")
  func pairwise() throws {
    let theory = try Request.theory("quantity=glass interactionOrder=2 storageLoad=0.2 temperature=0.7")
    #expect(abs(try #require(theory["glassEnergy"]) + 0.553) < 0.0005)
    #expect(theory.phase == "spin-glass")
    #expect(try #require(theory.diagnostics["repliconEigenvalue"]?.number) < 0)
    for name in [
      "glassEnergyRSB", "glassFreeEnergyRSB", "glassInnerOverlap", "glassBlockParameter", "dynamicTemperature",
      "kauzmannTemperature",
    ] {
      #expect(theory.reason(name)?.contains("P >= 4") == true, "\(name)")
    }
    let hot = try Request.theory("quantity=glass interactionOrder=2 storageLoad=0.2 temperature=1.5")
    #expect(hot.phase == "paramagnet" && hot["glassOverlap"] == 0)
  }

  @Test("Above T_K the paramagnet, whose inner overlap and block parameter do not exist")
  func paramagnet() throws {
    let theory = try Request.theory("quantity=glass storageLoad=0.05 temperature=0.9")
    expectClose(try #require(theory["glassEnergyRSB"]), -0.05 * 24 / (4 * 0.9), 1e-13, "e")
    #expect(theory.reason("glassInnerOverlap")?.contains("T_K") == true)
    #expect(theory.reason("glassBlockParameter")?.contains("T_K") == true)
    expectDigits(theory["kauzmannTemperature"], ".478", "T_K at alpha = 0.05")
    #expect(theory.phase == "paramagnet")
    let empty = try Request.theory("quantity=glass temperature=0.2")
    #expect(empty["glassEnergy"] == 0 && empty["kauzmannTemperature"] == 0 && empty.phase == "paramagnet")
  }

  /// The solution without retrieval sees the examples of unsupervised learning only through the noise kernel.
  @Test("Examples enter through the kernel; a teacher makes them irrelevant")
  func examples() throws {
    let words = "quantity=glass storageLoad=0.03 temperature=0.2 "
    let clean = try Request.theory(words)
    let taught = try Request.theory(words + "examplesPerArchetype=8 datasetQuality=0.6")
    #expect(taught.observables == clean.observables)
    // F is scaled by [1/M + (1-1/M) r^8]/R^4, and T_K by its square root.
    let untaught = try Request.theory(
      words + "examplesPerArchetype=8 datasetQuality=0.6 learningProtocol=unsupervised")
    let R = 0.36 + 0.64 / 8
    let factor = (1.0 / 8 + 7.0 / 8 * pow(0.6, 8)) / pow(R, 4)
    expectClose(
      try #require(untaught["kauzmannTemperature"]),
      try #require(clean["kauzmannTemperature"]) * factor.squareRoot(), 1e-12, "T_K")
    #expect(Request.refusal(words + "examplesPerArchetype=10000000 datasetQuality=0.6", for: .theory) == nil)
  }

  @Test("The temperature that scales the ladder")
  func glassTemperatures() throws {
    let scale = { (words: String) in
      try DenseHebbian().glassTemperature(Request.point("quantity=glass temperature=1 " + words, for: .simulate))
    }
    for alpha in [1e-6, 0.04, 0.2, 1, 50] {
      expectClose(try scale("interactionOrder=2 storageLoad=\(alpha)"), 1 + alpha.squareRoot(), 1e-12, "P = 2")
      expectClose(
        try scale("interactionForm=fullPower spinCount=9 storageLoad=\(alpha)"), 6 * alpha.squareRoot(), 1e-12,
        "P = 4, full power")
    }
    expectClose(try scale("storageLoad=0.05"), 0.478, 1e-3, "P = 4")
    // Tiny loads: rounding hides the load, and the scale is where the noise diverges.
    expectClose(try scale("interactionOrder=2 storageLoad=1e-300"), 1, 1e-12, "no load to speak of")
    let words =
      "interactionOrder=2 storageLoad=0.1 examplesPerArchetype=5 datasetQuality=0.7 learningProtocol=unsupervised"
    let T = try scale(words)
    let theory = try Request.theory("quantity=glass \(words) temperature=\(T)")
    #expect(abs(try #require(theory.diagnostics["repliconEigenvalue"]?.number)) < 1e-9)
  }

  @Test("The ladder of the interface, and temperatures beyond its ends")
  func ladder() throws {
    let ladder = { (T: String) in
      try DenseHebbian().temperatureLadder(
        Request.point("quantity=glass storageLoad=0.05 temperature=\(T) exchangeTemperatures=12", for: .simulate))
    }
    let scale = 2.136946 * 0.05.squareRoot()
    let inside = try ladder("0.4")
    expectClose(inside.temperatures[0], 0.3 * scale, 1e-6, "coldest")
    expectClose(inside.temperatures[11], 1.5 * scale, 1e-6, "hottest")
    #expect(inside.inverseTemperatures.contains(1 / 0.4))
    #expect(try ladder("0.05").heldRung == 0 && ladder("2").heldRung == 11)
    #expect(try ladder("0.05").inverseTemperatures[0] == 1 / 0.05)
    #expect(try ladder("1e-320").inverseTemperatures.allSatisfy(\.isFinite))
  }

  static let refusals: [(request: String, verb: Verb, words: [String])] = [
    ("storageLoad=0.1 temperature=0", .theory, ["temperature:", "given 0", "> 0", "quantity=glass"]),
    ("storageLoad=0.1 temperature=0", .simulate, ["temperature:", "given 0", "> 0"]),
    ("temperature=0.2", .simulate, ["storageLoad:", "> 0", "quantity=glass"]),
    ("storageLoad=0", .simulate, ["storageLoad:", "given 0", "> 0"]),
    ("storageLoad=0.1 exchangeTemperatures=1", .simulate, ["exchangeTemperatures:", "given 1", ">= 2"]),
    ("storageLoad=0.1 exchangeTemperatures=20000", .simulate, ["exchangeTemperatures:", "given 20000", "10000"]),
    ("storageLoad=0.1 archetypeCount=4", .simulate, ["archetypeCount:", "not a parameter of quantity=glass"]),
    ("storageLoad=0.1 initialOverlap=1", .simulate, ["initialOverlap:", "not a parameter of quantity=glass"]),
    ("storageLoad=0.1 datasetEntropy=1", .theory, ["datasetEntropy:", "not a parameter of quantity=glass"]),
    ("storageLoad=0.1 learningProtocol=unsupervised", .theory, ["learningProtocol:", "infinitely many"]),
  ]

  @Test("Refusals", arguments: refusals.indices)
  func refusal(index: Int) throws {
    let row = Self.refusals[index]
    let message = try #require(Request.refusal("quantity=glass " + row.request, for: row.verb), "\(row.request)")
    #expect(row.words.allSatisfy(message.contains), "\(row.request): \(message)")
  }
}
