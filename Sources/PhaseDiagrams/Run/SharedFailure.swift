import Cluster
import Foundation
import SystemInterface

/// A failure that every rank throws alike, with the exit status it leads to.
public struct SharedFailure: Error, Codable, Sendable, CustomStringConvertible {
  /// Exit status of the program.
  public let status: Int32
  /// One line a problem.
  public let message: String

  /// Wraps any error: bad requests have status 2, failed files and messages 4, other failures 3.
  public init(_ error: any Error) {
    switch error {
    case let failure as SharedFailure: self = failure
    case let problems as InputProblems: self.init(status: 2, message: problems.description)
    case is StorageError, is NetCDFError, is MPIError: self.init(status: 4, message: "\(error)")
    case let error as CocoaError:
      let path = error.filePath.map { "\($0): " } ?? ""
      self.init(status: 4, message: path + error.localizedDescription)
    default: self.init(status: 3, message: "\(error)")
    }
  }

  /// A failure with a message of its own.
  public init(status: Int32, message: String) {
    self.status = status
    self.message = message
  }

  /// The message.
  public var description: String { message }
}

extension Communicator {
  /// Does something on rank 0 alone and tells all ranks what came out; collective.
  ///
  /// - Throws: on every rank what rank 0 threw, as a `SharedFailure`.
  public func onRoot<Value: Codable>(_ body: () throws -> Value) throws -> Value {
    var message: [UInt8] = []
    if isRoot {
      let result: Shared<Value>
      do {
        result = .value(try body())
      } catch {
        result = .failure(SharedFailure(error))
      }
      message = Array(try JSONEncoder().encode(result))
    }
    switch try JSONDecoder().decode(Shared<Value>.self, from: Data(try broadcast(message, from: 0))) {
    case .value(let value): return value
    case .failure(let failure): throw failure
    }
  }
}

private enum Shared<Value: Codable>: Codable {
  case value(Value)
  case failure(SharedFailure)
}
