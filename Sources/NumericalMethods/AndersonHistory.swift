/// The differences of iterates and residuals that Anderson acceleration combines, newest first.
struct AndersonHistory {
  private let memory: Int
  private var last: (state: [Double], residual: [Double])?
  private var stateDifferences: [[Double]] = []
  private var residualDifferences: [[Double]] = []

  init(memory: Int) {
    self.memory = memory
  }

  mutating func removeAll() {
    last = nil
    stateDifferences = []
    residualDifferences = []
  }

  /// x + d f − Σⱼ γⱼ (Δxⱼ + d Δfⱼ), where γ minimises |f − Σⱼ γⱼ Δfⱼ|; `nil` without a usable difference.
  ///
  /// The least-squares problem is solved by modified Gram–Schmidt from the newest difference to the oldest; a difference
  /// that is a combination of newer ones to 10⁻⁸ is left out, since its γ would be noise.
  mutating func step(from state: [Double], residual: [Double], damping: Double) -> [Double]? {
    if let last {
      stateDifferences.insert(zip(state, last.state).map { $0 - $1 }, at: 0)
      residualDifferences.insert(zip(residual, last.residual).map { $0 - $1 }, at: 0)
      if stateDifferences.count > memory {
        stateDifferences.removeLast()
        residualDifferences.removeLast()
      }
    }
    last = (state, residual)

    var kept: [Int] = []
    var basis: [[Double]] = []
    // Row i of the triangle holds the overlaps of kept difference i with the basis vectors 0...i.
    var triangle: [[Double]] = []
    for (index, difference) in residualDifferences.enumerated() where basis.count < residual.count {
      var vector = difference
      let length = dot(vector, vector).squareRoot()
      var overlaps: [Double] = []
      for direction in basis {
        let overlap = dot(direction, vector)
        subtract(overlap, direction, from: &vector)
        overlaps.append(overlap)
      }
      let rest = dot(vector, vector).squareRoot()
      guard rest.isFinite, rest > 1e-8 * length else { continue }
      kept.append(index)
      basis.append(vector.map { $0 / rest })
      triangle.append(overlaps + [rest])
    }
    guard !kept.isEmpty else { return nil }

    var remainder = residual
    var projections: [Double] = []
    for direction in basis {
      let projection = dot(direction, remainder)
      subtract(projection, direction, from: &remainder)
      projections.append(projection)
    }
    var next = zip(state, residual).map { $0 + damping * $1 }
    for column in kept.indices.reversed() {
      let coefficient = projections[column] / triangle[column][column]
      for row in 0..<column {
        projections[row] -= coefficient * triangle[column][row]
      }
      subtract(coefficient, stateDifferences[kept[column]], from: &next)
      subtract(coefficient * damping, residualDifferences[kept[column]], from: &next)
    }
    return next.allSatisfy(\.isFinite) ? next : nil
  }

  private func dot(_ x: [Double], _ y: [Double]) -> Double {
    var sum = 0.0
    for index in x.indices {
      sum += x[index] * y[index]
    }
    return sum
  }

  private func subtract(_ factor: Double, _ vector: [Double], from target: inout [Double]) {
    for index in target.indices {
      target[index] -= factor * vector[index]
    }
  }
}
