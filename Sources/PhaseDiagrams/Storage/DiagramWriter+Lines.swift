import SystemInterface

extension DiagramWriter {
  /// Writes a transition line of theory as a polyline.
  func write(_ line: TransitionLine, _ file: inout NetCDFFile) throws {
    guard !line.vertices.isEmpty else { return }
    let dimension = try file.addDimension("\(line.name)_vertex", length: line.vertices.count)
    for (place, axis) in specification.axes.enumerated() {
      let variable = try file.addVariable(
        "\(line.name)_\(axis.name)", type: .double, dimensions: [dimension], fillValue: .automatic)
      try file.setAttribute("long_name", .text(line.title), of: variable)
      try file.setAttribute("line", .text(line.name), of: variable)
      try file.setAttribute("source", .text("theory"), of: variable)
      try file.setAttribute("units", .text(axis.declaration.unit), of: variable)
      try file.write(line.vertices.map { $0?[place] }, to: variable)
    }
  }

  /// Writes a phase boundary as a polyline with its error; missing vertices separate the pieces.
  ///
  /// `B_AXIS` is the position, `B_AXIS_error` one standard error along that axis, toward the second of the two phases.
  func write(_ boundary: PhaseBoundary, _ file: inout NetCDFFile) throws {
    let vertices = Array(boundary.pieces.map { $0.map(Optional.some) }.joined(separator: [nil]))
    let dimension = try file.addDimension("\(boundary.name)_vertex", length: vertices.count)
    let title = "\(boundary.phases.joined(separator: " | ")) (\(boundary.source.rawValue))"
    for (place, axis) in specification.axes.enumerated() {
      let name = "\(boundary.name)_\(axis.name)"
      let position = try file.addVariable(name, type: .double, dimensions: [dimension], fillValue: .automatic)
      let texts = [
        ("long_name", title), ("line", boundary.name), ("source", boundary.source.rawValue),
        ("phases", boundary.phases.joined(separator: " ")), ("order", boundary.kind?.rawValue ?? "undecided"),
        ("units", axis.declaration.unit),
      ]
      for (attribute, text) in texts { try file.setAttribute(attribute, .text(text), of: position) }
      if let limit = scaling?.limit(of: boundary), scaling?.controlPlace == place {
        try file.setAttribute("limit", .double(limit.value), of: position)
        try file.setAttribute("limit_error", .double(limit.standardError), of: position)
      }
      try file.write(vertices.map { $0?.position[place] }, to: position)
      let error = try file.addVariable("\(name)_error", type: .double, dimensions: [dimension], fillValue: .automatic)
      try file.setAttribute("long_name", .text("standard error of \(title), toward \(boundary.phases[1])"), of: error)
      try file.setAttribute("units", .text(axis.declaration.unit), of: error)
      try file.write(vertices.map { $0?.error[place] }, to: error)
    }
  }
}
