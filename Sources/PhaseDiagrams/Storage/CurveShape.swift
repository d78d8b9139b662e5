import Statistics
import SystemInterface

/// The dimensions that an observable adds to the grid: none for a number, one or more for a curve.
///
/// Where all points share their coordinates these are ordinary coordinate variables, common to all observables that have
/// them. Where they differ (a recording time that depends on an axis) the dimension belongs to the observable, its
/// coordinate is a variable over the grid as well, and shorter curves are padded with missing values.
struct CurveShape {
  private let names: [String]
  /// Coordinates [point][dimension]; `nil` for a point without a curve.
  private let coordinates: [[[Double]]?]
  private let lengths: [Int]
  private let isShared: Bool
  private let observable: String

  /// The shape that one road gives `observable` over all points; `nil` while no point of a curve is finished.
  init?(of observable: ObservableDeclaration, from verb: Verb, in diagram: PhaseDiagram) {
    let names = Self.names(of: observable, from: verb, in: diagram)
    self.names = names
    self.observable = verb == .theory ? "\(observable.name)_theory" : observable.name
    coordinates = diagram.points.map { point in
      if names.isEmpty { return [] }
      switch (verb, point.theory?.observables[observable.name], point.simulation?.means[observable.name]) {
      case (.theory, .curve(let curve)?, _): return names.map { curve.coordinates[$0] ?? [] }
      case (.simulate, _, .curve(_, let coordinates, _)?): return names.map { coordinates[$0] ?? [] }
      default: return nil
      }
    }
    let present = coordinates.compactMap { $0 }
    guard let first = present.first else { return nil }
    isShared = present.allSatisfy { $0 == first }
    lengths = names.indices.map { dimension in present.map { $0[dimension].count }.max() ?? 0 }
    if lengths.contains(0) { return nil }
  }

  /// The dimensions of the first curve there is: under some options an observable may run over another coordinate.
  private static func names(
    of observable: ObservableDeclaration, from verb: Verb, in diagram: PhaseDiagram
  ) -> [String] {
    guard !observable.dimensions.isEmpty else { return [] }
    for point in diagram.points {
      switch (verb, point.theory?.observables[observable.name], point.simulation?.means[observable.name]) {
      case (.theory, .curve(let curve)?, _): return curve.dimensions
      case (.simulate, _, .curve(let dimensions, _, _)?): return dimensions
      default: continue
      }
    }
    return observable.dimensions
  }

  /// Whether both shapes stand over the same coordinates at every point where both have some.
  func hasCoordinates(of other: CurveShape) -> Bool {
    lengths == other.lengths
      && zip(coordinates, other.coordinates).allSatisfy { $0 == nil || $1 == nil || $0 == $1 }
  }

  private var count: Int { lengths.reduce(1, *) }

  /// Adds the dimensions and their coordinate variables, or finds those that another observable has added.
  ///
  /// - Parameter shared: values of the coordinates that stand in the file, by name of the dimension.
  func dimensions(
    grid: [NetCDFFile.Dimension], _ file: inout NetCDFFile, shared: inout [String: [Double]]
  ) throws -> [NetCDFFile.Dimension] {
    var dimensions: [NetCDFFile.Dimension] = []
    for (place, name) in names.enumerated() {
      let unique = isShared ? name : "\(observable)_\(name)"
      let values = isShared ? coordinates.compactMap { $0 }[0][place] : []
      if isShared, shared[unique] == values, let known = file.dimension(named: unique) {
        dimensions.append(known)
        continue
      }
      let isTaken = file.dimension(named: unique) != nil
      let dimension = try file.addDimension(isTaken ? "\(observable)_\(name)" : unique, length: lengths[place])
      dimensions.append(dimension)
      if isShared {
        shared[dimension.name] = values
        try writeCoordinate(dimension.name, meaning: name, values.map { $0 }, [dimension], &file)
      } else {
        let values = coordinates.flatMap { point -> [Double?] in
          let values = point?[place] ?? []
          return values.map { $0 } + [Double?](repeating: nil, count: lengths[place] - values.count)
        }
        try writeCoordinate("\(dimension.name)_values", meaning: name, values, grid + [dimension], &file)
      }
    }
    return dimensions
  }

  private func writeCoordinate(
    _ name: String, meaning: String, _ values: [Double?], _ dimensions: [NetCDFFile.Dimension],
    _ file: inout NetCDFFile
  ) throws {
    let variable = try file.addVariable(
      name, type: .double, dimensions: dimensions, fillValue: values.contains(nil) ? .automatic : .none)
    try file.setAttribute("long_name", .text(meaning), of: variable)
    try file.setAttribute("units", .text("1"), of: variable)
    if values.contains(nil) {
      try file.write(values, to: variable)
    } else {
      try file.write(values.compactMap { $0 }, to: variable)
    }
  }

  /// The estimates of one point, padded.
  func estimates(_ mean: SampleMean?) -> [Estimate?] {
    switch mean {
    case .scalar(let estimate) where names.isEmpty: [estimate]
    case .curve(_, let coordinates, let estimates):
      padded(estimates, shape: names.map { coordinates[$0]?.count ?? 0 })
    default: [Estimate?](repeating: nil, count: count)
    }
  }

  /// The values and standard errors of one theory point, padded.
  func values(_ value: ObservableValue?) -> (values: [Double?], errors: [Double?]) {
    let missing = [Double?](repeating: nil, count: count)
    switch value {
    case .scalar(let number, let error) where names.isEmpty: return ([number], [error])
    case .curve(let curve):
      let shape = names.map { curve.coordinates[$0]?.count ?? 0 }
      return (padded(curve.values, shape: shape), curve.standardErrors.map { padded($0, shape: shape) } ?? missing)
    default: return (missing, missing)
    }
  }

  /// Places a block of `shape` at the origin of the full block, last dimension fastest.
  private func padded<Value>(_ block: [Value?], shape: [Int]) -> [Value?] {
    guard shape != lengths else { return block }
    var result = [Value?](repeating: nil, count: count)
    for (place, value) in block.enumerated() {
      var rest = place, target = 0, stride = 1
      for dimension in shape.indices.reversed() {
        target += rest % shape[dimension] * stride
        rest /= shape[dimension]
        stride *= lengths[dimension]
      }
      result[target] = value
    }
    return result
  }
}
