import Foundation

/// Outcomes of stored records, each decoded once: a run of many rounds reduces its records after every one of them.
///
/// The name of a task determines its outcome, whichever record of it is read.
final class DecodedOutcomes {
  private var outcomes: [String: TaskRecord.Outcome] = [:]

  /// The outcome in the stored form `data` of the task with this name.
  ///
  /// - Throws: where `data` is no record.
  func outcome(of task: String, in data: Data) throws -> TaskRecord.Outcome {
    if let outcome = outcomes[task] { return outcome }
    let outcome = try TaskRecord(decoding: data).outcome
    outcomes[task] = outcome
    return outcome
  }
}
