import NumericalMethods
import SystemInterface

/// Chains on the number of spins up in each class of exchangeable sites: their cost per sweep hardly depends on N.
///
/// Two dynamics for the same Boltzmann distribution:
/// - `.glauber` is the heat bath of single spins seen through the classes: a class with probability N_g/N, a spin that is up
///   with probability u_g/N_g, the heat bath. It is the exact law of the plain chain's class counts, at O(N) a sweep with a
///   memory of O(classes).
/// - `.auxiliaryField` draws, for H = -Σ_c S_c²/(2 Γ_C N), the Gaussian fields x_c that make spins independent
///   (exp(S²/(2a)) = ∫ dx exp(-a x²/2 + x S) up to a constant): x_c ~ N(S_c/N, T Γ_C/N) given the spins, then
///   u_g ~ Binomial(N_g, 1/(1 + exp(-2 Σ_c A_gc x_c/(T Γ_C)))) given x. Both steps are Gibbs sampling of the joint law, so the
///   Boltzmann distribution is kept exactly, at O(classes) a sweep whatever N. Overlaps move by n → F(n) plus noise of
///   order N^(-1/2): like Glauber dynamics it relaxes within 1/(smallest eigenvalue of Hs) sweeps and crosses no barrier
///   faster, so metastable states live on. It is not the dynamics of section 3.8, and needs T > 0.
final class ClassChain: HeatBathChain {
  /// How a sweep goes.
  enum Dynamics: Sendable { case glauber, auxiliaryField }

  private let classes: SpinClasses
  private let columnCount: Int
  private let neuronCount: Int
  private let scale: Double
  private let dynamics: Dynamics
  /// q of each class.
  private let squares: [Double]
  /// Sites of earlier classes, and N at the end.
  private let starts: [UInt32]
  /// The class of every 2^guideShift-th site in the order of classes.
  private let guide: [Int32]
  private let guideShift: UInt32
  private var upCounts: [Int]
  private var sums: [Double]
  private var recorded: [Double]
  private var recordCount = 0
  private var attempts: AttemptBlock

  /// A chain with so many spins up in each class; `scale` = T Γ_C N/2.
  init(on classes: SpinClasses, upCounts: [Int], scale: Double, dynamics: Dynamics) {
    precondition(scale > 0 || dynamics == .glauber, "auxiliary fields need a temperature above zero")
    let C = classes.rows.count / classes.count, N = classes.sizes.reduce(0, +)
    self.classes = classes
    columnCount = C
    neuronCount = N
    self.scale = scale
    self.dynamics = dynamics
    attempts = AttemptBlock(neuronCount: N, scale: scale)
    squares = (0..<classes.count).map(classes.square)
    var starts: [UInt32] = [0]
    for size in classes.sizes { starts.append(starts.last! + UInt32(size)) }
    self.starts = starts
    var shift: UInt32 = 0
    while N >> Int(shift) > 4096 { shift += 1 }
    guideShift = shift
    var g = 0
    guide = (0...N >> Int(shift)).map { bucket in
      while g + 1 < classes.count, starts[g + 1] <= UInt32(bucket) << shift { g += 1 }
      return Int32(g)
    }
    self.upCounts = upCounts
    sums = []
    recorded = [Double](repeating: 0, count: C)
    sums = columnSums()
  }

  /// A chain in the state `spins`.
  convenience init(on sites: SiteClasses, from spins: [Int8], scale: Double, dynamics: Dynamics) {
    self.init(on: sites.classes, upCounts: sites.upCounts(of: spins), scale: scale, dynamics: dynamics)
  }

  /// An auxiliary field is coarser than one spin moves it if T Γ_C N is this many times q.
  private static let leastNoise = 10.0

  /// Auxiliary fields, unless at zero temperature or so near to it that a spin hardly leaves the field of its own.
  ///
  /// - Parameter largestSquare: the largest q of a class.
  static func cheapestDynamics(largestSquare: Double, scale: Double) -> Dynamics {
    2 * scale >= leastNoise * largestSquare && scale > 0 ? .auxiliaryField : .glauber
  }

