import Statistics
import SystemInterface

extension DiagramWriter {
  /// Writes observables extrapolated to infinite size, and crossings of the Binder cumulants of neighbouring sizes.
  func write(_ scaling: FiniteSizeScaling, _ file: inout NetCDFFile) throws {
    let axis = scaling.control
    // The points of a refined diagram are no longer those of every size.
    if !isRefined, let dimension = file.dimension(named: axis.name) {
      for limit in scaling.limits { try write(limit, on: dimension, &file) }
      try file.setAttribute("extrapolated", .text(scaling.limits.map(\.observable).joined(separator: " ")))
    }
    for name in Set(scaling.crossings.map(\.observable)).sorted() {
      try write(scaling.crossings.filter { $0.observable == name }, of: name, along: axis, &file)
    }
  }

  private func write(
    _ limit: FiniteSizeScaling.Limit, on dimension: NetCDFFile.Dimension, _ file: inout NetCDFFile
  ) throws {
    let name = limit.observable, meaning = name.spelledOut, unit = self.unit(of: name)
    let columns: [(suffix: String, meaning: String, unit: String, value: (SizeExtrapolation) -> Double?)] = [
      ("extrapolated", "\(meaning) at infinite size", unit, { $0.value }),
      ("extrapolated_error", "standard error of \(meaning) at infinite size", unit, { $0.standardError }),
      ("extrapolation_chi2", "chi-squared of the extrapolation of \(meaning)", "1", { $0.chiSquared }),
      (
        "extrapolation_dof", "degrees of freedom of the extrapolation of \(meaning)", "1",
        { Double($0.degreesOfFreedom) }
      ),
      ("extrapolation_p", "probability of a larger chi-squared", "1", { $0.probability }),
      ("extrapolation_smallest_size", "smallest size in the extrapolation of \(meaning)", "1", { $0.smallestSize }),
    ]
    for column in columns {
      let variable = try file.addVariable(
        "\(name)_\(column.suffix)", type: .double, dimensions: [dimension], fillValue: .automatic)
      try file.setAttribute("long_name", .text(column.meaning), of: variable)
      try file.setAttribute("units", .text(column.unit), of: variable)
      try file.write(limit.values.map { $0.flatMap(column.value) }, to: variable)
    }
  }

  private func write(
    _ crossings: [FiniteSizeScaling.Crossing], of name: String, along axis: DiagramAxis, _ file: inout NetCDFFile
  ) throws {
    let dimension = try file.addDimension("\(name)_crossing", length: crossings.count)
    let meaning = "crossing of the Binder cumulants of \(name.spelledOut)"
    let columns: [(name: String, meaning: String, values: [Double])] = [
      ("\(name)_crossing_\(axis.name)", meaning, crossings.map(\.crossing.position)),
      (
        "\(name)_crossing_\(axis.name)_error", "standard error of the \(meaning)",
        crossings.map(\.crossing.standardError)
      ),
    ]
    for column in columns {
      let variable = try file.addVariable(column.name, type: .double, dimensions: [dimension], fillValue: .automatic)
      try file.setAttribute("long_name", .text(column.meaning), of: variable)
      try file.setAttribute("units", .text(axis.declaration.unit), of: variable)
      try file.write(column.values, to: variable)
    }
    for (suffix, sizes) in [("first", crossings.map(\.sizes.0)), ("second", crossings.map(\.sizes.1))] {
      let variable = try file.addVariable(
        "\(name)_crossing_\(suffix)_size", type: .int32, dimensions: [dimension], fillValue: .none)
      try file.setAttribute("long_name", .text("\(suffix) size of the \(meaning)"), of: variable)
      try file.setAttribute("units", .text("1"), of: variable)
      try file.write(sizes.map { Int32($0) }, to: variable)
    }
  }

  private func unit(of observable: String) -> String {
    system.observables.first { $0.name == observable }?.unit ?? "1"
  }
}
