import Foundation
import Statistics
import SystemInterface

/// Writes a phase diagram as NetCDF-4 after the CF conventions: `xarray.open_dataset` shows a labelled data set.
///
/// A mean `X` stands beside `X_error` (its standard error), `X_samples` and `X_theory`; phases and statuses are flag
/// variables; every transition line is a polyline in a dimension of its own. No time stamps: equal diagrams, equal bytes.
struct DiagramWriter {
  let diagram: PhaseDiagram

  var specification: RunSpecification { diagram.plan.specification }
  private let boundaries: [PhaseBoundary]
  /// Extrapolations, where the diagram has several sizes.
  let scaling: FiniteSizeScaling?

  /// - Parameter findings: those of the diagram, where they are known already.
  init(diagram: PhaseDiagram, findings: DiagramFindings? = nil) {
    self.diagram = diagram
    let findings = findings ?? DiagramFindings(diagram)
    boundaries = findings.boundaries
    scaling = findings.scaling
  }

  var isRefined: Bool { specification.refinement?.levels ?? 0 > 0 }
  var system: SystemDescription { specification.system.description }
  private var option: String { specification.parameters.option }

  /// Writes the file at `path`.
  ///
  /// - Throws: `NetCDFError`.
  func write(to path: String) throws {
    var file = try NetCDFFile(creating: path)
    try describe(&file)
    let grid = try writeAxes(&file)
    var coordinates: [String: [Double]] = [:]
    for observable in system.observables.map({ $0.variant(under: option) }) {
      try ObservableWriter(diagram: diagram, observable: observable, grid: grid).write(
        &file, sharedCoordinates: &coordinates)
    }
    try writeDiagnostics(&file, grid)
    try writePhases(&file, grid)
    try writeStatuses(&file, grid)
    for line in diagram.lines { try write(line, &file) }
    for boundary in boundaries { try write(boundary, &file) }
    if let scaling { try write(scaling, &file) }
    try file.close()
  }

  private func describe(_ file: inout NetCDFFile) throws {
    let fixed = specification.system.parametersInForce(
      specification.parameters, for: specification.samples == nil ? .theory : .simulate
    ).filter { entry in !specification.axes.contains { $0.name == entry.name } }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let parameters = try encoder.encode(Dictionary(uniqueKeysWithValues: fixed.map { ($0.name, $0.value) }))
    let symbols = try encoder.encode(Dictionary(uniqueKeysWithValues: system.parameters.map { ($0.name, $0.symbol) }))
    let orderParameter = system.option(named: option)?.orderParameter ?? system.observables[0].name
    let texts = [
      ("Conventions", "CF-1.11"), ("title", "\(system.title): phase diagram"), ("system", system.name),
      ("system_title", system.title), (system.selector, option), ("layout", isRefined ? "points" : "grid"),
      ("axes", specification.axes.map(\.name).joined(separator: " ")), ("order_parameter", orderParameter),
      ("run_file", specification.text), ("overrides", specification.overrides.joined(separator: "\n")),
      ("parameters", String(decoding: parameters, as: UTF8.self)),
      ("parameter_symbols", String(decoding: symbols, as: UTF8.self)), ("program_version", ProgramVersion.current),
      ("library_versions", ProgramVersion.libraries), ("references", system.references.joined(separator: "\n")),
      ("transition_lines", diagram.lines.filter { !$0.vertices.isEmpty }.map(\.name).joined(separator: " ")),
      ("phase_boundaries", boundaries.map(\.name).joined(separator: " ")),
    ]
    for (name, text) in texts { try file.setAttribute(name, .text(text)) }
    try file.setAttribute("seed", .text("\(specification.seed)"))
    try file.setAttribute("samples", .integer(Int64(specification.samples ?? 0)))
    guard isRefined else { return }
    try file.setAttribute("refinement_levels", .integer(Int64(specification.refinement?.levels ?? 0)))
    try file.setAttribute("coordinates", .text(specification.axes.map(\.name).joined(separator: " ")))
  }

  /// The dimensions of everything that has a value a point: the axes, or the points of a refined diagram.
  private func writeAxes(_ file: inout NetCDFFile) throws -> [NetCDFFile.Dimension] {
    let points = isRefined ? [try file.addDimension("point", length: diagram.points.count)] : []
    var grid: [NetCDFFile.Dimension] = []
    for (place, axis) in specification.axes.enumerated() {
      var dimensions = points
      if !isRefined {
        dimensions = [try file.addDimension(axis.name, length: axis.values.count)]
        grid += dimensions
      }
      let lattice = diagram.plan.lattices[place]
      let coordinates =
        isRefined ? diagram.plan.points.map { lattice.coordinate(at: $0.index[place]) } : axis.coordinates
      try write(axis, coordinates, dimensions, &file)
    }
    guard isRefined else { return grid }
    let level = try file.addVariable("level", type: .int32, dimensions: points, fillValue: .none)
    try file.setAttribute("long_name", .text("refinement level: halvings of the cell"), of: level)
    try file.setAttribute("units", .text("1"), of: level)
    try file.write(diagram.plan.points.map { Int32($0.level) }, to: level)
    return points
  }

