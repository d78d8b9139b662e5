import RealModule
import SystemInterface

/// The places along an axis that refinement can reach: the values of the axis, and the places that halving puts between.
///
/// Place 2^levels · i is value i of the axis. Sizes, words and infinite values have nothing between them.
struct AxisLattice: Sendable {
  /// The axis.
  let axis: DiagramAxis
  /// Number of halvings; 0 for an axis that is not refined.
  let levels: Int
  /// Whether a phase boundary may run across its values: not for words, sizes, a single value, or values that neither rise
  /// nor fall throughout. There every value stands for itself.
  let isContinuous: Bool
  private let coordinates: [Double]

  /// The lattice of `axis`; `size` names the parameter that finite-size scaling extrapolates, which stays as it is.
  init(_ axis: DiagramAxis, levels: Int, size: String? = nil) {
    self.axis = axis
    coordinates = axis.coordinates
    isContinuous =
      axis.words == nil && axis.name != size && axis.values.count > 1 && coordinates.allSatisfy(\.isFinite)
      && axis.isMonotonic
    self.levels = isContinuous ? levels : 0
  }

  /// Places from one value of the axis to the next.
  var stride: Int { 1 << levels }

  /// The value at a place, exactly that of the axis where it has one there.
  func value(at place: Int) -> ParameterValue {
    let below = place >> levels
    guard place != below << levels else { return axis.values[below] }
    let number = coordinate(at: place)
    return axis.declaration.isWholeNumber ? .integer(Int(number)) : .real(number)
  }

  /// The number at a place; a whole one for a parameter that is counted.
  func coordinate(at place: Int) -> Double {
    let below = place >> levels, rest = place - below << levels
    guard rest != 0 else { return coordinates[below] }
    let number = number(coordinates[below], coordinates[below + 1], Double(rest) / Double(stride))
    return axis.declaration.isWholeNumber ? number.rounded() : number
  }

  /// The number at a fraction of the way between two places, and its derivative by that fraction.
  func position(from first: Int, to second: Int, fraction: Double) -> (number: Double, slope: Double) {
    let (low, high) = (coordinate(at: first), coordinate(at: second))
    let position = number(low, high, fraction)
    return (position, axis.spacing == .log ? position * Double.log(high / low) : high - low)
  }

  private func number(_ low: Double, _ high: Double, _ fraction: Double) -> Double {
    axis.spacing == .log ? low * Double.pow(high / low, fraction) : low + (high - low) * fraction
  }

  /// The place in the middle; `nil` where no further value lies between the two.
  func middle(of first: Int, _ second: Int) -> Int? {
    guard second - first > 1, (second - first).isMultiple(of: 2) else { return nil }
    let middle = (first + second) / 2
    let (low, value, high) = (coordinate(at: first), coordinate(at: middle), coordinate(at: second))
    guard value != low, value != high else { return nil }
    // A rounded number may not be what the parameter allows, such as an odd interaction order.
    return (try? axis.declaration.value(of: .real(value), origin: nil)) == nil ? nil : middle
  }
}
