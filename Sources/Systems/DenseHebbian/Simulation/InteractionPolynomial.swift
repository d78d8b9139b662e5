import RealModule
import SystemInterface

/// The interaction G(x; V) of one stored column as a function of its overlap x = Σ_i y_i s_i.
///
/// `fullPower`: G = x^P. `distinctIndices`: G = D_P, the sum over P-tuples of different sites, by
/// D_0 = 1, D_1 = x, D_{k+1} = x D_k - k V (1 - (k-1)/N) D_{k-1} with V = Σ_i y_i². For rows of ±1 this is exact;
/// otherwise up to relative O(1/N). G is even in x and homogeneous: the coefficient of x^{2k} carries V^{P/2-k}.
struct InteractionPolynomial: Sendable {
  /// P.
  let order: Int
  /// Coefficients of x^{2k} V^{P/2-k}, k = 0…P/2.
  let coefficients: [Double]

  init(order P: Int, form: InteractionForm, spinCount N: Int) {
    order = P
    switch form {
    case .fullPower:
      coefficients = (0...P / 2).map { $0 == P / 2 ? 1 : 0 }
    case .distinctIndices:
      // Coefficients of x^j by j; the power of V follows from homogeneity.
      var previous = [1.0], current = [0.0, 1.0]
      for k in 1..<P {
        var next = [0.0] + current
        let factor = Double(k) * (1 - Double(k - 1) / Double(N))
        for (j, value) in previous.enumerated() { next[j] -= factor * value }
        (previous, current) = (current, next)
      }
      coefficients = (0...P / 2).map { current[2 * $0] }
    }
  }

  /// Coefficients of x², x⁴, x⁶, x⁸, as the kernels take them.
  var kernelCoefficients: [Double] {
    (1...4).map { $0 < coefficients.count ? coefficients[$0] : 0 }
  }

  /// G(x; V).
  func callAsFunction(_ x: Double, variance V: Double) -> Double {
    var sum = 0.0
    for k in coefficients.indices {
      sum += coefficients[k] * Double.pow(x, 2 * k) * Double.pow(V, order / 2 - k)
    }
    return sum
  }

  /// Mean of G over independent uniform spins, from the cumulants of x: V, -2 p4, 16 p6, -272 p8 with p_k = Σ_i y_i^k.
  func uniformMean(V: Double, p4: Double, p6: Double, p8: Double) -> Double {
    let moments = [
      1, V, 3 * V * V - 2 * p4, 15 * V * V * V - 30 * V * p4 + 16 * p6,
      105 * V * V * V * V - 420 * V * V * p4 + 448 * V * p6 + 140 * p4 * p4 - 272 * p8,
    ]
    var sum = 0.0
    for k in coefficients.indices { sum += coefficients[k] * moments[k] * Double.pow(V, order / 2 - k) }
    return sum
  }

  /// For rows of ±1: coefficients of x^{2k+1} in (G(x+2) - G(x-2))/2, and of x^{2k} in G(x) - (G(x+2) + G(x-2))/2.
  ///
  /// A flip moves an overlap by two, so these are the odd and the even half of the change of G.
  func halfDifferences(variance V: Double) -> (odd: [Double], even: [Double]) {
    var odd = [0.0, 0, 0, 0], even = [0.0, 0, 0, 0]
    for k in 1..<coefficients.count {
      // For rows of ±1 G counts tuples: its coefficients are whole numbers, and a field that vanishes must vanish exactly.
      let power = 2 * k, scale = (coefficients[k] * Double.pow(V, order / 2 - k)).rounded()
      for j in 1...power {
        let term = scale * binomial(power, j) * Double.pow(2, j)
        if j.isMultiple(of: 2) { even[(power - j) / 2] -= term } else { odd[(power - j - 1) / 2] += term }
      }
    }
    return (odd, even)
  }
}
