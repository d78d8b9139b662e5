import CKernels
import NumericalMethods
import SystemInterface

/// The hidden layer of a two-layer network with all training examples at once: fields, values, slopes, gradients.
///
/// Units are treated in tiles. A tile's fields stay in the cache between the product that makes them and the nonlinearity,
/// its gradients between the nonlinearity and the product that uses them.
struct HiddenLayer {
  private let activation: Activation
  private let sampleCount: Int
  /// f(h_μj) and f′(h_μj), P × M.
  private var values: [Double]
  private var slopes: [Double]
  /// Fields or gradients of one tile.
  private var tile: [Double]
  private let unitsOfTile: Int
  private static let instructions = spinodal_best_instructions()
  /// Doubles of a tile, half of a usual second-level cache.
  private static let tileSize = 1 << 16

  init(_ activation: Activation, sampleCount: Int, unitCount: Int) {
    self.activation = activation
    self.sampleCount = sampleCount
    unitsOfTile = min(unitCount, max(32, Self.tileSize / sampleCount))
    values = [Double](repeating: 0, count: sampleCount * unitCount)
    slopes = values
    tile = [Double](repeating: 0, count: sampleCount * unitsOfTile)
  }

  /// Σ_j a_j f(h_μj) for every example, h = XᵀW.
  mutating func forward(inputs: Matrix, hidden: Matrix, readout: [Double]) -> [Double] {
    var outputs = [Double](repeating: 0, count: sampleCount)
    let (activation, count, instructions) = (activation, sampleCount, Self.instructions)
    outputs.withUnsafeMutableBufferPointer { outputs in
      values.withUnsafeMutableBufferPointer { values in
        slopes.withUnsafeMutableBufferPointer { slopes in
          tile.withUnsafeMutableBufferPointer { tile in
            var first = 0
            while first < readout.count {
              let units = first..<min(first + unitsOfTile, readout.count)
              Matrix.multiplyTransposed(inputs, byColumns: units, of: hidden, into: tile)
              for unit in units {
                let fields = tile.baseAddress! + (unit - first) * count, place = unit * count
                let (value, slope) = (values.baseAddress! + place, slopes.baseAddress! + place)
                switch activation {
                case .erf:
                  spinodal_erf_forward(
                    instructions, fields, readout[unit], count, value, slope, outputs.baseAddress!)
                case .relu:
                  spinodal_relu_forward(
                    instructions, fields, readout[unit], count, value, slope, outputs.baseAddress!)
                }
              }
              first = units.upperBound
            }
          }
        }
      }
    }
    return outputs
  }

  /// W_j += Σ_μ r_μ f′(h_μj) a_j x_μ and a_j += Σ_μ r_μ f(h_μj), from the fields of the last `forward`.
  mutating func descend(residuals: [Double], inputs: Matrix, hidden: inout Matrix, readout: inout [Double]) {
    let (count, instructions) = (sampleCount, Self.instructions)
    values.withUnsafeBufferPointer { values in
      slopes.withUnsafeBufferPointer { slopes in
        tile.withUnsafeMutableBufferPointer { tile in
          var first = 0
          while first < readout.count {
            let units = first..<min(first + unitsOfTile, readout.count)
            for unit in units {
              let place = unit * count
              readout[unit] += spinodal_layer_backward(
                instructions, values.baseAddress! + place, slopes.baseAddress! + place, residuals, readout[unit], count,
                tile.baseAddress! + (unit - first) * count)
            }
            hidden.addProduct(inputs, by: UnsafeBufferPointer(tile), toColumns: units)
            first = units.upperBound
          }
        }
      }
    }
  }
}

extension Activation {
  /// Replaces fields by the values of the nonlinearity.
  func apply(to fields: UnsafeMutableBufferPointer<Double>) {
    for index in fields.indices { fields[index] = self(fields[index]) }
  }
}
