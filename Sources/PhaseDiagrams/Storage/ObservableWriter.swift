import Statistics
import SystemInterface

extension String {
  /// A name such as `storageLoad` in words, `storage load`, for labels.
  var spelledOut: String {
    reduce(into: "") { words, letter in
      if letter.isUppercase, !(words.last?.isUppercase ?? true) { words.append(" ") }
      words.append(letter)
    }
    .split(separator: " ").map { $0.count > 1 && $0.allSatisfy(\.isUppercase) ? String($0) : $0.lowercased() }
    .joined(separator: " ")
  }
}

/// Writes one observable: mean, error, number of samples and theory, as numbers or curves over the grid.
struct ObservableWriter {
  let diagram: PhaseDiagram
  let observable: ObservableDeclaration
  let grid: [NetCDFFile.Dimension]

  private var specification: RunSpecification { diagram.plan.specification }

  private func isReported(by verb: Verb) -> Bool {
    observable.reportedBy[specification.parameters.option]?.contains(verb) ?? false
  }

  /// Writes the variables of the roads that report the observable and are part of the run.
  func write(_ file: inout NetCDFFile, sharedCoordinates: inout [String: [Double]]) throws {
    var simulated: (shape: CurveShape, dimensions: [NetCDFFile.Dimension])?
    if isReported(by: .simulate), specification.samples != nil,
      let shape = CurveShape(of: observable, from: .simulate, in: diagram)
    {
      let dimensions = try grid + shape.dimensions(grid: grid, &file, shared: &sharedCoordinates)
      try writeSimulation(shape, dimensions, &file)
      simulated = (shape, dimensions)
    }
    if isReported(by: .theory), specification.hasTheory,
      let shape = CurveShape(of: observable, from: .theory, in: diagram)
    {
      // Both roads over the same coordinates share their dimensions, whatever these are called.
      let dimensions =
        if let simulated, simulated.shape.hasCoordinates(of: shape) {
          simulated.dimensions
        } else {
          try grid + shape.dimensions(grid: grid, &file, shared: &sharedCoordinates)
        }
      try writeTheory(shape, dimensions, &file)
    }
  }

  private func writeSimulation(
    _ shape: CurveShape, _ dimensions: [NetCDFFile.Dimension], _ file: inout NetCDFFile
  ) throws {
    let name = observable.name, meaning = observable.name.spelledOut
    let estimates = diagram.points.flatMap { shape.estimates($0.equilibrium?.means[name]) }
    try write(name, meaning, estimates.map { $0?.mean }, dimensions, &file)
    try write("\(name)_error", "standard error of \(meaning)", estimates.map { $0?.standardError }, dimensions, &file)
    let variable = try file.addVariable("\(name)_samples", type: .int32, dimensions: dimensions, fillValue: .none)
    try file.setAttribute("long_name", .text("disorder samples in \(meaning)"), of: variable)
    try file.setAttribute("units", .text("1"), of: variable)
    let counts = diagram.points.flatMap { shape.estimates($0.simulation?.means[name]) }
    try file.write(counts.map { Int32($0?.samples ?? 0) }, to: variable)

    // A number that looks like a result must not be taken for one: what did not equilibrate stands apart.
    if diagram.points.contains(where: \.simulationStatus.isUnequilibrated) {
      let apart = diagram.points.flatMap { point in
        shape.estimates(point.simulationStatus.isUnequilibrated ? point.simulation?.means[name] : nil)
      }
      let raw = "\(name)_unequilibrated"
      try write(raw, "\(meaning) of chains that were not in equilibrium", apart.map { $0?.mean }, dimensions, &file)
      try write(
        "\(raw)_error", "standard error of \(meaning) of chains that were not in equilibrium",
        apart.map { $0?.standardError }, dimensions, &file)
    }
    if observable.dimensions.isEmpty { try writeErrorsByOrigin(dimensions, &file) }
  }

  /// The parts of the error that come from disorder and from thermal noise, and Binder's cumulant, where samples tell.
  private func writeErrorsByOrigin(_ dimensions: [NetCDFFile.Dimension], _ file: inout NetCDFFile) throws {
    let name = observable.name, meaning = observable.name.spelledOut
    let variances = diagram.points.map { $0.equilibrium?.variances[name] }
    if variances.contains(where: { $0 != nil }) {
      try write(
        "\(name)_disorder_error", "error of \(meaning) from disorder", variances.map { $0?.disorderError }, dimensions,
        &file)
      try write(
        "\(name)_thermal_error", "error of \(meaning) from thermal noise", variances.map { $0?.thermalError },
        dimensions, &file)
    }
    let cumulants = diagram.points.map { $0.equilibrium?.binderCumulants[name] }
    if cumulants.contains(where: { $0 != nil }) {
      try write("\(name)_binder", "Binder cumulant of \(meaning)", cumulants.map { $0?.value }, dimensions, &file)
      try write(
        "\(name)_binder_error", "standard error of the Binder cumulant of \(meaning)",
        cumulants.map { $0?.standardError }, dimensions, &file)
    }
  }

  private func writeTheory(
    _ shape: CurveShape, _ dimensions: [NetCDFFile.Dimension], _ file: inout NetCDFFile
  ) throws {
    let values = diagram.points.map { shape.values($0.theory?.observables[observable.name]) }
    try write(
      "\(observable.name)_theory", "\(observable.name.spelledOut) (theory)", values.flatMap(\.values), dimensions, &file
    )
    let errors = values.flatMap(\.errors)
    if errors.contains(where: { $0 != nil }) {
      try write(
        "\(observable.name)_theory_error", "standard error of \(observable.name.spelledOut) (theory)", errors,
        dimensions, &file)
    }
  }

  private func write(
    _ name: String, _ meaning: String, _ values: [Double?], _ dimensions: [NetCDFFile.Dimension],
    _ file: inout NetCDFFile
  ) throws {
    let variable = try file.addVariable(name, type: .double, dimensions: dimensions, fillValue: .automatic)
    try file.setAttribute("long_name", .text(meaning), of: variable)
    try file.setAttribute("description", .text(observable.meaning), of: variable)
    try file.setAttribute("symbol", .text(observable.symbol), of: variable)
    try file.setAttribute("units", .text(observable.unit), of: variable)
    try file.write(values, to: variable)
  }
}
