import NumericalMethods
import SystemInterface

/// The noiseless single-spin dynamics of one image under E = -(N/2) Σ_c u_c^P, P even.
struct ImageRetrieval {
  /// σ.
  private(set) var spins: [Int8]
  private let memory: ClassMemory
  /// P/2.
  private let halfOrder: Int
  /// u_c [class], kept up to date.
  private(set) var overlaps: [Double]
  private var order: [Int32]

  /// Starts from `spins`.
  init(from spins: [Int8], in memory: ClassMemory, interactionOrder P: Int) {
    precondition(P >= 2 && P.isMultiple(of: 2), "interaction order \(P)")
    self.spins = spins
    self.memory = memory
    halfOrder = P / 2
    overlaps = memory.overlaps(of: spins)
    order = (0..<Int32(spins.count)).map { $0 }
  }

  /// E.
  var energy: Double {
    let sum = overlaps.reduce(0.0) { sum, u in
      sum + (0..<halfOrder).reduce(1.0) { power, _ in power * u * u }
    }
    return -Double(spins.count) / 2 * sum
  }

  /// The cavity field of a site: half the energy difference between its spin down and up.
  func cavityField(site: Int) -> Double {
    memory.rows.withUnsafeBufferPointer { rows in
      overlaps.withUnsafeBufferPointer { overlaps in
        Self.field(rows, overlaps, site: site, spin: spins[site], halfOrder: halfOrder) * Double(spins.count)
      }
    }
  }

  /// h_i/N = (1/4) Σ_c [(u₀ + a)^P - (u₀ - a)^P], a = y_ci/(N √R_c), u₀ = u_c - a σ_i.
  ///
  /// As a product, u₀ a Σ_{k<P/2} (u₀ + a)^{2k} (u₀ - a)^{P-2-2k}: all terms of the sum are positive, nothing cancels.
  private static func field(
    _ rows: UnsafeBufferPointer<Double>, _ overlaps: UnsafeBufferPointer<Double>, site: Int, spin: Int8, halfOrder: Int
  ) -> Double {
    let count = overlaps.count, first = site * count, sigma = Double(spin)
    var field = 0.0
    for c in 0..<count {
      let a = rows[first + c], u = overlaps[c] - a * sigma
      let up = (u + a) * (u + a), down = (u - a) * (u - a)
      var power = 1.0, sum = 1.0
      for _ in 1..<halfOrder {
        power *= up
        sum = sum * down + power
      }
      field += u * a * sum
    }
    return field
  }

  /// Every spin follows its cavity field once, in random order, and stays where that is zero.
  ///
  /// - Returns: the number of flips; 0 at a fixed point.
  mutating func sweep(using random: inout RandomStream) -> Int {
    order.withUnsafeMutableBufferPointer { random.shuffle($0) }
    // Anew in every sweep, so that the rounding errors of many updates never add up.
    var overlaps = memory.overlaps(of: spins), spins = spins
    let rows = memory.rows, order = order, halfOrder = halfOrder
    var flips = 0
    rows.withUnsafeBufferPointer { rows in
      overlaps.withUnsafeMutableBufferPointer { overlaps in
        spins.withUnsafeMutableBufferPointer { spins in
          for site in order {
            let i = Int(site)
            let field = Self.field(
              rows, UnsafeBufferPointer(overlaps), site: i, spin: spins[i], halfOrder: halfOrder)
            guard field * Double(spins[i]) < 0 else { continue }
            spins[i] = -spins[i]
            flips += 1
            let change = 2 * Double(spins[i])
            for c in overlaps.indices { overlaps[c] += rows[i * overlaps.count + c] * change }
          }
        }
      }
    }
    (self.overlaps, self.spins) = (overlaps, spins)
    return flips
  }

  /// Sweeps until nothing flips.
  ///
  /// - Returns: the number of sweeps, the last one without flips included; `nil` where `limit` sweeps were too few.
  mutating func settle(limit: Int, using random: inout RandomStream) -> Int? {
    for sweep in 1...max(limit, 1) where self.sweep(using: &random) == 0 { return sweep }
    return nil
  }
}
