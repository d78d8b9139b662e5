import Foundation
import StatisticalTesting
import SystemTesting
import Testing

@testable import DenseHebbian
@testable import SystemInterface

/// Spinodals, capacities and first-order loads.
@Suite struct CriticalLoadTests {
  /// Request, spinodal load, magnetization there ("" where none is printed).
  static let capacities: [(request: String, load: String, magnetization: String)] = [
    ("interactionOrder=2", "0.1379056", ".96742"), ("interactionOrder=4", "0.03297669", ".91792"),
    ("interactionOrder=6", "0.001313996", ".96199"), ("interactionOrder=8", "2.771832e-5", ".97637"),
    ("interactionOrder=4 interactionForm=fullPower", "0.01319067", ""),
    ("interactionOrder=6 interactionForm=fullPower", "1.668567e-4", ""),
    ("interactionOrder=8 interactionForm=fullPower", "1.033784e-6", ""),
    ("interactionOrder=2 examplesPerArchetype=8 datasetQuality=0.6", "0.03844568", ".8284"),
    ("interactionOrder=4 examplesPerArchetype=8 datasetQuality=0.6", "0.01705847", ".7611"),
    ("interactionOrder=6 examplesPerArchetype=8 datasetQuality=0.6", "4.003992e-4", ".8257"),
    ("interactionOrder=2 exampleAverage=gaussian datasetEntropy=0.2", "0.03875975", ""),
    ("interactionOrder=4 exampleAverage=gaussian datasetEntropy=0.2", "0.01645049", ""),
    ("interactionOrder=2 examplesPerArchetype=20 datasetQuality=0.7", "0.09736214", ""),
    ("interactionOrder=4 examplesPerArchetype=20 datasetQuality=0.7", "0.02623461", ""),
    (
      "interactionOrder=2 examplesPerArchetype=20 datasetQuality=0.7 learningProtocol=unsupervised", "0.09495879", ""
    ),
    (
      "interactionOrder=4 examplesPerArchetype=20 datasetQuality=0.7 learningProtocol=unsupervised", "0.01768359", ""
    ),
  ]

