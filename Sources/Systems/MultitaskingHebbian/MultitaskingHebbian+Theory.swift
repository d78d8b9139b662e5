extension MultitaskingHebbian {
  /// No option answers it yet.
  public func theory(at point: MultitaskingHebbianPoint) throws -> TheoryResult {
    preconditionFailure("\(point.quantity) has no theory yet")
  }
}
