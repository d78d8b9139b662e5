/// What counts as an error of size 1.
struct ErrorScale {
  let relative: Double
  let absolute: Double

  /// Root mean square of vectorᵢ/(absolute + relative max(|firstᵢ|, |secondᵢ|)); infinite if that is not a number.
  func norm(of vector: [Double], between first: [Double], and second: [Double]) -> Double {
    guard !vector.isEmpty else { return 0 }
    var sum = 0.0
    for index in vector.indices {
      let unit = absolute + relative * max(abs(first[index]), abs(second[index]))
      // Without an absolute tolerance a component that stays exactly 0 has no error.
      let ratio = unit > 0 || vector[index] != 0 ? vector[index] / unit : 0
      sum += ratio * ratio
    }
    let norm = (sum / Double(vector.count)).squareRoot()
    return norm.isFinite ? norm : .infinity
  }
}

/// One step of the Dormand–Prince 5(4) pair (J. Comput. Appl. Math. 6, 19 (1980)).
///
/// Coefficients as in Hairer, Nørsett & Wanner I, section II.5; the seventh slope is the first of the next step.
struct DormandPrinceStep {
  let state: [Double]
  let slope: [Double]
  private let start: [Double]
  private let step: Double
  private let slopes: [[Double]]

  init(
    from start: [Double], slope first: [Double], at time: Double, step: Double,
    _ derivative: (Double, [Double]) throws -> [Double]
  ) rethrows {
    var slopes = [first]
    var point = start
    for (node, row) in zip(Self.nodes, Self.rows) {
      for index in start.indices {
        var sum = 0.0
        for (coefficient, slope) in zip(row, slopes) {
          sum += coefficient * slope[index]
        }
        point[index] = start[index] + step * sum
      }
      slopes.append(try derivative(time + node * step, point))
    }
    self.start = start
    self.step = step
    self.slopes = slopes
    // The last row of the tableau is the solution itself.
    state = point
    slope = slopes[6]
  }

  /// The norm of the difference between the fifth-order solution and the embedded one of fourth order.
  func error(_ scale: ErrorScale) -> Double {
    scale.norm(of: combination(Self.errorWeights), between: start, and: state)
  }

  /// The state at the fraction θ of the step, to fourth order (DOPRI5's continuous output).
  func interpolated(at fraction: Double) -> [Double] {
    let (theta, rest) = (fraction, 1 - fraction)
    let correction = combination(Self.denseWeights)
    return start.indices.map { index in
      let difference = state[index] - start[index]
      let fromLeft = step * slopes[0][index] - difference
      let fromRight = difference - step * slope[index] - fromLeft
      let inner = fromRight + rest * correction[index]
      return start[index] + theta * (difference + rest * (fromLeft + theta * inner))
    }
  }

  /// h Σᵢ wᵢ kᵢ.
  private func combination(_ weights: [Double]) -> [Double] {
    start.indices.map { index in
      var sum = 0.0
      for (weight, slope) in zip(weights, slopes) {
        sum += weight * slope[index]
      }
      return step * sum
    }
  }

  private static let nodes: [Double] = [1.0 / 5, 3.0 / 10, 4.0 / 5, 8.0 / 9, 1, 1]
  private static let rows: [[Double]] = [
    [1.0 / 5],
    [3.0 / 40, 9.0 / 40],
    [44.0 / 45, -56.0 / 15, 32.0 / 9],
    [19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729],
    [9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656],
    [35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84],
  ]
  private static let errorWeights: [Double] = [
    71.0 / 57600, 0, -71.0 / 16695, 71.0 / 1920, -17253.0 / 339200, 22.0 / 525, -1.0 / 40,
  ]
  private static let denseWeights: [Double] = [
    -12715105075.0 / 11282082432, 0, 87487479700.0 / 32700410799, -10690763975.0 / 1880347072,
    701980252875.0 / 199316789632, -1453857185.0 / 822651844, 69997945.0 / 29380423,
  ]
}