  /// 2 u_g - N_g.
  private func classMagnetization(_ g: Int) -> Int { 2 * upCounts[g] - classes.sizes[g] }

  private func columnSums() -> [Double] {
    var sums = [Double](repeating: 0, count: columnCount)
    for g in 0..<classes.count {
      let magnetization = Double(classMagnetization(g))
      for c in 0..<columnCount { sums[c] += magnetization * classes.rows[g * columnCount + c] }
    }
    return sums
  }

  func sweep(using random: inout RandomStream) -> Int {
    dynamics == .glauber ? glauberSweep(using: &random) : auxiliarySweep(using: &random)
  }

  /// Random numbers come as in the plain chain; a site is a place in the order of classes, with the spins up first.
  private func glauberSweep(using random: inout RandomStream) -> Int {
    attempts.forEachOfSweep(using: &random) { updateClasses($0, count: $1) }
  }

  private func updateClasses(_ block: borrowing AttemptBlock, count: Int) -> Int {
    let C = columnCount
    var flips = 0
    classes.rows.withUnsafeBufferPointer { rows in
      starts.withUnsafeBufferPointer { starts in
        squares.withUnsafeBufferPointer { squares in
          upCounts.withUnsafeMutableBufferPointer { upCounts in
            sums.withUnsafeMutableBufferPointer { sums in
              for k in 0..<count {
                let place = block.sites[k]
                var g = Int(guide[Int(place >> guideShift)])
                while place >= starts[g + 1] { g += 1 }
                let spin = Int(place - starts[g]) < upCounts[g] ? 1.0 : -1.0
                var field = -spin * squares[g]
                for c in 0..<C { field += rows[g * C + c] * sums[c] }
                guard spin * (field - block.thresholds[k]) < 0 else { continue }
                upCounts[g] -= Int(spin)
                for c in 0..<C { sums[c] -= 2 * spin * rows[g * C + c] }
                flips += 1
              }
            }
          }
        }
      }
    }
    return flips
  }

  /// Returns the net changes of the counts, the flips that can be seen.
  private func auxiliarySweep(using random: inout RandomStream) -> Int {
    let C = columnCount
    // In units of whole numbers, N x: T Γ_C N = 2 scale.
    let deviation = (2 * scale).squareRoot()
    let fields = sums.map { $0 + deviation * random.normal() }
    var flips = 0
    for g in 0..<classes.count {
      var field = 0.0
      for c in 0..<C { field += classes.rows[g * C + c] * fields[c] }
      let count = random.binomial(count: classes.sizes[g], probability: 1 / (1 + Double.exp(-field / scale)))
      flips += abs(count - upCounts[g])
      upCounts[g] = count
    }
    sums = columnSums()
    return flips
  }

  func patternSums() -> [Int] {
    let K = classes.patterns.count / classes.count
    var totals = [Int](repeating: 0, count: K)
    for g in 0..<classes.count {
      for mu in 0..<K { totals[mu] += classMagnetization(g) * Int(classes.patterns[g * K + mu]) }
    }
    return totals
  }

  func squareSum() -> Double { sums.reduce(0) { $0 + $1 * $1 } }

  func recordColumns() {
    for c in sums.indices { recorded[c] += sums[c] }
    recordCount += 1
  }

  func forgetRecords() {
    for k in recorded.indices { recorded[k] = 0 }
    recordCount = 0
  }

  func meanColumnSums() -> [Double] { recorded.map { $0 / Double(recordCount) } }

  func isStable() -> Bool {
    (0..<classes.count).allSatisfy { g in
      var field = 0.0
      for c in 0..<columnCount { field += classes.rows[g * columnCount + c] * sums[c] }
      let upIsStable = upCounts[g] == 0 || field - squares[g] >= 0
      return upIsStable && (upCounts[g] == classes.sizes[g] || field + squares[g] <= 0)
    }
  }

  var state: ChainState {
    get { ChainState(upCounts: upCounts, recorded: recorded, recordCount: recordCount) }
    set {
      upCounts = newValue.upCounts
      sums = columnSums()
      recorded = newValue.recorded
      recordCount = newValue.recordCount
    }
  }
}
