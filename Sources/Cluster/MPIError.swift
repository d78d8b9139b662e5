/// A call of the MPI library that failed, with the library's own words.
public struct MPIError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The function that failed, such as `MPI_Bcast`.
  public let call: String
  /// The code it returned.
  public let code: Int32
  /// The library's text for that code, or the reason why the call was refused.
  public let text: String
  /// The rank on which it failed.
  public let rank: Int

  /// One line with call, rank, text and code.
  public var description: String { "\(call) failed on rank \(rank): \(text) (code \(code))" }
}
