import NumericalMethods
import RealModule

/// The inverse temperatures of replica exchange, from the coldest rung, number 0, to the hottest.
///
/// One rung, the held one, stands at the temperature that is asked for. It and the two ends never move.
public struct TemperatureLadder: Sendable, Codable, Equatable {
  /// beta = 1/T of each rung, strictly decreasing.
  public let inverseTemperatures: [Double]
  /// The rung at the temperature that is asked for.
  public let heldRung: Int

  /// Number of rungs.
  public var count: Int { inverseTemperatures.count }

  /// T of each rung.
  public var temperatures: [Double] { inverseTemperatures.map { 1 / $0 } }

  /// Equal ratios from `coldest` to `hottest`, with the rung nearest to `held` (by ratio) put there.
  ///
  /// Equal ratios give equal rejection where the heat capacity is constant.
  /// - Precondition: 0 < `coldest` < `hottest`, `held` between them, at least two rungs.
  public init(geometricFrom coldest: Double, to hottest: Double, count: Int, holding held: Double) {
    precondition(count >= 2, "a ladder needs two rungs, got \(count)")
    precondition(
      coldest > 0 && coldest < hottest && coldest <= held && held <= hottest,
      "the temperature \(held) must lie on a ladder from \(coldest) to \(hottest)")
    let bottom = Double.log(coldest), span = Double.log(hottest) - bottom
    heldRung = Int(((Double.log(held) - bottom) / span * Double(count - 1)).rounded())
    var rungs = (0..<count).map { Self.inverse(Double.exp(bottom + span * Double($0) / Double(count - 1))) }
    (rungs[0], rungs[count - 1]) = (Self.inverse(coldest), Self.inverse(hottest))
    rungs[heldRung] = Self.inverse(held)
    inverseTemperatures = rungs
  }

  /// A ladder of these rungs, coldest first.
  public init(inverseTemperatures: [Double], heldRung: Int) {
    precondition(inverseTemperatures.count >= 2, "a ladder needs two rungs, got \(inverseTemperatures.count)")
    precondition(inverseTemperatures.indices.contains(heldRung), "there is no rung \(heldRung)")
    precondition(
      zip(inverseTemperatures, inverseTemperatures.dropFirst()).allSatisfy { $0 > $1 }, "the rungs must be in order")
    self.inverseTemperatures = inverseTemperatures
    self.heldRung = heldRung
  }

  // Differences of infinite numbers would be none.
  private static func inverse(_ T: Double) -> Double { min(1 / T, Double.greatestFiniteMagnitude) }

  /// The ladder on which every link would be rejected equally often, if these are the rates of this one.
  ///
  /// Rejection rates add up to the communication barrier Lambda(beta) between the coldest rung and beta. A monotone cubic
  /// through the measured points, here of ln beta over Lambda, gives the rungs at equal steps of Lambda (Syed,
  /// Bouchard-Côté, Deligiannidis & Doucet, J. R. Stat. Soc. B 84, 321 (2022)). The held temperature takes the rung nearest
  /// to its own Lambda; below and above it steps are equal on each side.
  /// - Parameter rejections: rejection rate of each link, > 0, the coldest link first.
  public func retuned(rejections: [Double]) -> TemperatureLadder {
    precondition(rejections.count == count - 1, "\(rejections.count) rejection rates for \(count) rungs")
    precondition(rejections.allSatisfy { $0 > 0 && $0.isFinite }, "rejection rates must be positive, got \(rejections)")
    let barriers = rejections.reduce(into: [0.0]) { $0.append($0[$0.count - 1] + $1) }
    let last = count - 1, total = barriers[last], barrierOfHeld = barriers[heldRung]
    let curve = MonotoneInterpolation(at: barriers, values: inverseTemperatures.map { Double.log($0) })
    var held = heldRung
    if held > 0, held < last {
      held = min(max(Int((barrierOfHeld / total * Double(last)).rounded()), 1), last - 1)
    }
    var rungs = (0..<count).map { rung -> Double in
      if rung <= held, held > 0 {
        return Double.exp(curve(barrierOfHeld * Double(rung) / Double(held)))
      }
      return Double.exp(curve(barrierOfHeld + (total - barrierOfHeld) * Double(rung - held) / Double(last - held)))
    }
    (rungs[0], rungs[last]) = (inverseTemperatures[0], inverseTemperatures[last])
    rungs[held] = inverseTemperatures[heldRung]
    // Rungs so close that rounding joins them cannot be told apart: then the ladder stays as it is.
    guard zip(rungs, rungs.dropFirst()).allSatisfy({ $0 > $1 }) else { return self }
    return TemperatureLadder(inverseTemperatures: rungs, heldRung: held)
  }
}