  private func write(
    _ axis: DiagramAxis, _ coordinates: [Double], _ dimensions: [NetCDFFile.Dimension], _ file: inout NetCDFFile
  ) throws {
    let variable = try file.addVariable(
      axis.name, type: axis.words == nil ? .double : .int32, dimensions: dimensions, fillValue: .none)
    try file.setAttribute("long_name", .text(axis.name.spelledOut), of: variable)
    try file.setAttribute("description", .text(axis.declaration.meaning), of: variable)
    try file.setAttribute("symbol", .text(axis.declaration.symbol), of: variable)
    try file.setAttribute("units", .text(axis.declaration.unit), of: variable)
    try file.setAttribute("spacing", .text(axis.spacing.rawValue), of: variable)
    if axis.name == system.sizeParameter { try file.setAttribute("role", .text("size"), of: variable) }
    if let words = axis.words {
      try file.setAttribute("flag_values", .bytes(words.indices.map { Int8($0) }), of: variable)
      try file.setAttribute("flag_meanings", .text(words.joined(separator: " ")), of: variable)
      try file.write(coordinates.map { Int32($0) }, to: variable)
    } else {
      try file.write(coordinates, to: variable)
    }
  }

  /// Numeric remarks of solvers and simulations (residuals, sizes, acceptance, autocorrelation times), by road.
  private func writeDiagnostics(_ file: inout NetCDFFile, _ grid: [NetCDFFile.Dimension]) throws {
    let simulation = diagram.points.map { $0.simulation?.diagnostics ?? [:] }
    let theory = diagram.points.map { point in
      (point.theory?.diagnostics ?? [:]).compactMapValues { remark in
        if case .number(let value) = remark { value } else { Double?.none }
      }
    }
    for (road, remarks) in [("simulation", simulation), ("theory", theory)] {
      for name in Set(remarks.flatMap(\.keys)).sorted() {
        let variable = try file.addVariable(
          "\(road)_\(name)", type: .double, dimensions: grid, fillValue: .automatic)
        try file.setAttribute("long_name", .text("\(name.spelledOut) (\(road))"), of: variable)
        try file.setAttribute("units", .text("1"), of: variable)
        try file.setAttribute("role", .text("diagnostic"), of: variable)
        try file.write(remarks.map { $0[name] }, to: variable)
      }
    }
  }

  private static let missingFlag: Int8 = -127

  private func writePhases(_ file: inout NetCDFFile, _ grid: [NetCDFFile.Dimension]) throws {
    guard system.option(named: option)?.hasPhases ?? false else { return }
    let names = system.phases.map(\.name)
    let flag = { (phase: String?) in phase.flatMap { names.firstIndex(of: $0) }.map { Int8($0) } ?? Self.missingFlag }
    if specification.samples != nil {
      try writeFlags(
        "phase", "phase (simulation)", names, diagram.points.map { flag($0.simulation?.phase) }, &file, grid)
    }
    if specification.hasTheory {
      try writeFlags(
        "phase_theory", "phase (theory)", names, diagram.points.map { flag($0.theory?.phase) }, &file, grid)
    }
  }

  private func writeStatuses(_ file: inout NetCDFFile, _ grid: [NetCDFFile.Dimension]) throws {
    let names = PointStatus.allCases.map(\.name)
    if specification.hasTheory {
      let flags = diagram.points.map(\.theoryStatus.rawValue)
      try writeFlags("theory_status", "whether theory has a result", names, flags, &file, grid)
    }
    if specification.samples != nil {
      let flags = diagram.points.map(\.simulationStatus.rawValue)
      try writeFlags("simulation_status", "whether the simulation has a result", names, flags, &file, grid)
    }
  }

  private func writeFlags(
    _ name: String, _ meaning: String, _ words: [String], _ values: [Int8], _ file: inout NetCDFFile,
    _ grid: [NetCDFFile.Dimension]
  ) throws {
    let variable = try file.addVariable(
      name, type: .int8, dimensions: grid, fillValue: .integer(Int32(Self.missingFlag)))
    try file.setAttribute("long_name", .text(meaning), of: variable)
    try file.setAttribute("flag_values", .bytes(words.indices.map { Int8($0) }), of: variable)
    try file.setAttribute("flag_meanings", .text(words.joined(separator: " ")), of: variable)
    try file.write(values, to: variable)
  }
}
