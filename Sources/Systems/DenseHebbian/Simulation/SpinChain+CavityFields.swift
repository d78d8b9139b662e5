import CKernels
import SystemInterface

/// Exact cavity fields of the present spins.
extension SpinChain {
  /// h_i, half the energy that the spin would lose by pointing up instead of down.
  func cavityField(site i: Int) -> Double {
    var field = 0.0
    withUnsafePointer(to: Int32(i)) { computeFields(sites: UnsafeBufferPointer(start: $0, count: 1), into: &field) }
    return field
  }

  /// h_i of all sites.
  func cavityFields() -> [Double] {
    let sites = (0..<Int32(spins.count)).map { $0 }
    return [Double](unsafeUninitializedCapacity: sites.count) { fields, count in
      sites.withUnsafeBufferPointer { sites in
        for start in stride(from: 0, to: sites.count, by: Self.largestBlock) {
          let block = start..<min(start + Self.largestBlock, sites.count)
          computeFields(sites: UnsafeBufferPointer(rebasing: sites[block]), into: fields.baseAddress! + start)
        }
      }
      count = sites.count
    }
  }

  /// h_i of up to `largestBlock` sites.
  func computeFields(sites: UnsafeBufferPointer<Int32>, into fields: UnsafeMutablePointer<Double>) {
    let C = disorder.columnCount, w = disorder.energyWeight
    switch disorder.rows {
    case .signs(let rows):
      let even: Double
      if let signedColumns {
        signedColumns.pointee.oddSums(sites: sites, into: fields)
        even = signedColumns.pointee.evenDifference
      } else {
        for r in 0..<sites.count {
          fields[r] = spinodal_signed_sum(instructions, rows.row(Int(sites[r])), oddDifferences.baseAddress!, C)
        }
        even = evenDifference
      }
      for r in 0..<sites.count { fields[r] = w / 2 * (Double(spins[Int(sites[r])]) * even + fields[r]) }
    case .integers(let rows):
      for r in 0..<sites.count {
        let i = Int(sites[r])
        let order = Int32(disorder.interaction.order), row = rows.baseAddress! + i * C, spin = Double(spins[i])
        let variances = disorder.variances.baseAddress!
        let sum =
          countEstimates.map {
            spinodal_cavity_sum_of_halves(
              instructions, order, row, $0.overlaps.baseAddress!, variances, spin, kernelCoefficients, C)
          }
          ?? spinodal_cavity_sum(
            instructions, order, row, overlaps.baseAddress!, variances, spin, kernelCoefficients, C)
        fields[r] = w * sum
      }
    }
    if let noise {
      for r in 0..<sites.count { fields[r] += noise.field(site: Int(sites[r])) }
    }
  }
}
