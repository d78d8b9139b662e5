/// The line on which the oracle's order parameter is 1/2: the spinodal load of the dense Hebbian network.
///
/// Replica-symmetric spinodals for P = 2 and 4 (`transition line 'spinodal'` of a run of `dense-hebbian` over `storageLoad`
/// and `temperature`), straight between the tabulated temperatures. What it is does not matter, only that it is known.
struct OracleLine {
  /// First temperature of the table.
  static let lowest = 0.05
  /// Last temperature of the table; the load vanishes there.
  static let highest = 1.0

  /// Spinodal loads at equally spaced temperatures.
  let loads: [Double]

  /// The line for interaction order 2 or 4.
  init(order: Int) { loads = order == 2 ? Self.second : Self.fourth }

  /// Temperatures of the table.
  var temperatures: [Double] {
    loads.indices.map { Self.lowest + (Self.highest - Self.lowest) * Double($0) / Double(loads.count - 1) }
  }

  /// The load of the line; outside the table that of its nearest end.
  func load(temperature: Double) -> Double {
    let place = (temperature - Self.lowest) / (Self.highest - Self.lowest) * Double(loads.count - 1)
    let below = min(max(Int(place.rounded(.down)), 0), loads.count - 2)
    let fraction = min(max(place - Double(below), 0), 1)
    return loads[below] + fraction * (loads[below + 1] - loads[below])
  }

  private static let second = [
    0.13779, 0.13635, 0.13389, 0.13048, 0.12621, 0.12116, 0.11547, 0.10925, 0.10262, 0.095695, 0.088595,
    0.081416, 0.074247, 0.067167, 0.060247, 0.053543, 0.047107, 0.040981, 0.0352, 0.029794, 0.024789, 0.020204,
    0.016057, 0.012362, 0.0091314, 0.0063751, 0.0041019, 0.00232, 0.001037, 0.00026086, 0,
  ]
  private static let fourth = [
    0.033917, 0.034473, 0.034999, 0.035494, 0.035957, 0.036388, 0.036786, 0.037149, 0.037475, 0.03776,
    0.037999, 0.038186, 0.03831, 0.038353, 0.038289, 0.03807, 0.037627, 0.036884, 0.035785, 0.034311, 0.032463,
    0.030259, 0.02772, 0.024875, 0.021755, 0.01839, 0.01481, 0.011046, 0.0071232, 0.0030614, 0,
  ]
}