  /// P = 2: 0.138 of Amit, Gutfreund & Sompolinsky, Ann. Phys. 173, 30 (1987).
  @Test("Published capacities at T = 0", arguments: capacities.indices)
  func publishedCapacities(index: Int) throws {
    let row = Self.capacities[index]
    let theory = try Request.theory("quantity=criticalLoad temperature=0 " + row.request)
    expectDigits(theory["spinodalLoad"], row.load, row.request)
    // The maximum is flat: its place is known to fewer digits than its height.
    if let printed = Double(row.magnetization) {
      expectClose(try #require(theory["spinodalMagnetization"]), printed, 1e-4, "m of " + row.request)
    }
  }

  /// Section 10: capacities at P = 4, r = 0.5.
  @Test("More examples can store less", arguments: [true, false])
  func smallDatasets(isSupervised: Bool) throws {
    let printed =
      isSupervised
      ? [".03298", ".01288", ".01179", ".01212", ".01470", ".02200", ".02862"]
      : [".03298", ".00392", ".00219", ".00153", ".00158", ".00339", ".00907"]
    for (M, digits) in zip([1, 2, 3, 5, 10, 30, 100], printed) {
      let word = isSupervised ? "supervised" : "unsupervised"
      let theory = try Request.theory(
        "quantity=criticalLoad temperature=0 datasetQuality=0.5 examplesPerArchetype=\(M) learningProtocol=\(word)")
      expectDigits(theory["spinodalLoad"], digits, "M = \(M), \(word)")
    }
  }

  @Test("Capacity of clean archetypes in closed form", arguments: [4, 6, 8])
  func closedForm(order: Int) throws {
    let factors = [4: (6.0, 15.0), 6: (120, 945), 8: (5040, 135_135)]
    let (factorial, oddFactorial) = try #require(factors[order])
    let height = (1...60_000).reduce(0.0) { best, k in
      let y = Double(k) * 1e-4
      return max(best, pow(erf(y), Double(2 * order - 2)) / (2 * y * y))
    }
    for (form, factor) in [("distinctIndices", factorial), ("fullPower", oddFactorial)] {
      let theory = try Request.theory(
        "quantity=criticalLoad temperature=0 interactionOrder=\(order) interactionForm=\(form)")
      let load = try #require(theory["spinodalLoad"])
      #expect(abs(load * factor / height - 1) < 1e-7, "\(form): \(load), expected \(height / factor)")
    }
  }

  /// Section 7, P = 4, r = 1: temperature, spinodal, replica-symmetric first-order load.
  static let diagram: [(temperature: String, spinodal: String, firstOrder: String?)] = [
    ("0.05", ".033917", ".017994"), ("0.2", ".036278", ".024290"), ("0.3", ".037443", ".030141"),
    ("0.4", ".038195", ".031613"), ("0.5", ".038257", ".027809"), ("0.6", ".036522", ".018462"),
    ("0.7", ".031346", ".004342"), ("0.8", ".022768", nil), ("0.9", ".011652", nil),
  ]

  @Test("The phase diagram of P = 4", arguments: diagram.indices)
  func phaseDiagram(index: Int) throws {
    let row = Self.diagram[index]
    let theory = try Request.theory("quantity=criticalLoad temperature=\(row.temperature)")
    expectDigits(theory["spinodalLoad"], row.spinodal, "T = \(row.temperature)")
    if let firstOrder = row.firstOrder {
      expectDigits(theory["firstOrderLoad"], firstOrder, "T = \(row.temperature)")
    } else {
      #expect(theory["firstOrderLoad"] == nil)
      #expect(theory.reason("firstOrderLoad")?.contains("metastable at every load") == true)
    }
  }

  @Test("Other published spinodals and first-order loads")
  func otherLines() throws {
    for (request, spinodal, firstOrder) in [
      ("interactionOrder=2 temperature=0.5", ".0588155", ".0280763"),
      ("interactionOrder=2 temperature=0.1", ".1350492", ".0530916"),
      ("examplesPerArchetype=8 datasetQuality=0.6 temperature=0.3", ".0248276", ".0217795"),
      ("interactionOrder=2 temperature=0", "0.1379056", "0.051854"),
    ] {
      let theory = try Request.theory("quantity=criticalLoad " + request)
      expectDigits(theory["spinodalLoad"], spinodal, request)
      expectDigits(theory["firstOrderLoad"], firstOrder, request)
    }
  }

  @Test("Published temperatures at zero load")
  func temperatures() throws {
    for (order, spinodal, firstOrder) in [
      (4, ".9915726", ".7258987"), (6, "1.2681609", ".7216051"), (8, "1.5477619", ".7213634"),
    ] {
      let theory = try Request.theory("quantity=criticalTemperature interactionOrder=\(order)")
      expectDigits(theory["spinodalTemperature"], spinodal, "P = \(order)")
      expectDigits(theory["firstOrderTemperature"], firstOrder, "P = \(order)")
    }
    for dataset in ["", " examplesPerArchetype=3 datasetQuality=0.4", " exampleAverage=gaussian datasetEntropy=2"] {
      let theory = try Request.theory("quantity=criticalTemperature interactionOrder=2" + dataset)
      #expect(theory["spinodalTemperature"] == 1 && theory["firstOrderTemperature"] == 1)
    }
  }

  @Test("Retrieval ends where the lines say", arguments: ["", " examplesPerArchetype=8 datasetQuality=0.6"])
  func endOfRetrieval(dataset: String) throws {
    for (order, T) in [(2, 0.3), (4, 0.3), (4, 0), (6, 0.2)] {
      let words = "interactionOrder=\(order) temperature=\(T)" + dataset
      let lines = try Request.theory("quantity=criticalLoad " + words)
      let spinodal = try #require(lines["spinodalLoad"])
      let branch = { (load: Double) in try Request.theory(words + " storageLoad=\(load)") }
      #expect(try #require(branch(spinodal * 0.999)["magnetization"]) > 0.3, "below: \(words)")
      let above = try branch(spinodal * 1.001)
      #expect(above["magnetization"] == 0 && above["classOverlap"] == 0, "above: \(words)")
      #expect(above.phase == "spin-glass" || above.phase == "paramagnet")
      // One-step replica symmetry breaking decides what is global, where it is known.
      let (line, glass) =
        order == 2 ? ("firstOrderLoad", "glassFreeEnergy") : ("firstOrderLoadRSB", "glassFreeEnergyRSB")
      if let firstOrder = lines[line] {
        #expect(try branch(firstOrder * 0.999).phase == "retrieval")
        #expect(try branch(firstOrder * 1.001).phase == "metastable-retrieval")
        let crossing = try branch(firstOrder)
        expectClose(
          try #require(crossing["freeEnergy"]), try #require(crossing[glass]), 1e-10, "equal f: \(words)")
      }
    }
    let hot = try Request.theory("quantity=criticalLoad temperature=1.1" + dataset)
    #expect(hot["spinodalLoad"] == nil && hot.reason("spinodalLoad")?.contains("no retrieval") == true)
  }

  /// The plain iteration spirals here (its eigenvalues are complex) and overshoots from u = q = 1; a solution which attracts
  /// it exists all the same: u = 0.7848296, q = 0.7196855 at alpha = 7.2e-4.
  @Test("Retrieval is found up to the spinodal where the iteration overshoots")
  func overshoot() throws {
    let words = "interactionOrder=6 temperature=0.5 examplesPerArchetype=8 datasetQuality=0.6"
    let model = IndependentReplicaTheory(order: 6, examples: 8, quality: 0.6, load: 7.2e-4, temperature: 0.5)
    let image = model.equations(0.7848296155528366, 0.719685506297055)
    expectClose(image.u, 0.7848296155528366, 1e-9, "u")
    expectClose(image.q, 0.719685506297055, 1e-9, "q")
    let theory = try Request.theory(words + " storageLoad=7.2e-4")
    expectDigits(theory["classOverlap"], "0.7848296", "u")
    expectDigits(theory["replicaOverlap"], "0.7196855", "q")
  }

  @Test("The phase just below the spinodal is what the first-order load says of it")
  func phaseBelowSpinodal() throws {
    for words in [
      "interactionOrder=2 temperature=0.1 exampleAverage=gaussian datasetEntropy=1.5",
      "interactionOrder=6 temperature=0.5 examplesPerArchetype=8 datasetQuality=0.6",
    ] {
      let lines = try Request.theory("quantity=criticalLoad " + words)
      let spinodal = try #require(lines["spinodalLoad"])
      let line = words.contains("interactionOrder=2") ? "firstOrderLoad" : "firstOrderLoadRSB"
      let isGlobal = lines.reason(line)?.contains("global up to the spinodal") ?? false
      for fraction in [0.95, 0.99, 0.999] {
        let phase = try Request.theory("\(words) storageLoad=\(fraction * spinodal)").phase
        #expect(phase == (isGlobal ? "retrieval" : "metastable-retrieval"), "\(words), \(fraction)")
      }
    }
  }

  /// alpha(t) of section 3 on a fine grid, its local maxima refined by parabolas.
  @Test("All maxima of the load at T = 0, where small odd M have several", arguments: [1, 3, 5, 7])
  func severalMaxima(M: Int) throws {
    for (quality, isSupervised) in [(0.3, true), (0.5, true), (0.7, true), (0.3, false), (0.5, false), (0.7, false)] {
      let model = IndependentReplicaTheory(
        order: 2, isSupervised: isSupervised, examples: M, quality: quality, load: 0, temperature: 1)
      let maxima = Self.localMaxima { t in
        let u = model.overEntries { $0 * erf(t * $0 / 2.0.squareRoot()) }
        let c = model.overEntries { (2 / Double.pi).squareRoot() * exp(-t * t * $0 * $0 / 2) }
        let sigma = u / t, C = c / sigma
        guard C < 1 else { return -1 }
        let kappa = model.kappa
        let second = model.within * kappa * kappa / ((1 - kappa * C) * (1 - kappa * C))
        return sigma * sigma / (1 / ((1 - C) * (1 - C)) + second)
      }
      let word = isSupervised ? "supervised" : "unsupervised"
      let theory = try Request.theory(
        "quantity=criticalLoad temperature=0 interactionOrder=2 examplesPerArchetype=\(M) datasetQuality=\(quality) "
          + "learningProtocol=\(word)")
      var found = [try #require(theory["spinodalLoad"])]
      if case .numbers(let others) = theory.diagnostics["otherSpinodalLoads"] { found += others }
      #expect(found.count == maxima.count, "M = \(M), r = \(quality), \(word): \(found), expected \(maxima)")
      for (value, expected) in zip(found, maxima) { expectClose(value, expected, 1e-7, "M = \(M), r = \(quality)") }
    }
  }

  /// Local maxima over t in [0.01, 60], largest first.
  private static func localMaxima(_ f: (Double) -> Double) -> [Double] {
    let values = (0...12_000).map { f(0.01 * exp(log(6000) * Double($0) / 12_000)) }
    return (1..<12_000).compactMap { k in
      let (left, middle, right) = (values[k - 1], values[k], values[k + 1])
      guard middle > 0, middle > left, middle >= right else { return nil }
      guard left > 0, right > 0 else { return middle }
      let curvature = left - 2 * middle + right
      return middle - (right - left) * (right - left) / (8 * curvature)
    }.sorted(by: >)
  }
}
